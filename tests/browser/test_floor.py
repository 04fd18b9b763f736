"""Spills, faults and trial devices on the card, with and without a network."""

import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.checks.models import Check, DeviceDay, FloorTap, Spill
from evaluations.checks.services.devices import install_device
from evaluations.checks.services.floor import Event, take_event
from outlets.flow.models import Fault
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_card import open_card
from tests.evaluations.checks.factories import another_lead, make_floor
from tests.evaluations.standards.factories import ship_standards

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def floor(browse):
    ship_standards()
    made = make_floor(people=2)
    for code in ("D-1", "D-2"):
        install_device(
            outlet=made.outlet, kind="phone", code=code, since=None, by=made.manager
        )
    return made


@pytest.fixture
def tablet(browse, floor):
    return opened(browse, floor.manager)


def opened(browse, user, **options):
    page = browse(user, size=TABLET, has_touch=True, **options)
    open_card(page)
    page.wait_for_selector("html[data-kept=true]", state="attached")
    return page


def waiting(page, count):
    expect(page.locator("#check-queue")).to_have_attribute("data-waiting", str(count))


def spill(page):
    page.locator("#floor").get_by_role("button", name="Spill", exact=True).tap()


def reported_before(floor, minutes, deed="spill", **given):
    """Report something some minutes ago, today at any rate; return the uuid."""
    uuid = uuid4()
    midnight = datetime.combine(floor.today, time.min, tzinfo=floor.outlet.zone)
    ago = timezone.now() - timedelta(minutes=minutes)
    take_event(
        Event(uuid=uuid, deed=deed, on=floor.today, **given),
        outlet=floor.outlet,
        observed_at=max(ago, midnight),
        by=floor.manager,
    )
    return uuid


def test_one_tap_reports_and_one_confirms_without_a_network(tablet):
    tablet.context.set_offline(True)
    spill(tablet)
    row = tablet.locator(".floor-event")
    expect(row).to_have_count(1)
    expect(row.locator(".floor-clock")).to_have_text(
        re.compile(r"^0:(0[1-9]|[1-5]\d)$")
    )
    spill(tablet)  # it runs already
    tablet.reload()
    expect(row).to_have_count(1)
    expect(row).to_contain_text("kept here")
    row.get_by_role("button", name="Cleaned").tap()
    expect(row).to_have_count(0)
    assert not Spill.objects.exists()
    tablet.context.set_offline(False)
    waiting(tablet, 0)
    found = Spill.objects.get()
    assert timedelta() < found.lasted < timedelta(minutes=1)
    tablet.reload()
    expect(row).to_have_count(0)
    expect(tablet.locator("#floor")).to_contain_text("1 spill today")


def test_two_tablets_without_a_network_report_the_same_spill(browse, floor):
    first = opened(browse, floor.manager)
    second = opened(browse, another_lead(floor))
    for page in (first, second):
        page.context.set_offline(True)
        spill(page)
        waiting(page, 1)
    second.locator(".floor-event").get_by_role("button", name="Cleaned").tap()
    for page in (second, first):
        page.context.set_offline(False)
        waiting(page, 0)
    found = Spill.objects.get()
    assert found.report.by == floor.manager
    assert found.confirmation is not None
    assert FloorTap.objects.count() == 3
    first.reload()
    expect(first.locator(".floor-event")).to_have_count(0)


def test_where_it_is_takes_one_tap_more_and_a_mistake_is_taken_back(tablet):
    tablet.get_by_label("Spill: say where").tap()
    tablet.get_by_role("button", name="Waiting zone").tap()
    row = tablet.locator(".floor-event")
    expect(row).to_contain_text("Waiting zone")
    waiting(tablet, 0)
    row.get_by_role("button", name="By mistake").tap()
    expect(row).to_have_count(0)
    waiting(tablet, 0)
    assert not Spill.objects.exists()
    assert FloorTap.objects.count() == 2


