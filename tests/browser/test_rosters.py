"""A month on its way from the grid to today's card, in a real browser."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from staffing.rosters.models import (
    PlannedDay,
    Roster,
    RosterDay,
    Swap,
)
from staffing.rosters.services.months import publish
from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.evaluations.standards.factories import ship_standards
from tests.staffing.people.factories import UserFactory, staff_user
from tests.staffing.rosters.factories import make_team

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def team(browse):
    ship_standards()
    return make_team(people=3)


def this_day(team) -> date:
    return timezone.localdate(timezone=team.outlet.zone)


def this_month(team) -> date:
    return this_day(team).replace(day=1)


def opened(browse, user, team, size=DESK, month=None, **options):
    page = browse(user, size=size, **options)
    page.goto(f"/rosters/at/{team.outlet.code}/{month or this_month(team):%Y-%m}/")
    page.wait_for_selector("html[data-roster=ready]", state="attached")
    return page


def cell(page, person, on):
    row = page.locator(f'tr[data-person="{person.pk}"]')
    return row.locator(f'[data-on="{on:%F}"]')


def is_saved(page, version):
    """Wait until the server has taken the save that makes this version."""
    grid = page.locator(".roster-grid")
    expect(grid).to_have_attribute("data-version", str(version), timeout=10_000)
    assert Roster.objects.get().version == version


def test_build_publish_swap_and_the_card_of_the_day_follows(browse, team, monkeypatch):
    """Painted, published, swapped by two people on their phones, approved, worked."""
    first, second, third = team.people
    tomorrow = this_day(team) + timedelta(days=1)
    after = tomorrow + timedelta(days=2)
    if after.month != tomorrow.month:
        month = after.replace(day=1)
        team.paint({second: "-" * (after.day - 1) + "E"}, month)
        publish(outlet=team.outlet, first=month, by=team.manager)
    page = opened(browse, team.manager, team, month=tomorrow.replace(day=1))
    page.get_by_role("radio", name="Early shift").click()
    cell(page, first, tomorrow).click()
    if after.month == tomorrow.month:
        cell(page, second, after).click()
    page.get_by_role("radio", name="Middle shift").click()
    cell(page, third, tomorrow).click()
    expect(page.locator(".roster-saved")).to_have_text("Saved")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#messages")).to_contain_text("The roster is published.")
    assert RosterDay.objects.filter(shift__isnull=False).count() == 3

    asker, colleague = (UserFactory(employee=person) for person in (first, second))
    phone = browse(asker, size=PHONE, has_touch=True)
    phone.goto(f"/my-roster/swaps/of/{tomorrow:%F}/")
    phone.locator("fieldset", has_text="Clerk 2").get_by_role("radio").first.check()
    phone.get_by_role("button", name="Ask for this swap").tap()
    expect(phone).not_to_have_url(re.compile("/swaps/of/"))
    theirs = browse(colleague, size=PHONE, has_touch=True)
    swap = Swap.objects.get()
    theirs.goto(f"/my-roster/swaps/{swap.uuid}/")
    theirs.get_by_role("button", name="I agree").tap()
    expect(theirs.get_by_role("button", name="I agree")).to_have_count(0)
    desk = browse(team.manager, size=TABLET)
    desk.goto(f"/my-roster/swaps/{swap.uuid}/")
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_role("button", name="Approve")).to_have_count(0)
    assert RosterDay.objects.get(employee=second, on=tomorrow).shift.code == "EARLY"

    really = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: really() + timedelta(days=1))
    card = browse(team.manager, size=TABLET)
    card.goto("/checks/")
    for person, rows in ((first, 0), (second, 1), (third, 1)):
        expect(card.locator(f"#row-{person.pk}-opening")).to_have_count(rows)


def test_keys_paint_move_undo_and_lock(browse, team):
    person, below = team.people[0], team.people[1]
    month = this_month(team)
    page = opened(browse, team.manager, team)
    cell(page, person, month).focus()
    page.keyboard.press("1")  # early, and on to the next day
    page.keyboard.press("3")
    page.keyboard.press("o")
    is_saved(page, 1)
    expect(cell(page, person, month.replace(day=4))).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell(page, below, month.replace(day=4))).to_be_focused()
    page.keyboard.press("l")
    page.keyboard.press("Control+z")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    is_saved(page, 2)
    days = PlannedDay.objects.order_by("on")
    assert [(row.on.day, row.shift.code, row.locked) for row in days] == [
        (1, "EARLY", False),
        (2, "NIGHT", False),
    ]


def test_a_stroke_of_the_mouse_paints_many_and_is_undone_as_one(browse, team):
    month = this_month(team)
    page = opened(browse, team.manager, team)
    page.get_by_role("radio", name="Middle shift").click()
    begin, end = (cell(page, team.people[0], month.replace(day=n)) for n in (1, 5))
    box, last = begin.bounding_box(), end.bounding_box()
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(last["x"] + 9, last["y"] + 9, steps=20)
    page.mouse.up()
    is_saved(page, 1)
    assert PlannedDay.objects.filter(shift__code="MID").count() == 5
    page.get_by_role("button", name="Undo").click()
    expect(begin).to_have_attribute("data-code", "")
    is_saved(page, 2)
    assert not PlannedDay.objects.exists()


def test_a_week_is_copied_and_a_pattern_rotates_through_the_people(browse, team):
    month = this_month(team)
    page = opened(browse, team.manager, team)
    page.locator("summary", has_text="Rotate a pattern").click()
    page.get_by_label("Shifts day by day").fill("early night - tea")
    page.get_by_role("button", name="Fill the month").click()
    expect(page.locator("#roster-alert")).to_contain_text("“TEA” is no shift.")
    page.locator("summary", has_text="Rotate a pattern").click()
    page.get_by_label("Shifts day by day").fill("night early -")
    page.get_by_role("button", name="Fill the month").click()
    is_saved(page, 1)
    rows = [team.manager.employee, *team.people]
    marks = [cell(page, person, month).get_attribute("data-code") for person in rows]
    assert marks == ["NIGHT", "off", "EARLY", "NIGHT"]
    expect(page.locator('[data-count="rules"]')).not_to_have_attribute("data-n", "0")


def test_a_second_editor_is_told_and_can_load_anew(browse, team):
    month = this_month(team)
    mine = opened(browse, team.manager, team)
    second = staff_user("supervisor", team.outlet, number="S1", name="Second")
    theirs = opened(browse, second, team)
    cell(theirs, team.people[0], month).click()
    is_saved(theirs, 1)
    cell(mine, team.people[0], month).click()
    expect(mine.locator("#roster-alert")).to_contain_text("Second saved this roster at")
    mine.get_by_role("link", name="Load the roster anew").click()
    mine.wait_for_selector("html[data-roster=ready]", state="attached")
    expect(cell(mine, team.people[0], month)).to_have_attribute("data-code", "EARLY")
    assert Roster.objects.get().version == 1


def test_without_a_network_nothing_is_lost(browse, team):
    month = this_month(team)
    page = opened(browse, team.manager, team)
    page.context.set_offline(True)
    cell(page, team.people[0], month).click()
    expect(page.locator("#roster-alert")).to_contain_text("Not saved")
    page.context.set_offline(False)
    expect(page.locator(".roster-saved")).to_have_text("Saved")
    assert PlannedDay.objects.get().shift.code == "EARLY"


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("en", "light", DESK), ("zh-hans", "dark", TABLET), ("zh-hans", "light", PHONE)],
)
def test_nobody_stumbles_over_the_pages_of_rosters(browse, team, language, theme, size):
    for person in team.people:
        team.paint({person: "EN-7-M"}, this_month(team))
    page = opened(browse, team.manager, team, size, language=language, theme=theme)
    assert violations(page) == []
    month = f"{this_month(team):%Y-%m}"
    number = team.people[0].number
    for path in (
        f"/rosters/?month={month}",
        f"/rosters/at/{team.outlet.code}/{month}/people/{number}/",
    ):
        page.goto(path)
        assert (path, violations(page)) == (path, [])
    publish(outlet=team.outlet, first=this_month(team), by=team.manager)
    page.goto(f"/rosters/at/{team.outlet.code}/{month}/")
    assert violations(page) == []
