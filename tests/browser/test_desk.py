"""The ticket desk and the display of the hall, as a tablet and a screen show them."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from outlets.flow.desk.tokens import token_of
from outlets.flow.models import Ticket, TicketEvent
from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.outlets.flow.desks import Desk
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
DESK_PAGE = "/flow/outlets/P1/desk/"
DISPLAY = "/flow/outlets/P1/display/"


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(settings):
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": f"desk-{uuid4()}",
        }
    }
    cache.clear()


@pytest.fixture
def lead(browse):
    outlet = OutletFactory(code="P1", name="Market Street")
    return staff_user("store_manager", outlet=outlet, number="E00001")


def desk_of(lead):
    outlet = lead.employee.assignments.get().outlet
    return Desk(outlet, lead, timezone.now())


def test_a_customer_from_the_ticket_to_the_end_and_the_display_follows(browse, lead):
    page = browse(lead, size=TABLET, has_touch=True)
    page.goto(DESK_PAGE)
    screen = browse(lead, size=DESK)
    screen.goto(DISPLAY)
    expect(screen.locator("#display")).to_contain_text("Nobody is waiting.")

    page.get_by_label("Priority customer").tap()
    page.get_by_role("button", name="Payment").tap()
    expect(page.locator("#desk-taken .desk-number")).to_have_text("D001")
    expect(screen.locator(".display-waits")).to_contain_text("Waiting · 1")

    page.locator("#desk-call").tap()
    expect(page.locator(".desk-mine .desk-number")).to_have_text("D001")
    expect(screen.locator(".display-calls tbody th")).to_have_text("D001")
    expect(screen.locator(".display-waits")).to_contain_text("Nobody is waiting.")

    page.locator(".desk-mine").get_by_role("button", name="Start").tap()
    expect(page.locator(".desk-mine")).to_contain_text("being served")
    page.locator(".desk-mine").get_by_role("button", name="Finish").tap()
    expect(page.locator("#desk")).to_contain_text("Ticket D001 is finished.")
    expect(screen.locator("#display")).to_contain_text("Nobody is called right now.")
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.employee_number) == ("weak", "E00001")
    assert ticket.finished_at is not None


def test_a_tap_that_bounces_is_one_ticket(browse, lead):
    page = browse(lead, size=TABLET, has_touch=True)
    page.goto(DESK_PAGE)
    page.get_by_role("button", name="Payment").dblclick()
    expect(page.locator("#desk-taken .desk-number")).to_have_text("D001")
    page.wait_for_load_state("networkidle")
    assert TicketEvent.objects.count() == 1


def test_a_choice_stays_open_while_the_page_looks_again(browse, lead):
    desk_of(lead).take()
    page = browse(lead, size=TABLET, has_touch=True)
    page.goto(DESK_PAGE)
    page.locator(".desk-hand > summary").tap()
    choice = page.locator(".desk-hand").get_by_role("button", name="Broadband")
    expect(choice).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith(DESK_PAGE)):
        pass  # the page looks again by itself
    expect(choice).to_be_visible()
    choice.tap()
    expect(page.locator("#desk-line")).to_contain_text("Broadband")


def test_a_page_left_open_leads_to_the_sign_in(browse, lead):
    page = browse(lead)
    page.goto(DISPLAY)
    page.context.clear_cookies()
    page.wait_for_url("**/accounts/sign-in/?next=/flow/outlets/P1/display/")
    expect(page.locator("#display")).to_have_count(0)


def test_without_scripts_everything_works(browse, lead):
    page = browse(lead, java_script_enabled=False)
    page.goto(DESK_PAGE)
    page.get_by_role("button", name="Payment").click()
    expect(page.locator("#desk-taken .desk-number")).to_have_text("D001")
    page.locator("#desk-call").click()
    expect(page.locator(".desk-mine .desk-number")).to_have_text("D001")
    page.locator(".desk-mine").get_by_role("button", name="Finish").click()
    expect(page.locator("#messages")).to_contain_text("Ticket D001 is finished.")


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [(TABLET, "en", "light"), (PHONE, "zh-hans", "dark")],
    ids=["tablet-en-light", "phone-zh-dark"],
)
def test_pages_fit_and_stumble_nobody(browse, lead, size, language, theme):
    desk = desk_of(lead)
    for service in ("payment", "enquiry", "payment"):
        desk.take(service, priority=service == "enquiry")
    desk.call("E00001", counter="3")
    first = TicketEvent.objects.filter(event="arrive").first()
    assert first is not None
    page = browse(lead, size=size, language=language, theme=theme, has_touch=True)
    day = timezone.localdate()
    for path in (
        f"{DESK_PAGE}?ticket=D001",
        DISPLAY,
        f"/flow/tickets/{token_of(first.uuid)}/",
        f"/flow/outlets/P1/tickets/?day={day:%F}",
        f"/flow/outlets/P1/tickets/{day:%F}/D001/",
    ):
        page.goto(path)
        assert (path, violations(page)) == (path, [])
        width = page.evaluate("document.documentElement.scrollWidth")
        assert (path, width) == (path, min(width, size[0]))


def test_what_is_tapped_at_the_desk_is_large_enough(browse, lead):
    desk = desk_of(lead)
    desk.take()
    desk.take("enquiry")
    desk.call("E00001")
    page = browse(lead, size=PHONE, has_touch=True)
    page.goto(f"{DESK_PAGE}?ticket=D002")
    small = page.evaluate(
        """() => [...document.querySelectorAll("#desk button, #desk summary")]
          .filter((one) => one.offsetParent)
          .map((one) => [one.innerText, one.getBoundingClientRect()])
          .filter(([_words, box]) => box.height < 44 || box.width < 44)
          .map(([words]) => words)"""
    )
    assert small == []
