"""Reads of the ledger that several rooms share."""

from dataclasses import dataclass

from django.db.models import Max, Min

from evaluations.ledger.models import Entry, PeriodChange, PeriodState
from evaluations.ledger.periods import Period
from evaluations.ledger.sources import registered
from outlets.places.sight import Viewer


def newest_changes() -> dict[str, PeriodChange]:
    """Return the newest word on every period that was ever closed, by its code."""
    changes = PeriodChange.objects.select_related("by").order_by("id")
    return {change.period: change for change in changes}


def is_closed(period: Period) -> bool:
    """Tell whether the newest word on the period is that it is closed."""
    newest = PeriodChange.objects.filter(period=period.code).order_by("-id").first()
    return newest is not None and newest.state == PeriodState.CLOSED


@dataclass(frozen=True, slots=True)
class MonthOfLedger:
    """One month: `change` None means it was never closed.

    `late` counts the entries that arrived after the month was closed: kept, and
    without effect on what is published.
    """

    period: Period
    change: PeriodChange | None
    late: int

    @property
    def closed(self) -> bool:
        return self.change is not None and self.change.state == PeriodState.CLOSED


def months_of_ledger(limit: int = 24) -> list[MonthOfLedger]:
    """Return the newest months that have entries, newest first."""
    span = Entry.objects.aggregate(first=Min("on"), last=Max("on"))
    if span["last"] is None:
        return []
    changes = newest_changes()
    months: list[MonthOfLedger] = []
    period = Period.month_of(span["last"])
    while period.last >= span["first"] and len(months) < limit:
        change = changes.get(period.code)
        late = 0
        if change is not None and change.state == PeriodState.CLOSED:
            late = Entry.objects.filter(
                on__range=(period.first, period.last), posted_at__gt=change.at
            ).count()
        months.append(MonthOfLedger(period, change, late))
        period = period.previous
    return months


@dataclass(frozen=True, slots=True)
class Trail:
    """One entry with what came before and after it, and the way to its record."""

    entry: Entry
    history: tuple[Entry, ...]
    source_label: str
    source_url: str


def trail(entry: Entry, viewer: Viewer) -> Trail:
    """Return every version of what `entry` says, oldest first, and its record's page.

    A version at an outlet out of the viewer's sight is left out: an assignment that was
    corrected moves a record. `source_url` is empty where the source is no longer part
    of the product.
    """
    history = Entry.objects.visible_to(viewer).filter(
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
