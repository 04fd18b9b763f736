"""An outlet with people, and months painted by text."""

from dataclasses import dataclass
from datetime import date
from importlib import import_module

from django.apps import apps

from outlets.places.models import Outlet
from staffing.people.models import Employee, User
from staffing.rosters.models import Roster, RosterRules, ShiftKind
from staffing.rosters.services.months import Given, save
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    staff_user,
)

FIRST = date(2026, 11, 1)
CODES = {"E": "EARLY", "M": "MID", "N": "NIGHT", "7": "SPECIAL_N7", "o": "off"}


@dataclass
class Team:
    """An outlet, who leads it, and its clerks."""

    outlet: Outlet
    manager: User
    people: list[Employee]

    def paint(self, text: dict[Employee, str], first: date = FIRST) -> Roster:
        """Save rows such as `EEN-`, a letter for each day from the first on."""
        roster = Roster.objects.filter(outlet=self.outlet, month=first).first()
        return save(
            [
                Given(person.pk, first.replace(day=n + 1), CODES.get(letter, ""))
                for person, row in text.items()
                for n, letter in enumerate(row)
                if letter != " "
            ],
            outlet=self.outlet,
            first=first,
            version=roster.version if roster else 0,
            by=self.manager,
        )


def ship_shifts() -> None:
    """Put the shipped shift kinds back, where a test before emptied the database."""
    shipped = import_module("staffing.rosters.migrations.0002_shift_kinds")
    described = import_module("staffing.rosters.migrations.0005_shipped_kinds")
    shipped.ship(apps, None)
    described.describe(apps, None)


def make_team(people=2, hours="Mon-Sun 08:00-18:00", **outlet) -> Team:
    """Make an outlet with a manager and so many clerks, there since 2026."""
    ship_shifts()
    made = OutletFactory(hours=hours, **outlet)
    manager = staff_user("store_manager", made, number=f"M{made.pk}", name="Manager")
    clerks = [join(made, f"Clerk {n}") for n in range(1, people + 1)]
    return Team(made, manager, clerks)


def join(outlet: Outlet, name: str, post="clerk", **stint) -> Employee:
    person = EmployeeFactory(post=post, name=name)
    AssignmentFactory(employee=person, outlet=outlet, **stint)
    return person


def rules(**given) -> RosterRules:
    """Set the rules of everybody; what is not named is as shipped."""
    made, _new = RosterRules.objects.update_or_create(region=None, defaults=given)
    return made


def shift(code: str) -> ShiftKind:
    return ShiftKind.objects.get(code=CODES.get(code, code))
