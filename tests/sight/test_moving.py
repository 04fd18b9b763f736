"""A store manager moves on the 15th: every address follows at midnight, none lags.

One session lives through it all; only the clock moves.
"""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from staffing.people.models import Assignment, User
from staffing.people.services.employees import transfer
from tests.sight.asking import ask_route, objects, signed_in
from tests.sight.canaries import text_of
from tests.sight.routes import ROUTES
from tests.sight.test_table import law
from tests.sight.world import FOREIGN, OWN, build
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
FIFTEENTH = date(2026, 11, 15)
DAY_BEFORE = datetime(2026, 11, 14, 4, 0, tzinfo=UTC)
# Midnight in Shanghai is 16:00 UTC the day before.
LAST_SECOND = datetime(2026, 11, 14, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 14, 16, 0, tzinfo=UTC)
DAY_AFTER = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
OTHER = {"own": "foreign", "foreign": "own"}


@pytest.fixture
def clock(monkeypatch):
    """Set the clock that the product reads."""

    def show(instant):
        monkeypatch.setattr(timezone, "now", lambda: instant)

    return show


@pytest.fixture
def moved(clock):
    clock(DAY_BEFORE)
    world = build()
    manager = world.viewers["store_manager"]
    transfer(
        number=manager.employee.number,
        outlet=world.foreign.outlet,
        on=FIFTEENTH,
        by=granted_user("hr"),
    )
    return world, signed_in(manager)


def placed():
    """Return the routes that speak of a place; the writing ones are tried as well."""
    return [route for route in ROUTES if route.name not in {"people:transfer"}]


# Whose turn it is ends with the day: from midnight on the desk says so.
OF_THE_DAY = {"POST flow:desk_call", "POST flow:desk_mark"}
# The contest is for the people of one county.
OF_A_COUNTY = {"POST growth:contest_act enter"}
# On Monday a page of the week begins anew, with nobody on it yet.
OF_THE_WEEK = dict.fromkeys(["GET knowledge:week"], (False, False))


@pytest.mark.one_database  # midnight is the clock's, reach is asked on both
def test_every_address_of_a_place_follows_at_midnight(moved, clock):
    world, session = moved
    stated = law()
    wrong = {}
    for instant in (LAST_SECOND, MIDNIGHT, DAY_AFTER):
        clock(instant)
        arrived = instant >= MIDNIGHT
        for route in placed():
            for which, place in objects(world, route):
                if which == "any":
                    continue
                lawful = OTHER[which] if arrived else which
                expected = stated[route.label, lawful, "store_manager"]
                if (
                    arrived
                    and expected == 302
                    and route.label in OF_THE_DAY | OF_A_COUNTY
                ):
                    expected = 200
                seen = ask_route(session, world, route, place).status_code
                if seen != expected:
                    wrong[instant, route.label, which] = (expected, seen)
    assert wrong == {}


def test_every_list_file_and_api_follows_at_midnight(moved, clock):
    """What a list says of either outlet is exchanged at midnight, and stays so."""
    world, session = moved
    routes = [
        route
        for route in placed()
        if route.method == "GET" and len(objects(world, route)) == 1
    ]

    def said():
        found = {}
        for route in routes:
            text = text_of(ask_route(session, world, route, world.own))
            found[route.label] = tuple(
                bool(re.search(rf"{code}(?!WORDS agency)", text))
                for code in (OWN, FOREIGN)
            )
        return found

    clock(LAST_SECOND)
    before = said()
    own_only = {label for label, shown in before.items() if shown == (True, False)}
    assert own_only >= {
        "GET today:home",
        "GET people:list",
        "GET checks:list",
        "GET knowledge:list",
        "GET mystery:list",
        "GET feedback:list",
        "GET complaints:list",
        "GET targets:list",
        "GET rankings:run",
        "GET api-outlets",
        "GET api-employees",
        "GET api-regions",
        "GET api-standings",
    }
    for instant in (MIDNIGHT, DAY_AFTER):
        clock(instant)
        after = said()
        exchanged = {label: shown[::-1] for label, shown in before.items()}
        assert exchanged | (OF_THE_WEEK if instant == DAY_AFTER else {}) == after


def test_midnight_is_that_of_the_outlet(clock):
    """Two hours west of the deployment the old outlet's day goes on for two hours."""
    clock(DAY_BEFORE)
    world = build()
    manager = world.viewers["store_manager"]
    for place in (world.own, world.foreign):
        place.outlet.timezone = "Asia/Urumqi"
        place.outlet.save()
    Assignment.objects.filter(employee=manager.employee).update(
        ends_on=date(2026, 11, 14)
    )
    Assignment.objects.create(
        employee=manager.employee, outlet=world.foreign.outlet, starts_on=FIFTEENTH
    )

    def leads():
        user = User.objects.get(pk=manager.pk)
        return {
            outlet
            for reach in user.sight.powers.values()
            for outlet in reach.outlet_ids
        }

    clock(datetime(2026, 11, 14, 17, 59, 59, tzinfo=UTC))
    assert leads() == {world.own.outlet.pk}
    clock(datetime(2026, 11, 14, 18, 0, tzinfo=UTC))
    assert leads() == {world.foreign.outlet.pk}
    # And where the trading day begins at four, work after midnight is yesterday's.
    for place in (world.own, world.foreign):
        place.outlet.day_starts_at = "04:00"
        place.outlet.save()
    assert leads() == {world.own.outlet.pk}
    clock(datetime(2026, 11, 14, 22, 0, tzinfo=UTC))
    assert leads() == {world.foreign.outlet.pk}


def test_a_leaver_sees_nothing_from_the_day_after_and_cannot_act(moved, clock):
    world, session = moved
    manager = world.viewers["store_manager"].employee
    manager.left_on = date(2026, 11, 14)
    manager.save()
    stated = law()
    clock(LAST_SECOND)
    checked = next(route for route in ROUTES if route.label == "GET checks:check")
    assert ask_route(session, world, checked, world.own).status_code == 200
    clock(MIDNIGHT)
    wrong = {}
    for route in placed():
        for which, place in objects(world, route):
            expected = stated[route.label, which, "nobody"]
            seen = ask_route(session, world, route, place).status_code
            if seen != expected:
                wrong[route.label, which] = (expected, seen)
    assert wrong == {}
