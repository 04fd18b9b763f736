"""A small chain that never stops changing, and a client of its feed.

Everything happens in committed transactions of several statements, some of which are
rolled back; what the client holds in the end is compared with what it may see.
"""

import random
import time
from datetime import date, timedelta
from unittest import mock

from auditlog.context import disable_auditlog
from django.db import transaction
from django.utils import timezone

from evaluations.feed.cursors import Cursor
from evaluations.feed.reading import everything, read
from evaluations.rankings.models import PlaceScheme, Scheme, SchemeVersion
from outlets.places.models import Outlet, Region
from outlets.places.sight import EVERYWHERE, Reach
from staffing.accounts.authentication import Service
from staffing.people.models import Assignment, Employee
from tests.evaluations.feed.awarding import (
    DAY,
    any_of,
    drop_run,
    give,
    judge,
    numbers,
    publish,
    say,
    withdraw,
)

SCOPES = ("registry:read", "rankings:read", "awards:read")


class Undone(Exception):
    """Rolls back what a writer has just done."""


class Chain:
    """Two provinces, a few outlets and people; `account` is what the client may see."""

    def __init__(self) -> None:
        self.today = DAY
        self.account = (frozenset(SCOPES), EVERYWHERE)
        with disable_auditlog(), transaction.atomic():
            if not SchemeVersion.objects.exists():  # a test before has flushed them
                SchemeVersion.objects.create(
                    scheme=Scheme.objects.create(code="trial", name="Trial"),
                    number=1,
                    valid_from=DAY,
                    rules={},
                    state="approved",
                )
            PlaceScheme.objects.get_or_create(
                code="trial", number=1, defaults={"valid_from": DAY, "rules": {}}
            )
            for letter in "AB":
                top = _region(letter, "province", None)
                for number in (1, 2):
                    below = _region(f"{letter}{number}", "county", top)
                    for place in (1, 2):
                        Outlet.objects.create(
                            code=f"{below.code}-{place}", name="x", region=below
                        )
            for _number in range(12):
                hire(random.Random(_number), self)

    def viewer(self) -> Service:
        scopes, reach = self.account
        return Service(name="hr", scopes=scopes, reach=reach)

    def local_date(self, *given, **named) -> date:
        return self.today


def days_of(chain):
    """Let our own day be the chain's."""
    return mock.patch.object(timezone, "localdate", chain.local_date)


def _region(code, level, parent):
    return Region.objects.create(code=code, name=code, level=level, parent=parent)


def hire(chance, chain):
    person = Employee.objects.create(
        number=f"N{next(numbers)}-{time.monotonic_ns()}", name="Li", post="clerk"
    )
    starts = chain.today + timedelta(days=chance.choice([-9, -9, -9, 1, 2]))
    Assignment.objects.create(
        employee=person, outlet=any_of(chance, Outlet.objects), starts_on=starts
    )


def move(chance, chain):
    stint = any_of(chance, Assignment.objects.filter(ends_on=None))
    if stint is None or stint.starts_on >= chain.today:
        return
    stint.ends_on = chain.today + timedelta(days=chance.choice([-1, 0, 1]))
    stint.ends_on = max(stint.ends_on, stint.starts_on)
    stint.save()
    Assignment.objects.create(
        employee=stint.employee,
        outlet=any_of(chance, Outlet.objects),
        starts_on=stint.ends_on + timedelta(days=1),
    )


def rename(chance, chain):
    changed = {"name": f"Wang {next(numbers)}"}
    if chance.random() < 0.3:
        changed = {"number": f"X{next(numbers)}-{time.monotonic_ns()}"}
    person = any_of(chance, Employee.objects)
    if person:
        Employee.objects.filter(pk=person.pk).update(**changed)


def leave(chance, chain):
    person = any_of(chance, Employee.objects)
    if person:
        person.left_on = chain.today + timedelta(days=chance.choice([-1, 0, 1]))
        person.save()


def change_outlet(chance, chain):
    outlet = any_of(chance, Outlet.objects)
    if chance.random() < 0.5:
        outlet.region = any_of(chance, Region.objects.filter(level="county"))
    else:
        outlet.outlet_class = chance.choice("ABCD")
    outlet.save()


def move_county(chance, chain):
    county = any_of(chance, Region.objects.filter(level="county"))
    county.parent = any_of(chance, Region.objects.filter(level="province"))
    county.save()


def dismiss(chance, chain):
    """Delete somebody of whom nothing is kept."""
    if Employee.objects.count() > 10:
        person = any_of(
            chance,
            Employee.objects.filter(standings=None, awards=None, nominations=None),
        )
        if person:
            person.assignments.all().delete()
            person.delete()


def turn_day(chance, chain):
    chain.today += timedelta(days=1)


def change_sight(chance, chain):
    chain.account = some_account(chance)


def some_account(chance):
    scopes = frozenset(chance.sample(SCOPES, chance.randint(1, 3)))
    reach = EVERYWHERE
    if chance.random() < 0.6:
        region = any_of(chance, Region.objects)
        reach = Reach(region_paths=frozenset({region.path}))
    elif chance.random() < 0.5:
        outlet = any_of(chance, Outlet.objects)
        reach = Reach(outlet_ids=frozenset({outlet.pk}))
    return scopes, reach


WRITES = (
    *(hire, hire, move, move, rename, leave, change_outlet, move_county, publish),
    *(
        judge,
        judge,
        say,
        say,
        give,
        give,
        withdraw,
        drop_run,
        drop_run,
        dismiss,
        dismiss,
        turn_day,
        change_sight,
    ),
)


def write_some(chance, chain, *, pause=True) -> None:
    """Do one to three things in one transaction; now and then take them back."""
    try:
        # A history would keep people from being deleted.
        with disable_auditlog(), transaction.atomic():
            for _number in range(chance.randint(1, 3)):
                chance.choice(WRITES)(chance, chain)
                if pause and chance.random() < 0.3:
                    time.sleep(chance.random() / 200)
            if chance.random() < 0.15:
                raise Undone
    except Undone:
        pass


class Client:
    """What an HR system does: applies each change, keeps the cursor as a text."""

    def __init__(self, chain) -> None:
        self.chain, self.held, self.cursor = chain, {}, None

    def page(self, limit) -> bool:
        """Take one page; tell whether there was more."""
        cursor = None if self.cursor is None else Cursor.parse(self.cursor)
        page = read(self.chain.viewer(), cursor, limit)
        for one in page.items:
            if one.row is None:
                self.held.pop((one.kind, one.id), None)
            else:
                self.held[one.kind, one.id] = one.row
        self.cursor = str(page.cursor)
        return page.more

    def finish(self) -> None:
        while self.page(1000):
            pass

    def differences(self):
        """Return what is held and should not be, and what is missing or otherwise."""
        wanted = {
            (kind, ident): row for kind, ident, row in everything(self.chain.viewer())
        }
        keys = wanted.keys() | self.held.keys()
        return {
            key: (self.held.get(key), wanted.get(key))
            for key in keys
            if self.held.get(key) != wanted.get(key)
        }
