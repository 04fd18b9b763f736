"""Checking and loading a file: the one path that pages and the command line share."""

import csv
import hashlib
import io
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from outlets.exchange import bulk
from outlets.exchange.access import gate_for
from outlets.exchange.acting import acting
from outlets.exchange.cells import Cells, Fault
from outlets.exchange.importer import (
    Audience,
    Report,
    Silence,
    UnreadableHeading,
    load,
)
from outlets.exchange.kinds import Outcome, registered
from outlets.exchange.models import (
    MOST_FAULTS,
    MOST_WARNINGS,
    RUNNING,
    Import,
    ImportFault,
    ImportState,
    import_files,
)
from outlets.exchange.progress import Pulse
from outlets.exchange.readers import UnreadableFile, read_rows

logger = logging.getLogger(__name__)
CHUNK = 1 << 20
# Warnings that say the same are kept this often.
SAME_WARNINGS = 20


class Overtaken(Exception):
    """Another attempt has begun since; what this one wrote is taken back."""


def digest_of(binary: IO[bytes]) -> str:
    """Return the SHA-256 of a file, read in pieces; the file stands at its start."""
    digest = hashlib.sha256()
    binary.seek(0)
    while piece := binary.read(CHUNK):
        digest.update(piece)
    binary.seek(0)
    return digest.hexdigest()


def run_import(*, import_id: int, attempt: int) -> None:
    """Do the job of one attempt; a second delivery of the same job changes nothing."""
    begun = Import.objects.filter(
        pk=import_id, attempt=attempt, claimed=False, state__in=RUNNING
    ).update(claimed=True, started_at=timezone.now(), progress_at=timezone.now())
    if not begun:
        logger.info("Import %s, attempt %s, has been taken already", import_id, attempt)
        return
    imported = Import.objects.select_related("by").get(pk=import_id)
    with translation.override(imported.language):
        try:
            with import_files().open(imported.stored) as file:
                if digest_of(file) != imported.sha256:
                    changed = _(
                        "The stored file is not the one received. Send it anew."
                    )
                    _stop(imported, ImportState.UNREADABLE, changed)
                    return
                perform(imported, file)
        except FileNotFoundError:
            gone = _("The file is no longer there.")
            _stop(imported, ImportState.UNREADABLE, gone)
        except (UnreadableFile, UnreadableHeading, PermissionDenied, Overtaken):
            logger.info("Import %s was not taken", import_id)  # its row says why


def ingest_file(
    *,
    kind: str,
    binary: IO[bytes],
    name: str,
    dry_run: bool,
    keep_good: bool,
    mapping: Mapping[str, str],
    audience: Audience,
) -> Report:
    """Check or load a file from the command line; it appears in the history too.

    Raises:
        UnreadableFile, UnreadableHeading: nothing was loaded.
    """
    now = timezone.now()
    imported = Import.objects.create(
        kind=kind,
        state=ImportState.CHECKING if dry_run else ImportState.LOADING,
        language=translation.get_language() or "en",
        file_name=name[-255:],
        size=binary.seek(0, io.SEEK_END),
        sha256=digest_of(binary),
        mapping=dict(mapping),
        keep_good=keep_good,
        attempt=1,
        claimed=True,
        confirmed_at=None if dry_run else now,
        started_at=now,
        progress_at=now,
    )
    return perform(imported, binary, audience)


def perform(
    imported: Import, binary: IO[bytes], audience: Audience | None = None
) -> Report:
    """Check or load what `binary` holds, and keep the outcome in the import's row.

    Rows, faults and outcome are written in one transaction: an interruption leaves
    nothing.

    Raises:
        UnreadableFile, UnreadableHeading, PermissionDenied, Overtaken: as the row says.
        Exception: whatever else stopped the job, kept as interrupted.
    """
    try:
        with ExitStack() as stack:
            stack.enter_context(acting(by=imported.by))  # else a job would be named
            pulse = stack.enter_context(Pulse(imported))
            keeper = stack.enter_context(_Keeper(imported, binary, pulse, audience))
            return _perform(imported, binary, keeper)
    except (UnreadableFile, UnreadableHeading) as error:
        _stop(imported, ImportState.UNREADABLE, str(error))
        raise
    except PermissionDenied:
        refusal = _("You may no longer load files of this kind.")
        _stop(imported, ImportState.REFUSED, refusal)
        raise
    except Overtaken:
        raise  # whoever began anew keeps the row
    except Exception as error:
        fault = _("The work stopped with %(fault)s. The server's log says more.")
        name = type(error).__name__
        _stop(imported, ImportState.INTERRUPTED, fault % {"fault": name})
        raise


