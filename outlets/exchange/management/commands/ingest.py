"""`manage.py ingest KIND FILE`: load a spreadsheet through the importer."""

import csv
import sys
import tomllib
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from outlets.exchange.cells import Cells, Fault
from outlets.exchange.importer import UnreadableHeading, load
from outlets.exchange.kinds import registered
from outlets.exchange.readers import UnreadableFile, open_rows

PROGRESS_EVERY = 20_000
SAME_WARNINGS_SHOWN = 5
REJECTED, UNREADABLE = 1, 2


class _Terminal:
    """Prints faults, warnings and progress; keeps refused rows when asked to."""

    def __init__(self, out: Any, keep_in: Path | None) -> None:
        self.out = out
        self._keep_in = keep_in
        self._kept: IO[str] | None = None
        self._writer: Any = None
        self._said: Counter[tuple[str, str]] = Counter()
        self._announced = 0

    def faulty(self, cells: Cells) -> None:
        for fault in cells.faults:
            self.out.write(str(fault))
        if self._keep_in is not None:
            self._keep(cells)

    def _keep(self, cells: Cells) -> None:
        if self._writer is None:
            self._kept = self._keep_in.open("w", newline="", encoding="utf-8")  # type: ignore[union-attr]
            self._writer = csv.writer(self._kept)
            self._writer.writerow([*cells.cells, "reasons"])
        reasons = "; ".join(f"{f.column}: {f.reason}" for f in cells.faults)
        self._writer.writerow([*cells.cells.values(), reasons])

    def warned(self, fault: Fault) -> None:
        self._said[fault.column, fault.reason] += 1
        if self._said[fault.column, fault.reason] <= SAME_WARNINGS_SHOWN:
            self.out.write(f"warning: {fault}")

    def progressed(self, read: int) -> None:
        if read // PROGRESS_EVERY > self._announced:
            self._announced = read // PROGRESS_EVERY
            self.out.write(f"{read} rows read …")

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
        for (column, reason), times in self._said.items():
            if times > SAME_WARNINGS_SHOWN:
                more = times - SAME_WARNINGS_SHOWN
                self.out.write(f"warning: column {column}: {reason} ({more} more)")


class Command(BaseCommand):
    help = "Load a CSV or XLSX file of one kind: all of it or, with a fault, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(registered()))
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="report, write nothing"
        )
        parser.add_argument(
            "--keep-good",
            action="store_true",
            help="take the good rows; write the others to FILE.rejected.csv",
        )
        parser.add_argument(
            "--mapping", type=Path, help='TOML file of "foreign heading" = "column"'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        keep_good: bool = options["keep_good"]
        kept = path.with_name(f"{path.name}.rejected.csv") if keep_good else None
        terminal = _Terminal(self.stderr, kept)
        kind = registered()[options["kind"]]()
        try:
            with open_rows(path) as rows:
                report = load(
                    kind,
                    rows,
                    dry_run=options["dry_run"],
                    keep_good=keep_good,
                    mapping=_mapping(options["mapping"]),
                    audience=terminal,
                    source=path.name,
                )
        except (UnreadableFile, UnreadableHeading, DatabaseError) as error:
            self.stderr.write(f"{path}: nothing was loaded. {error}")
            sys.exit(UNREADABLE)
        finally:
            terminal.close()
        if report.rejected and not keep_good:
            self.stderr.write("Nothing was loaded: mend the rows above and send again.")
        self.stdout.write(str(report))
        if report.rejected:
            sys.exit(REJECTED)


def _mapping(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path}: {error}") from error
    return {str(k): str(v) for k, v in table.get("columns", table).items()}
