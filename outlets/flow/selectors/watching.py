"""Floors as they are, and hours as they were, read for all outlets at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Sum

from outlets.flow.alerting import (
    Hour,
    Limits,
    Moment,
    expected_between,
    open_for_s,
    was_open,
)
from outlets.flow.models import Holiday, HourlyFlow, Priority, Ticket
from outlets.flow.rules import LONG_WAIT_S, WAIT_COLUMNS, WAIT_EDGES
from outlets.flow.selectors.floor import FORGOTTEN_AFTER
from outlets.places.models import Outlet
from outlets.places.rules import trading_day

# Who has sent no ticket for so long has no queue machine that could be silent.
IN_USE_DAYS = 14
MINUTE_S = 60
# An hour is judged when the machine has had these minutes to send its last tickets.
SENT_WITHIN = timedelta(minutes=10)
_OVER = WAIT_COLUMNS[WAIT_EDGES.index(LONG_WAIT_S) + 1 :]
_FIRST = frozenset(Priority.values) - {Priority.NONE, Priority.VIP}


def limits_set() -> Limits:
    """Return the limits of the deployment."""
    return Limits(
        wait_s=settings.FLOW_WAIT_LIMIT_MINUTES * MINUTE_S,
        priority_s=settings.FLOW_PRIORITY_LIMIT_MINUTES * MINUTE_S,
        queue=settings.FLOW_QUEUE_LIMIT,
        nobody_s=settings.FLOW_NOBODY_SERVING_MINUTES * MINUTE_S,
        silent_s=settings.FLOW_SILENT_MINUTES * MINUTE_S,
    )


def watched_outlets(now: datetime) -> list[Outlet]:
    """Return the outlets in business that sent tickets lately. One query."""
    since = now.date() - timedelta(days=IN_USE_DAYS)
    sending = HourlyFlow.objects.filter(outlet=OuterRef("pk"), date__gte=since)
    outlets = Outlet.objects.filter(Exists(sending)).select_related("region")
    return [one for one in outlets if one.is_in_business(day_of(one, now))]


def day_of(outlet: Outlet, now: datetime) -> date:
    return trading_day(now, outlet.zone, outlet.day_starts_at)


def is_open_now(outlet: Outlet, now: datetime) -> bool:
    """Tell whether it is open; where its hours are unknown it may be at any time."""
    spans = outlet.opening_spans
    return not spans or open_for_s(spans, now.astimezone(outlet.zone)) is not None


def moments(outlets: Sequence[Outlet], now: datetime) -> dict[int, Moment]:
    """Return the floor of each outlet that is open, by its id.

    One query over the tickets of the day, and three more where a machine is silent.
    """
    days = {one: day_of(one, now) for one in outlets if is_open_now(one, now)}
    found = _floors(days, now)
    limit_s = limits_set().silent_s
    told, silent = {}, {}
    for outlet, day in days.items():
        moment = _moment(outlet, found.get((outlet.pk, day), {}), now)
        told[outlet.pk] = moment
        if moment.silent_s is not None and moment.silent_s >= limit_s:
            silent[outlet] = moment
    for outlet, expected in _expected(silent, now).items():
        told[outlet.pk] = replace(told[outlet.pk], expected=expected)
    return told


def _floors(
    days: Mapping[Outlet, date], now: datetime
) -> dict[tuple[int, date], dict[str, Any]]:
    """Return what the tickets of each outlet and day add up to. One query."""
    since = now - FORGOTTEN_AFTER
    recent = Q(arrived_at__range=(since, now))
    waits = recent & Q(called_at=None, abandoned_at=None)
    serves = Q(finished_at=None, no_show=False, called_at__range=(since, now))
    first = recent & Q(
        priority__in=_FIRST, finished_at=None, abandoned_at=None, no_show=False
    )
    rows = (
        # Outlets and days by name: the index leads to today, however long the past is.
        Ticket.objects.filter(
            outlet__in=list(days), date__in=set(days.values()), arrived_at__lte=now
        )
        .values("outlet", "date")
        .order_by()
        .annotate(
            waiting=Count("pk", filter=waits),
            oldest=Min("arrived_at", filter=waits),
            first=Min("arrived_at", filter=first),
            serving=Count(
                "employee_number",
                filter=serves & ~Q(employee_number=""),
                distinct=True,
            ),
            arrived=Max("arrived_at"),
            called=Max("called_at", filter=Q(called_at__lte=now)),
            finished=Max("finished_at", filter=Q(finished_at__lte=now)),
            gone=Max("abandoned_at", filter=Q(abandoned_at__lte=now)),
        )
    )
    return {(row["outlet"], row["date"]): dict(row) for row in rows}


def _moment(outlet: Outlet, row: Mapping[str, Any], now: datetime) -> Moment:
    def since(name: str) -> float | None:
        at = row.get(name)
        return None if at is None else (now - at).total_seconds()

    heard = [
        s for name in ("arrived", "called", "finished", "gone") if (s := since(name))
    ]
    opened = open_for_s(outlet.opening_spans, now.astimezone(outlet.zone))
    # Without known hours nobody can say that it should have been heard of.
    silent = None if opened is None else min([opened, *heard])
    return Moment(
        waiting=row.get("waiting", 0),
        longest_s=since("oldest"),
        priority_s=since("first"),
        serving=row.get("serving", 0),
        since_call_s=since("called"),
        silent_s=silent,
    )


def _expected(silent: Mapping[Outlet, Moment], now: datetime) -> dict[Outlet, float]:
    """Return the arrivals to expect in each silence, where there is a past to go by."""
    if not silent:
        return {}
    past = usual_hours({one.pk: (one, day_of(one, now)) for one in silent})
    found = {}
    for outlet, moment in silent.items():
        days = past.get(outlet.pk)
        if not days:
            continue
        local = now.astimezone(outlet.zone)
        begins = local - timedelta(seconds=moment.silent_s or 0)
        hours = {hour for day in days for hour in day}
        usual = {
            hour: sum(day.get(hour, Hour()).arrivals for day in days) / len(days)
            for hour in hours
        }
        found[outlet] = expected_between(usual, begins, local)
    return found


def usual_hours(
    days: Mapping[int, tuple[Outlet, date]], hours: Collection[int] | None = None
) -> dict[int, list[dict[int, Hour]]]:
    """Return the same weekday of the weeks before: a map of its hours for each day.

    `days` says of each outlet, by id, which day is looked at; `hours` keeps those of
    the clock. A day without any ticket is unknown, and a holiday is not like its
    weekday: neither is in the list. Of an outlet whose day is a holiday there is none.
    Three queries.
    """
    weeks = range(1, settings.FLOW_ALERT_WEEKS + 1)
    wanted = {
        (pk, day - timedelta(weeks=week))
        for pk, (_outlet, day) in days.items()
        for week in weeks
    }
    dates = {day for _pk, day in wanted}
    special = _holidays(dates | {day for _outlet, day in days.values()})

    def is_special(outlet: Outlet, day: date) -> bool:
        return any(outlet.region.path.startswith(path) for path in special[day])

    rows = HourlyFlow.objects.filter(outlet__in=list(days), date__in=dates).order_by()
    with_tickets = set(rows.values_list("outlet", "date").distinct())
    kept: dict[int, dict[date, dict[int, Hour]]] = defaultdict(dict)
    for pk, day in sorted(with_tickets & wanted):
        outlet, today = days[pk]
        if not is_special(outlet, today) and not is_special(outlet, day):
            kept[pk][day] = {}
    if hours is not None:
        rows = rows.filter(hour__in=hours)
    for pk, day, hour, *figures in _summed(rows):
        if pk in kept and day in kept[pk]:
            kept[pk][day][hour] = Hour(*figures)
    return {pk: list(found.values()) for pk, found in kept.items()}


def _holidays(dates: Collection[date]) -> dict[date, list[str]]:
    """Return the paths of the regions in which each day is a holiday."""
    found: dict[date, list[str]] = defaultdict(list)
    rows = Holiday.objects.filter(date__in=dates).values_list("date", "region__path")
    for day, path in rows:
        found[day].append(path)
    return found


def _summed(rows: Any) -> Any:
    """Return outlet, day, hour, arrivals, called, over 10 minutes and abandoned."""
    over = sum((Sum(column) for column in _OVER[1:]), Sum(_OVER[0]))
    return rows.values_list("outlet", "date", "hour").annotate(
        Sum("arrivals"), Sum("served"), over=over, gone=Sum("abandoned")
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """An outlet's hour that is over, and the hours like it before."""

    outlet: Outlet
    begins: datetime  # local
    hour: Hour
    past: tuple[Hour, ...]


