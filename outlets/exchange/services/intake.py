"""The life of an import: received, checked, confirmed or cancelled, begun anew."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from outlets.exchange import tasks
from outlets.exchange.access import Loader, may_load
from outlets.exchange.errors import DomainError
from outlets.exchange.kinds import Kind, registered
from outlets.exchange.meanings import guess
from outlets.exchange.models import Import, ImportState, import_files
from outlets.exchange.readers import UnreadableFile, read_rows
from outlets.exchange.services.housekeeping import delete_files
from outlets.exchange.services.running import digest_of

# Imports of a kind whose chosen columns are remembered for the next one.
REMEMBERED = 10
_CONFIRMABLE = (ImportState.LOADING, ImportState.LOADED)


class FileTooLarge(DomainError):
    code = "file_too_large"
    message = _("The file is larger than %(most)s MB. Send it in parts.")


class FileNotReadable(DomainError):
    code = "file_not_readable"
    message = "%(why)s"


class ColumnsMissing(DomainError):
    code = "columns_missing"
    message = _("Say which column of your file holds: %(missing)s.")


class ColumnTwice(DomainError):
    code = "column_twice"
    message = _("Two columns of your file cannot both be %(column)s.")


class RowsRefused(DomainError):
    code = "rows_refused"
    message = _("Some rows are refused: mend them, or choose to keep the good ones.")


class NothingToLoad(DomainError):
    code = "nothing_to_load"
    message = _("No row of this file can be loaded.")


class ImportNotWaiting(DomainError):
    code = "import_not_waiting"
    message = _("This import is not waiting for that. Reload the page.")


class FileGone(DomainError):
    code = "file_gone"
    message = _("The file has been deleted since. Send it again.")


def receive_file(*, kind: type[Kind], upload: UploadedFile, by: Loader) -> Import:
    """Keep a file and read its heading; the rows are read by the job.

    Raises:
        PermissionDenied: `by` may load nothing of this kind.
        FileTooLarge, FileNotReadable: nothing is kept.
    """
    if not may_load(kind, by):
        raise PermissionDenied
    size = upload.size or 0
    if size > settings.IMPORT_MOST_BYTES:
        raise FileTooLarge(most=settings.IMPORT_MOST_BYTES // 1024**2)
    binary: Any = upload.file
    try:
        binary.seek(0)
        heading = next(read_rows(binary), [])
    except UnreadableFile as error:
        raise FileNotReadable(why=str(error)) from error
    digest = digest_of(binary)
    identity = uuid4()
    # The name comes from us: what somebody called her file is never a path.
    stored = import_files().save(str(identity), upload)
    heading = [name[:120].replace("\x00", "") for name in heading]
    with transaction.atomic():
        return Import.objects.create(
            uuid=identity,
            kind=kind.name,
            by_id=by.pk,
            language=translation.get_language() or settings.LANGUAGE_CODE,
            file_name=_shown_name(upload.name or ""),
            size=size,
            sha256=digest,
            stored=stored,
            heading=heading,
            mapping=guess(kind, heading, remembered_columns(kind)),
        )


def _shown_name(name: str) -> str:
    """Return a file's name as the history shows it: printable, and not too long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char if char.isprintable() else "_" for char in base)[-255:]


def remembered_columns(kind: type[Kind]) -> dict[str, str]:
    """Return what headings of this kind were last said to mean; "" means left out."""
    chosen: dict[str, str] = {}
    imports = Import.objects.filter(kind=kind.name, attempt__gt=0, by__isnull=False)
    for mapping in reversed(imports.values_list("mapping", flat=True)[:REMEMBERED]):
        chosen |= mapping
    return chosen


@transaction.atomic
def start_check(*, import_id: int, mapping: Mapping[str, str], by: Loader) -> Import:
    """Fix what the columns mean and have a worker check every row.

    `mapping` is from headings to columns; "" leaves a column out. Asking again while
    the check runs changes nothing.

    Raises:
        ColumnTwice, ColumnsMissing: the columns cannot be meant like this.
        ImportNotWaiting: it has been confirmed or cancelled.
    """
    imported = _locked(import_id, by)
    if imported.state == ImportState.CHECKING:
        return imported
    if imported.state not in (ImportState.RECEIVED, ImportState.CHECKED):
        raise ImportNotWaiting
    kind = registered()[imported.kind]
    names = [column.name for column in kind.columns]
    chosen = {
        text: column if (column := mapping.get(text, "")) in names else ""
        for text in imported.heading
    }
    given = [column for column in chosen.values() if column]
    if twice := sorted({column for column in given if given.count(column) > 1}):
        raise ColumnTwice(column=twice[0])
    missing = [c.name for c in kind.columns if c.required and c.name not in given]
    if missing:
        raise ColumnsMissing(missing=", ".join(missing))
    imported.mapping = chosen
    return _start(imported, ImportState.CHECKING)


@transaction.atomic
def confirm_import(*, import_id: int, keep_good: bool, by: Loader) -> Import:
    """Have a worker load the checked file; confirming twice changes nothing.

    Raises:
        RowsRefused: rows are refused and `keep_good` is False.
        NothingToLoad: no row is good.
        ImportNotWaiting: it has not been checked, or was cancelled.
    """
    imported = _locked(import_id, by)
    if imported.state in _CONFIRMABLE:
        return imported
    if imported.state != ImportState.CHECKED:
        raise ImportNotWaiting
    if imported.rejected and not keep_good:
        raise RowsRefused
    if not imported.good:
        raise NothingToLoad
    imported.keep_good = keep_good
    imported.confirmed_at = timezone.now()
    return _start(imported, ImportState.LOADING)


@transaction.atomic
def cancel_import(*, import_id: int, by: Loader) -> Import:
    """Call an import off and delete its file; nothing of it was loaded.

    Raises:
        ImportNotWaiting: it is being worked on, or is over.
    """
    imported = _locked(import_id, by)
    if imported.state == ImportState.CANCELLED:
        return imported
    if not imported.may_be_cancelled:
        raise ImportNotWaiting
    transaction.on_commit(partial(delete_files, imported.stored, imported.refused_rows))
    imported.state, imported.finished_at = ImportState.CANCELLED, timezone.now()
    imported.stored = imported.refused_rows = ""
    imported.save()
    return imported


@transaction.atomic
def start_again(*, import_id: int, by: Loader) -> Import:
    """Begin an interrupted check or load anew, from the first row.

    Raises:
        ImportNotWaiting: it is not interrupted.
    """
    imported = _locked(import_id, by)
    if not imported.may_go_on:
        raise ImportNotWaiting
    confirmed = imported.confirmed_at is not None
    return _start(imported, ImportState.LOADING if confirmed else ImportState.CHECKING)


def _locked(import_id: int, by: Loader) -> Import:
    """Return the import for a change, which only who sent it may make."""
    imports = Import.objects.visible_to(by).select_for_update(of=("self",))
    imported = imports.get(pk=import_id)
    if imported.by_id != by.pk or not may_load(registered()[imported.kind], by):
        raise PermissionDenied
    return imported


def _start(imported: Import, state: ImportState) -> Import:
    if not imported.stored:
        raise FileGone
    imported.state, imported.message = state, ""
    imported.attempt, imported.claimed = imported.attempt + 1, False
    imported.read = imported.percent = 0
    imported.progress_at, imported.finished_at = timezone.now(), None
    imported.save()
    transaction.on_commit(
        partial(tasks.run_import.delay, imported.pk, imported.attempt)
    )
    return imported
