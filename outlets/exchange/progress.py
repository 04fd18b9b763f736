"""How far a job is, told outside the transaction in which it writes.

On PostgreSQL through a second connection, into the import's own row. SQLite has one
writer, and that is the job itself: there progress lies in a cache beside the database.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from django.core.cache import caches
from django.db import DatabaseError, connection, models
from django.utils import timezone

from outlets.exchange.models import Import

SECONDS_BETWEEN = 1.0
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows read so far, per cent of the file, and when that was said."""

    read: int
    percent: int
    at: datetime | None


class Pulse:
    """Says how far one import is, at most once a second."""

    def __init__(self, imported: Import) -> None:
        self._imported = imported
        self._next = 0.0
        own = connection.vendor == "postgresql"
        self._connection = connection.copy() if own else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        else:
            caches["progress"].delete(self._key)

    @property
    def _key(self) -> str:
        return str(self._imported.uuid)

    def beat(self, read: int, percent: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + SECONDS_BETWEEN
        at = timezone.now()
        if self._connection is None:
            caches["progress"].set(self._key, (read, percent, at), _KEPT_SECONDS)
            return
        table = self._connection.ops.quote_name(Import._meta.db_table)
        # A progress that cannot be told must not end the job that makes it.
        with suppress(DatabaseError), self._connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET read = %s, percent = %s, progress_at = %s "  # noqa: S608 - its own name
                "WHERE id = %s AND attempt = %s",
                [read, percent, at, self._imported.pk, self._imported.attempt],
            )


def progress_of(imported: Import) -> Progress:
    """Return how far a running import is."""
    said = None
    if connection.vendor != "postgresql":
        said = caches["progress"].get(str(imported.uuid))
    if said is not None:
        return Progress(*said)
    return Progress(imported.read, imported.percent, imported.progress_at)


class Ticker:
    """Says how many rows of any job there are, at most once a second.

    `model` has `rows` and `progress_at`. On SQLite it writes straight away: a job that
    only reads is no writer there.
    """

    def __init__(self, model: type[models.Model], pk: int) -> None:
        self._model, self._pk = model, pk
        self._next = 0.0
        own = connection.vendor == "postgresql"
        self._connection = connection.copy() if own else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def tell(self, rows: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + SECONDS_BETWEEN
        use = self._connection or connection
        table = use.ops.quote_name(self._model._meta.db_table)
        with suppress(DatabaseError), use.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET rows = %s, progress_at = %s WHERE id = %s",  # noqa: S608 - its own name
                [rows, timezone.now(), self._pk],
            )
