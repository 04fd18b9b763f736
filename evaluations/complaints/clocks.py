"""The two clocks of a case: first reply, and closure (domain.md 9.4).

Pure: values in, values out. A clock is read from what happened to a case; what is read
is never kept as a running sum, so that it can be worked out again at any time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from outlets.places.rules import MINUTES_PER_DAY, parse_hours

ONE_DAY = timedelta(days=1)
NOTHING = timedelta()

# Openings of one day, in minutes after local midnight; they may pass 1440.
Openings = tuple[tuple[int, int], ...]
_WHOLE_DAY: Openings = ((0, MINUTES_PER_DAY),)


class CalendarError(ValueError):
    """A text that is no calendar. `line` is the one at fault, `why` a stable code."""

    def __init__(self, why: str, line: str) -> None:
        super().__init__(f"{why}: {line}")
        self.why, self.line = why, line


@dataclass(frozen=True, slots=True)
class Calendar:
    """When closure time counts, in the outlet's local time.

    `week` are the openings of Monday to Sunday. `days` replace those that begin on
    single days: none on a holiday, some on a day off that is worked. A tail after
    midnight belongs to the day on which it began.
    """

    week: tuple[Openings, ...] = (_WHOLE_DAY,) * 7
    days: Mapping[date, Openings] = field(default_factory=dict)

    def openings(self, day: date) -> Openings:
        found = self.days.get(day)
        return self.week[day.weekday()] if found is None else found


ROUND_THE_CLOCK = Calendar()


def read_calendar(hours: str, days: str = "") -> Calendar:
    """Return the calendar that two texts describe.

    Args:
        hours: a week as `Mon-Fri 09:00-12:00, 13:30-18:00`; empty: round the clock.
        days: single days, one a line: `2026-10-01 closed`, `2026-10-10 09:00-18:00`.

    Raises:
        CalendarError: `hours`: the week cannot be read; `never`: no time of it counts;
            `day`: a line cannot be read; `twice`: a day has two lines.
    """
    week: tuple[Openings, ...] = (_WHOLE_DAY,) * 7
    if hours.strip():
        week = _week_of(hours)
    special: dict[date, Openings] = {}
    for line in filter(None, (part.strip() for part in days.splitlines())):
        text, _, times = line.partition(" ")
        try:
            day = date.fromisoformat(text)
            if not times.strip():
                raise ValueError(times)
            spans = parse_hours(f"Mon {times.strip()}")
        except ValueError as error:
            raise CalendarError("day", line) from error
        if day in special:
            raise CalendarError("twice", line)
        special[day] = tuple((span.opens, span.closes) for span in spans)
    return Calendar(week, special)


def _week_of(hours: str) -> tuple[Openings, ...]:
    try:
        spans = parse_hours(hours)
    except ValueError as error:
        raise CalendarError("hours", hours) from error
    if not spans:
        raise CalendarError("never", hours)
    return tuple(
        tuple((span.opens, span.closes) for span in spans if span.weekday == weekday)
        for weekday in range(1, 8)
    )


class Happened(StrEnum):
    """What moves a clock, or shows that it does not."""

    RECEIVED = "received"
    REPLIED = "replied"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"
    REOPENED = "reopened"
    REASSIGNED = "reassigned"


_STARTS = {Happened.RECEIVED, Happened.RESUMED, Happened.REOPENED}
_STOPS = {Happened.PAUSED, Happened.CLOSED}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case at an aware instant."""

    at: datetime
    what: Happened


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a case may take, and when to warn; `warn_reply` is local time."""

    closure: timedelta = timedelta(hours=48)
    warn_closure: timedelta = timedelta(hours=36)
    warn_reply: time = time(20)
    escalate: timedelta = timedelta(hours=24)


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Timing:
    """Where a case runs: its calendar, its zone and its limits."""

    zone: ZoneInfo
    calendar: Calendar = ROUND_THE_CLOCK
    limits: Limits = DEFAULT_LIMITS


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the instant at which a clock on the wall shows a time, in UTC.

    A time that the wall shows twice is the first of the two; one that it skips is the
    instant of the skip. So later on the wall is never earlier in fact.
    """
    wall = datetime.combine(day, time.min) + timedelta(minutes=minutes)
    later = wall.replace(tzinfo=zone).astimezone(UTC)
    if later.astimezone(zone).replace(tzinfo=None) == wall:
        return later
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = earlier.astimezone(zone).utcoffset()
    while later - earlier > timedelta(seconds=1):
        middle = earlier + (later - earlier) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            earlier = middle
        else:
            later = middle
    return later


