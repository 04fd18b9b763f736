"""People who share a tablet, each with her own PIN."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from staffing.accounts.services.devices import make_code
from tests.browser.conftest import PHONE, TABLET
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import (
    PIN,
    DeviceFactory,
    person_with_pin,
    tablet_of,
)
from tests.staffing.people.factories import granted_user

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WORDS = {
    "en": ("Who are you?", "Switch person", "That PIN was not right."),
    "zh-hans": ("您是哪一位？", "换人", "PIN 码不正确。"),
}


@pytest.fixture
def tablet(browse, live_server):
    """Open a page of an enrolled tablet in some language and size."""
    outlet = OutletFactory(name="南山营业厅 Nanshan")
    _device, client = tablet_of(outlet, now=timezone.now())

    def open_page(language, size=TABLET, **options):
        page = browse(language=language, size=size, has_touch=True, **options)
        page.context.add_cookies(
            [
                {
                    "name": "device",
                    "value": client.cookies["device"].value,
                    "url": live_server.url,
                }
            ]
        )
        return page

    open_page.outlet = outlet
    return open_page


def tap(target):
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert min(box["width"], box["height"]) >= 44, f"too small for a finger: {box}"
    target.tap()


def type_on_pad(page, pin):
    for digit in pin:
        tap(page.locator(f'[data-digit="{digit}"]'))
    tap(page.locator('.pin-pad [type="submit"]'))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_people_take_turns(tablet, language):
    who, switch, wrong = WORDS[language]
    li = person_with_pin(tablet.outlet, "store_manager", name="李娜 Li Na")
    wang = person_with_pin(tablet.outlet, name="王芳 Wang Fang")
    page = tablet(language)
    page.goto("/")
    expect(page.locator(".tablet-person")).to_have_count(2)
    tap(page.get_by_role("link", name=li.employee.name))
    type_on_pad(page, "840194")
    expect(page.get_by_text(wrong)).to_be_visible()
    expect(page.locator("[name=pin]")).to_have_value("")
    for digit in PIN[:-1] + "7":
        tap(page.locator(f'[data-digit="{digit}"]'))
    tap(page.locator("[data-erase]"))
    type_on_pad(page, PIN[-1])
    page.wait_for_url("**/")
    expect(page.locator(".whoami-name")).to_have_text(li.employee.name)

    tap(page.get_by_role("button", name=switch))  # one tap, the menu stays folded
    expect(page.get_by_role("heading", name=who)).to_be_visible()
    tap(page.get_by_role("link", name=wang.employee.name))
    type_on_pad(page, PIN)
    expect(page.locator(".whoami-name")).to_have_text(wang.employee.name)
    assert page.evaluate("document.documentElement.scrollWidth") == TABLET[0]


def test_the_pad_works_with_a_keyboard_and_without_scripts(tablet):
    li = person_with_pin(tablet.outlet, "store_manager")
    for options in ({}, {"java_script_enabled": False}):
        page = tablet("en", size=PHONE, **options)
        page.goto(f"/accounts/devices/people/{li.employee.uuid}/")
        page.locator("[name=pin]").fill(PIN)
        page.press("[name=pin]", "Enter")
        expect(page.get_by_role("button", name="Switch person")).to_be_visible()
        assert page.locator("body").bounding_box()["width"] == PHONE[0]


def test_the_drawing_leads_to_a_form_that_enrols(browse):
    device = DeviceFactory()
    code = make_code(device_id=device.pk, by=granted_user("administrator"))
    person_with_pin(device.outlet, name="Li Na")
    page = browse(size=TABLET)
    page.goto(f"/accounts/devices/enrol/?code={code}")
    page.get_by_role("button", name="Enrol this tablet").click()
    expect(page.get_by_role("link", name="Li Na")).to_be_visible()
    assert "device" not in page.evaluate("document.cookie")


def test_the_code_fits_a_phone_in_the_dark(browse):
    device = DeviceFactory()
    page = browse(granted_user("administrator"), size=PHONE, theme="dark")
    page.goto(f"/accounts/devices/{device.uuid}/")
    page.get_by_role("button", name="Make an enrolment code").click()
    drawing = page.get_by_role("img", name="QR code")
    expect(drawing).to_be_visible()
    assert drawing.evaluate("node => node.naturalWidth") > 0
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
