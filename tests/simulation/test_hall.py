"""The hall of the demo: people in it, once a day."""

from datetime import UTC, datetime

import pytest

from outlets.flow.desk.hall import read_hall
from outlets.flow.models import TicketEvent
from simulation.hall import numbers_at, open_hall
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, granted_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_somebody_is_served_one_is_called_one_did_not_come_and_three_wait():
    outlet = OutletFactory(timezone="UTC")
    for number in ("E1", "E2"):
        AssignmentFactory(outlet=outlet, employee__number=number)
    lead = granted_user("store_manager", outlet=outlet)
    given = {"by": lead, "servers": numbers_at(outlet), "now": NOON}
    assert open_hall(outlet, **given) == 3
    assert open_hall(outlet, **given) == 0
    hall = read_hall(outlet, NOON)
    assert {(one.number, one.state) for one in (*hall.called, *hall.missed)} == {
        ("D001", "serving"),
        ("D002", "no_show"),
        ("D003", "called"),
    }
    # The priority customer came last and is next.
    assert [one.number for one in hall.waiting] == ["D006", "D004", "D005"]


def test_nobody_comes_where_nobody_works_and_in_the_first_minutes_of_a_day():
    outlet = OutletFactory(timezone="UTC")
    lead = granted_user("store_manager", outlet=outlet)
    assert open_hall(outlet, by=lead, servers=["E1"], now=NOON) == 0
    early = NOON.replace(hour=0, minute=5)
    assert open_hall(outlet, by=lead, servers=["E1", "E2"], now=early) == 0
    assert not TicketEvent.objects.exists()
