"""The table of sight: every route × role × own and foreign object → status.

`table.csv` is read as the law, not written by the product: to see what a change would
alter, run this file and read the differences.
"""

import csv
from pathlib import Path

import pytest

from tests.sight.asking import FRAGMENT, ask_route, objects
from tests.sight.routes import (
    FOR_SERVICES,
    OF_ONE_SERVICE,
    ROUTES,
    names_in_the_product,
)
from tests.sight.world import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("crawl")]
TABLE = Path(__file__).with_name("table.csv")


def law() -> dict[tuple[str, str, str], int]:
    """Return the status by (label of the route, object, role)."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {
            (row["route"], row["object"], role): int(row[role])
            for row in csv.DictReader(file)
            for role in ROLES
        }


def differences(stated, seen):
    return {
        key: (stated.get(key), seen.get(key))
        for key in sorted(stated.keys() | seen.keys())
        if stated.get(key) != seen.get(key)
    }


def test_every_route_answers_each_role_as_the_table_says(seen):
    found = {question: one.status for question, one in seen.items()}
    assert differences(law(), found) == {}


@pytest.mark.one_database  # the pages themselves are asked on both
def test_a_fragment_is_refused_where_its_page_is(world, cookies):
    """One of those whom a page answers alike is asked for all of them."""
    stated, found = {}, {}
    lawful = law()
    for route in (one for one in ROUTES if one.method == "GET"):
        for which, place in objects(world, route)[:1]:
            alike = {lawful[route.label, which, role]: role for role in ROLES}
            for status, role in alike.items():
                stated[route.label, which, role] = status
                answer = ask_route(cookies[role], world, route, place, headers=FRAGMENT)
                found[route.label, which, role] = answer.status_code
    assert differences(stated, found) == {}


def test_every_route_of_the_product_has_a_row():
    for_services = FOR_SERVICES | OF_ONE_SERVICE
    assert names_in_the_product() - {r.name for r in ROUTES} - for_services == set()


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
