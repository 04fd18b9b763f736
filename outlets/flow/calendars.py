"""A month laid out as a calendar: values in, values out."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outlets.flow.rules import Month
from outlets.places.rules import trading_day

DAYS_A_WEEK = 7
# The upper edges of the shades of the share that waited over ten minutes; an edge
# belongs to the lighter shade. More than one in ten misses the goal: the first two
# shades meet it. What is more than the last edge has the darkest shade.
SHADE_EDGES = (0.05, 0.10, 0.20, 0.40)


def shade(share: float | None) -> int | None:
    """Return the shade of a share of 0 to 1, 0 the lightest of five; None: unknown."""
    return None if share is None else bisect_left(SHADE_EDGES, share)


def weeks_of(month: Month) -> list[list[date | None]]:
    """Return the weeks of a month, Monday first; None: a day of another month."""
    days: list[date | None] = [None] * month.first.weekday()
    days += month.days
    days += [None] * (-len(days) % DAYS_A_WEEK)
    return [days[n : n + DAYS_A_WEEK] for n in range(0, len(days), DAYS_A_WEEK)]


def touched_days(
    start: datetime, end: datetime, zone: ZoneInfo, day_starts_at: time
) -> Iterator[date]:
    """Yield every trading day that something from `start` to before `end` touched.

    What was over at once touches its day.

    Raises:
        ValueError: it ends before it starts.
    """
    if end < start:
        raise ValueError("a fault ends after it starts")
    day = trading_day(start, zone, day_starts_at)
    # The last instant of it: what is over as a day begins did not touch that day.
    within = max(start, end - timedelta(microseconds=1))
    last = trading_day(within, zone, day_starts_at)
    while day <= last:
        yield day
        day += timedelta(days=1)
