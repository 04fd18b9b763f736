"""One person's published shifts as iCalendar (RFC 5545), for her own calendar.

Times are instants in UTC, worked out by the zone of the outlet: right in every
calendar, on the days on which a clock is changed too. Nobody else is named.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from staffing.people.models import Employee
from staffing.rosters.models import RosterChange, RosterDay
from staffing.rosters.selectors.mine import zone_of

BACK = timedelta(days=31)
AHEAD = timedelta(days=400)
REFRESH = timedelta(hours=1)
# What was never changed was last changed when the day began to exist for us: unknown,
# so always the same instant, which no change can lie before.
_NEVER = datetime.combine(date(2020, 1, 1), time.min, UTC)


def feed_of(employee: Employee, today: date) -> bytes:
    """Return the shifts from a month ago on. Two queries."""
    days = RosterDay.objects.filter(
        employee=employee,
        on__gte=today - BACK,
        on__lte=today + AHEAD,
        shift__isnull=False,
    ).select_related("shift", "outlet")
    changes = RosterChange.objects.filter(
        employee=employee, on__gte=today - BACK, on__lte=today + AHEAD
    )
    counted = changes.order_by().values("on").annotate(n=Count("pk"), last=Max("at"))
    known = {row["on"]: (row["n"], row["last"]) for row in counted}
    calendar = Calendar()
    calendar.add("prodid", "-//Starhall//Rosters//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("My shifts"))
    calendar.add("refresh-interval", REFRESH, {"value": "DURATION"})
    for event in _events(days, employee, known):
        calendar.add_component(event)
    return calendar.to_ical()


def _events(
    days: Iterable[RosterDay],
    employee: Employee,
    known: dict[date, tuple[int, datetime]],
) -> Iterable[Event]:
    for day in days:
        if day.shift is None:
            continue
        span = day.shift.span(day.on, zone_of(day.outlet))
        sequence, last = known.get(day.on, (0, _NEVER))
        event = Event()
        event.add("uid", f"{day.on:%Y%m%d}-{employee.uuid}@starhall")
        event.add("summary", day.shift.name)
        event.add("dtstart", span.start)
        event.add("dtend", span.end)
        event.add("dtstamp", last.astimezone(UTC))
        event.add("last-modified", last.astimezone(UTC))
        event.add("sequence", sequence)
        event.add("transp", "OPAQUE")
        if day.outlet is not None:
            event.add("location", day.outlet.name)
        yield event
