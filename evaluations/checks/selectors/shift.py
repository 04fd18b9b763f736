"""Who works at an outlet on a day: one place, whatever says so."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from outlets.places.models import Outlet
from staffing.people.models import Assignment, Employee
from staffing.rosters.models import RosterDay


def on_shift(outlet: Outlet, on: date) -> QuerySet[Employee]:
    """Return who works at the outlet on that day, by badge number.

    The roster says so where the outlet has one for the day; else all assigned there.
    """
    people = Employee.objects.order_by("number")
    rostered = RosterDay.objects.working(outlet, on)
    if rostered.exists():
        return people.filter(pk__in=rostered.values("employee"))
    assigned = Assignment.objects.on(on).filter(outlet=outlet)
    return people.filter(pk__in=assigned.values("employee"))


def people_on_shift(outlet: Outlet, on: date) -> Sequence[Employee]:
    return list(on_shift(outlet, on))
