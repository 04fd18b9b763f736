"""What customers see: the screen in the hall and the page of a ticket."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outlets.flow.desk.hall import read_hall
from outlets.flow.desk.tokens import arrival_of, token_of
from outlets.flow.models import Ticket, TicketEvent
from staffing.accounts import rate_limits
from tests.outlets.flow.desks import Desk
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import tablet_of
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NINE = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(settings):
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "display",
        }
    }
    cache.clear()


@pytest.fixture
def outlet():
    return OutletFactory(code="P1", name="Market Street")


@pytest.fixture
def clock(monkeypatch):
    """Stand still at nine, for pages as for the desk."""

    class Clock:
        at = NINE

    monkeypatch.setattr(timezone, "now", lambda: Clock.at)
    return Clock


@pytest.fixture
def desk(outlet, clock):
    return Desk(outlet, granted_user("store_manager", outlet=outlet), NINE)


def display():
    return reverse("flow:display", args=["P1"])


def page_of_ticket(number):
    event = TicketEvent.objects.get(ticket_no=number, event="arrive")
    return reverse("flow:ticket", args=[token_of(event.uuid)])


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


class TestHall:
    def test_who_waits_who_is_called_and_how_long_it_takes(self, desk, outlet):
        # 40 services of 5 minutes each within four weeks.
        rows = [
            ticket(
                outlet,
                f"A{n}",
                f"2026-03-{1 + n % 10:02}T10:00",
                wait=9,
                service_time=300,
            )
            for n in range(40)
        ]
        take("tickets", rows)
        for service in ("payment", "payment", "enquiry", "payment"):
            desk.take(service)
        desk.later(60)
        desk.call("E1", counter="1")
        desk.call("E2", counter="2")
        hall = read_hall(outlet, desk.now)
        assert [one.number for one in hall.waiting] == ["D003", "D004"]
        assert [(one.number, one.counter) for one in hall.called] == [
            ("D002", "2"),
            ("D001", "1"),
        ]
        assert hall.waiting_by_service == [("enquiry", 1), ("payment", 1)]
        assert (hall.serving, hall.service_s) == (2, 300)
        assert hall.expected_s == 450  # behind two, with two who serve
        assert [hall.expected_of(one.key) for one in hall.waiting] == [150, 300]

    def test_who_called_nobody_for_half_an_hour_serves_no_more(self, desk, outlet):
        desk.take()
        desk.call("E1")
        desk.mark("D001", "finish")
        desk.later(1800)
        assert read_hall(outlet, desk.now).serving == 1
        desk.later(1)
        assert read_hall(outlet, desk.now).serving == 0

    def test_it_costs_four_queries(self, desk, outlet, django_assert_num_queries):
        for _one in range(3):
            desk.take()
        desk.call()
        with django_assert_num_queries(4):
            read_hall(outlet, desk.now)

    def test_yesterday_s_tickets_and_other_outlets_are_not_in_it(self, desk, outlet):
        desk.take()
        other = OutletFactory()
        Desk(other, granted_user("store_manager", outlet=other), NINE).take()
        assert len(read_hall(outlet, desk.now).waiting) == 1
        desk.later(24 * 3600)
        assert read_hall(outlet, desk.now).waiting == ()


class TestDisplay:
    @pytest.fixture
    def screen(self, client, outlet):
        client.force_login(granted_user("auditor", outlet=outlet))
        return client

    def test_it_shows_calls_counters_and_who_waits(self, screen, desk):
        desk.take("payment")
        desk.take("enquiry", priority=True)
        desk.take("payment")
        desk.call("E00042", counter="3")
        text = text_of(screen.get(display()))
        assert "D002 3" in text
        assert "Payment 2" in text
        assert "09:00" in text

    def test_it_shows_nothing_about_people(self, screen, desk):
        desk.take("payment", priority=True)
        desk.take("payment", priority=True)
        desk.call("E00042", counter="3")
        text = text_of(screen.get(display()))
        assert "E00042" not in text
        assert "riority" not in text

    def test_it_says_when_there_is_nobody(self, screen):
        text = text_of(screen.get(display()))
        assert "Nobody is called right now." in text
        assert "Nobody is waiting." in text
        assert "Expected wait" not in text, "nobody waits and nobody knows"

    def test_it_looks_again_without_reading_a_ticket(self, screen, desk):
        desk.take()
        page = screen.get(display()).content.decode()
        assert 'hx-trigger="every 5s"' in page
        with CaptureQueriesContext(connection) as seen:
            part = screen.get(display(), headers=HTMX).content.decode()
        assert part.strip().startswith('<section class="display"')
        assert not [q for q in seen if Ticket._meta.db_table in q["sql"]]
        assert len(seen) <= 5

    def test_a_tablet_of_the_outlet_shows_it_with_nobody_signed_in(self, outlet):
        _device, tablet = tablet_of(outlet)
        assert tablet.get(display()).status_code == 200
        _device, elsewhere = tablet_of(OutletFactory())
        assert elsewhere.get(display()).status_code == 302

    def test_nobody_else_sees_it_without_signing_in(self, client, outlet):
        assert client.get(display()).status_code == 302
        assert client.get(display(), headers=HTMX).status_code == 302
        client.force_login(staff_user("store_manager", outlet=OutletFactory()))
        assert client.get(display()).status_code == 404


class TestTicket:
    def test_it_says_number_place_and_wait_and_nothing_else(self, client, desk, outlet):
        take(
            "tickets",
            [ticket(outlet, "A1", "2026-03-10T10:00", wait=9, service_time=240)],
        )
        desk.take("payment")
        desk.take("payment")
        desk.take("enquiry")
        desk.call("E00042", counter="3")
        cache.clear()
        answer = client.get(page_of_ticket("D003"))
        assert answer.status_code == 200
        text = text_of(answer)
        assert "Ticket D003 Place in line 2 Before you 1" in text
        assert "Expected wait about 8 minutes" in text
        for unsaid in ("Market Street", "Enquiry", "E00042", "D001", "D002"):
            assert unsaid not in text
        assert "sessionid" not in answer.cookies

    def test_it_says_where_to_go_and_when_it_is_over(self, client, desk):
        desk.take()
        address = page_of_ticket("D001")
        desk.call("E1", counter="3")
        cache.clear()
        assert "Please come to counter 3." in text_of(client.get(address))
        desk.mark("D001", "finish")
        cache.clear()
        answer = client.get(address, headers=HTMX)
        assert answer.status_code == 286  # htmx looks no more
        assert "This ticket is no longer in line." in text_of(answer)

    def test_a_hall_read_before_it_was_taken_makes_it_wait_a_moment(self, client, desk):
        desk.take()
        client.get(page_of_ticket("D001"))
        desk.take()
        text = text_of(client.get(page_of_ticket("D002"), headers=HTMX))
        assert "Your place in line will stand here in a moment." in text

    def test_it_ends_with_the_trading_day(self, client, desk, clock):
        desk.take()
        address = page_of_ticket("D001")
        clock.at = NINE + timedelta(hours=15)
        answer = client.get(address)
        assert answer.status_code == 410
        assert "for a day that is over" in text_of(answer)
        assert client.get(address, headers=HTMX).status_code == 286

    def test_only_addresses_that_we_gave_out_open(
        self, client, desk, django_assert_num_queries
    ):
        desk.take()
        event = TicketEvent.objects.get()
        good = token_of(event.uuid)
        assert arrival_of(good) == event.uuid
        desk.call()
        call = TicketEvent.objects.get(event="call")
        signed = reverse("flow:ticket", args=[token_of(call.uuid)])
        assert client.get(signed).status_code == 404
        with django_assert_num_queries(0):
            for forged in (good[:-1], f"{good}x", "D001", good.partition(".")[0]):
                address = reverse("flow:ticket", args=[forged])
                assert client.get(address).status_code == 404

    def test_its_requests_are_counted_by_address(self, settings, monkeypatch, desk):
        monkeypatch.setattr(rate_limits, "now", lambda: 1_800_000_018.7)
        settings.RATE_LIMITS = settings.RATE_LIMITS | {"ticket": 2}
        desk.take()
        address = page_of_ticket("D001")
        asked = [Client().get(address, REMOTE_ADDR="192.0.2.1") for _n in range(3)]
        assert [answer.status_code for answer in asked] == [200, 200, 429]
        assert asked[2].headers["Retry-After"] == "42"
        assert Client().get(address, REMOTE_ADDR="192.0.2.2").status_code == 200
