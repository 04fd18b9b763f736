"""The one door through which what is kept goes or is rewritten, and the purge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.accounts.models import AccessKind, AccessRecord, HistoryRecord
from staffing.accounts.services.access import record_access
from staffing.people.models import User


class TooYoungToPurge(DomainError):
    code = "too_young_to_purge"
    message = _("The history is kept for %(days)s days: choose an earlier moment.")


@contextmanager
def door(purpose: str) -> Iterator[None]:
    """Let PostgreSQL's trigger allow `purge` (delete) or `erase` (update) inside."""
    with transaction.atomic():
        _open_for(purpose)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                _open_for("")


def _open_for(purpose: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('starhall.history_door', %s, true)", [purpose]
            )


def youngest_to_purge() -> datetime:
    """Return the moment before which things may be purged."""
    return timezone.now() - timedelta(days=settings.HISTORY_KEPT_DAYS)


def purge_history(
    *, before: datetime, by: User | None, limit: int | None = None
) -> int:
    """Delete history and access log older than `before`; return the rows that went.

    Who did it, and how much went, stays in the access log. `by` None is the system:
    the schedule that keeps to the time of keeping. At most `limit` rows go, the oldest
    first; None: all.

    Raises:
        TooYoungToPurge: something that must be kept lies before that moment.
        PermissionDenied: `by` does not configure the whole product.
    """
    if by is not None and not by.sight.reach(Power.CONFIGURE).everywhere:
        raise PermissionDenied
    if before > youngest_to_purge():
        raise TooYoungToPurge(days=settings.HISTORY_KEPT_DAYS)
    old_changes = HistoryRecord._base_manager.filter(timestamp__lt=before)
    old_access = AccessRecord._base_manager.filter(at__lt=before)
    with door("purge"):
        gone = _deleted(old_changes, limit)
        gone += _deleted(old_access, None if limit is None else limit - gone)
        if gone or by is not None:
            record_access(
                AccessKind.HISTORY_PURGED,
                user=by,
                what=f"before {before:%F}",
                rows=gone,
            )
    return gone


def _deleted(rows: QuerySet[Any], limit: int | None) -> int:
    """Delete past the models, which refuse; nothing hangs on these rows."""
    if limit is not None:
        oldest = rows.order_by("pk").values_list("pk", flat=True)[:limit]
        rows = rows.model._base_manager.filter(pk__in=list(oldest))
    return rows._raw_delete(rows.db) or 0
