"""Keeping the history of bulk writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from outlets.exchange import bulk
from outlets.exchange.tracking import Tracked
from staffing.accounts.models import HistoryRecord
from staffing.accounts.models.history import (
    Changes,
    Deed,
    kept_value,
    worth_a_line,
)


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
