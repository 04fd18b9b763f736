"""The roster of the staff on a phone and a tablet, in both languages: fits, and axe."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from staffing.rosters.models import (
    Leave,
    RosterChange,
    RosterDay,
    RosterRules,
    ShiftKind,
    Swap,
    Wish,
)
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.browser
SHIFTS = ("EARLY", "EARLY", "MID", None, "NIGHT", "SPECIAL_N7", None)


@pytest.fixture
def life():
    """Make an outlet with two months of shifts, and everything asked of them."""
    outlet = OutletFactory(code="WEST", name="西门营业厅 West Gate")
    names = ("王芳 Wang Fang", "赵敏 Zhao Min", "李娜 Li Na", "周洁 Zhou Jie")
    users = [staff_user("clerk", outlet, name=name) for name in names]
    manager = staff_user("store_manager", outlet, name="陈店长 Chen")
    today = timezone.localdate()
    kinds = {kind.code: kind for kind in ShiftKind.objects.all()}
    first = today.replace(day=1)
    for n, user in enumerate([*users, manager]):
        for d in range(45):
            code = SHIFTS[(d + n) % len(SHIFTS)]
            RosterDay.objects.create(
                employee=user.employee,
                on=first + timedelta(days=d),
                shift=kinds[code] if code else None,
                absence="" if code else "off",
                outlet=outlet,
            )
    me, other = users[0].employee, users[1].employee
    about = {"employee": me, "outlet": outlet}
    soon = today + timedelta(days=3)
    RosterChange.objects.create(
        on=soon,
        before="EARLY",
        after="NIGHT",
        kind="edit",
        why="A colleague is ill",
        by=manager,
        **about,
    )
    leave = Leave.objects.create(first_on=soon, last_on=soon, note="a day", **about)
    Leave.objects.create(
        first_on=soon + timedelta(days=30),
        last_on=soon + timedelta(days=33),
        state="refused",
        because="Too few of us are here",
        decided_by=manager,
        decided_at=timezone.now(),
        **about,
    )
    swaps = [
        Swap.objects.create(
            outlet=outlet,
            asker=other,
            on=soon,
            gives="EARLY",
            colleague=me,
            other_on=soon,
            takes="MID",
            state=state,
            note="please",
        )
        for state in ("asked", "agreed")
    ]
    Wish.objects.create(on=today + timedelta(days=70), wanted=False, **about)
    RosterRules.objects.create(region=outlet.region)
    mine = RosterDay.objects.filter(employee=me, on__gt=today, shift__isnull=False)
    swapped = mine.order_by("on")[0].on
    return users[0], manager, leave, swaps, f"{swapped:%Y-%m-%d}"


def _pages(life):
    user, manager, leave, swaps, swapped = life
    staff = [
        ("my_roster:mine",),
        ("my_roster:leaves",),
        ("my_roster:swaps",),
        ("my_roster:swap_new", swapped),
        ("my_roster:swap", swaps[0].uuid),
        ("my_roster:wishes",),
        ("my_roster:calendar",),
        ("my_roster:outlet", "WEST"),
        ("my_roster:print", "WEST"),
    ]
    lead = [
        ("my_roster:decisions",),
        ("my_roster:leave", leave.uuid),
        ("my_roster:swap", swaps[1].uuid),
    ]
    desk = [
        ("roster_settings:kinds",),
        ("roster_settings:kind", "EARLY"),
        ("roster_settings:kind_new",),
        ("roster_settings:rules_list",),
        ("roster_settings:rules", "-"),
    ]
    yield user, staff
    yield manager, lead
    yield granted_user("administrator"), desk


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [(PHONE, "zh-hans", "dark"), (TABLET, "en", "light")],
    ids=["phone-zh-dark", "tablet-en-light"],
)
def test_every_page_of_the_roster_fits_and_is_clean(
    browse, life, size, language, theme
):
    wrong = []
    for user, names in _pages(life):
        page = browse(user, size=size, language=language, theme=theme)
        for name, *args in names:
            answer = page.goto(reverse(name, args=args))
            wide = page.evaluate("document.documentElement.scrollWidth")
            found = violations(page) if answer.status == 200 else ["no page"]
            if answer.status != 200 or wide > size[0] or found:
                wrong.append((name, answer.status, wide, found))
    assert wrong == []


def test_a_month_of_thirty_people_prints_on_one_sheet(browse):
    outlet = OutletFactory(code="BIG", name="中心营业厅 Central")
    lead = staff_user("store_manager", outlet)
    kinds = list(ShiftKind.objects.all())
    first = date(2026, 10, 1)
    people = EmployeeFactory.create_batch(30, name="欧阳晓红 Ouyang Xiaohong")
    for n, person in enumerate(people):
        AssignmentFactory(employee=person, outlet=outlet)
        RosterDay.objects.bulk_create(
            RosterDay(
                employee=person,
                on=first + timedelta(days=d),
                shift=kinds[(d + n) % len(kinds)],
                outlet=outlet,
            )
            for d in range(31)
        )
    page = browse(lead)
    page.goto(reverse("my_roster:print", args=["BIG"]) + "?month=2026-10")
    assert page.locator("tbody tr").count() == 31
    sheet = page.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/Count (\d+)", sheet) == [b"1"]
