"""The round at a random hour on a tablet: sealed in its page, opened by the time."""

from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from evaluations.checks.drawing import moment
from evaluations.checks.models import Check, HeldCheck, RoundDraw
from staffing.rosters.models import AreaOwner
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.evaluations.checks.factories import make_floor
from tests.evaluations.standards.factories import ship_standards

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ENVIRONMENT = "/checks/?standard=ENVIRONMENT"
HOURS = "Mon-Sun 08:00-20:00"


def where_it_is_ten() -> str:
    """Return a time zone in which it is between ten and eleven in the morning."""
    ahead = 10 - datetime.now(UTC).hour
    ahead = ahead + 24 if ahead < -12 else ahead
    return f"Etc/GMT{-ahead:+d}"  # these names count the other way round


@pytest.fixture
def floor(browse):
    ship_standards()
    return make_floor(people=3, hours=HOURS, timezone=where_it_is_ten())


def drawn(floor, minute) -> RoundDraw:
    outlet, on = floor.outlet, floor.today
    return RoundDraw.objects.create(
        outlet=outlet,
        outlet_code=outlet.code,
        on=on,
        hours=HOURS,
        day_starts_at=time.min,
        seed="0" * 64,
        minute=minute,
        due_at=moment(on, minute, outlet.zone),
        closes_at=moment(on, 20 * 60, outlet.zone),
    )


def open_card(page, path=ENVIRONMENT):
    page.goto(path)
    page.wait_for_selector("html[data-queue=ready]", state="attached")
    page.wait_for_selector("html[data-kept=true]", state="attached")


@pytest.mark.parametrize("path", [ENVIRONMENT, "/checks/?standard=GROOMING"])
def test_without_a_network_it_shows_itself_at_its_hour(browse, floor, path):
    draw = drawn(floor, 12 * 60 + 35)
    page = browse(floor.manager, size=TABLET, has_touch=True)
    page.clock.install()
    open_card(page, path)
    row, bar = page.locator("#row-outlet-random"), page.locator("#round-due")
    expect(row).to_have_count(0)
    expect(bar).to_be_hidden()
    page.context.set_offline(True)
    early = draw.due_at - timedelta(minutes=1) - datetime.now(UTC)
    page.clock.fast_forward(int(early.total_seconds() * 1000))
    page.wait_for_timeout(500)
    expect(bar).to_be_hidden()
    page.clock.fast_forward(3 * 60_000)
    expect(bar).to_contain_text("due since 12:35 (0 h ")
    if path != ENVIRONMENT:
        expect(row).to_have_count(0)
        return
    expect(row).to_contain_text("due since 12:35")
    expect(page.locator("[data-progress]")).to_have_text("0 of 2 checked")
    row.locator(".check-ok").tap()
    expect(row).to_have_class("check-row check-passed")
    expect(bar).to_be_hidden()
    row.locator(".check-undo").tap()
    expect(bar).to_be_visible()
    row.locator(".check-ok").tap()
    page.context.set_offline(False)
    # The clock was put forward: by the right one it is not due yet.
    for _try in range(100):
        page.clock.fast_forward(1000)
        page.wait_for_timeout(100)
        if HeldCheck.objects.filter(reason="not_due").exists():
            break
    assert HeldCheck.objects.filter(reason="not_due").exists()
    assert Check.objects.count() == 0


@pytest.mark.parametrize(("language", "size"), [("en", PHONE), ("zh-hans", TABLET)])
def test_what_is_due_is_readable(browse, floor, language, size):
    drawn(floor, 9 * 60 + 5)
    page = browse(floor.manager, size=size, language=language)
    open_card(page)
    expect(page.locator("#round-due")).to_contain_text("09:05")
    assert violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]


def test_an_owner_is_set_in_two_taps(browse, floor):
    page = browse(floor.manager, size=PHONE, has_touch=True)
    open_card(page)
    area = page.locator(".check-areas details").nth(1)
    for target in (area.locator("summary"), area.get_by_role("button").first):
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        target.tap()
    expect(area.locator("summary")).to_contain_text(floor.people[0].name)
    assert AreaOwner.objects.get().employee == floor.people[0]
    page.wait_for_selector("html[data-queue=ready]", state="attached")
    page.context.set_offline(True)
    area.locator("summary").tap()
    area.get_by_role("button").nth(1).tap()
    expect(page.locator(".check-areas .alert")).to_contain_text("needs a connection")
    assert AreaOwner.objects.count() == 1