def _perform(imported: Import, binary: IO[bytes], keeper: "_Keeper") -> Report:
    kind = registered()[imported.kind]
    dry_run = imported.state == ImportState.CHECKING
    gate = gate_for(kind, imported.by)
    taking = kind()
    taking.loaded_by = imported.by
    with transaction.atomic():
        report = load(
            taking,
            read_rows(binary),
            dry_run=dry_run,
            # A page asks how many rows are good before somebody decides about them.
            keep_good=imported.keep_good or (dry_run and imported.by is not None),
            mapping=imported.mapping,
            audience=keeper,
            gate=gate,
            source=imported.file_name,
        )
        _keep_outcome(imported, report, keeper, dry_run=dry_run)
    return report


def _keep_outcome(
    imported: Import, report: Report, keeper: "_Keeper", *, dry_run: bool
) -> None:
    locked = Import.objects.select_for_update().get(pk=imported.pk)
    # Who was taken for dead but lives may still finish, unless somebody began anew.
    expected = (*RUNNING, ImportState.INTERRUPTED)
    if locked.attempt != imported.attempt or locked.state not in expected:
        raise Overtaken
    locked.fault_rows.all().delete()
    bulk.insert(ImportFault, keeper.kept)
    for outcome, count in report.counts.items():
        setattr(locked, outcome.value, count)
    locked.read, locked.percent, locked.message = report.read, 100, ""
    locked.faults, locked.warnings = keeper.faults, keeper.warnings
    locked.refused_rows = keeper.save_refused()
    locked.progress_at = locked.finished_at = timezone.now()
    if dry_run:
        locked.state = ImportState.CHECKED
    else:
        locked.state = ImportState.LOADED if report.taken else ImportState.REFUSED
    locked.save()


def _stop(imported: Import, state: ImportState, message: str) -> None:
    now = timezone.now()
    Import.objects.filter(
        pk=imported.pk, attempt=imported.attempt, state__in=RUNNING
    ).update(
        state=state,
        message=message[:500],
        progress_at=now,
        finished_at=now,
        **{outcome.value: 0 for outcome in Outcome},
    )


class _Keeper:
    """Keeps faults and warnings up to a bound, and every refused row on disk."""

    def __init__(
        self,
        imported: Import,
        binary: IO[bytes],
        pulse: Pulse,
        audience: Audience | None,
    ) -> None:
        self._imported = imported
        self._binary = binary
        self._pulse = pulse
        self._audience = audience or Silence()
        self._percent = 0
        self._same: Counter[tuple[str, str]] = Counter()
        self._refused: IO[str] | None = None
        self._write: Callable[[list[str]], object] = list
        self.kept: list[ImportFault] = []
        self.faults = self.warnings = 0
        self._kept_warnings = 0

    def __enter__(self) -> "_Keeper":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._refused is not None:
            self._refused.close()

    def faulty(self, cells: Cells) -> None:
        self._audience.faulty(cells)
        for fault in cells.faults:
            self.faults += 1
            if self.faults <= MOST_FAULTS:
                self.kept.append(self._row(fault))
        if self._imported.stored:
            self._keep_row(cells)

    def _keep_row(self, cells: Cells) -> None:
        if self._refused is None:
            self._refused = tempfile.TemporaryFile(  # noqa: SIM115 - closed on exit
                "w+", encoding="utf-8", newline=""
            )
            self._write = csv.writer(self._refused).writerow
            self._write([_("row"), *cells.cells, _("reasons")])
        reasons = "; ".join(f"{f.column}: {f.reason}" for f in cells.faults)
        self._write([str(cells.row), *cells.cells.values(), reasons])

    def warned(self, fault: Fault) -> None:
        self._audience.warned(fault)
        self.warnings += 1
        self._same[fault.column, fault.reason] += 1
        if self._kept_warnings < MOST_WARNINGS and (
            self._same[fault.column, fault.reason] <= SAME_WARNINGS
        ):
            self._kept_warnings += 1
            self.kept.append(self._row(fault, is_warning=True))

    def _row(self, fault: Fault, *, is_warning: bool = False) -> ImportFault:
        return ImportFault.cut(
            of=self._imported,
            is_warning=is_warning,
            row=fault.row,
            column=fault.column,
            value=fault.value,
            reason=fault.reason,
        )

    def progressed(self, read: int) -> None:
        self._audience.progressed(read)
        if self._imported.size:
            share = min(self._binary.tell() * 100 // self._imported.size, 99)
            self._percent = max(self._percent, share)
        self._pulse.beat(read, self._percent)

    def save_refused(self) -> str:
        """Keep the refused rows beside the file and return their name; "" for none."""
        if self._refused is None:
            return ""
        self._refused.flush()
        binary: Any = self._refused.buffer  # type: ignore[attr-defined]
        binary.seek(0)
        name = f"{self._imported.uuid}.{self._imported.attempt}.refused.csv"
        return import_files().save(name, File(binary))


def refused_rows(imported: Import) -> tuple[list[str], Iterator[list[str]]]:
    """Return the heading and the rows that were refused, with reasons, as a stream."""

    def lines() -> Iterator[list[str]]:
        with import_files().open(imported.refused_rows) as file:
            text = (piece.decode() for piece in file)
            yield from csv.reader(text)

    rows = lines()
    return next(rows, []), rows
