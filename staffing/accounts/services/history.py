"""Keeping the history of bulk writes, and the one door through which it is changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange import bulk
from outlets.exchange.errors import DomainError
from outlets.exchange.tracking import Tracked
from outlets.places.sight import Power
from staffing.accounts.models import AccessKind, AccessRecord, HistoryRecord
from staffing.accounts.models.history import (
    Changes,
    Deed,
    kept_value,
    worth_a_line,
)
from staffing.accounts.services.access import record_access
from staffing.people.models import Employee, User

BATCH = 1000
ERASED = "erased"
# The fields that say who somebody is, wherever a history keeps them.
NAMES: Mapping[type[models.Model], frozenset[str]] = {
    Employee: frozenset({"name"}),
    User: frozenset({"username", "email", "first_name", "last_name"}),
}


def record_bulk(
    known: Tracked,
    *,
    created: Sequence[models.Model],
    updated: Sequence[tuple[models.Model, Mapping[str, Any]]],
    deleted: Sequence[models.Model],
) -> None:
    """Keep the history of rows that were written in bulk; signals tell of none."""
    told = [*created, *(row for row, _before in updated), *deleted]
    if known.related and told:
        models.prefetch_related_objects(told, *known.related)
    records = []
    for row in created:
        now = _values(known, row)
        changes = {name: (None, value) for name, value in now.items()}
        records.append(_record(known, row, Deed.CREATED, changes))
    for row, before in updated:
        changes = {
            name: (kept_value(before[attname]), value)
            for name, value in _values(known, row).items()
            if (attname := _attname(known, name)) in before
            and kept_value(before[attname]) != value
        }
        records.append(_record(known, row, Deed.CHANGED, changes))
    for row in deleted:
        was = _values(known, row)
        changes = {name: (value, None) for name, value in was.items()}
        records.append(_record(known, row, Deed.DELETED, changes))
    bulk.insert(HistoryRecord, [record for record in records if record is not None])


def _record(
    known: Tracked, row: models.Model, deed: Deed, changes: Changes
) -> HistoryRecord | None:
    changes = worth_a_line(changes)
    return HistoryRecord.of(known, row, deed, changes) if changes else None


def _attname(known: Tracked, name: str) -> str:
    return known.model._meta.get_field(name).attname  # type: ignore[union-attr]


def _values(known: Tracked, row: models.Model) -> dict[str, Any]:
    return {
        name: kept_value(getattr(row, _attname(known, name))) for name in known.fields
    }


# --- The door -------------------------------------------------------------------------


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


def purge_history(*, before: datetime, by: User | None) -> int:
    """Delete history and access log older than `before`; return the rows that went.

    Who did it, and how much went, stays in the access log. `by` None is the system:
    the schedule that keeps to the time of keeping.

    Raises:
        TooYoungToPurge: something that must be kept lies before that moment.
        PermissionDenied: `by` does not configure the whole product.
    """
    if by is not None and not by.sight.reach(Power.CONFIGURE).everywhere:
        raise PermissionDenied
    days = settings.HISTORY_KEPT_DAYS
    if before > timezone.now() - timedelta(days=days):
        raise TooYoungToPurge(days=days)
    old_changes = HistoryRecord._base_manager.filter(timestamp__lt=before)
    old_access = AccessRecord._base_manager.filter(at__lt=before)
    with door("purge"):
        gone = sum(rows._raw_delete(rows.db) for rows in (old_changes, old_access))
        record_access(
            AccessKind.HISTORY_PURGED,
            user=by,
            what=f"before {before:%F}",
            rows=gone,
        )
    return gone


def pseudonymise_history(*, employee: Employee, by: User | None) -> int:
    """Take a person's names out of the history; return the lines rewritten.

    What happened to her row, when and by whom stays; `name` and the like read "erased"
    before and after. Where she acted she is found by her account, whose own name is
    erased in `people`. To be called in the transaction that erases her.
    """
    types = {
        ContentType.objects.get_for_model(model).pk: (model, fields)
        for model, fields in NAMES.items()
    }
    account = models.Q(
        content_type=ContentType.objects.get_for_model(User),
        object_id__in=User.objects.filter(employee=employee).values("pk"),
    )  # lines from before the account was tied to her
    told = HistoryRecord._base_manager.filter(models.Q(employee=employee) | account)
    said = {employee.name, *_names_before(told)} - {"", ERASED}
    rewritten = 0
    with door("erase"):
        batch = []
        for record in told.order_by("pk").iterator(chunk_size=BATCH):
            _model, fields = types.get(record.content_type_id, (None, frozenset()))
            changes = {
                name: _erased(pair) if name in fields else pair
                for name, pair in record.changes.items()
            }
            label = _without(record.object_repr, said)
            if (changes, label) != (record.changes, record.object_repr):
                record.changes, record.object_repr = changes, label
                batch.append(record)
        if batch:
            HistoryRecord._base_manager.bulk_update(
                batch, ["changes", "object_repr"], batch_size=200
            )
        rewritten = len(batch)
        record_access(
            AccessKind.NAME_ERASED, user=by, employee_id=employee.pk, rows=rewritten
        )
    return rewritten


def _names_before(told: models.QuerySet[HistoryRecord]) -> set[str]:
    """Return every name that the person's own history gives her."""
    names = {name for fields in NAMES.values() for name in fields}
    return {
        value
        for changes in told.values_list("changes", flat=True)
        for field, pair in changes.items()
        if field in names
        for value in pair
        if isinstance(value, str)
    }


def _erased(pair: Sequence[Any]) -> list[Any]:
    return [value if value in (None, "") else ERASED for value in pair]


def _without(label: str, names: set[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        label = label.replace(name, ERASED)
    return label
