"""A small outlet with people on shift, and checks as a manager taps them."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from evaluations.checks.models import Check
from evaluations.checks.rules import Mark
from evaluations.checks.services import record_check
from evaluations.checks.services.cards import today_at
from evaluations.standards.models import Standard, StandardVersion
from outlets.places.models import Outlet
from staffing.people.models import Employee, User
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    UserFactory,
    staff_user,
)


@dataclass
class Floor:
    """An outlet today: its people in the order of the card, and its manager."""

    outlet: Outlet
    manager: User
    people: list[Employee]

    @property
    def today(self) -> date:
        return today_at(self.outlet)


def make_floor(people=2, **outlet) -> Floor:
    """Return an outlet with clerks on shift today, and their manager."""
    place = OutletFactory(**outlet)
    place.refresh_from_db()
    clerks = [
        EmployeeFactory(number=f"{place.code}-{n:02}", gender="FM"[n % 2])
        for n in range(people)
    ]
    for clerk in clerks:
        AssignmentFactory(employee=clerk, outlet=place)
    number = f"{place.code}-99"
    manager = staff_user("store_manager", place, number=number, name="Manager Chen")
    return Floor(place, manager, clerks)


def another_lead(floor: Floor, post="supervisor") -> User:
    person = EmployeeFactory(post=post)
    AssignmentFactory(employee=person, outlet=floor.outlet)
    return UserFactory(employee=person)


def version_of(code: str) -> StandardVersion:
    return Standard.objects.get(code=code).versions.order_by("-number").first()


def tap(floor: Floor, employee: Employee | None, standard="GROOMING", **given) -> Check:
    """Record a check as the card does; `marks` are codes to marks."""
    version = version_of(standard)
    marks = {code: Mark(mark) for code, mark in given.pop("marks", {}).items()}
    values = {
        "uuid": uuid4(),
        "outlet": floor.outlet,
        "employee": employee,
        "on": floor.today,
        "slot": version.standard.slots.split()[0],
        "version": version,
        "marks": marks,
        "by": floor.manager,
    }
    return record_check(**values | given)
