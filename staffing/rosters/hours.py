"""When a shift really begins and ends, and how long that is. No clock, no database.

Local times on the clock of the outlet; a shift that ends before it begins passes
midnight and belongs to the date on which it begins. On the two days of the year on
which the clock is changed it lasts an hour less or more than on the wall.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HALF_HOUR = 30
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both instants in UTC."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


def real_span(starts_at: time, ends_at: time, on: date, zone: ZoneInfo) -> Span:
    """Return the instants between which a shift of that date lasts.

    A local time that the clock skips counts as the hour after; of one that comes twice
    the first counts.
    """
    last = on if ends_at > starts_at else on + timedelta(days=1)
    return Span(_instant(on, starts_at, zone), _instant(last, ends_at, zone))


def _instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, at, zone).astimezone(UTC)


def work_minutes(span: Span, break_minutes: int) -> int:
    """Return the minutes of work in a span, the break left out; never below 0."""
    return max(span.minutes - break_minutes, 0)


def half_hours(starts_at: time, ends_at: time) -> range:
    """Return the half hours a shift takes in, as their first minutes.

    Minutes are counted on the wall from the midnight its date begins with, so that a
    shift past midnight goes on beyond 1,440. A half hour begun or ended in between
    counts as taken in.
    """
    first = starts_at.hour * 60 + starts_at.minute
    last = ends_at.hour * 60 + ends_at.minute
    if last <= first:
        last += MINUTES_A_DAY
    return range(first // HALF_HOUR * HALF_HOUR, last, HALF_HOUR)


def month_days(first: date) -> list[date]:
    """Return the days of the month that begins on `first`."""
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return [first + timedelta(days=n) for n in range((following - first).days)]
