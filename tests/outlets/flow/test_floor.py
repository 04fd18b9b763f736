"""The floor now: who waits, who serves, and what many open pages cost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outlets.flow.models import Ticket
from outlets.flow.selectors.floor import Floor, floor_now
from outlets.flow.selectors.for_all import FRESH_S
from tests.outlets.flow.factories import TicketFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 3, 0, tzinfo=UTC)  # 11:00 in Shanghai


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(settings):
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "floor",
        }
    }
    cache.clear()


@pytest.fixture
def outlet():
    return OutletFactory(code="P1")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def fill(outlet):
    TicketFactory(outlet=outlet, arrived_at=ago(8))
    TicketFactory(outlet=outlet, arrived_at=ago(3))
    TicketFactory(outlet=outlet, arrived_at=ago(9), abandoned_at=ago(2))
    TicketFactory(outlet=outlet, arrived_at=ago(200))  # its end was lost
    busy = {"arrived_at": ago(20), "called_at": ago(15)}
    TicketFactory(outlet=outlet, employee_number="E1", **busy)
    TicketFactory(outlet=outlet, employee_number="E1", **busy)
    TicketFactory(outlet=outlet, employee_number="E2", **busy)
    TicketFactory(outlet=outlet, employee_number="E3", finished_at=ago(1), **busy)
    TicketFactory(outlet=outlet, employee_number="E4", no_show=True, **busy)
    TicketFactory(outlet=outlet, employee_number="", **busy)
    TicketFactory(outlet=outlet, date="2026-03-13", arrived_at=ago(30))
    TicketFactory(arrived_at=ago(30))


def test_who_waits_and_who_serves(outlet):
    fill(outlet)
    assert floor_now(outlet, NOW) == Floor(
        read_at=NOW, waiting=2, oldest=ago(8), serving=2, arrivals=10, called=6
    )


@pytest.mark.parametrize(
    ("minutes", "state"), [(6.9, "calm"), (7, "near"), (10, "near"), (10.1, "over")]
)
def test_the_page_warns_near_the_limit(minutes, state):
    floor = Floor(NOW, 1, ago(minutes), 0, 1, 0)
    assert floor.state(NOW) == state
    assert floor.longest_s(NOW) == minutes * 60


def test_nobody_waits():
    floor = Floor(NOW, 0, None, 0, 0, 0)
    assert (floor.longest_s(NOW), floor.state(NOW)) == (None, "calm")


def test_one_reads_for_all(outlet, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _page in range(200):
            floor_now(outlet, NOW)
    later = NOW + timedelta(seconds=FRESH_S)
    with django_assert_num_queries(1):
        for _page in range(200):
            floor_now(outlet, later)


def test_while_one_reads_the_others_get_what_was_read_last(
    outlet, django_assert_num_queries
):
    floor_now(outlet, NOW)
    cache.add(f"flow-floor-{outlet.pk}-reading", 1)
    with django_assert_num_queries(0):
        assert floor_now(outlet, NOW + timedelta(seconds=60)).read_at == NOW


class TestPage:
    @pytest.fixture
    def manager(self, client, outlet):
        client.force_login(granted_user("store_manager", outlet=outlet))
        return client

    def test_it_tells_the_floor_and_looks_again(self, manager, outlet):
        now = timezone.now()
        day = now.astimezone(outlet.zone).date()
        TicketFactory(outlet=outlet, date=day, arrived_at=now - timedelta(minutes=11))
        address = reverse("flow:floor", args=["P1"])
        text = manager.get(address).content.decode()
        assert "Somebody has been waiting for more than 10 minutes." in text
        assert re.search(r"flow-figure\" data-clock>\s*11:[0-5]\d\s*<", text)
        assert 'hx-trigger="every 15s"' in text
        part = manager.get(address, headers={"HX-Request": "true"}).content.decode()
        assert part.startswith('\n<section id="floor"')

    def test_looking_again_reads_no_ticket(self, manager):
        address = reverse("flow:floor", args=["P1"])
        manager.get(address)
        with CaptureQueriesContext(connection) as seen:
            manager.get(address, headers={"HX-Request": "true"})
        tables = [query["sql"] for query in seen]
        assert not [sql for sql in tables if Ticket._meta.db_table in sql]
        assert len(tables) <= 5
