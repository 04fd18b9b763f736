"""What the ledger says about crowded days: the share of customers who waited long.

One entry per outlet and day, about nobody; it weighs nothing in a score. Rankings read
it to allow for the load under which somebody was judged.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from evaluations.ledger.models import Entry
from evaluations.ledger.services import Line, put
from outlets.flow.models import HourlyFlow
from outlets.flow.rules import LONG_WAIT_S, WAIT_COLUMNS, WAIT_EDGES

PRESSURE = "pressure"
SOURCE = "feedback"
# A day that is older when the queue's records come in keeps what was said of it.
DAYS_BACK = 100
WHOLE = 10_000
_LONG = WAIT_COLUMNS[WAIT_EDGES.index(LONG_WAIT_S) + 1 :]


def settle_pressure(until: date) -> int:
    """Post the pressure of the last days up to `until`; return the entries written.

    `points` of `out_of` 10000 is the share of called customers who waited over ten
    minutes. What stands already is left alone, also where called again. System task.
    """
    since = until - timedelta(days=DAYS_BACK)
    wanted = dict(_shares(since, until))
    standing = {
        (outlet_id, on): points
        for outlet_id, on, points in Entry.objects.standing()
        .filter(
            source=SOURCE, component=PRESSURE, employee=None, on__range=(since, until)
        )
        .order_by()
        .values_list("outlet_id", "on", "points")
        .iterator(chunk_size=2000)
    }
    return put(
        source=SOURCE,
        lines=[
            _line(outlet_id, on, points)
            for (outlet_id, on), points in wanted.items()
            if standing.get((outlet_id, on)) != points
        ],
        withdrawn=[_source_id(*day) for day in standing.keys() - wanted.keys()],
    )


def _shares(since: date, until: date) -> Iterator[tuple[tuple[int, date], int]]:
    """Yield the share of long waits of outlets' days on which anybody was called."""
    long_waits = sum((Coalesce(Sum(name), 0) for name in _LONG[1:]), Sum(_LONG[0]))
    rows = (
        HourlyFlow.objects.filter(date__range=(since, until))
        .order_by()
        .values("outlet_id", "date")
        .annotate(called=Sum("served"), waited_long=long_waits)
        .filter(called__gt=0)
        .order_by("date", "outlet_id")
        .values_list("outlet_id", "date", F("waited_long"), "called")
    )
    for outlet_id, on, waited_long, called in rows.iterator(chunk_size=2000):
        yield (outlet_id, on), (2 * WHOLE * waited_long + called) // (2 * called)


def _line(outlet_id: int, on: date, points: int) -> Line:
    return Line(
        source_id=_source_id(outlet_id, on),
        component=PRESSURE,
        on=on,
        employee_id=None,
        outlet_id=outlet_id,
        points=points,
        out_of=WHOLE,
    )


def _source_id(outlet_id: int, on: date) -> str:
    return f"{PRESSURE}:{on}:{outlet_id}:-"
