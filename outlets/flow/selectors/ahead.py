"""What an outlet expects of four weeks, day by day: now, and as it was said then."""

from dataclasses import astuple, dataclass
from datetime import date, timedelta

from django.db.models import Sum

from outlets.flow.forecasting import HORIZON
from outlets.flow.models import (
    HalfHourFlow,
    Holiday,
    KeptForecast,
    OutletForecast,
)
from outlets.flow.selectors.needs import staffing_need
from outlets.places.models import Outlet


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One of four weeks' days; `expected` None: closed, or nobody knows.

    `most_people` is the most needed at once; None while no service time is known.
    `came` are those who came; None while the day is to come or nobody counted.
    """

    date: date
    holiday: str
    expected: float | None
    low: float | None
    high: float | None
    most_people: int | None
    came: int | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    forecast: OutletForecast | KeptForecast
    days: list[DayAhead]

    @property
    def any_came(self) -> bool:
        return any(day.came is not None for day in self.days)


def days_ahead(outlet: Outlet) -> Ahead | None:
    """Return the forecast of an outlet day by day; None: there is none.

    Seven queries.
    """
    forecast = OutletForecast.objects.filter(outlet=outlet).first()
    if forecast is None:
        return None
    last = forecast.first + timedelta(days=HORIZON - 1)
    most: dict[date, int] = {}
    for need in staffing_need(outlet, forecast.first, last):
        most[need.date] = max(most.get(need.date, 0), need.people)
    special = Holiday.objects.of(outlet.region).filter(
        date__range=(forecast.first, last)
    )
    names = dict(special.order_by("region__path").values_list("date", "name"))
    came = _came(outlet, forecast.first)
    found = []
    for number in range(HORIZON):
        day = forecast.first + timedelta(days=number)
        expected, low, high = forecast.whole(day) or (None, None, None)
        name, people = names.get(day, ""), most.get(day)
        found.append(DayAhead(day, name, expected, low, high, people, came.get(day)))
    return Ahead(forecast, found)


def days_then(outlet: Outlet, first: date) -> Ahead | None:
    """Return what the forecast that began on `first` said; None: it is not kept.

    Two queries.
    """
    kept = KeptForecast.objects.filter(outlet=outlet, first=first).first()
    if kept is None:
        return None
    came = _came(outlet, first)
    days = []
    for text, holiday, expected, low, high, people in kept.days:
        day = date.fromisoformat(text)
        days.append(DayAhead(day, holiday, expected, low, high, people, came.get(day)))
    return Ahead(kept, days)


def as_kept(days: list[DayAhead]) -> list[list[object]]:
    """Return the rows of a `KeptForecast`."""
    rows = (astuple(day) for day in days)
    return [[day.isoformat(), *rest] for day, *rest, _came in rows]


def _came(outlet: Outlet, first: date) -> dict[date, int]:
    """Return how many came on each day of four weeks on which somebody was counted."""
    rows = HalfHourFlow.objects.filter(outlet=outlet).between(
        first, first + timedelta(days=HORIZON - 1)
    )
    return dict(rows.values_list("date").annotate(Sum("arrivals")).order_by())