def test_a_fault_takes_two_taps_and_one_to_end(tablet):
    tablet.locator("#floor summary", has_text="Fault").tap()
    tablet.get_by_role("button", name="Network").tap()
    row = tablet.locator(".floor-event")
    expect(row).to_contain_text("Network")
    waiting(tablet, 0)
    assert Fault.objects.get().restored_at is None
    row.get_by_role("button", name="Works again").tap()
    expect(row).to_have_count(0)
    waiting(tablet, 0)
    assert Fault.objects.get().restored_at is not None


def test_devices_are_looked_at_with_one_tap_each(tablet, floor):
    tablet.context.set_offline(True)
    tablet.locator("#floor summary", has_text="Trial devices").tap()
    first = tablet.locator('[data-device="D-1"]')
    second = tablet.locator('[data-device="D-2"]')
    first.get_by_role("button", name="Works").tap()
    second.get_by_role("button", name="Broken").tap()
    expect(tablet.locator("[data-looked]")).to_have_text("2/2")
    first.locator(".floor-trial button").tap()
    expect(first.locator("[data-count]")).to_have_text("1")
    # A tap that bounces is one trial; the next is made once the button listens again.
    expect(first.locator(".floor-trial")).not_to_have_attribute("aria-busy", "true")
    first.locator(".floor-trial button").tap()
    expect(first.locator("[data-count]")).to_have_text("2")
    first.get_by_role("button", name="one trial less").tap()
    expect(first.locator("[data-count]")).to_have_text("1")
    tablet.context.set_offline(False)
    waiting(tablet, 0)
    days = DeviceDay.objects.order_by("device__code")
    assert [(day.working, day.trials) for day in days] == [(True, 1), (False, 0)]
    assert Fault.objects.get().thing == "D-2"
    tablet.reload()
    expect(tablet.locator("[data-looked]")).to_have_text("2/2")


def test_a_spill_over_five_minutes_offers_the_item_as_failed(tablet, floor):
    reported_before(floor, 7)
    tablet.goto("/checks/?standard=ENVIRONMENT")
    tablet.wait_for_selector("html[data-queue=ready]", state="attached")
    row = tablet.locator(".floor-event")
    expect(row).to_have_class(re.compile("floor-over"))
    expect(row.locator(".floor-clock")).to_have_text(re.compile(r"^7:\d\d$"))
    line = tablet.locator("#row-outlet-opening")
    line.get_by_role("button", name="All right").tap()
    expect(line.locator('input[value="E07"]')).to_be_checked()
    assert not Check.objects.exists()
    line.locator(".check-save").tap()
    expect(line.locator(".check-chip")).to_have_text("1 failed")
    waiting(tablet, 0)
    assert [mark.item.code for mark in Check.objects.get().marks.all()] == ["E07"]


def test_without_a_spill_over_the_limit_all_right_is_one_tap(tablet, floor):
    reported_before(floor, 3)
    tablet.goto("/checks/?standard=ENVIRONMENT")
    tablet.wait_for_selector("html[data-queue=ready]", state="attached")
    line = tablet.locator("#row-outlet-opening")
    line.get_by_role("button", name="All right").tap()
    expect(line.locator(".check-chip")).to_have_text("All right")


def test_without_scripts_the_same_forms_post(browse, floor):
    page = browse(floor.manager, size=PHONE, java_script_enabled=False)
    page.goto("/checks/")
    page.locator("#floor").get_by_role("button", name="Spill", exact=True).click()
    expect(page.locator(".floor-event")).to_have_count(1)
    page.locator(".floor-event").get_by_role("button", name="Cleaned").click()
    expect(page.locator(".floor-event")).to_have_count(0)
    assert Spill.objects.get().cleaned_at is not None


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_nobody_is_shut_out(browse, floor, language, theme):
    reported_before(floor, 7, place="waiting")
    reported_before(floor, 30, deed="fault", place="network")
    reported_before(floor, 30, deed="device", trial_device="D-2", working=False)
    page = browse(floor.manager, size=PHONE, language=language, theme=theme)
    page.goto("/checks/?standard=ENVIRONMENT")
    page.wait_for_selector("html[data-queue=ready]", state="attached")
    page.locator("#floor .floor-wide > summary").click()
    assert violations(page) == []
