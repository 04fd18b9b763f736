"""The ticket desk in a browser: one tap per deed, with htmx and without."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outlets.flow.models import Ticket, TicketEvent
from outlets.flow.selectors.floor import floor_now
from tests.outlets.flow.desks import Desk
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(settings):
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "desk",
        }
    }
    cache.clear()


@pytest.fixture
def outlet():
    return OutletFactory(code="P1", name="Market Street")


@pytest.fixture
def lead(outlet):
    return staff_user("store_manager", outlet=outlet, number="E00001")


@pytest.fixture
def browser(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def desk(outlet, lead):
    return Desk(outlet, lead, timezone.now())


def at(name="desk"):
    return reverse(f"flow:{name}", args=["P1"])


def send(browser, name, *, htmx=True, **data):
    data = {"key": uuid4()} | data
    headers = HTMX if htmx else {}
    return browser.post(at(name), data, headers=headers)


def marked(browser, number, what, *, htmx=True, **more):
    day = timezone.localdate()
    return send(
        browser,
        "desk_mark",
        htmx=htmx,
        number=number,
        what=what,
        day=f"{day:%F}",
        **more,
    )


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_take_call_start_and_finish_are_one_tap_each(browser):
    answer = send(browser, "desk_take", service="payment", priority="on")
    assert 'translate="no">D001<' in answer.content.decode()
    assert "Ticket D001 has been called." in text_of(send(browser, "desk_call"))
    assert "Ticket D001 is being served." in text_of(marked(browser, "D001", "start"))
    assert "Ticket D001 is finished." in text_of(marked(browser, "D001", "finish"))
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.employee_number) == ("weak", "E00001")
    assert ticket.finished_at is not None


def test_without_scripts_each_deed_leads_back_to_the_desk(browser):
    taken = send(browser, "desk_take", htmx=False, service="payment")
    assert (taken.status_code, taken.url) == (302, f"{at()}?ticket=D001")
    page = browser.get(taken.url)
    assert "QR code with the address" in page.content.decode()
    called = send(browser, "desk_call", htmx=False)
    assert (called.status_code, called.url) == (302, at())
    assert "Ticket D001 has been called." in text_of(browser.get(at()))


def test_a_refusal_says_what_is_wrong_on_the_page(browser):
    answer = send(browser, "desk_call", htmx=False)
    assert answer.status_code == 200
    assert "Nobody is waiting." in text_of(answer)
    assert "<html" in answer.content.decode()
    fragment = marked(browser, "D009", "finish")
    assert "There is no ticket D009 in today's line." in text_of(fragment).replace(
        "&#x27;", "'"
    )
    assert "<html" not in fragment.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("desk_take", {}, "Service: Choose what the customer comes for."),
        ("desk_take", {"service": "payment", "key": "x"}, "Enter a valid UUID."),
        ("desk_mark", {"number": "D001", "day": "2026-03-14", "what": "call"}, "call"),
        ("desk_mark", {"number": "D001", "day": "today", "what": "start"}, "date"),
        ("desk_server", {}, "Number on the badge: Write the number on the badge."),
        ("desk_server", {"employee_number": "1" * 41}, "at most 40 characters"),
    ],
)
def test_what_no_form_of_ours_sends_is_refused_in_words(browser, name, data, said):
    answer = send(browser, name, **data)
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not TicketEvent.objects.exists()


def test_a_tap_that_bounces_counts_once(browser):
    key = uuid4()
    for _tap in range(3):
        send(browser, "desk_take", service="payment", key=key)
    assert TicketEvent.objects.count() == 1


def test_every_form_carries_a_key_of_its_own(browser, desk):
    desk.take()
    desk.take("enquiry")
    keys = re.findall(r'name="key" value="([^"]+)"', browser.get(at()).content.decode())
    assert len(keys) > 5
    assert len(set(keys)) == len(keys)


def test_who_did_not_come_is_called_again_by_one_tap(browser, desk):
    desk.take()
    desk.call("E00001")
    page = browser.get(at()).content.decode()
    assert page.count("Call again") == 1
    desk.mark("D001", "no_show")
    cache.clear()
    page = browser.get(at()).content.decode()
    assert "Did not come · 1" in page
    day = str(TicketEvent.objects.first().date)
    answer = send(browser, "desk_call", number="D001", day=day)
    assert "Ticket D001 has been called." in answer.content.decode()
    assert "Did not come" not in answer.content.decode()
    refused = send(browser, "desk_call", number="D001", day="soon")
    assert "Enter a valid date." in refused.content.decode()


def test_who_serves_is_chosen_once_and_kept(browser, desk):
    desk.take()
    answer = send(browser, "desk_server", employee_number="E00007", counter="3")
    assert "E00007 serves now." in text_of(answer)
    assert "The number E00007 belongs to nobody" in text_of(answer)
    send(browser, "desk_call")
    call = TicketEvent.objects.get(event="call")
    assert (call.employee_number, call.counter) == ("E00007", "3")
    assert "E00007 serves · counter 3" in text_of(browser.get(at()))


def test_somebody_off_the_staff_says_first_who_serves(client, outlet, desk):
    desk.take()
    client.force_login(granted_user("store_manager", outlet=outlet))
    assert "Who serves?" in text_of(client.get(at()))
    answer = send(client, "desk_call")
    assert "Say first who serves: the number on the badge." in text_of(answer)
    assert not TicketEvent.objects.filter(event="call").exists()


def test_the_floor_follows_at_once(browser, outlet):
    now = timezone.now()
    assert floor_now(outlet, now).waiting == 0
    send(browser, "desk_take", service="payment")
    assert floor_now(outlet, timezone.now()).waiting == 1


def test_looking_again_reads_no_ticket_and_is_no_tap(browser, desk):
    desk.take()
    page = browser.get(at()).content.decode()
    assert 'hx-headers=\'{"X-Looks-By-Itself": "yes"}\'' in page
    with CaptureQueriesContext(connection) as seen:
        part = browser.get(at(), headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="desk-line">')
    assert not [q for q in seen if Ticket._meta.db_table in q["sql"]]
    assert len(seen) == 6


def test_the_line_costs_the_same_for_one_and_twenty(browser, desk):
    desk.take()
    browser.get(at())  # the session has been looked at
    cache.clear()
    with CaptureQueriesContext(connection) as one:
        browser.get(at())
    for _more in range(19):
        desk.take()
    cache.clear()
    with CaptureQueriesContext(connection) as twenty:
        browser.get(at())
    assert len(twenty) == len(one) <= 10


def test_who_sees_the_outlet_but_does_not_record_there_is_refused(client, outlet):
    client.force_login(granted_user("auditor", outlet=outlet))
    assert client.get(at()).status_code == 403
    assert send(client, "desk_take", service="payment").status_code == 403
    client.force_login(staff_user("store_manager", outlet=OutletFactory()))
    assert client.get(at()).status_code == 404
    assert send(client, "desk_take", service="payment").status_code == 404
    assert not TicketEvent.objects.exists()


def test_a_page_left_open_leads_to_the_sign_in_when_the_session_is_over(client, outlet):
    answer = client.get(at(), headers=HTMX)
    assert answer.status_code == 302
    followed = client.get(answer.url, headers=HTMX)
    assert followed.headers["HX-Redirect"] == (
        f"{reverse('accounts:sign_in')}?next={at()}"
    )
    assert client.get(answer.url).status_code == 200


def test_the_outlet_s_page_leads_to_the_desk_for_who_records(client, outlet, lead):
    page = reverse("flow:outlet", args=["P1"])
    client.force_login(lead)
    assert at() in client.get(page).content.decode()
    client.force_login(granted_user("auditor", outlet=outlet))
    text = client.get(page).content.decode()
    assert at() not in text
    assert at("display") in text
