"""What a case's clocks are read with: the calendar in force there, and the limits."""

from collections.abc import Iterable

from django.conf import settings

from evaluations.complaints.clocks import (
    ROUND_THE_CLOCK,
    Calendar,
    Event,
    Happened,
    Limits,
    Timing,
)
from evaluations.complaints.models import CaseEvent, ClockCalendar, EventKind
from outlets.places.models import Outlet
from outlets.places.rules import paths_above

_HAPPENED = {
    EventKind.RECEIVED: Happened.RECEIVED,
    EventKind.REPLY: Happened.REPLIED,
    EventKind.PAUSE: Happened.PAUSED,
    EventKind.RESUME: Happened.RESUMED,
    EventKind.CLOSE: Happened.CLOSED,
    EventKind.REOPEN: Happened.REOPENED,
    EventKind.ACCEPT: Happened.REASSIGNED,
}


def limits() -> Limits:
    return Limits(
        closure=settings.COMPLAINTS_CLOSE_WITHIN,
        warn_closure=settings.COMPLAINTS_CLOSE_WARN_AFTER,
        warn_reply=settings.COMPLAINTS_REPLY_WARN_AT,
        escalate=settings.COMPLAINTS_ESCALATE_EVERY,
    )


def calendar_of(region_path: str) -> Calendar:
    """Return the calendar of the nearest region up the tree that has one."""
    paths = paths_above(region_path)
    rows = ClockCalendar.objects.filter(region__path__in=paths)
    nearest = max(
        rows.select_related("region"),
        key=lambda row: len(row.region.path),
        default=None,
    )
    return ROUND_THE_CLOCK if nearest is None else nearest.read()


def timing_of(outlet: Outlet) -> Timing:
    return Timing(outlet.zone, calendar_of(outlet.region.path), limits())


def clock_events(events: Iterable[CaseEvent]) -> list[Event]:
    """Return those of the lines that clocks look at."""
    return [
        Event(line.at, _HAPPENED[EventKind(line.kind)])
        for line in events
        if line.kind in _HAPPENED
    ]
