"""Fields that a form does not have set nothing, whoever sends them."""

import re
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection

from staffing.people.models import Employee, User
from tests.outlets.places.factories import OutletFactory
from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.crawl import BOOKKEEPING
from tests.sight.routes import ROUTES
from tests.sight.test_writes import law
from tests.sight.world import ROLES

pytestmark = pytest.mark.django_db
NUMBER = 987_654_321
DAY = "2001-02-03"
KEY = UUID("0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11")
FORGED = {
    **dict.fromkeys(
        (
            *("id", "pk", "user", "user_id", "employee", "employee_id", "outlet_id"),
            *("by", "by_id", "recorded_by", "entered_by", "entered_by_id"),
            *("granted_by", "added_by", "proposed_by", "requested_by", "released_by"),
            *("score_hundredths", "points_awarded", "rank", "owner_id", "agency_id"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            "released_at",
            "created_at",
            "added_at",
            "enrolled_at",
            "set_at",
            "revoked_at",
        ),
        DAY,
    ),
    **dict.fromkeys(("uuid", "client_id", "token", "secret"), KEY),
    **dict.fromkeys(("is_staff", "is_superuser", "must_change_password"), "on"),
    "username_canonical": "FORGED",
    "state": "FORGED",
    "status": "FORGED",
    "stored": "FORGED",
}
# Forms in which a name of the list is a field; what it takes is shown elsewhere.
OWN_FIELDS = {
    "people:user_add": {"employee"},
    "ledger:change_period": {"state"},
    "imports:kind": {"state"},
}
# Takes a row away and writes none, so that nothing forged could stay.
ONLY_DELETES = {
    "POST checks:draft_remove",
    "POST growth:contest_act leave",
    "POST mystery:draft_drop",
    "POST my_roster:calendar_end",
    "POST my_roster:wish_remove",
}
TRACES = re.compile(rf"{NUMBER}|{DAY}|{KEY}|{KEY.hex}|FORGED")


def _rows() -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.managed and table not in BOOKKEEPING:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found |= {f"{table}: {row!r}" for row in cursor.fetchall()}
    return found


def _sends():
    """Yield who changes something, once per route."""
    stated = law()
    for route in (one for one in ROUTES if one.method == "POST"):
        for role in ROLES:
            for which in ("own", "any"):
                if (route.label, which, role) in stated:
                    yield route, role
                    break


@pytest.mark.one_database  # what a form takes lies above the database
def test_fields_that_a_form_does_not_have_set_nothing(world, cookies):
    """Everything forged exists, so that a form that took it could write it."""
    odd, idle = {}, set()
    with nothing_kept():
        Employee.objects.create(pk=NUMBER, number="E-FORGE", name="Nobody")
        User.objects.create(pk=NUMBER, username="forge")
        OutletFactory(pk=NUMBER)
        before = _rows()
        for route, role in _sends():
            place = objects(world, route)[0][1]
            own = route.data(world, place)
            if isinstance(own, str):  # JSON, which names its fields itself
                continue
            taken = own.keys() | OWN_FIELDS.get(route.name, set())
            forged = {name: v for name, v in FORGED.items() if name not in taken}
            with nothing_kept():
                ask(cookies[role], route.path(world, place), "POST", own | forged)
                new = _rows() - before
                raised = User.objects.filter(is_staff=True).exists() or (
                    User.objects.filter(is_superuser=True).exists()
                )
            if not new:
                idle.add(route.label)
            if raised or any(TRACES.search(row) for row in new):
                odd[route.label, role] = [row for row in new if TRACES.search(row)]
    assert odd == {}
    assert idle == ONLY_DELETES, "a form that refuses the fields shows nothing here"
