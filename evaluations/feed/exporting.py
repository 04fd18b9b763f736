"""Everything a service may see, as files with a manifest: asked for, written, fetched.

The files are one snapshot of the database; the cursor beside them goes on in the feed
from there, so that who loads them and follows the feed has missed nothing.
"""

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.feed import tasks
from evaluations.feed.cursors import Cursor, View
from evaluations.feed.keys import once
from evaluations.feed.models import Export, ExportState, Mark
from evaluations.feed.reading import keep_day, last_position, lasting_id
from evaluations.feed.writers import WRITERS, TooManyRows
from outlets.exchange import progress
from outlets.exchange.access_log import record_export
from outlets.exchange.errors import DomainError
from outlets.exchange.feed_kinds import registered
from staffing.accounts.authentication import Service, caller_of
from staffing.accounts.models import ServiceAccount

logger = logging.getLogger(__name__)
MOST_RUNNING = 3
SILENCE = timedelta(minutes=10)
CHUNK = 1 << 20
_TELL_EVERY = 1000


class TooManyExports(DomainError):
    code = "too_many_exports"
    message = _("%(most)s exports of this service are being written already.")


class ExportOutdated(DomainError):
    code = "export_outdated"
    message = _(
        "What this service may see is not what it was when the files were written. Ask "
        "for another export."
    )


class ExportNotReady(DomainError):
    code = "export_not_ready"
    message = _("This export is not ready, or no longer kept.")


def start_export(
    *,
    account: ServiceAccount,
    scopes: list[str],
    kinds: list[str],
    form: str,
    key: UUID | None = None,
) -> Export:
    """Ask for an export with the scopes of a token; a worker writes it.

    `kinds` empty: all that the scopes open. The same `key` answers the same export.

    Raises:
        TooManyExports: as many are being written already.
        DeliveryConflict: the key came before, for another export.
    """
    return once(
        account=account,
        kind=Export,
        key=key,
        # A narrower token is another call: it must not be given what it cannot open.
        content=[sorted(scopes), sorted(set(kinds)), form],
        make=lambda uuid: _start(uuid, account, scopes, kinds, form),
    )


def _start(
    uuid: UUID, account: ServiceAccount, scopes: list[str], kinds: list[str], form: str
) -> Export:
    lately = timezone.now() - SILENCE
    running = Export.objects.filter(
        service=account,
        state__in=(ExportState.WAITING, ExportState.RUNNING),
        made_at__gte=lately,
    )
    if running.count() >= MOST_RUNNING:
        raise TooManyExports(most=MOST_RUNNING)
    seen = View.of(caller_of(account, scopes)).kinds
    export = Export.objects.create(
        uuid=uuid,
        service=account,
        scopes=sorted(scopes),
        kinds=sorted(set(kinds) & seen if kinds else seen),
        form=form,
    )
    transaction.on_commit(partial(tasks.write_export.delay, export.pk))
    return export


def write_export(*, export_id: int) -> None:
    """Write the files of an export; a second delivery of the same job does nothing."""
    begun = Export.objects.filter(pk=export_id, state=ExportState.WAITING).update(
        state=ExportState.RUNNING, progress_at=timezone.now()
    )
    if not begun:
        return
    export = Export.objects.select_related("service").get(pk=export_id)
    try:
        _write(export)
    except (TooManyRows, OSError, DatabaseError) as error:
        logger.exception("Export %s failed", export.uuid)
        Export.objects.filter(pk=export_id).update(state=ExportState.FAILED)
        _remove(export)
        if not isinstance(error, TooManyRows):
            raise


def _write(export: Export) -> None:
    viewer = caller_of(export.service, export.scopes)
    keep_day()
    rows, files, personal = 0, [], 0
    with progress.Ticker(Export, export.pk) as ticker, _snapshot():
        view = View.of(viewer)
        kinds = view.kinds & frozenset(export.kinds)
        # Of the other kinds she holds nothing yet: the feed will tell them.
        cursor = Cursor(replace(view, kinds=kinds), last_position(), 0, (), kinds)
        for name in sorted(kinds):
            with tempfile.TemporaryFile() as file:
                count = 0
                for count in write_rows(file, viewer, name, export.form):
                    if count % _TELL_EVERY == 0:
                        ticker.tell(rows + count)
                rows += count
                personal += count if registered()[name].personal else 0
                files.append(_keep(export, file, name, count))
    now = timezone.now()
    record_export(None, what=f"export {export.form}", rows=personal)
    Export.objects.filter(pk=export.pk).update(
        state=ExportState.DONE,
        rows=rows,
        files=files,
        cursor=str(cursor),
        view=view.packed(),
        progress_at=now,
        finished_at=now,
        expires_at=now + timedelta(hours=settings.EXPORTS_KEPT_HOURS),
    )


def require_same_view(export: Export) -> None:
    """Hand out no file that holds more, or less, than its service may see now.

    Raises:
        ExportOutdated: scopes or places of the service have changed since.
    """
    now = View.of(caller_of(export.service, export.scopes))
    if now.packed() != export.view:
        raise ExportOutdated


def write_rows(file: IO[bytes], viewer: Service, name: str, form: str) -> Iterator[int]:
    """Write what `viewer` sees of a kind; yield how many rows there are so far."""
    kind, space = registered()[name], Mark.only().space
    writer = WRITERS[form](file, kind)
    for count, (key, row) in enumerate(kind.rows(viewer), start=1):
        writer.add(str(lasting_id(space, name, key)), row)
        yield count
    writer.close()


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as of one moment, without keeping any writer waiting."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield  # SQLite: files of one kind are a snapshot; the feed mends the rest
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _keep(export: Export, file: IO[bytes], kind: str, rows: int) -> dict[str, Any]:
    """Move a written file into the storage; return its line of the manifest."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(CHUNK):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    name = f"{kind}.{export.form}"
    files().save(path_of(export, name), File(cast(Any, file)))
    return {
        "name": name,
        "kind": kind,
        "rows": rows,
        "bytes": size,
        "sha256": digest.hexdigest(),
    }


def files() -> Storage:
    return storages["private"]


def path_of(export: Export, name: str) -> str:
    return f"api-exports/{export.uuid}/{name}"


def remove_expired() -> int:
    """Delete the files of exports whose time is over; return how many there were."""
    over = Export.objects.filter(state=ExportState.DONE, expires_at__lte=timezone.now())
    for export in over:
        _remove(export)
        export.state = ExportState.EXPIRED
        export.save(update_fields=["state"])
    silent = Export.objects.filter(
        state=ExportState.RUNNING, progress_at__lte=timezone.now() - SILENCE
    )
    return len(over) + silent.update(state=ExportState.FAILED)


def _remove(export: Export) -> None:
    for kind in export.kinds:
        path = path_of(export, f"{kind}.{export.form}")
        if files().exists(path):
            files().delete(path)
