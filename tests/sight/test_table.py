"""The table of sight: every route × role × own and foreign object → status.

`table.csv` is read as the law, not written by the product: to see what a change would
alter, run this file and read the differences.
"""

import csv
from pathlib import Path

import pytest

from tests.sight.asking import FRAGMENT, ask_route, objects
from tests.sight.routes import FOR_SERVICES, ROUTES, names_in_the_product
from tests.sight.world import ROLES

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("table.csv")


def law() -> dict[tuple[str, str, str], int]:
    """Return the status by (label of the route, object, role)."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {
            (row["route"], row["object"], role): int(row[role])
            for row in csv.DictReader(file)
            for role in ROLES
        }


def observed(world, cookies, routes=ROUTES, roles=ROLES, **how):
    return {
        (route.label, which, role): ask_route(
            cookies[role], world, route, place, **how
        ).status_code
        for route in routes
        for which, place in objects(world, route)
        for role in roles
    }


def differences(stated, seen):
    return {
        key: (stated.get(key), seen.get(key))
        for key in sorted(stated.keys() | seen.keys())
        if stated.get(key) != seen.get(key)
    }


def test_every_route_answers_each_role_as_the_table_says(world, cookies):
    assert differences(law(), observed(world, cookies)) == {}


def test_a_fragment_is_refused_where_its_page_is(world, cookies):
    pages = [route for route in ROUTES if route.method == "GET"]
    stated = {key: status for key, status in law().items() if key[0][:3] == "GET"}
    seen = observed(world, cookies, pages, headers=FRAGMENT)
    assert differences(stated, seen) == {}


def test_every_route_of_the_product_has_a_row():
    assert names_in_the_product() - {r.name for r in ROUTES} - FOR_SERVICES == set()


def test_every_row_is_a_route_of_the_product():
    assert {r.name for r in ROUTES} - names_in_the_product() == set()


def test_no_row_stands_twice_in_the_table():
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = [(row["route"], row["object"]) for row in csv.DictReader(file)]
    twice = {row for row in rows if rows.count(row) > 1}
    assert twice == set()


def test_no_two_routes_share_a_row():
    labels = [route.label for route in ROUTES]
    assert {label for label in labels if labels.count(label) > 1} == set()
