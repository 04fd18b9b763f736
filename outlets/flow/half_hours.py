"""Half hours, in which people are planned: who came in them and who served in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from outlets.flow.rules import TicketTimes

HALF_HOUR_MINUTES = 30
HALF_HOUR_S = 30 * 60
_DAY_S = 24 * 3600

# The trading day, and the minutes after local midnight at which the half hour begins.
HalfHourKey = tuple[date, int]


@dataclass(frozen=True, slots=True)
class HalfHour:
    """What happened from one half hour of the local clock to the next.

    `arrivals` are the tickets taken in it. `servers` are the different numbers
    that were serving at some time in it; whose finish is unknown served when called.
    """

    arrivals: int
    servers: int


def half_hour_of(clock_s: int) -> int:
    """Return the minute, 0 to 1410, at which the half hour of a local time begins.

    A clock that was counted on beyond midnight begins anew.
    """
    return clock_s % _DAY_S // HALF_HOUR_S * HALF_HOUR_MINUTES


def minute_of_trading_day(clock_minute: int, day_starts_at: time) -> int:
    """Return a local clock's minute as counted from the midnight that began the day.

    Minutes before the trading day begins belong to the night that ends it: they pass
    1440.
    """
    begins = day_starts_at.hour * 60 + day_starts_at.minute
    return clock_minute + (_DAY_S // 60 if clock_minute < begins else 0)


def roll_up_half_hours(tickets: Iterable[TicketTimes]) -> dict[HalfHourKey, HalfHour]:
    """Count tickets by trading day and half hour.

    The clock of a service is counted on from the arrival: where clocks change between
    the two it is off by as much.
    """
    arrivals: Counter[HalfHourKey] = Counter()
    serving: dict[HalfHourKey, set[str]] = defaultdict(set)
    for ticket in tickets:
        arrivals[ticket.date, half_hour_of(ticket.clock_s)] += 1
        for clock_s in _served_at(ticket):
            key = ticket.date, half_hour_of(clock_s)
            serving[key].add(ticket.employee_number)
    return {
        key: HalfHour(arrivals[key], len(serving.get(key, ())))
        for key in arrivals.keys() | serving.keys()
    }


def _served_at(ticket: TicketTimes) -> range:
    """Return a moment of every half hour in which a named server was at work."""
    if ticket.called_s is None or not ticket.employee_number:
        return range(0)
    begin = (ticket.clock_s + ticket.called_s) // HALF_HOUR_S
    last = ticket.called_s if ticket.finished_s is None else ticket.finished_s
    end = (ticket.clock_s + last) // HALF_HOUR_S
    # A ticket that nobody closed for a day says nothing about who served.
    end = min(end, begin + _DAY_S // HALF_HOUR_S - 1)
    return range(begin * HALF_HOUR_S, (end + 1) * HALF_HOUR_S, HALF_HOUR_S)
