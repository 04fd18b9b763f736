"""Notices, announcements and alerts on phone, tablet and desk: fits, axe, one press."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from outlets.flow.models import FlowAlert
from staffing.notices.models import Bulletin, Notice
from staffing.notices.services.bulletins import deliver_bulletin
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.outlets.flow.factories import TicketFactory
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.browser
SMALLEST = 44  # pixels of a finger
# Pages of another room, of which only what leads to the alerts is ours.
OF_FLOW = ("flow:floor", "flow:region")


@pytest.fixture
def life():
    """Make an outlet whose people were told all sorts of things."""
    county = RegionFactory(code="NS", name="南山区 Nanshan")
    outlet = OutletFactory(code="WEST", name="西门营业厅 West Gate", region=county)
    other = OutletFactory(code="EAST", name="东门营业厅 East Gate", region=county)
    names = ("王芳 Wang Fang", "赵敏 Zhao Min", "李娜 Li Na")
    staff = [staff_user("clerk", outlet, name=name) for name in names]
    staff.append(staff_user("clerk", other, name="周洁 Zhou Jie"))
    manager = staff_user("store_manager", outlet, name="陈店长 Chen")
    now, today = timezone.now(), timezone.localdate()
    bulletin = Bulletin.objects.create(
        title_en="New rules for identity documents",
        title_zh="证件查验新规",
        body_en="From Monday on every counter asks for the original.\n\nNo copies.",
        body_zh="自下周一起，所有台席必须查验原件。\n\n不接受复印件。",
        region=county,
        asks=True,
        due_on=today,
        shown_from=today,
        shown_until=today + timedelta(days=20),
        published_at=now,
        published_by=granted_user("regional_supervisor", region=county),
    )
    deliver_bulletin(bulletin_id=bulletin.pk, now=now)
    Bulletin.objects.filter(pk=bulletin.pk).update(due_on=today - timedelta(days=1))
    Notice.objects.update(appears_at=now, sent_at=now)
    Notice.objects.filter(employee=staff[1].employee).update(
        read_at=now, acknowledged_at=now
    )
    for kind, figures in (
        ("wait_over", {"wait_s": 754, "limit_s": 600, "waiting": 9}),
        ("queue_long", {"waiting": 19, "limit": 15}),
    ):
        alert = FlowAlert.objects.create(
            outlet=outlet, kind=kind, raised_at=now, figures=figures
        )
        told = {"kind": "flow_alert", "key": f"flow_alert:{alert.uuid}"}
        Notice.objects.create(
            employee=manager.employee,
            arguments={"alarm": kind, "figures": figures},
            outlet=outlet,
            sent_at=now,
            appears_at=now,
            **told,
        )
    Notice.objects.create(
        employee=manager.employee,
        kind="roster_due",
        key="due",
        arguments={"month": "2026-12"},
        outlet=outlet,
        sent_at=now - timedelta(hours=3),
        appears_at=now - timedelta(hours=3),
        read_at=now,
    )
    day = now.astimezone(outlet.zone).date()
    for n in range(9):
        TicketFactory(outlet=outlet, date=day, arrived_at=now - timedelta(minutes=n))
    return staff, manager, bulletin


def _pages(life):
    staff, manager, bulletin = life
    own = Notice.objects.get(employee=staff[0].employee)
    yield staff[0], [("notices:centre",), ("notices:notice", own.uuid)]
    yield (
        manager,
        [
            ("notices:centre",),
            ("notices:quiet_hours",),
            ("notices:bulletins",),
            ("notices:bulletin_new",),
            ("notices:bulletin", bulletin.uuid),
            ("flow:alerts",),
            ("flow:floor", "WEST"),
        ],
    )
    yield bulletin.published_by, [("notices:bulletin", bulletin.uuid), ("flow:region",)]
    yield granted_user("hr"), [("notices:centre",), ("notices:bulletin_new",)]


SMALL = """() => [...document.querySelectorAll('main a.btn, main button, .notice-bell')]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < %s)
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        (PHONE, "zh-hans", "dark"),
        (TABLET, "en", "light"),
    ],
    ids=["phone-zh-dark", "tablet-en-light"],
)
def test_every_page_fits_and_is_clean(browse, life, size, language, theme):
    wrong = []
    shots = os.environ.get("SHOTS")
    for who, (user, names) in enumerate(_pages(life)):
        page = browse(user, size=size, language=language, theme=theme)
        for name, *args in names:
            answer = page.goto(reverse(name, args=args))
            wide = page.evaluate("document.documentElement.scrollWidth")
            found = violations(page) if answer.status == 200 else ["no page"]
            small = page.evaluate(SMALL % SMALLEST) if name not in OF_FLOW else []
            if shots:
                file = f"{name.replace(':', '-')}-{who}-{size[0]}-{language}-{theme}"
                page.screenshot(path=Path(shots) / f"{file}.png", full_page=True)
            if answer.status != 200 or wide > size[0] or found or small:
                wrong.append((name, answer.status, wide, found, small))
    assert wrong == []


def test_reading_one_moves_the_number_at_the_bell(browse, life):
    _staff, manager, _bulletin = life
    page = browse(manager)
    page.goto(reverse("notices:centre"))
    bell = page.locator("#notice-bell")
    expect(bell.locator(".visually-hidden")).to_have_text("3 wait for you")
    page.get_by_role("button", name=re.compile("^Read.*long queue")).click()
    expect(bell.locator(".visually-hidden")).to_have_text("2 wait for you")
    expect(page.get_by_role("status")).to_have_text("2 notices wait for you")


def test_seeing_to_an_alert_takes_one_press(browse, life):
    _staff, manager, _bulletin = life
    page = browse(manager)
    page.goto(reverse("flow:floor", args=["WEST"]))
    page.get_by_role("link", name="Alerts 2 not seen yet").click()
    page.get_by_role("button", name=re.compile("long queue")).click()
    expect(page.get_by_text("seen to", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="I see to it")).to_have_count(1)
    page.goto(reverse("notices:centre"))
    expect(page.locator("#notice-bell .visually-hidden")).to_have_text("2 wait for you")
