"""Counters, set-aside marks, messages and call-backs of the last days, for the demo.

Spreadsheets bring none of it. The demo draws and calls through the services that the
product uses; numbers are of nobody.
"""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from evaluations.feedback.asking import CALLS_BEGIN, is_call_day
from evaluations.feedback.models import (
    CallBack,
    CallState,
    Channel,
    Counter,
    CustomerNumber,
    Outcome,
)
from evaluations.feedback.services.calls import record_attempt
from evaluations.feedback.services.calls_drawing import draw_outlet
from evaluations.feedback.services.counters import add_counter, seat
from evaluations.feedback.services.taking import Mark, take_at_counter
from outlets.flow.models import Ticket
from outlets.places.models import Outlet
from simulation.chain.plan import Plan
from staffing.people.models import Assignment, User

COUNTERS = ("1", "2", "3")
DAYS = 9
DRAWS = 2
# Nobody's numbers: no operator gives out this prefix.
PREFIX = "1000000"
TRIES = (
    (Outcome.REACHED, 5, ""),
    (Outcome.NO_ANSWER, None, ""),
    (Outcome.REACHED, 4, ""),
    (Outcome.REACHED, 5, "说办得很快 It was quick"),
    (Outcome.DECLINED, None, ""),
    (Outcome.REACHED, 2, "等了很久没人解释 Waited long, nobody explained why"),
    (Outcome.REACHED, 5, ""),
)


@transaction.atomic
def make_voices(plan: Plan, *, home: Outlet, lead: User) -> int:
    """Fill the home outlet; return the calls drawn. Again changes nothing."""
    if Counter.objects.filter(outlet=home).exists():
        return 0
    now = timezone.now()
    _counters(home, lead, now)
    _numbers(home)
    drawn = 0
    days = [day for ago in range(12, -1, -1) if is_call_day(day := _day(plan, ago))]
    for day in days[-DRAWS:]:
        at = datetime.combine(day, CALLS_BEGIN, tzinfo=home.zone)
        drawn += draw_outlet(home, at)
        _call(home, lead, at)
    return drawn


def _day(plan: Plan, ago: int) -> date:
    return plan.until - timedelta(days=ago)


def _counters(home: Outlet, lead: User, now: datetime) -> None:
    here = Assignment.objects.on(timezone.localdate()).filter(outlet=home)
    people = [
        one.employee
        for one in here.select_related("employee").order_by("employee__number")
        if one.employee_id != lead.employee_id
    ]
    for number, name in enumerate(COUNTERS):
        counter = add_counter(outlet=home, name=name, by=lead)
        if number < len(people):
            seat(counter=counter, employee=people[number], by=lead, now=now)
        for tap in range(3 - number):
            # The second one follows too soon, and is set aside.
            at = now - timedelta(minutes=30 * tap, seconds=-5 * (tap % 2))
            mark = Mark(
                _uuid(home, "tap", name, tap), Channel.PAD, 5 - tap, at, counter
            )
            take_at_counter(mark, counter)
    first = Counter.objects.filter(outlet=home).first()
    if first is not None:
        again = Mark(_uuid(home, "again"), Channel.PAD, 5, now, first)
        take_at_counter(again, first)


def _numbers(home: Outlet) -> None:
    served = Ticket.objects.filter(outlet=home, finished_at__isnull=False)
    newest = served.exclude(employee_number="").order_by("-date").first()
    if newest is None:
        return
    since = newest.date - timedelta(days=DAYS + DRAWS)
    CustomerNumber.objects.bulk_create(
        CustomerNumber(
            outlet=home,
            on=ticket.date,
            ticket_no=ticket.ticket_no,
            number=f"{PREFIX}{ticket.pk % 10_000:04}",
            looked_at=True,
        )
        for ticket in served.filter(date__gte=since).exclude(employee_number="")
    )


def _call(home: Outlet, lead: User, at: datetime) -> None:
    """Make most of the calls of a day; the others wait in the queue."""
    calls = CallBack.objects.made_by(lead).filter(outlet=home, state=CallState.WAITING)
    for number, call in enumerate(calls.order_by("pk")[: len(TRIES)]):
        outcome, mark, matter = TRIES[number]
        record_attempt(
            call=call,
            key=_uuid(home, "call", call.on, call.ticket_no),
            outcome=outcome,
            mark=mark,
            matter=matter,
            reason="waiting" if mark == 2 else "",
            subject="manner" if mark == 2 else "",
            by=lead,
            now=at + timedelta(minutes=10 * number),
        )


def _uuid(home: Outlet, *what: object) -> UUID:
    told = "|".join(map(str, (home.code, *what)))
    return uuid5(NAMESPACE_URL, f"starhall voices|{told}")
