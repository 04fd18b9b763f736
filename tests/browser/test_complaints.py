"""Complaints, red lines, orders and packs on phone and tablet: fits, axe, fingers."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.complaints.acting import Action
from evaluations.complaints.order_acting import OrderAction
from evaluations.complaints.services import act, red_lines
from evaluations.complaints.services.orders import act_on_order, issue_order
from evaluations.ledger.periods import Period
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.evaluations.complaints.factories import logged
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.browser
SMALLEST = 44  # pixels of a finger
SMALL = """() => [...document.querySelectorAll('main a.btn, main button, main summary')]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < %s)
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def pages():
    """Return pages of a living room as (who, name, arguments)."""
    city = RegionFactory(code="SZ", name="深圳市 Shenzhen", level="city")
    outlet = OutletFactory(code="WEST", name="西门营业厅 West Gate", region=city)
    clerk = staff_user("clerk", outlet, name="王芳 Wang Fang")
    other = staff_user("clerk", outlet, name="赵敏 Zhao Min")
    manager = staff_user("store_manager", outlet, name="陈店长 Chen")
    leader = granted_user("regional_supervisor", region=city)
    case = logged(outlet, clerk, person=other.employee)
    act(case=case, action=Action.REPLY, by=clerk, note="已致电说明 Called")
    file = red_lines.report(
        outlet=outlet, prohibition="data", allegation="查询资料 Looked up", by=clerk
    )
    person = {"employee": other.employee, "part": "offender"}
    red_lines.name(file=file, by=leader, note="日志 The log", **person)
    red_lines.attach(file=file, content=b"%PDF-1.4 x", what="日志 Log", by=leader)
    today = timezone.localdate()
    order = issue_order(
        by=leader,
        subject="优先窗口标识 Signs of the priority counter",
        words="放置标识 Put them up",
        due_on=today + timedelta(days=7),
        outlet=outlet,
        cases=[case],
    )
    act_on_order(order=order, action=OrderAction.REPORT, by=manager, note="已完成 Done")
    month = Period.month_of(today).code
    return [
        (clerk, "list", []),
        (clerk, "log", []),
        (clerk, "red_line_report", []),
        (clerk, "case", [case.case_no]),
        (other, "red_line", [file.file_no]),
        (manager, "case", [case.case_no]),
        (manager, "order", [order.order_no]),
        (leader, "list", []),
        (leader, "red_lines", []),
        (leader, "red_line", [file.file_no]),
        (leader, "orders", []),
        (leader, "order", [order.order_no]),
        (leader, "order_new", []),
        (leader, "meetings", []),
        (leader, "meeting", ["SZ", month]),
        (leader, "day", ["SZ", today.isoformat()]),
    ]


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [(PHONE, "zh-hans", "dark"), (TABLET, "en", "light")],
    ids=["phone-zh-dark", "tablet-en-light"],
)
def test_every_page_fits_and_is_clean(browse, pages, size, language, theme):
    wrong, shots, browsers = [], os.environ.get("SHOTS"), {}
    for number, (user, name, args) in enumerate(pages):
        if user not in browsers:
            browsers[user] = browse(user, size=size, language=language, theme=theme)
        page = browsers[user]
        address = reverse(f"complaints:{name}", args=args)
        answer = page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found = violations(page) if answer.status == 200 else ["no page"]
        small = page.evaluate(SMALL % SMALLEST)
        if shots:
            file = f"{number:02}-{name}-{size[0]}-{language}-{theme}.png"
            page.screenshot(path=Path(shots) / file, full_page=True)
        if answer.status != 200 or wide > size[0] or found or small:
            wrong.append((name, answer.status, wide, found, small))
    assert not wrong, "\n".join(map(str, wrong))
