"""Reads of the ledger that several rooms share."""

from dataclasses import dataclass

from evaluations.ledger.models import Entry, PeriodChange, PeriodState
from evaluations.ledger.periods import Period
from evaluations.ledger.sources import registered


def is_closed(period: Period) -> bool:
    """Tell whether the newest word on the period is that it is closed."""
    newest = PeriodChange.objects.filter(period=period.code).order_by("-id").first()
    return newest is not None and newest.state == PeriodState.CLOSED


@dataclass(frozen=True, slots=True)
class Trail:
    """One entry with what came before and after it, and the way to its record."""

    entry: Entry
    history: tuple[Entry, ...]
    source_label: str
    source_url: str


def trail(entry: Entry) -> Trail:
    """Return every version of what `entry` says, oldest first, and its record's page.

    `source_url` is empty where the source is no longer part of the product.
    """
    history = Entry.objects.filter(
        source=entry.source,
        source_id=entry.source_id,
        component=entry.component,
        kind=entry.kind,
        scope=entry.scope,
        employee=entry.employee_id,
    )
    source = registered().get(entry.source)
    return Trail(
        entry=entry,
        history=tuple(history.select_related("by", "outlet").order_by("id")),
        source_label=str(source.label) if source else entry.source,
        source_url=source.link(entry.source_id) if source else "",
    )
