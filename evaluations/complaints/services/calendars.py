"""Setting a region's business calendar; open cases are read anew by it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.complaints.clocks import read_calendar
from evaluations.complaints.models import ClockCalendar, Handling, HandlingState
from evaluations.complaints.services.reckoning import READ, reckon
from evaluations.complaints.timing import timing_of
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.models import User


@transaction.atomic
def set_calendar(
    *, region: Region, hours: str, days: str, by: User, now: datetime
) -> ClockCalendar:
    """Give a region and all below it a calendar, in place of the one it had.

    Raises:
        CalendarError: a text is no calendar.
        PermissionDenied: `by` does not configure.
    """
    require_configures(by)
    read_calendar(hours, days)
    row = ClockCalendar.objects.filter(region=region).first()
    row = row or ClockCalendar(region=region)
    row.hours, row.days = hours.strip(), days.strip()
    row.save()
    _reckon_beneath(region, now)
    return row


@transaction.atomic
def drop_calendar(*, region: Region, by: User, now: datetime) -> None:
    """Let the calendar above hold again; a region without one stays as it is."""
    require_configures(by)
    for row in ClockCalendar.objects.filter(region=region):
        row.delete()
    _reckon_beneath(region, now)


def require_configures(by: User) -> None:
    if not by.sight.reach(Power.CONFIGURE).everywhere:
        raise PermissionDenied


def _reckon_beneath(region: Region, now: datetime) -> None:
    """Read the clocks of the open cases there anew; what was closed stays as it was."""
    open_cases = Handling.objects.filter(
        case__outlet__region__path__startswith=region.path
    ).exclude(state=HandlingState.CLOSED)
    rows = open_cases.select_for_update(of=("self",))
    for handling in rows.select_related("case__outlet__region").order_by("pk"):
        reckon(handling, now, timing_of(handling.case.outlet))
        handling.save(update_fields=[*READ, "next_level_at"])
