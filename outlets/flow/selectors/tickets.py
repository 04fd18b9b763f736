"""Figures of tickets: by hour, by day, by outlet and by server."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from outlets.flow.models import HourlyFlow, ServerDay
from outlets.flow.moved import last_heard
from outlets.flow.rules import FLOW_COUNTS, Flow, merged, ratio
from outlets.flow.selectors.waits import WAIT_SUMS, waits_of
from outlets.places.models import Outlet

Outlets = QuerySet[Outlet]


@dataclass(frozen=True, slots=True)
class HourFlow:
    """The tickets that arrived in one local hour, 0 to 23, of a trading day."""

    date: date
    hour: int
    flow: Flow


# The hourly figures as machines read them, in the order of the columns.
HOUR_FIELDS = (
    *("date", "hour", "arrivals", "served", "abandoned"),
    *("wait_mean_s", "wait_p50_s", "wait_p90_s"),
    *("share_over_600_s", "share_over_20_s", "abandoned_wait_mean_s"),
)


def hour_record(row: HourFlow) -> dict[str, Any]:
    """Return the figures of one hour by field, unrounded; None: undefined."""
    place = {"date": row.date.isoformat(), "hour": row.hour}
    return place | {name: getattr(row.flow, name) for name in HOUR_FIELDS[2:]}


@dataclass(frozen=True, slots=True)
class DayFlow:
    date: date
    flow: Flow


@dataclass(frozen=True, slots=True)
class OutletDay:
    hours: Sequence[HourFlow]
    total: Flow


@dataclass(frozen=True, slots=True)
class OutletFlow:
    """One outlet; `before` is its flow in the span that it is compared with."""

    pk: int
    code: str
    name: str
    flow: Flow
    before: Flow

    @property
    def change_over_600_s(self) -> float | None:
        """How far the share over ten minutes rose, -1 to 1; None where either lacks."""
        now, then = self.flow.share_over_600_s, self.before.share_over_600_s
        return None if now is None or then is None else now - then


@dataclass(frozen=True, slots=True)
class WeekHour:
    """One hour of one weekday (1 = Monday), summed over the `days` that it had."""

    weekday: int
    hour: int
    days: int
    flow: Flow

    @property
    def arrivals_per_day(self) -> float:
        return self.flow.arrivals / self.days


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """What one server, by number as sent, did; service times where known."""

    employee_number: str
    served: int
    with_service_time: int
    service_total_s: int
    vip_served: int

    @property
    def service_mean_s(self) -> float | None:
        return ratio(self.service_total_s, self.with_service_time)


_SUMS: dict[str, Any] = {
    **{f"sum_{name}": Sum(name) for name in FLOW_COUNTS},
    **WAIT_SUMS,
}


def _flow(row: Mapping[str, Any]) -> Flow:
    counts = {name: row[f"sum_{name}"] or 0 for name in FLOW_COUNTS}
    return Flow(**counts, waits=waits_of(row))


def _grouped(rows: QuerySet[HourlyFlow], *by: str) -> Any:
    """Add up in the database, one row per group, in the order of the group."""
    return rows.values(*by).annotate(**_SUMS).order_by(*by)


def hourly_flow(
    outlet: Outlet,
    first: date,
    last: date,
    *,
    after: tuple[date, int] | None = None,
    limit: int | None = None,
) -> list[HourFlow]:
    """Return the hours with arrivals from `first` to `last`, both included, in order.

    `after` and `limit` walk along: at most `limit` hours behind the hour `after`.
    """
    rows = HourlyFlow.objects.filter(outlet=outlet).between(first, last)
    if after is not None:
        day, hour = after
        rows = rows.filter(Q(date__gt=day) | Q(date=day, hour__gt=hour), date__gte=day)
    found = _grouped(rows, "date", "hour")[:limit]
    return [HourFlow(row["date"], row["hour"], _flow(row)) for row in found]


def outlet_day(outlet: Outlet, day: date) -> OutletDay:
    hours = hourly_flow(outlet, day, day)
    return OutletDay(hours, merged(hour.flow for hour in hours))


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """What the tickets of a day say until `newest`, the last thing heard of one."""

    flow: Flow
    newest: datetime


def day_so_far(outlet: Outlet, day: date) -> DaySoFar | None:
    """Return a day of an outlet as far as it has come; None: no ticket was sent.

    The figures are those of the outlet's own page. Only the moment is read from the
    tickets of this one outlet and day: roll-ups know the hour. Two queries, else one.
    """
    flow = outlet_day(outlet, day).total
    newest = last_heard(outlet, day) if flow.arrivals else None
    return None if newest is None else DaySoFar(flow, newest)


def total_flow(outlets: Outlets, first: date, last: date) -> Flow:
    rows = HourlyFlow.objects.at(outlets).between(first, last)
    return _flow(rows.aggregate(**_SUMS))


def daily_flow(outlets: Outlets, first: date, last: date) -> list[DayFlow]:
    """Return the trading days with arrivals at any of the outlets."""
    rows = HourlyFlow.objects.at(outlets).between(first, last)
    return [DayFlow(row["date"], _flow(row)) for row in _grouped(rows, "date")]


def week_hours(outlets: Outlets, first: date, last: date) -> list[WeekHour]:
    """Return every hour of every weekday with arrivals, Monday first.

    `days` counts the dates of that weekday on which any ticket was taken at all, so
    that an hour without arrivals lowers the mean of its weekday.
    """
    return _week_of(_hours_of_days(outlets, first, last))


def days_and_week(
    outlets: Outlets, first: date, last: date
) -> tuple[list[DayFlow], list[WeekHour]]:
    """Return what `daily_flow` and `week_hours` do, with one query for both."""
    hours = _hours_of_days(outlets, first, last)
    days: dict[date, Flow] = defaultdict(Flow)
    for row in hours:
        days[row.date] += row.flow
    return [DayFlow(day, flow) for day, flow in days.items()], _week_of(hours)


def _hours_of_days(outlets: Outlets, first: date, last: date) -> list[HourFlow]:
    rows = HourlyFlow.objects.at(outlets).between(first, last)
    found = _grouped(rows, "date", "hour")
    return [HourFlow(row["date"], row["hour"], _flow(row)) for row in found]


def _week_of(hours: Iterable[HourFlow]) -> list[WeekHour]:
    cells: dict[tuple[int, int], Flow] = defaultdict(Flow)
    dates: dict[int, set[date]] = defaultdict(set)
    for row in hours:
        weekday = row.date.isoweekday()
        dates[weekday].add(row.date)
        cells[weekday, row.hour] += row.flow
    return [
        WeekHour(weekday, hour, len(dates[weekday]), flow)
        for (weekday, hour), flow in sorted(cells.items())
    ]


def flow_by_outlet(outlets: Outlets, first: date, last: date) -> dict[int, Flow]:
    """Return the flow of each outlet by its id; those without tickets are absent."""
    rows = HourlyFlow.objects.at(outlets).between(first, last)
    return {row["outlet_id"]: _flow(row) for row in _grouped(rows, "outlet_id")}


def outlets_by_exception(
    outlets: Outlets, first: date, last: date, *, before: tuple[date, date]
) -> list[OutletFlow]:
    """Return the outlets, the longest waits first and those without tickets last.

    What counts is the share of waits over ten minutes, then the share of the
    abandoned, then the code. `before` is the span to compare with.
    """
    now, then = (flow_by_outlet(outlets, *span) for span in ((first, last), before))
    found = [
        OutletFlow(pk, code, name, now.get(pk, Flow()), then.get(pk, Flow()))
        for pk, code, name in outlets.values_list("pk", "code", "name")
    ]
    return sorted(found, key=_severity)


def _severity(outlet: OutletFlow) -> tuple[bool, float, float, str]:
    flow = outlet.flow
    return (
        not flow.arrivals,
        -(flow.share_over_600_s or 0),
        -(flow.abandoned_share or 0),
        outlet.code,
    )


def total_of(outlets: Iterable[OutletFlow]) -> Flow:
    return merged(outlet.flow for outlet in outlets)


def server_figures(outlets: Outlets, first: date, last: date) -> list[ServerFigures]:
    """Return the named servers in the order of their numbers."""
    rows = (
        ServerDay.objects.at(outlets)
        .between(first, last)
        .values("employee_number")
        .annotate(
            sum_served=Sum("served"),
            sum_timed=Sum("with_service_time"),
            sum_seconds=Sum("service_sum_s"),
            sum_vip=Sum("vip_served"),
        )
        .order_by("employee_number")
    )
    return [
        ServerFigures(
            row["employee_number"],
            row["sum_served"],
            row["sum_timed"],
            row["sum_seconds"],
            row["sum_vip"],
        )
        for row in rows
    ]


def newest_day(outlets: Outlets) -> date | None:
    """Return the last trading day with tickets at any of the outlets."""
    newest = HourlyFlow.objects.at(outlets).order_by("-date").values_list("date")
    row = newest.first()
    return row[0] if row else None
