"""Which days can no longer be rolled up anew, because their raw tickets are gone."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Max, Sum

from outlets.flow.models import (
    HalfHourFlow,
    HourlyFlow,
    MovedMonth,
    ServerDay,
    Ticket,
)
from outlets.flow.rules import FLOW_COUNTS, Month
from outlets.places.models import Outlet

# The instants of a ticket at which something was heard of it.
HEARD = ("arrived_at", "called_at", "finished_at", "abandoned_at")
# An outlet's id and the first day of a month.
MonthKey = tuple[int, date]
_SUMS = (
    (HourlyFlow, (*FLOW_COUNTS, "wait_sum_s")),
    (HalfHourFlow, ("arrivals", "servers")),
    (ServerDay, ("served", "with_service_time", "service_sum_s", "vip_served")),
)


def moved_months_of(outlets: Collection[int]) -> set[MonthKey]:
    """Return the months of these outlets whose tickets were moved out. One query."""
    rows = MovedMonth.objects.filter(outlet__in=outlets)
    return set(rows.values_list("outlet_id", "first"))


def moved_days(outlet: Outlet) -> set[date]:
    """Return the days of an outlet that cannot be rolled up from raw tickets."""
    firsts = MovedMonth.objects.filter(outlet=outlet).values_list("first", flat=True)
    return {day for first in firsts for day in Month(first).days}


def last_heard(outlet: Outlet, day: date) -> datetime | None:
    """Return the last instant heard of any ticket of a day; None: of none. One query.

    A second one where the tickets of the day were moved out.
    """
    tickets = Ticket.objects.filter(outlet=outlet, date=day)
    heard = tickets.aggregate(**{f"last_{name}": Max(name) for name in HEARD})
    newest = max(filter(None, heard.values()), default=None)
    if newest is not None:
        return newest
    month = MovedMonth.objects.filter(outlet=outlet, first=Month.of(day).first).first()
    told = month.heard.get(day.isoformat()) if month else None
    return datetime.fromisoformat(told) if told else None


def rolled_totals(outlet: Outlet, month: Month) -> dict[str, int]:
    """Return what the roll-ups of tickets add up to in a month of an outlet.

    No number of a server is in it, so that an erasure moves none of it.
    """
    found: dict[str, int] = {}
    for model, columns in _SUMS:
        rows = model.objects.filter(outlet=outlet).between(*month.span)
        sums = rows.aggregate(**{f"sum_{name}": Sum(name) for name in columns})
        for name in columns:
            found[f"{model.__name__}.{name}"] = sums[f"sum_{name}"] or 0
    return found


def moved_differences(row: MovedMonth) -> list[str]:
    """Return, in words for an operator, where roll-ups left what was proven then."""
    now = rolled_totals(row.outlet, row.month)
    return [
        f"{name} of {row.outlet.code} {row.month} is {now.get(name)}, was {proven} "
        "when its tickets were moved out"
        for name, proven in sorted(row.totals.items())
        if now.get(name) != proven
    ]
