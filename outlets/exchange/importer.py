"""The importer: one file, one kind, one transaction, a reason per refused row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from outlets.exchange.access import Gate
from outlets.exchange.access_log import record_import
from outlets.exchange.acting import acting
from outlets.exchange.cells import Cells, Fault
from outlets.exchange.kinds import Kind, Outcome

BATCH = 2000
# Before a heading that somebody chose to leave out.
LEFT_OUT = "# "


class UnreadableHeading(Exception):
    """The heading lacks required columns or names one twice."""


class Audience(Protocol):
    """Who hears about a load while it runs; nothing is kept in memory here."""

    def faulty(self, cells: Cells) -> None: ...

    def warned(self, fault: Fault) -> None: ...

    def progressed(self, read: int) -> None: ...


class Silence:
    """An audience that keeps nothing."""

    def faulty(self, cells: Cells) -> None:
        pass

    def warned(self, fault: Fault) -> None:
        pass

    def progressed(self, read: int) -> None:
        pass


@dataclass(slots=True)
class Report:
    """What a load did, or would have done; `taken` says whether anything was kept."""

    kind: str
    read: int = 0
    counts: dict[Outcome, int] = field(
        default_factory=lambda: dict.fromkeys(Outcome, 0)
    )
    taken: bool = False

    @property
    def rejected(self) -> int:
        return self.counts[Outcome.REJECTED]

    def __str__(self) -> str:
        counts = ", ".join(f"{n} {outcome.value}" for outcome, n in self.counts.items())
        return f"ingest {self.kind}: {self.read} read, {counts}"


def load(
    kind: Kind,
    rows: Iterable[list[str]],
    *,
    dry_run: bool = False,
    keep_good: bool = False,
    mapping: Mapping[str, str] | None = None,
    audience: Audience | None = None,
    gate: Gate | None = None,
    source: str = "",
) -> Report:
    """Load rows of text, the first being the heading, and report row by row.

    One refused row refuses everything unless `keep_good`; `dry_run` writes nothing.
    `mapping` renames headings; one that it maps to "" is left out. `gate` refuses rows
    before the kind looks at them.

    All happens in one transaction: an interruption leaves nothing half-written.
    `source` is the name of the file, which the history and the access log keep; ""
    for what a program makes.

    Raises:
        UnreadableHeading: required columns are missing, or a column stands twice.
    """
    audience = audience or Silence()
    lines = iter(rows)
    heading = _renamed(next(lines, []), mapping or {})
    _check_heading(kind, heading, audience)
    kind.present = frozenset(heading)
    report = Report(kind.name)
    occasion = {"kind": kind.name, "file": source} if source else {"kind": kind.name}
    with transaction.atomic(), acting(occasion=occasion):
        kind.open()
        numbered = _numbered(kind, heading, lines)
        while batch := list(islice(numbered, kind.batch or BATCH)):
            if gate is not None:
                gate(batch)
            _take(kind, batch, report, audience)
        kind.close()
        refused = bool(report.rejected) and not keep_good
        report.taken = not (dry_run or refused)
        if not report.taken:
            transaction.set_rollback(True)
        if refused:
            report.counts[Outcome.CREATED] = report.counts[Outcome.UPDATED] = 0
        if report.taken and source:
            record_import(what=f"{kind.name}: {source}", rows=report.read)
    return report


def load_values(kind: Kind, items: Iterable[Mapping[str, object]]) -> Report:
    """Load rows given as mappings, all or nothing: what a program makes, not a file."""
    names = [column.name for column in kind.columns]

    def rows() -> Iterator[list[str]]:
        yield names
        for item in items:
            yield ["" if item.get(n) is None else str(item[n]) for n in names]

    return load(kind, rows())


def _renamed(heading: list[str], mapping: Mapping[str, str]) -> list[str]:
    return [mapping.get(name, name) or f"{LEFT_OUT}{name}" for name in heading]


def _check_heading(kind: Kind, heading: list[str], audience: Audience) -> None:
    known = {column.name for column in kind.columns}
    missing = [c.name for c in kind.columns if c.required and c.name not in heading]
    if missing:
        raise UnreadableHeading(
            _("The first row lacks the columns %(missing)s; it holds: %(heading)s.")
            % {"missing": ", ".join(missing), "heading": ", ".join(heading)}
        )
    for position, name in enumerate(heading):
        if name in known and name in heading[:position]:
            raise UnreadableHeading(
                _("The first row names the column %(name)s twice.") % {"name": name}
            )
        if name not in known and not name.startswith(LEFT_OUT):
            audience.warned(
                Fault(1, name, "", _("is no column of this kind and is ignored"))
            )


def _numbered(
    kind: Kind, heading: list[str], lines: Iterator[list[str]]
) -> Iterator[Cells]:
    for number, line in enumerate(lines, start=2):
        if not any(line):
            continue
        cells = Cells(number, dict(zip(heading, line, strict=False)))
        if len(line) != len(heading):
            cells.fail(
                heading[0],
                _("the row has %(cells)d cells, the heading %(columns)d")
                % {"cells": len(line), "columns": len(heading)},
            )
        for column in kind.columns:
            value = cells.text(column.name)
            if column.required and not value:
                cells.fail(column.name, _("is required"))
            elif "\x00" in value:
                cells.fail(column.name, _("contains a NUL character"))
        yield cells


def _take(kind: Kind, batch: list[Cells], report: Report, audience: Audience) -> None:
    outcomes = kind.receive(batch)
    for cells, outcome in zip(batch, outcomes, strict=True):
        outcome = Outcome.REJECTED if cells.bad else outcome
        report.counts[outcome] += 1
        if outcome is Outcome.REJECTED:
            audience.faulty(cells)
        for warning in cells.warnings:
            audience.warned(warning)
    report.read += len(batch)
    audience.progressed(report.read)
