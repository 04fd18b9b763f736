"""Reading a case's clocks after each event, so that lists need not."""

from datetime import datetime

from evaluations.complaints import clocks
from evaluations.complaints.acting import State
from evaluations.complaints.clocks import Event, Timing
from evaluations.complaints.models import Handling, Level
from evaluations.complaints.timing import clock_events, timing_of
from outlets.places.models import Region
from outlets.places.rules import paths_above

READ = ("reply_warn_at", "reply_due_at", "replied_at", "warn_at", "due_at")


def reckon(handling: Handling, now: datetime, timing: Timing | None = None) -> None:
    """Set what the clocks say, and when the case goes up next; the caller saves."""
    timing = timing or timing_of(handling.case.outlet)
    events = clock_events(handling.events.order_by("at", "id"))
    reply = clocks.reply(events, timing, now)
    closure = clocks.closure(events, timing, now)
    handling.reply_warn_at, handling.reply_due_at = reply.warn_at, reply.due_at
    handling.replied_at = reply.done_at
    handling.warn_at, handling.due_at = closure.warn_at, closure.due_at
    steps = path_up(handling, events, timing)
    handling.next_level_at = steps[0][2] if steps else None


def path_up(
    handling: Handling, events: list[Event], timing: Timing
) -> list[tuple[Level, Region | None, datetime]]:
    """Return the levels still ahead of an open case, and when its clock gets there.

    Levels that the region tree does not have are left out, so that the next takes
    their turn. A level whose turn the clock does not reach ends the list.
    """
    if handling.state == State.CLOSED:
        return []
    outlet = handling.case.outlet
    regions = {
        region.level: region
        for region in Region.objects.filter(path__in=paths_above(outlet.region.path))
    }
    path = [(level, regions.get(level.value)) for level in Level]
    path = [one for one in path if one[0] == Level.STORE_MANAGER or one[1] is not None]
    gone = set(handling.escalations.values_list("level", flat=True))
    ahead = []
    reached = clocks.escalations(events, timing, len(path))
    for (level, region), at in zip(path, reached, strict=True):
        if at is None:
            break
        if level not in gone:
            ahead.append((level, region, at))
    return ahead
