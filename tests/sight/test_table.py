"""The table of sight: every route × role × own and foreign object → status.

`table.csv` is read as the law, not written by the product: to see what a change would
alter, run this file and read the differences.
"""

import csv
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from tests.sight.routes import FOR_SERVICES, ROUTES, names_in_the_product
from tests.sight.world import ROLES, World, build

TABLE = Path(__file__).with_name("table.csv")


def _law():
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {
            (row["route"], row["object"], role): int(row[role])
            for row in csv.DictReader(file)
            for role in ROLES
        }


def _signed_in(viewer) -> str:
    """Return the session cookie of a viewer; empty for an anonymous one."""
    client = Client()
    if viewer.is_authenticated:
        client.force_login(viewer)
        return client.cookies["sessionid"].value
    return ""


def _status(world: World, session: str, route, place) -> int:
    client = Client()
    if session:
        client.cookies["sessionid"] = session
    path = route.path(world, place)
    with transaction.atomic():
        if route.method == "GET":
            answer = client.get(path)
        else:
            answer = client.post(path, route.data(world, place))
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


def _objects(world: World, route):
    """Return own and foreign, or one row where the address names no place."""
    own, foreign = world.own, world.foreign
    if (route.path(world, own), route.data(world, own).get("outlet")) == (
        route.path(world, foreign),
        route.data(world, foreign).get("outlet"),
    ):
        return (("any", world.own),)
    return (("own", world.own), ("foreign", world.foreign))


def observed(world: World):
    sessions = {role: _signed_in(world.viewers[role]) for role in ROLES}
    return {
        (route.label, which, role): _status(world, sessions[role], route, place)
        for route in ROUTES
        for which, place in _objects(world, route)
        for role in ROLES
    }


@pytest.mark.django_db
def test_every_route_answers_each_role_as_the_table_says():
    law, seen = _law(), observed(build())
    differences = {
        key: (law.get(key), seen.get(key))
        for key in sorted(law.keys() | seen.keys())
        if law.get(key) != seen.get(key)
    }
    assert differences == {}


def test_every_route_of_the_product_has_a_row():
    assert names_in_the_product() - {r.name for r in ROUTES} - FOR_SERVICES == set()
