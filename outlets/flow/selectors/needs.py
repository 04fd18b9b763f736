"""How many people an outlet needs, half hour by half hour."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from django.conf import settings
from django.db.models import Sum

from outlets.flow.forecasting import HORIZON
from outlets.flow.half_hours import HALF_HOUR_S, minute_of_trading_day
from outlets.flow.models import HalfHourFlow, HourlyFlow, OutletForecast
from outlets.flow.queueing import (
    Load,
    ServiceTimes,
    mean_patience_s,
    outcome,
    people_needed,
)
from outlets.places.models import Outlet

SECONDS_PER_MINUTE = 60
MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * 60
# How far back same weekdays, service times and patience are looked at.
WEEKS_BACK = 4
# Fewer who gave up say little about the patience of all: then nobody is taken to.
LEAST_ABANDONED = 20
Basis = Literal["forecast", "same weekday"]


@dataclass(frozen=True, slots=True)
class HalfHourNeed:
    """The people needed at the counters in one half hour.

    `date` is the trading day. `start_minute` counts from its local midnight, in steps
    of 30; it passes 1440 where the trading day lasts into the next. `arrivals` are the
    customers expected in the half hour, `service_minutes` the mean length of a service,
    `share_within` the share of the arrivals, 0 to 1, expected to be served within the
    limit by that many `people`. `basis` tells where `arrivals` comes from.
    """

    date: date
    start_minute: int
    arrivals: float
    service_minutes: float
    people: int
    share_within: float
    basis: Basis


def staffing_need(outlet: Outlet, first: date, last: date) -> list[HalfHourNeed]:
    """Return the need from `first` to `last`, both included, in order of time.

    Half hours in which nobody is expected have no row, and neither have days on which
    the outlet does not trade; there are no rows at all while no service time is known.
    Arrivals are those of the forecast on the days that it covers. On others they are
    the mean over the days of the same weekday with tickets, of the four weeks that end
    with the last ticket before `first`. Service times and patience are of these weeks.
    The target is that `FLOW_SERVED_WITHIN_SHARE` of the arrivals are served within
    `FLOW_WAIT_LIMIT_MINUTES`; who gives up was not. Four queries.
    """
    measured = _measured(outlet, first)
    if measured is None:
        return []
    usual = _usual_arrivals(outlet, measured)
    ahead = _forecast_arrivals(outlet)
    found: list[HalfHourNeed] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if not outlet.is_in_business(day):
            continue
        basis: Basis = "forecast" if day in ahead else "same weekday"
        minutes = ahead.get(day, usual.get(day.isoweekday(), {}))
        for minute, arrivals in minutes.items():
            found.append(_need(measured, day, minute, arrivals, basis))
    return sorted(found, key=lambda need: (need.date, need.start_minute))


@dataclass(frozen=True, slots=True)
class HalfHourSeen:
    """One half hour of a day that has been: who came, who served, who was needed.

    `needed` is reckoned with those who came; None while no service time is known.
    """

    start_minute: int
    arrivals: int
    servers: int
    needed: int | None

    @property
    def lacking(self) -> int | None:
        """How many more would have been needed; below 0: so many fewer."""
        return None if self.needed is None else self.needed - self.servers


def staffing_seen(outlet: Outlet, day: date) -> list[HalfHourSeen]:
    """Return the half hours of a trading day in which somebody came or served.

    Service times and patience are of the four weeks before the day, or of the weeks
    that end with it where there are none. At most five queries.
    """
    rows = HalfHourFlow.objects.filter(outlet=outlet, date=day)
    halves = list(rows.values_list("start_minute", "arrivals", "servers"))
    if not halves:
        return []
    measured = _measured(outlet, day) or _measured(outlet, day + timedelta(days=1))
    found = []
    for clock, arrivals, servers in halves:
        minute = minute_of_trading_day(clock, outlet.day_starts_at)
        needed = None
        if measured is not None:
            needed = _need(measured, day, minute, arrivals, "same weekday").people
        found.append(HalfHourSeen(minute, arrivals, servers, needed))
    return sorted(found, key=lambda half: half.start_minute)


def _forecast_arrivals(outlet: Outlet) -> dict[date, dict[int, float]]:
    """Return what the forecast expects, by day and minute of the trading day.

    A day of the forecast on which the outlet is closed is there, and empty.
    """
    forecast = OutletForecast.objects.filter(outlet=outlet).first()
    if forecast is None:
        return {}
    days = (forecast.first + timedelta(days=n) for n in range(HORIZON))
    return {
        day: {
            minute_of_trading_day(clock, outlet.day_starts_at): expected
            for clock, expected, _low, _high in forecast.rows_of(day)
        }
        for day in days
    }


@dataclass(frozen=True, slots=True)
class Measured:
    """What the weeks from `first` to `last` say of services and patience.

    `patience_s` None: too few gave up to tell.
    """

    first: date
    last: date
    service: ServiceTimes
    patience_s: float | None


def _measured(outlet: Outlet, before: date) -> Measured | None:
    """Return what the weeks up to the last ticket before a day say.

    None: there is no ticket, or the time of no service is known.
    """
    rows = HourlyFlow.objects.filter(outlet=outlet)
    earlier = rows.filter(date__lt=before).order_by("-date")
    newest = earlier.values_list("date", flat=True).first()
    if newest is None:
        return None
    first = newest - timedelta(weeks=WEEKS_BACK) + timedelta(days=1)
    hours = list(
        rows.between(first, newest)
        .values_list("hour")
        .annotate(Sum("finished"), Sum("service_sum_s"), Sum("abandoned"))
        .annotate(waited=Sum("wait_sum_s") + Sum("abandoned_wait_sum_s"))
    )
    service = ServiceTimes.of({hour: (n, seconds) for hour, n, seconds, *_ in hours})
    if service is None:
        return None
    return Measured(
        first,
        newest,
        service,
        mean_patience_s(
            sum(waited for *_rest, waited in hours),
            sum(left for _hour, _n, _seconds, left, _waited in hours),
            at_least=LEAST_ABANDONED,
        ),
    )


def _usual_arrivals(outlet: Outlet, weeks: Measured) -> dict[int, dict[int, float]]:
    """Return the mean arrivals by weekday (1 = Monday) and minute of the trading day.

    A day without any ticket is unknown, not empty: it lowers no mean.
    """
    rows = HalfHourFlow.objects.filter(outlet=outlet).between(weeks.first, weeks.last)
    sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    dates: dict[int, set[date]] = defaultdict(set)
    for day, clock, arrivals in rows.values_list("date", "start_minute", "arrivals"):
        weekday = day.isoweekday()
        dates[weekday].add(day)
        if arrivals:
            sums[weekday][minute_of_trading_day(clock, outlet.day_starts_at)] += (
                arrivals
            )
    return {
        weekday: {minute: n / len(dates[weekday]) for minute, n in minutes.items()}
        for weekday, minutes in sums.items()
    }


def _need(
    measured: Measured, day: date, minute: int, arrivals: float, basis: Basis
) -> HalfHourNeed:
    hour = minute % MINUTES_PER_DAY // MINUTES_PER_HOUR
    service_s = measured.service.at(hour)
    people, within = _people(arrivals, service_s, measured.patience_s, *_goal())
    return HalfHourNeed(
        day,
        minute,
        arrivals,
        service_s / SECONDS_PER_MINUTE,
        people,
        within,
        basis,
    )


def _goal() -> tuple[float, float]:
    """Return the share to be served in time, and the limit in seconds."""
    limit_s = settings.FLOW_WAIT_LIMIT_MINUTES * SECONDS_PER_MINUTE
    return settings.FLOW_SERVED_WITHIN_SHARE, limit_s


@lru_cache(maxsize=4096)
def _people(
    arrivals: float,
    service_s: float,
    patience_s: float | None,
    target: float,
    limit_s: float,
) -> tuple[int, float]:
    """Return the people needed and the share they serve in time, per half hour."""
    load = Load(arrivals / HALF_HOUR_S, service_s, patience_s)
    people = people_needed(load, target=target, limit_s=limit_s)
    return people, outcome(load, max(people, 1), limit_s).within
