"""Live photos without a network, the distance, and the pages of reviewing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.checks.models import Check, CheckPhoto
from evaluations.checks.services.locating import locate_region
from evaluations.checks.services.rechecking import draw_recheck
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_card import line, open_card
from tests.browser.test_queue import PICTURE, all_right, waiting
from tests.evaluations.checks.factories import make_floor, tap
from tests.evaluations.checks.honesty import asked
from tests.evaluations.standards.factories import ship_standards
from tests.staffing.people.factories import granted_user

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def floor(browse):
    ship_standards()
    return make_floor(people=5)


@pytest.fixture
def county(floor):
    return granted_user("regional_supervisor", region=floor.outlet.region)


def take_photo(page, box):
    content = bytes(page.evaluate(PICTURE))
    box.locator('input[type="file"]').set_input_files(
        {"name": "p.png", "mimeType": "image/png", "buffer": content}
    )


def test_a_live_photo_is_kept_without_a_network_and_sent_with_one(browse, floor):
    request = asked(floor, floor.people[0])
    page = browse(floor.manager, size=TABLET, has_touch=True, reduced_motion="reduce")
    open_card(page)
    page.wait_for_selector("html[data-kept=true]", state="attached")
    page.context.set_offline(True)
    page.reload()  # what was drawn for the day is in the kept card
    box = line(page, floor.people[0]).locator(".check-live")
    expect(box).to_have_attribute("data-state", "asked")
    expect(box).to_contain_text(f"Please take a photo now: {floor.people[0].name}")
    expect(page.locator(".check-live")).to_have_count(1)
    take_photo(page, box)
    expect(box).to_have_attribute("data-state", "kept")
    waiting(page, 1)
    # Checking her does not wait for it.
    all_right(page, floor.people[0])
    waiting(page, 2)
    page.reload()
    expect(box).to_have_attribute("data-state", "kept")
    assert not CheckPhoto.objects.exists()
    page.context.set_offline(False)
    waiting(page, 0)
    photo = CheckPhoto.objects.get()
    assert (photo.check_uuid, photo.author) == (request.uuid, floor.manager)
    assert photo.complete_at is not None
    assert abs(timezone.now() - photo.taken_at) < timedelta(minutes=5)
    # The page that was kept from before knows that it came; so does the server's.
    page.context.set_offline(True)
    page.reload()
    expect(box).to_have_attribute("data-state", "come")
    page.context.set_offline(False)
    open_card(page)
    expect(box).to_contain_text("is here. Thank you")


def test_a_request_that_nobody_answers_holds_up_nothing(browse, floor):
    asked(floor, floor.people[0])
    page = browse(floor.manager, size=PHONE, has_touch=True, reduced_motion="reduce")
    open_card(page)
    for person in floor.people:
        all_right(page, person)
    waiting(page, 0)
    assert Check.objects.standing().count() == 5


def test_the_tablet_sends_how_far_it_is_and_not_where(browse, floor, county):
    type(floor.outlet).objects.update(latitude=23.1291, longitude=113.2644)
    locate_region(region=floor.outlet.region, ask=True, by=county)
    page = browse(
        floor.manager,
        size=TABLET,
        has_touch=True,
        reduced_motion="reduce",
        geolocation={"latitude": 23.1391, "longitude": 113.2644, "accuracy": 0},
        permissions=["geolocation"],
    )
    sent = []
    page.on(
        "request",
        lambda request: (
            sent.append(request.post_data)
            if request.url.endswith("/checks/queue/")
            else None
        ),
    )
    open_card(page)
    # Whoever asks later is answered later.
    page.evaluate(
        "() => new Promise((done) => navigator.geolocation.getCurrentPosition(done))"
        ".then(() => null)"
    )
    all_right(page, floor.people[0])
    waiting(page, 0)
    # A hundredth of a degree of latitude: 6,371 km × π ÷ 18,000 = 1,111.9 m.
    assert Check.objects.get().distance_m == 1110
    assert "113.26" not in sent[0]
    assert "23.1" not in sent[0]


def test_who_says_no_checks_all_the_same(browse, floor, county):
    type(floor.outlet).objects.update(latitude=23.1291, longitude=113.2644)
    locate_region(region=floor.outlet.region, ask=True, by=county)
    page = browse(floor.manager, size=TABLET, has_touch=True, reduced_motion="reduce")
    open_card(page)
    all_right(page, floor.people[0])
    waiting(page, 0)
    assert Check.objects.get().distance_m is None


def test_judging_says_what_it_will_save(browse, floor, county):
    for person in floor.people:
        tap(floor, person)
    recheck = draw_recheck(outlet=floor.outlet, on=floor.today, by=county)
    page = browse(county, size=TABLET, has_touch=True)
    page.goto(f"/checks/rechecks/{recheck.uuid}/1/")
    page.locator("label", has_text="Badge").first.tap()
    button = page.locator(".check-save")
    expect(button).to_have_text("Save: 1 failed")
    button.tap()
    expect(page.get_by_text("Your judgement is kept.")).to_be_visible()
    row = recheck.retaken.get(position=1)
    assert row.marks == {"G03": "failed"}
