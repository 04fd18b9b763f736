"""What the flow of an outlet says in the ledger, a month in one entry per figure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum

from evaluations.ledger.models import Entry
from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from evaluations.targets.services.volume import LOOK_BACK, SOURCE
from outlets.flow.models import DailyVolume, HourlyFlow
from outlets.flow.rules import LONG_WAIT_S, WAIT_EDGES
from outlets.places.models import Outlet

WAITING, PRIORITY, TRANSACTIONS = "waiting", "priority_service", "transactions"
PREFIX = "flow:"
# A year's ranking may need months that nobody ranked: they are posted once.
MONTHS_BACK = 12
_IN_TIME = [f"wait_to_{edge}" for edge in WAIT_EDGES if edge <= LONG_WAIT_S]


def settle(until: date) -> int:
    """Post the months that ended by `until`, those of LOOK_BACK again if they moved.

    Returns the entries written. System task: it sees everything.
    """
    month = Period.month_of(until)
    if month.last > until:
        month = month.previous
    written = 0
    for _back in range(MONTHS_BACK):
        if month.last > until - LOOK_BACK or not _posted(month):
            written += put(source=SOURCE, lines=month_lines(month))
        month = month.previous
    return written


def _posted(month: Period) -> bool:
    posted = Entry.objects.filter(source=SOURCE, on=month.last, employee=None)
    return posted.filter(component__in=(WAITING, TRANSACTIONS)).exists()


def month_lines(month: Period) -> Iterator[Line]:
    """Yield the figures of every outlet's month, an outlet's together.

    `waiting` and `priority_service` are pooled shares: customers called within ten
    minutes, and priority customers finished within six. `transactions` counts and
    judges nothing: it is of zero points out of none. Nothing of an outlet that sent
    nothing.
    """
    in_time = sum((F(name) for name in _IN_TIME[1:]), F(_IN_TIME[0]))
    flows = {
        row["outlet"]: row
        for row in HourlyFlow.objects.between(month.first, month.last)
        .order_by()
        .values("outlet")
        .annotate(
            in_time=Sum(in_time),
            called=Sum("served"),
            finished=Sum("priority_finished", filter=Q(priority_finished__gt=0)),
            late=Sum("priority_late"),
        )
    }
    volumes = dict(
        DailyVolume.objects.between(month.first, month.last)
        .order_by()
        .values_list("outlet")
        .annotate(Sum("quantity"))
    )
    codes = dict(
        Outlet.objects.filter(pk__in={*flows, *volumes}).values_list("pk", "code")
    )
    for pk, code in codes.items():
        flow: Mapping[str, Any] = flows.get(pk, {})
        shares = (
            (WAITING, flow.get("in_time"), flow.get("called")),
            (
                PRIORITY,
                (flow.get("finished") or 0) - (flow.get("late") or 0),
                flow.get("finished"),
            ),
        )
        for component, good, n in shares:
            if n:
                yield _line(month, pk, code, component, n, (good or 0) * 100, n * 100)
        if quantity := volumes.get(pk):
            yield _line(month, pk, code, TRANSACTIONS, quantity, 0, 0)


def _line(
    month: Period,
    outlet_id: int,
    code: str,
    component: str,
    n: int,
    points: int,
    out_of: int,
) -> Line:
    return Line(
        source_id=f"{PREFIX}{month.code}:{code}",
        component=component,
        on=month.last,
        employee_id=None,
        outlet_id=outlet_id,
        points=points,
        out_of=out_of,
        n=n,
    )