def compared_hours(outlets: Sequence[Outlet], now: datetime) -> list[Compared]:
    """Return the last whole hour of each outlet beside those of the weeks before.

    Left out: where it was not open all the hour, and where no weeks can be compared.
    Four queries.
    """
    at = now - SENT_WITHIN
    days: dict[int, tuple[Outlet, date]] = {}
    begins: dict[int, datetime] = {}
    for outlet in outlets:
        local = at.astimezone(outlet.zone)
        start = local.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        if was_open(outlet.opening_spans, start):
            days[outlet.pk] = (outlet, day_of(outlet, start))
            begins[outlet.pk] = start
    hours = {start.hour for start in begins.values()}
    past = usual_hours(days, hours)
    today = HourlyFlow.objects.filter(
        outlet__in=list(days), date__in={day for _o, day in days.values()}
    )
    seen = {
        (pk, day, hour): Hour(*figures)
        for pk, day, hour, *figures in _summed(today.filter(hour__in=hours).order_by())
    }
    found = []
    for pk, (outlet, day) in days.items():
        hour = begins[pk].hour
        weeks = tuple(one.get(hour, Hour()) for one in past.get(pk, []))
        if weeks:
            now_hour = seen.get((pk, day, hour), Hour())
            found.append(Compared(outlet, begins[pk], now_hour, weeks))
    return found
