"""The card on a tablet, tapped as a manager taps it."""

import pytest
from playwright.sync_api import Page, expect

from evaluations.checks.models import Check, CheckMark
from evaluations.ledger.models import Entry
from tests.browser.conftest import PHONE, TABLET
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.standards.factories import ship_standards
from tests.staffing.people.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


class Finger:
    """Taps like a finger, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target) -> None:
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, f"too small for a finger: {box}"
        target.tap()
        self.taps += 1


@pytest.fixture
def floor(browse):
    ship_standards()
    return make_floor(people=12)


def open_card(page, path="/checks/"):
    """Open the card and wait until its taps go into the queue."""
    page.goto(path)
    page.wait_for_selector("html[data-queue=ready]", state="attached")


def emptied(page):
    """Wait until everything tapped has been sent."""
    expect(page.locator("#check-queue")).to_have_attribute("data-waiting", "0")


def soon(page, read, value):
    """Return what `read` gives once it is `value`: a tap is shown before it is sent."""
    for _try in range(100):
        if read() == value:
            break
        page.wait_for_timeout(100)
    return read()


def line(page, employee):
    return page.locator(f"#row-{employee.pk}-opening")


def test_a_card_of_twelve_with_two_failures_takes_sixteen_taps(browse, floor):
    page = browse(floor.manager, size=TABLET, has_touch=True)
    open_card(page)
    finger = Finger(page)
    progress = page.locator("#check-progress")
    expect(progress).to_contain_text("0 of 13 checked")
    failing = {floor.people[2]: "Badge", floor.people[7]: "Fresh breath"}
    for employee in floor.people:
        row = line(page, employee)
        if employee not in failing:
            finger.tap(row.get_by_role("button", name="All right"))
            expect(row.locator(".check-chip")).to_have_text("All right")
            continue
        finger.tap(row.get_by_role("link", name=employee.name))
        finger.tap(row.locator("label", has_text=failing[employee]).first)
        finger.tap(row.get_by_role("button", name="Save: 1 failed"))
        expect(row.locator(".check-chip")).to_have_text("1 failed")
    expect(progress).to_contain_text("12 of 13 checked")
    assert finger.taps == 16
    expect(page.locator("#check-queue")).to_have_attribute("data-waiting", "0")

    checks = Check.objects.filter(by=floor.manager, slot="opening")
    assert checks.count() == 12
    assert {check.employee_id for check in checks} == {p.pk for p in floor.people}
    marks = CheckMark.objects.filter(check_record__in=checks)
    assert {(m.check_record.employee, m.item.code, m.mark) for m in marks} == {
        (floor.people[2], "G03", "failed"),
        (floor.people[7], "G16", "failed"),
    }
    daily = Entry.objects.standing().filter(component="daily")
    # A missing badge is critical; one smell of garlic in fifteen items is 93 %.
    assert {entry.employee: entry.points for entry in daily} == {
        employee: 0 if employee == floor.people[2] else 10_000
        for employee in floor.people
    }
    assert all(not check.pending for check in checks)


def test_a_double_tap_makes_one_check_and_undo_takes_it_back(browse, floor):
    page = browse(floor.manager, size=TABLET, has_touch=True)
    open_card(page)
    row = line(page, floor.people[0])
    row.get_by_role("button", name="All right").dblclick()
    expect(row.locator(".check-chip")).to_have_text("All right")
    assert soon(page, Check.objects.count, 1) == 1
    emptied(page)
    row.get_by_role("button", name="Undo").tap()
    expect(row.get_by_role("button", name="All right")).to_be_visible()
    expect(page.locator("#check-progress")).to_contain_text("0 of 13 checked")
    assert soon(page, Check.objects.standing().count, 0) == 0
    emptied(page)
    assert not Entry.objects.standing().exists()


def test_the_line_about_oneself_cannot_be_tapped(browse, floor):
    page = browse(floor.manager, size=PHONE, has_touch=True)
    page.goto("/checks/")
    row = line(page, floor.manager.employee)
    expect(row).to_contain_text("somebody else checks you")
    assert row.get_by_role("button").count() == 0


def test_failed_and_not_observed_exclude_each_other(browse, floor):
    page = browse(floor.manager, size=TABLET, has_touch=True)
    open_card(page)
    row = line(page, floor.people[0])
    row.get_by_role("link", name=floor.people[0].name).tap()
    row.locator("label", has_text="Badge").first.tap()
    save = row.locator(".check-save")
    expect(save).to_have_text("Save: 1 failed")
    # A photo is offered of what failed, and nowhere else.
    offered = row.locator(".check-photo").filter(visible=True)
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("G03 Badge")
    row.get_by_label("Not judged: G03 Badge").select_option(label="Not observed")
    expect(save).to_have_text("Save: all right")
    save.tap()
    expect(row).to_contain_text("G03 not observed")
    assert soon(page, CheckMark.objects.count, 1) == 1
    assert [m.mark for m in CheckMark.objects.all()] == ["not_observed"]


def test_two_tablets_at_one_card_are_settled_by_a_person(browse, floor):
    clerk = floor.people[0]
    page = browse(floor.manager, size=TABLET, has_touch=True)
    open_card(page)
    lead = another_lead(floor)
    tap(floor, clerk, marks={"G01": "failed"}, by=lead)
    row = line(page, clerk)
    row.get_by_role("button", name="All right").tap()
    expect(row).to_contain_text("Two checks differ")
    row.get_by_role("button", name="This one counts").last.tap()
    expect(row.locator(".check-chip")).to_have_text("All right")
    assert Check.objects.standing().get().by == floor.manager
    assert Entry.objects.standing().get(component="daily").points == 10_000


def test_a_line_that_is_open_stays_open_when_two_tablets_differ(browse, floor):
    """Nothing is taken out of the hand; once it is closed, the line says so."""
    clerk = floor.people[0]
    page = browse(
        floor.manager,
        size=TABLET,
        has_touch=True,
        reduced_motion="reduce",
        service_workers="block",
    )
    asked = []
    # Answered when the test says so.
    page.route("**/checks/?*close=*", lambda route: asked.append(route))
    open_card(page)
    tap(floor, clerk, marks={"G01": "failed"}, by=another_lead(floor))
    row = line(page, clerk)
    row.get_by_role("button", name="All right").tap()
    emptied(page)
    assert soon(page, lambda: len(asked), 1) == 1
    row.locator("a.check-name").tap()
    row.locator('.check-item[data-code="G03"] > label').tap()
    expect(row.locator(".check-save")).to_have_text("Save: 1 failed")
    with page.expect_response("**/checks/?*close=*"):
        asked.pop().continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    expect(row.locator('input[value="G03"]')).to_be_checked()
    expect(row).not_to_contain_text("Two checks differ")
    row.locator("a.check-name").tap()
    assert soon(page, lambda: len(asked), 1) == 1
    asked.pop().continue_()
    expect(row).to_contain_text("Two checks differ")
    assert Check.objects.filter(employee=clerk).count() == 2


def test_the_trail_leads_from_the_ledger_to_the_tap(browse, floor):
    clerk = floor.people[0]
    check = tap(floor, clerk, marks={"G03": "failed"})
    entry = Entry.objects.get(component="daily")
    page = browse(UserFactory(employee=clerk), size=TABLET)
    page.goto(entry.get_absolute_url())
    page.get_by_role("link", name="Open the record behind it").click()
    expect(page.locator("main")).to_contain_text("not compliant")
    expect(page.locator("main")).to_contain_text("G03 Badge")
    page.get_by_role("link", name="Every item").click()
    page.wait_for_url(f"**/checks/{check.uuid}/")
    expect(page.locator("main")).to_contain_text("Manager Chen")


def test_the_card_works_without_scripts(browse, floor):
    page = browse(floor.manager, size=TABLET, java_script_enabled=False)
    page.goto("/checks/")
    row = line(page, floor.people[0])
    row.get_by_role("button", name="All right").click()
    expect(line(page, floor.people[0])).to_contain_text("All right")
    line(page, floor.people[1]).get_by_role("link", name=floor.people[1].name).click()
    row = line(page, floor.people[1])
    row.locator("label", has_text="Badge").first.click()
    row.get_by_role("button", name="Save").click()
    expect(line(page, floor.people[1])).to_contain_text("1 failed")
    assert Check.objects.count() == 2


@pytest.mark.parametrize("size", [TABLET, (1024, 768), PHONE])
def test_nothing_runs_off_the_side(browse, floor, size):
    page = browse(floor.manager, size=size, has_touch=True)
    tap(floor, floor.people[1], marks={"G01": "failed", "G16": "failed"})
    page.goto(f"/checks/?open={floor.people[0].pk}:opening")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size[0]
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             '.check-card a, .check-card button, .check-card select, .check-tab')]
           .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
           .filter(([, box]) => box.height && Math.min(box.width, box.height) < 44)
           .map(([text]) => text)"""
    )
    assert small == []
