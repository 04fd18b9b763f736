"""The month in figures, its calendar, and charts kept as pictures, in a browser."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from outlets.flow.models import Fault, Holiday
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.browser
PNG = b"\x89PNG\r\n\x1a\n"
DAY = "2026-03-14"


def busy(outlet, days, longest):
    """Take thirty tickets a day; the later the day, the longer they wait."""
    take(
        "tickets",
        [
            ticket(
                outlet,
                f"A{n}",
                f"2026-03-{day:02}T{9 + n // 10:02}:{n % 10 * 3:02}",
                wait=n * longest * day // 400 % 900,
                service_time=200,
                employee_number=f"E{n % 2}",
            )
            for day in days
            for n in range(30)
        ],
    )


@pytest.fixture
def county():
    province = RegionFactory(code="GD", name="Guangdong", level="province")
    return RegionFactory(code="NS", name="Nanshan", parent=province)


@pytest.fixture
def outlet(county):
    outlet = OutletFactory(
        code="P1", name="Market Street", region=county, outlet_class="B"
    )
    busy(outlet, range(2, 29, 2), 900)
    for n in range(1, 6):
        other = OutletFactory(region=county, outlet_class="B")
        busy(other, range(3, 3 + n), 60 * n)
    hours = [(day, hour) for day in range(2, 20) for hour in (9, 10, 11)]
    take(
        "counts",
        [
            {
                "outlet_code": "P1",
                "start": f"2026-03-{day:02}T{hour:02}:00",
                "minutes": 60,
                "people": 18,
            }
            for day, hour in hours
        ],
    )
    take(
        "transactions",
        [
            {"outlet_code": "P1", "date": f"2026-03-{day:02}", "service": "pay"}
            | {"quantity": 40}
            for day in range(2, 29)
        ],
    )
    Holiday.objects.create(region=county, date=date(2026, 3, 8), name="妇女节")
    Fault.objects.create(
        uuid=uuid4(),
        outlet=outlet,
        kind="network",
        started_at=datetime(2026, 3, 10, 2, tzinfo=UTC),
        restored_at=datetime(2026, 3, 11, 3, tzinfo=UTC),
    )
    return outlet


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        (TABLET, "zh-hans", "dark"),
        (PHONE, "en", "light"),
    ],
    ids=["tablet-zh-dark", "phone-en-light"],
)
def test_pages_fit_and_are_open_to_everybody(
    browse, county, outlet, size, language, theme
):
    user = granted_user("regional_supervisor", region=county)
    page = browse(user, size=size, language=language, theme=theme)
    for name, address in (
        ("calendar", "calendar/?outlet=P1&month=2026-03"),
        ("calendar-region", "calendar/?region=NS&month=2026-03"),
        ("calendar-empty", "calendar/?outlet=P1&month=2025-03"),
        ("outlet", f"outlets/P1/?day={DAY}"),
        ("region", "?region=NS&month=2026-03"),
    ):
        page.goto(f"/flow/{address}", wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert violations(page) == []
        if folder := os.environ.get("STARHALL_SCREENSHOTS"):
            shot = Path(folder) / f"{name}-{size[0]}-{language}-{theme}.png"
            page.screenshot(path=str(shot), full_page=True)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        (
            f"/flow/outlets/P1/?day={DAY}",
            [
                f"flow-outlets-P1-hours-{DAY}-arrivals.png",
                f"flow-outlets-P1-hours-{DAY}-waits.png",
                "flow-days-P1-2026-03-arrivals.png",
                "flow-days-P1-2026-03-waits.png",
                "flow-week-P1-2026-03-arrivals.png",
            ],
        ),
        (f"/flow/outlets/P1/need/?day={DAY}", [f"flow-outlets-P1-need-{DAY}.png"]),
    ],
)
def test_every_chart_can_be_kept_as_a_picture(browse, outlet, address, names):
    page = browse(staff_user("store_manager", outlet=outlet))
    page.goto(address)
    buttons = page.get_by_role("button", name="Save as PNG")
    expect(buttons).to_have_count(len(names))
    expect(page.locator("[data-chart]")).to_have_count(len(names))
    kept = []
    for n in range(len(names)):
        with page.expect_download() as waiting:
            buttons.nth(n).click()
        kept.append(waiting.value.suggested_filename)
        assert Path(waiting.value.path()).read_bytes().startswith(PNG)
    assert kept == names


def test_the_link_shows_the_same_view_again(browse, outlet):
    page = browse(staff_user("store_manager", outlet=outlet))
    page.goto(f"/flow/outlets/P1/?day={DAY}&measure=wait_mean")
    page.get_by_role("link", name="Link to this view").click()
    assert page.url.endswith(f"/flow/outlets/P1/?day={DAY}&measure=wait_mean")


def test_the_calendar_leads_from_month_to_month_and_to_a_day(browse, outlet):
    page = browse(staff_user("store_manager", outlet=outlet))
    page.goto("/flow/calendar/?outlet=P1&month=2026-03")
    page.locator("a[rel=prev]").click()
    assert page.url.endswith("/flow/calendar/?outlet=P1&month=2026-02")
    page.locator("a[rel=next]").click()
    page.locator(".flow-calendar a", has_text="14").first.click()
    assert page.url.endswith(f"/flow/outlets/P1/?day={DAY}")
