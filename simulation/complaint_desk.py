"""Complaints that are handled in the demo, red-line files, orders and a meeting.

Spreadsheets bring cases that are over. These were logged, so that each state of a case
and of an order can be looked at; everything goes through the room's own services.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from evaluations.complaints.acting import Action
from evaluations.complaints.models import Case, Handling, SupervisionOrder
from evaluations.complaints.order_acting import OrderAction
from evaluations.complaints.red_line_acting import RedAction
from evaluations.complaints.services import act, escalate_cases, log_case, red_lines
from evaluations.complaints.services.bulletins import tell_of_yesterday
from evaluations.complaints.services.meetings import hold_meeting, meeting_for_orders
from evaluations.complaints.services.orders import (
    act_on_order,
    escalate_orders,
    issue_order,
)
from evaluations.complaints.services.red_lines import Decision
from evaluations.ledger.periods import Period
from outlets.places.models import Outlet
from simulation.accounts import account_of
from simulation.signins import city_of
from staffing.notices.models import Notice
from staffing.people.models import Assignment, Employee, User

_EVIDENCE = b"%PDF-1.4\n% A list of the look-ups of one day.\n%%EOF\n"
# The room of a reception, in minutes; how satisfied the customer is afterwards.
_DONE = "已向客户说明并办妥 Explained and settled"


@dataclass(frozen=True, slots=True)
class _Step:
    """Something done to a case, so many hours after its receipt, by a role."""

    hours: float
    action: Action
    who: str
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Told:
    """A case: received so many days ago, for which reason, and what was done."""

    days: float
    reason: str
    subject: str
    summary: str
    steps: tuple[_Step, ...] = ()
    about: bool = False
    contact: str = "complaint"
    channel: str = "face_to_face"


def _reply(hours: float, who: str = "clerk") -> _Step:
    return _Step(hours, Action.REPLY, who, {"note": "已致电说明 Called and explained"})


def _close(hours: float, who: str = "clerk") -> _Step:
    return _Step(hours, Action.CLOSE, who, {"note": _DONE})


def _rate(hours: float, mark: int) -> _Step:
    return _Step(hours, Action.RATE, "manager", {"mark": mark})


def _judge(hours: float, verdict: str) -> _Step:
    said = {"note": "监控与工单 Camera and ticket", "verdict": verdict}
    return _Step(
        hours, Action.JUDGE, "manager", {**said, "answer": "当时很忙 Busy then"}
    )


_CASES = (
    # Last month and before: settled, quickly or late.
    _Told(41, "waiting", "manner", "排队超过半小时 Waited over half an hour",
          (_reply(2), _close(20), _rate(30, 4))),
    _Told(38, "billing", "billing", "话费多扣 Charged twice",
          (_reply(3), _close(70, "manager"), _rate(80, 3))),
    _Told(36, "network", "call_quality", "家中信号差 Weak signal at home",
          (_reply(20, "manager"), _close(44), _rate(50, 2))),
    _Told(34, "mis_selling", "promises", "套餐说明不清 The plan was not explained",
          (_reply(1), _close(24), _rate(26, 5))),
    _Told(33, "waiting", "manner", "老人未优先办理 An elderly customer had to wait",
          (_reply(1), _close(6), _rate(8, 5)), channel="hotline"),
    _Told(31, "waiting", "manner", "只开一个窗口 Only one counter was open",
          (_reply(4), _close(40), _rate(48, 4))),
    # This month: every state of a case.
    _Told(15, "attitude", "manner", "店员态度不耐烦 The clerk was impatient",
          (_reply(1), _judge(20, "upheld"), _close(26), _rate(30, 3)), about=True),
    _Told(12, "attitude", "manner", "称被冷落 Says she was ignored",
          (_reply(2), _judge(30, "not_upheld"), _close(34)), about=True),
    _Told(10, "wrong_transaction", "transactions", "错办套餐 The wrong plan was booked",
          (_reply(1),
           _Step(2, Action.COMPENSATE, "manager",
                 {"amount": 5000, "note": "退一赔一 Refunded double"}),
           _judge(20, "upheld"), _close(22),
           _Step(60, Action.REOPEN, "manager", {"note": "退款未到账 No refund yet"}),
           ), about=True),
    _Told(6, "billing", "billing", "账单有误 The bill is wrong",
          (_reply(2),)),
    _Told(1.2, "unauthorised", "transactions", "未经确认开通业务 Booked unasked",
          (_reply(2),
           _Step(3, Action.OFFER, "clerk",
                 {"unit": True, "note": "请核查开通记录 Check the booking"}))),
    _Told(1.1, "network", "call_quality", "楼内无信号 No signal in the building",
          (_reply(1),
           _Step(2, Action.OFFER, "clerk",
                 {"person": True, "note": "请联系网络部 Ask the network people"}),
           _Step(3, Action.ACCEPT, "manager"))),
    _Told(1.5, "billing", "tariffs", "要求查一年账单 Wants a year of bills",
          (_reply(1),
           _Step(4, Action.PAUSE, "manager",
                 {"note": "等客户提供证件 Waits for papers"}))),
    _Told(0.9, "environment", "unsolved", "空调不制冷 The air conditioner is broken",
          (_Step(0.3, Action.ROOM, "manager",
                 {"person": True, "minutes": 15, "note": "已安抚 Calmed down"}),)),
    _Told(0.2, "waiting", "manner", "叫号机排错队 The machine queued her wrongly"),
    _Told(0.3, "other", "enquiries", "咨询新套餐 Asks about a new plan",
          (_reply(0.1),), contact="enquiry", channel="phone"),
)  # fmt: skip


@transaction.atomic
def make_complaints(
    *, home: Outlet, leader: User, operations: User, manager: User, clerk: User
) -> int:
    """Log and handle cases at `home`, and what leaders make of them; return how many.

    `leader` leads the city. Calling it again changes nothing.
    """
    if Handling.objects.filter(case__outlet=home).exists():
        return 0
    now = timezone.now()
    desk = _Desk(home, leader, manager, clerk, now)
    cases = [desk.handle(number, told) for number, told in enumerate(_CASES)]
    escalate_cases(now)
    _red_lines(desk, operations, cases)
    _orders(desk, cases)
    tell_of_yesterday(now)
    # A demo is looked at in the middle of the night as well.
    held_back = Notice.objects.filter(appears_at__gt=now)
    held_back.update(sent_at=now, appears_at=now)
    return len(cases)


class _Desk:
    """Who does what at the outlet, and when."""

    def __init__(
        self, home: Outlet, leader: User, manager: User, clerk: User, now: datetime
    ) -> None:
        self.home, self.now, self.leader = home, now, leader
        self.roles = {"clerk": clerk, "manager": manager, "leader": leader}
        self.others = self._clerks(home, without=clerk)
        self.city = city_of(home)

    def _clerks(self, outlet: Outlet, *, without: User | None = None) -> list[Employee]:
        today = timezone.localdate(self.now)
        rows = Assignment.objects.on(today).filter(
            outlet=outlet, employee__post="clerk", starts_on__lt=today
        )
        people = rows.select_related("employee").order_by("employee__number")
        hers = None if without is None else without.employee_id
        return [one.employee for one in people if one.employee_id != hers]

    def elsewhere(self) -> list[tuple[Outlet, list[Employee]]]:
        """Return other outlets of the city with clerks, by code."""
        near = Outlet.objects.beneath(self.city).exclude(pk=self.home.pk)
        outlets = near.select_related("region").order_by("code")[:8]
        return [(one, people) for one in outlets if (people := self._clerks(one))]

    def ago(self, days: float) -> datetime:
        """Return a moment of the past, in opening hours if it is a whole day."""
        at = self.now - timedelta(days=days)
        if days < 2:
            return at
        return at.astimezone(self.home.zone).replace(hour=10, minute=20)

    def key(self, *what: object) -> UUID:
        told = "|".join(map(str, (self.home.code, *what)))
        return uuid5(NAMESPACE_URL, f"starhall complaints|{told}")

    def handle(self, number: int, told: _Told) -> Case:
        at = self.ago(told.days)
        about = self.others[number % len(self.others)] if self.others else None
        case = log_case(
            by=self.roles["clerk"],
            key=self.key("case", number),
            outlet=self.home,
            channel=told.channel,
            contact=told.contact,
            reason=told.reason,
            subject=told.subject,
            summary=told.summary,
            customer="李女士 Ms Li",
            phone_tail="4711",
            person=about if told.about else None,
            received_at=at,
            now=at,
        )
        for step in told.steps:
            when = at + timedelta(hours=step.hours)
            if step.action == Action.JUDGE and case.employee_id is None:
                continue
            if when <= self.now:
                given = self._given(step)
                by = self.roles[step.who]
                act(case=case, action=step.action, by=by, now=when, **given)
        return case

    def _given(self, step: _Step) -> dict[str, Any]:
        given = dict(step.given)
        if given.pop("unit", False):
            given["unit"] = self.city
        if given.pop("person", False):
            given["person"] = self.roles["manager"].employee
        return given


# --- What leaders make of them --------------------------------------------------------


def _red_lines(desk: _Desk, operations: User, cases: list[Case]) -> None:
    """A breach that was decided, one under inquiry, and a report that names nobody."""
    places = desk.elsewhere()
    for number, (outlet, people) in enumerate(places[:2]):
        at = desk.ago(20 - 8 * number)
        file = red_lines.report(
            by=account_of(people[0]),
            key=desk.key("red line", number),
            outlet=outlet,
            prohibition=("data", "unconfirmed")[number],
            allegation=(
                "多次无故查询客户资料 Customer data was looked up without cause",
                "未经客户确认开通增值业务 A service was booked unasked",
            )[number],
            now=at,
        )
        party = red_lines.name(
            file=file,
            employee=people[-1],
            part="offender",
            by=desk.leader,
            note="查询日志有其工号 Her number is in the log",
            now=at + timedelta(hours=4),
        )
        red_lines.attach(
            file=file,
            content=_EVIDENCE,
            what="查询日志 The log",
            by=desk.leader,
            now=at + timedelta(hours=5),
        )
        if number == 0:
            _decide(party, desk, operations, at)
    red_lines.report(
        by=desk.roles["clerk"],
        key=desk.key("red line", "unnamed"),
        outlet=desk.home,
        prohibition="unconfirmed",
        allegation="客户称从未同意开通 The customer says she never agreed",
        case=cases[10],
        now=desk.ago(1),
    )


def _decide(party: Any, desk: _Desk, operations: User, at: datetime) -> None:
    breach = Decision("breach", "dismissal", to_court=False)
    hers = account_of(party.employee)
    steps = (
        (RedAction.ANSWER, hers, "出于好奇 Out of curiosity", None, 30),
        (
            RedAction.PROPOSE,
            desk.leader,
            "日志与本人陈述 The log and her words",
            breach,
            72,
        ),
        (RedAction.CONFIRM, operations, "同意 Agreed", None, 100),
    )
    for action, by, note, decision, hours in steps:
        red_lines.act_on(
            party=party,
            action=action,
            by=by,
            note=note,
            decision=decision,
            now=at + timedelta(hours=hours),
        )


def _orders(desk: _Desk, cases: list[Case]) -> None:
    """Orders in each state, and last month's meeting that issued some of them."""
    month = Period.month_of(timezone.localdate(desk.now)).previous
    meeting = meeting_for_orders(region=desk.city, month=month)
    subjects = (
        ("优先窗口标识 Signs of the priority counter", (OrderAction.START,)),
        ("午间增开窗口 One more counter at noon", (OrderAction.REPORT,)),
        ("话费差错复核 A second look at refunds",
         (OrderAction.REPORT, OrderAction.VERIFY)),
        ("投诉当日首复 First reply on the same day", ()),
    )  # fmt: skip
    for number, (subject, done) in enumerate(subjects):
        late = number == len(subjects) - 1
        at = desk.ago(12)
        order = issue_order(
            by=desk.leader,
            key=desk.key("order", number),
            subject=subject,
            words=f"{subject}。完成后附照片 Report it done with how it is kept so.",
            due_on=timezone.localdate(desk.ago(3 if late else -9)),
            outlet=desk.home,
            cases=cases[number : number + 2],
            meeting=None if late else meeting,
            now=at,
        )
        _carry_out(order, desk, done, at)
    hold_meeting(
        region=desk.city,
        month=month,
        minutes="由分管领导主持，签发督查令三份。Three orders were issued.",
        by=desk.leader,
        now=desk.now,
    )
    escalate_orders(desk.now)


def _carry_out(
    order: SupervisionOrder, desk: _Desk, done: tuple[OrderAction, ...], at: datetime
) -> None:
    for days, action in enumerate(done, start=2):
        above = action == OrderAction.VERIFY
        act_on_order(
            order=order,
            action=action,
            by=desk.leader if above else desk.roles["manager"],
            note="已核对 Checked" if above else "已整改 Put right",
            now=at + timedelta(days=days),
        )