def midnight_after(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the first local midnight after an instant, in UTC."""
    return instant(at.astimezone(zone).date() + ONE_DAY, 0, zone)


def _ordered(events: Iterable[Event]) -> list[Event]:
    # In UTC: two moments of one zone would be compared by what the wall shows.
    found = [Event(event.at.astimezone(UTC), event.what) for event in events]
    found.sort(key=lambda event: event.at)
    if not found or found[0].what != Happened.RECEIVED:
        raise ValueError("a case begins with its receipt")
    return found


def _runs(events: Sequence[Event]) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when to when the clock runs; None: it still does.

    What starts a clock that runs, or stops one that stands, changes nothing.
    """
    since: datetime | None = None
    for event in _ordered(events):
        if event.what in _STARTS and since is None:
            since = event.at
        elif event.what in _STOPS and since is not None:
            yield since, event.at
            since = None
    if since is not None:
        yield since, None


def _open(
    timing: Timing, start: datetime, end: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches between two instants in which time counts, in order.

    Without `end` they never stop coming, as a week always has some.
    """
    day = start.astimezone(timing.zone).date() - ONE_DAY
    reached = start
    while end is None or instant(day, 0, timing.zone) < end:
        for opens, closes in sorted(timing.calendar.openings(day)):
            first = max(instant(day, opens, timing.zone), reached)
            last = instant(day, closes, timing.zone)
            if end is not None:
                last = min(last, end)
            if first < last:
                yield first, last
                reached = last
        day += ONE_DAY


def counted(timing: Timing, start: datetime, end: datetime) -> timedelta:
    """Return how much of the time between two instants counts; 0 if they are turned."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return NOTHING
    return sum((to - since for since, to in _open(timing, start, end)), NOTHING)


def used(events: Sequence[Event], timing: Timing, at: datetime) -> timedelta:
    """Return the closure time used up to a moment.

    What was used before a pause or a closing counts on afterwards; giving the case to
    somebody else changes nothing.

    Raises:
        ValueError: the first event is no receipt.
    """
    at = at.astimezone(UTC)
    return sum(
        (counted(timing, since, min(to or at, at)) for since, to in _runs(events)),
        NOTHING,
    )


def reached_at(
    events: Sequence[Event], timing: Timing, limit: timedelta
) -> datetime | None:
    """Return the first instant at which `limit` is used, if nothing else happens.

    None: the clock stands, and did so before.

    Raises:
        ValueError: `limit` is not positive, or the first event is no receipt.
    """
    if limit <= NOTHING:
        raise ValueError("a limit is longer than nothing")
    left = limit
    for since, to in _runs(events):
        for first, last in _open(timing, since, to):
            if last - first >= left:
                return first + left
            left -= last - first
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock at a moment; None: it stands, so that nobody can say.

    `near`: the warning is past, the limit is not, and what it asks for is not done.
    """

    due_at: datetime | None
    warn_at: datetime | None
    breached: bool
    near: bool
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """As `Reading`, of a clock that never stands."""

    due_at: datetime
    warn_at: datetime
    breached: bool
    near: bool
    done_at: datetime | None


def closure(events: Sequence[Event], timing: Timing, at: datetime) -> Reading:
    """Read the closure clock. Within the limit is what is closed at `due_at` or before.

    A breach stays one when the case is closed, paused or reopened afterwards.
    """
    at = at.astimezone(UTC)
    ordered = _ordered(events)
    past = [event for event in ordered if event.at <= at] or ordered[:1]
    due_at = reached_at(past, timing, timing.limits.closure)
    warn_at = reached_at(past, timing, timing.limits.warn_closure)
    closed_at = _closed_at(past)
    if due_at is None or warn_at is None:
        return Reading(due_at, warn_at, False, False, closed_at)
    breached = (closed_at or at) > due_at
    near = closed_at is None and warn_at <= at <= due_at
    return Reading(due_at, warn_at, breached, near, closed_at)


def reply(events: Sequence[Event], timing: Timing, at: datetime) -> ReplyReading:
    """Read the first-reply clock: before local midnight of the day of receipt.

    It is a time of day: neither pauses nor calendars move it, and only the first reply
    counts, whatever is reopened.
    """
    at, ordered = at.astimezone(UTC), _ordered(events)
    received_at = ordered[0].at
    due_at = midnight_after(received_at, timing.zone)
    day = received_at.astimezone(timing.zone).date()
    warn = timing.limits.warn_reply
    warn_at = instant(day, warn.hour * 60 + warn.minute, timing.zone)
    warn_at = max(warn_at, received_at)
    replied_at = next(
        (e.at for e in ordered if e.what == Happened.REPLIED and e.at <= at), None
    )
    breached = (replied_at or at) >= due_at
    near = replied_at is None and warn_at <= at < due_at
    return ReplyReading(due_at, warn_at, breached, near, replied_at)


def escalations(
    events: Sequence[Event], timing: Timing, steps: int
) -> tuple[datetime | None, ...]:
    """Return when each of `steps` levels is reached: at the breach, then step by step.

    Each further level takes `limits.escalate` more of the same clock, so that a pause
    holds the path up. None: the clock stands before.
    """
    limits = timing.limits
    return tuple(
        reached_at(events, timing, limits.closure + step * limits.escalate)
        for step in range(steps)
    )


def _closed_at(ordered: Sequence[Event]) -> datetime | None:
    """Return when the case was last closed; None: it is open."""
    closed_at: datetime | None = None
    for event in ordered:
        if event.what == Happened.CLOSED and closed_at is None:
            closed_at = event.at
        elif event.what == Happened.REOPENED:
            closed_at = None
    return closed_at
