"""Who works at an outlet on a day: one place, whatever says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from evaluations.checks.models import Away
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.people.models import Assignment, Employee
from staffing.rosters.models import RosterDay


def on_shift(outlet: Outlet, on: date) -> QuerySet[Employee]:
    """Return who works at the outlet on that day, by badge number.

    The roster says so where the outlet has one for the day; else all assigned there,
    but for those whom a roster has off, on leave or elsewhere. Whoever was said not to
    be here is not.
    """
    people = Employee.objects.order_by("number")
    rostered = RosterDay.objects.working(outlet, on)
    if rostered.exists():
        people = people.filter(pk__in=rostered.values("employee"))
    else:
        assigned = Assignment.objects.on(on).filter(outlet=outlet)
        people = people.filter(pk__in=assigned.values("employee"))
        people = people.exclude(
            pk__in=RosterDay.objects.filter(on=on).values("employee")
        )
    away = Away.objects.standing().filter(outlet=outlet, on=on)
    return people.exclude(pk__in=away.values("employee"))


def people_on_shift(outlet: Outlet, on: date) -> Sequence[Employee]:
    return list(on_shift(outlet, on))


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody works that day, in the outlet's time; `later`: not yet begun."""

    starts_at: time
    ends_at: time
    later: bool


def shifts_of(outlet: Outlet, on: date, at: datetime) -> dict[int, Shift]:
    """Return the rostered shifts of a day by the employee's id; `at` is now."""
    local = at.astimezone(outlet.zone)
    today = trading_day(at, outlet.zone, outlet.day_starts_at) == on
    # After midnight, on the same trading day, every shift has begun.
    before = today and local.date() == on
    rows = RosterDay.objects.working(outlet, on).select_related("shift")
    return {
        row.employee_id: Shift(
            row.shift.starts_at,
            row.shift.ends_at,
            before and local.time() < row.shift.starts_at,
        )
        for row in rows
        if row.shift is not None
    }


@dataclass(frozen=True, slots=True)
class AwayPerson:
    """Somebody who was said not to be here, and why."""

    away: Away
    employee: Employee
    reason: str


def away_people(outlet: Outlet, on: date) -> list[AwayPerson]:
    """Return who was said not to be here that day, by badge number."""
    rows = Away.objects.standing().filter(outlet=outlet, on=on)
    return [
        AwayPerson(row, row.employee, row.get_reason_display())
        for row in rows.select_related("employee").order_by("employee__number")
    ]
