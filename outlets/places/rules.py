"""Trading days, local instants and opening hours: values in, values out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS = re.compile(r"^(?P<first>[A-Z][a-z]{2})(?:-(?P<last>[A-Z][a-z]{2}))?$")
_SPAN = re.compile(r"^(\d{2}):(\d{2})-(\d{2}):(\d{2})$")
MINUTES_PER_DAY = 24 * 60


def trading_day(
    instant: datetime, zone: ZoneInfo, day_starts_at: time = time.min
) -> date:
    """Return the outlet's trading day that an aware `instant` belongs to.

    A day begins at `day_starts_at` of the outlet's local time, so that work after
    midnight can belong to the evening before.
    """
    local = instant.astimezone(zone)
    if local.time() < day_starts_at:
        return local.date() - timedelta(days=1)
    return local.date()


@dataclass(frozen=True, slots=True)
class Span:
    """One opening of one weekday, in minutes after local midnight.

    `weekday` is 1 = Monday … 7 = Sunday; `closes` may pass 1440 (after midnight).
    """

    weekday: int
    opens: int
    closes: int

    @property
    def minutes(self) -> int:
        return self.closes - self.opens


def parse_hours(text: str) -> tuple[Span, ...]:
    """Return the spans of a normal week such as `Mon-Fri 09:00-18:00; Sun closed`.

    Groups are separated by semicolons, several spans of a day by commas. A closing
    not after its opening lies on the next day. Empty text gives no spans: unknown.

    Raises:
        ValueError: a group cannot be read; the message names it.
    """
    spans: list[Span] = []
    for group in filter(None, (part.strip() for part in text.split(";"))):
        days, _, times = group.partition(" ")
        match = _DAYS.match(days)
        if match is None or not {match["first"], match["last"] or "Mon"} <= set(
            WEEKDAYS
        ):
            raise ValueError(
                f"“{group}” does not begin with days such as Mon or Mon-Fri"
            )
        first = WEEKDAYS.index(match["first"])
        last = WEEKDAYS.index(match["last"]) if match["last"] else first
        weekdays = range(first, last + 1 if last >= first else last + 8)
        if times.strip() == "closed":
            continue
        for part in times.split(","):
            opens, closes = _minutes(part.strip(), group)
            spans += [Span(day % 7 + 1, opens, closes) for day in weekdays]
    return tuple(sorted(spans, key=lambda span: (span.weekday, span.opens)))


def _minutes(text: str, group: str) -> tuple[int, int]:
    match = _SPAN.match(text)
    if match is None:
        raise ValueError(f"“{group}” has no times such as 09:00-18:00 or closed")
    hour, minute, to_hour, to_minute = map(int, match.groups())
    if hour > 23 or to_hour > 24 or minute > 59 or to_minute > 59:
        raise ValueError(f"“{group}” names a time that no clock shows")
    opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
    return opens, closes if closes > opens else closes + MINUTES_PER_DAY


def is_open(spans: Sequence[Span], local: datetime) -> bool:
    """Tell whether a local moment is in opening hours (opening ≤ time < closing)."""
    minute = local.hour * 60 + local.minute
    today, yesterday = local.isoweekday(), (local - timedelta(days=1)).isoweekday()
    return any(
        (span.weekday == today and span.opens <= minute < span.closes)
        or (
            span.weekday == yesterday
            and span.opens <= minute + MINUTES_PER_DAY < span.closes
        )
        for span in spans
    )


def paths_above(path: str) -> list[str]:
    """Return the paths of a region and of all above it, the nearest first.

    `path` is that of a region: its codes from the top down, each followed by a slash.
    """
    codes = path.rstrip("/").split("/")
    return ["/".join(codes[:n]) + "/" for n in range(len(codes), 0, -1)]
