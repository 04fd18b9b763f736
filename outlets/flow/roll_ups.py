"""What raw rows add up to: the roll-ups of whole trading days, computed."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from outlets.flow.half_hours import roll_up_half_hours
from outlets.flow.models import (
    BoardReading,
    DailyVolume,
    DoorCount,
    HalfHourFlow,
    HourlyBoard,
    HourlyCount,
    HourlyFlow,
    RollUp,
    ServerDay,
    Ticket,
    Transaction,
)
from outlets.flow.rules import (
    FLOW_COUNTS,
    WAIT_COLUMNS,
    TicketTimes,
    Waits,
    roll_up_hours,
    roll_up_servers,
)
from outlets.places.models import Outlet
from outlets.places.rules import is_open, trading_day

Outlets = Mapping[int, Outlet]
READ_AT_ONCE = 5000
# Wider than any jump of a local midnight when clocks change.
_MARGIN = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Source:
    """Raw rows and what is rolled up from them.

    `compute` returns the roll-ups of some outlets and dates, outlet by outlet, and
    `window` is how many outlet-days it gets at once, which bounds the memory.
    `when` is the field of the raw rows that tells their day.
    """

    raw: type[models.Model]
    when: str
    roll_ups: tuple[type[RollUp], ...]
    compute: Callable[[Outlets, Sequence[date]], Iterator[RollUp]]
    window: int


def _wait_columns(waits: Waits) -> dict[str, int]:
    bins = dict(zip(WAIT_COLUMNS, waits.bins, strict=True))
    return bins | {"wait_sum_s": waits.total_s, "wait_max_s": waits.longest_s}


def _ticket_rows(outlets: Outlets, dates: Sequence[date]) -> Iterator[RollUp]:
    rows = Ticket.objects.filter(outlet__in=outlets, date__in=dates).values_list(
        *("outlet_id", "date", "arrived_at", "called_at", "finished_at"),
        *("abandoned_at", "service", "priority", "employee_number", "no_show"),
    )
    ordered = rows.order_by("outlet_id").iterator(chunk_size=READ_AT_ONCE)
    for outlet_id, group in groupby(ordered, key=itemgetter(0)):
        zone = outlets[outlet_id].zone
        tickets = [_ticket_times(row[1:], zone) for row in group]
        for (day, hour, service), flow in roll_up_hours(tickets).items():
            yield HourlyFlow(
                outlet_id=outlet_id,
                date=day,
                hour=hour,
                service=service,
                **{name: getattr(flow, name) for name in FLOW_COUNTS},
                **_wait_columns(flow.waits),
            )
        for (day, start), half in roll_up_half_hours(tickets).items():
            yield HalfHourFlow(
                outlet_id=outlet_id,
                date=day,
                start_minute=start,
                arrivals=half.arrivals,
                servers=half.servers,
            )
        for (day, number), served in roll_up_servers(tickets).items():
            yield ServerDay(
                outlet_id=outlet_id,
                date=day,
                employee_number=number,
                served=served.served,
                with_service_time=served.with_service_time,
                service_sum_s=served.service_sum_s,
                vip_served=served.vip_served,
            )


def _ticket_times(row: Sequence[Any], zone: ZoneInfo) -> TicketTimes:
    day, arrived_at, called_at, finished_at, abandoned_at, *texts = row

    def after(instant: datetime | None) -> int | None:
        return None if instant is None else int((instant - arrived_at).total_seconds())

    local = arrived_at.astimezone(zone)
    return TicketTimes(
        date=day,
        clock_s=local.hour * 3600 + local.minute * 60 + local.second,
        service=texts[0],
        priority=texts[1],
        employee_number=texts[2],
        called_s=after(called_at),
        finished_s=after(finished_at),
        abandoned_s=after(abandoned_at),
        no_show=texts[3],
    )


def _around(outlets: Outlets, dates: Sequence[date]) -> tuple[datetime, datetime]:
    """Return instants between which all of these trading days lie."""

    def begin(outlet: Outlet, day: date) -> datetime:
        local = datetime.combine(day, outlet.day_starts_at, tzinfo=outlet.zone)
        return local.astimezone(UTC)

    after = dates[-1] + timedelta(days=1)
    return (
        min(begin(outlet, dates[0]) for outlet in outlets.values()) - _MARGIN,
        max(begin(outlet, after) for outlet in outlets.values()) + _MARGIN,
    )


def _count_rows(outlets: Outlets, dates: Sequence[date]) -> Iterator[RollUp]:
    wanted = set(dates)
    rows = DoorCount.objects.filter(
        outlet__in=outlets, start__range=_around(outlets, dates)
    ).values_list("outlet_id", "start", "minutes", "people")
    ordered = rows.order_by("outlet_id").iterator(chunk_size=READ_AT_ONCE)
    for outlet_id, group in groupby(ordered, key=itemgetter(0)):
        outlet, hours = outlets[outlet_id], dict[tuple[date, int], HourlyCount]()
        for _outlet_id, start, minutes, people in group:
            day = trading_day(start, outlet.zone, outlet.day_starts_at)
            if day not in wanted:
                continue
            hour = start.astimezone(outlet.zone).hour
            row = hours.get((day, hour))
            if row is None:
                row = hours[day, hour] = HourlyCount(
                    outlet_id=outlet_id,
                    date=day,
                    hour=hour,
                    people=0,
                    minutes=0,
                    readings=0,
                )
            row.people += people
            row.minutes += minutes
            row.readings += 1
        yield from hours.values()


def _board_rows(outlets: Outlets, dates: Sequence[date]) -> Iterator[RollUp]:
    wanted = set(dates)
    rows = BoardReading.objects.filter(
        outlet__in=outlets, at__range=_around(outlets, dates)
    ).values_list("outlet_id", "at", "people_waiting", "wait_minutes")
    ordered = rows.order_by("outlet_id").iterator(chunk_size=READ_AT_ONCE)
    for outlet_id, group in groupby(ordered, key=itemgetter(0)):
        outlet = outlets[outlet_id]
        hours: dict[tuple[date, int], list[tuple[datetime, int, int]]]
        hours = defaultdict(list)
        for _outlet_id, at, people, minutes in group:
            day = trading_day(at, outlet.zone, outlet.day_starts_at)
            if day in wanted:
                local = at.astimezone(outlet.zone)
                hours[day, local.hour].append((local, people, minutes))
        for (day, hour), readings in hours.items():
            yield _board_hour(outlet, day, hour, readings)


def _board_hour(
    outlet: Outlet, day: date, hour: int, readings: list[tuple[datetime, int, int]]
) -> HourlyBoard:
    spans = outlet.opening_spans
    # An outlet whose hours nobody has entered counts as open.
    open_ = [r for r in readings if not spans or is_open(spans, r[0])]
    waits = Waits.of([minutes * 60 for _at, people, minutes in open_ if people > 0])
    return HourlyBoard(
        outlet_id=outlet.pk,
        date=day,
        hour=hour,
        readings=len(readings),
        readings_open=len(open_),
        readings_counted=waits.count,
        moments=len({at.astimezone(UTC) for at, _people, _minutes in open_}),
        people_sum=sum(people for _at, people, _minutes in open_),
        **_wait_columns(waits),
    )


def _volume_rows(outlets: Outlets, dates: Sequence[date]) -> Iterator[RollUp]:
    rows = (
        Transaction.objects.filter(outlet__in=outlets, date__in=dates)
        .order_by("outlet_id", "date", "service", "employee_number")
        .values_list(
            "outlet_id", "date", "service", "employee_number", "quantity", "amount"
        )
        .iterator(chunk_size=READ_AT_ONCE)
    )
    for (outlet_id, day, service), group in groupby(rows, key=itemgetter(0, 1, 2)):
        parts = list(group)
        if not parts[0][3]:  # the whole outlet sorts first, and holds its persons
            parts = parts[:1]
        amounts = [row[5] for row in parts if row[5] is not None]
        yield DailyVolume(
            outlet_id=outlet_id,
            date=day,
            service=service,
            quantity=sum(row[4] for row in parts),
            amount=sum(amounts) if amounts else None,
        )


TICKETS = Source(
    Ticket, "date", (HourlyFlow, HalfHourFlow, ServerDay), _ticket_rows, window=32
)
COUNTS = Source(DoorCount, "start", (HourlyCount,), _count_rows, window=366)
BOARDS = Source(BoardReading, "at", (HourlyBoard,), _board_rows, window=32)
VOLUMES = Source(Transaction, "date", (DailyVolume,), _volume_rows, window=366)
SOURCES = (TICKETS, COUNTS, BOARDS, VOLUMES)
