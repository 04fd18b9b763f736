"""Who changes something: a POST that `writes.csv` does not name changes nothing.

A redirect may carry a refusal, and a 200 a form with an error; so what counts is not
the status but the rows of every table before and after. A line of `writes.csv` names
the roles whose request does change something; everybody else's must not.
"""

import csv
from pathlib import Path

import pytest
from django.test import Client

from tests.sight.asking import ask, nothing_kept
from tests.sight.crawl import digest, writing
from tests.sight.routes import ROUTES
from tests.sight.world import ROLES
from tests.staffing.people.factories import RoleGrantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("crawl")]
WRITES = Path(__file__).with_name("writes.csv")
# A file of personal data counts how often it was taken.
COUNTED = {"GET personal:file"}


def law() -> set[tuple[str, str, str]]:
    with WRITES.open(newline="", encoding="utf-8") as file:
        return {
            (row["route"], row["object"], role)
            for row in csv.DictReader(file)
            for role in row["roles"].split()
        }


def _lines(found: set[tuple[str, str, str]]) -> list[str]:
    """Write what was found as lines of the file, to be read and then added."""
    by_route: dict[tuple[str, str], list[str]] = {}
    for label, which, role in sorted(found, key=lambda one: ROLES.index(one[2])):
        by_route.setdefault((label, which), []).append(role)
    return [f"{label},{which},{' '.join(r)}" for (label, which), r in by_route.items()]


def _changing(seen, method: str) -> set[tuple[str, str, str]]:
    return {
        question
        for question, one in seen.items()
        if one.changed and question[0].startswith(f"{method} ")
    }


def test_only_who_is_named_changes_anything(seen):
    found, stated = _changing(seen, "POST"), law()
    assert _lines(found - stated) == [], "they change something, but are not named"
    assert _lines(stated - found) == [], "they are named, but change nothing"


def test_asking_changes_nothing(seen):
    assert {label for label, _which, _role in _changing(seen, "GET")} == COUNTED


@pytest.mark.parametrize("route", ["checks:correct", "checks:undo"])
def test_nobody_changes_a_check_about_herself_whatever_her_roles(world, route):
    subject = world.viewers["clerk"]
    with nothing_kept():
        # May correct everybody else's.
        RoleGrantFactory(user=subject, role="operations")
        client = Client()
        client.force_login(subject)
        session, before = client.cookies["sessionid"].value, digest()
        asked = next(one for one in ROUTES if one.name == route)
        with writing() as written:
            path = asked.path(world, world.own)
            ask(session, path, "POST", asked.data(world, world.own))
        assert written.changed(before) == set()
