"""Who changes something: a POST that `writes.csv` does not name changes nothing.

A redirect may carry a refusal, and a 200 a form with an error; so what counts is not
the status but the rows of every table before and after. A line of `writes.csv` names
the roles whose request does change something; everybody else's must not.
"""

import csv
import hashlib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.routes import ROUTES
from tests.sight.world import ROLES
from tests.staffing.people.factories import RoleGrantFactory

pytestmark = pytest.mark.django_db
WRITES = Path(__file__).with_name("writes.csv")
# Tables in which a refused request may, or must, leave a line, and why. The history of
# what was changed is none of them: what was refused has changed nothing.
BOOKKEEPING = {
    "django_session": "messages and where to go on live in it",
    "usersessions_usersession": "the list of one's own sessions",
    "axes_accessattempt": "failures are counted",
    "axes_accessattemptexpiration": "failures are counted",
    "axes_accessfailurelog": "failures are counted",
    "axes_accesslog": "sign-ins are counted",
    "accounts_lock": "guesses at PINs and codes are counted",
    "accounts_accessrecord": "a refused sign-in and a refused download are logged",
}
# A file of personal data counts how often it was taken.
COUNTED = {"GET personal:file"}
_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COPY", "TRUNCATE", "MERGE")


def _tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed}
    return sorted(tables - BOOKKEEPING.keys())


def digest() -> dict[str, str]:
    """Return a digest of all rows by table, whatever their order."""
    found = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


class Statements:
    """Notes whether any statement could have changed a row."""

    def __init__(self) -> None:
        self.changing = False

    def __call__(self, execute, sql, params, many, context):
        said = sql.lstrip().upper()
        if said.startswith(_CHANGES) or (said.startswith("WITH") and "INSERT" in said):
            self.changing = True
        return execute(sql, params, many, context)


def _changed_tables(session, world, route, place, before) -> set[str]:
    with nothing_kept():
        statements = Statements()
        with connection.execute_wrapper(statements):
            ask(session, route.path(world, place), "POST", route.data(world, place))
        if not statements.changing:
            return set()
        after = digest()
        return {table for table in after if after[table] != before[table]}


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


def test_only_who_is_named_changes_anything(world, cookies):
    before = digest()
    seen = {
        (route.label, which, role)
        for route in ROUTES
        if route.method == "POST"
        for which, place in objects(world, route)
        for role in ROLES
        if _changed_tables(cookies[role], world, route, place, before)
    }
    stated = law()
    assert _lines(seen - stated) == [], "they change something, but are not named"
    assert _lines(stated - seen) == [], "they are named, but change nothing"


def test_asking_changes_nothing(world, cookies):
    before, changed = digest(), {}
    for route in (r for r in ROUTES if r.method == "GET"):
        for which, place in objects(world, route):
            for role in ROLES:
                with nothing_kept():
                    statements = Statements()
                    with connection.execute_wrapper(statements):
                        ask(cookies[role], route.path(world, place))
                    after = digest() if statements.changing else before
                if after != before:
                    changed[route.label, which, role] = True
    assert {label for label, _which, _role in changed} == COUNTED


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
        assert _changed_tables(session, world, asked, world.own, before) == set()
