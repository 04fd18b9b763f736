"""Telling people of tests: that one waits, or is about to close, or was settled."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluations.knowledge.calendar import clocks_by_day
from evaluations.knowledge.models import AbsenceDecision, Sitting, SittingState
from evaluations.knowledge.notice_kinds import ABSENCE, CLOSES, WAITS
from evaluations.knowledge.rules.weeks import code_of, days_of, week_of
from outlets.places.models import Outlet
from staffing.notices.models import Notice
from staffing.notices.selectors.recipients import Recipient
from staffing.notices.services.notifying import Message, notify, settle
from staffing.rosters.models import Absence, Leave, RosterDay

# A reminder follows the first notice by a day or more.
APART = timedelta(hours=20)


def key_of(kind: str, week: date) -> str:
    return f"{kind}:{code_of(week)}"


def tell(now: datetime) -> None:
    """Tell whom this week's test waits for, once, and remind her once before it closes.

    By the day of each outlet; who is on approved leave that day is told when she is
    back. Safe to run twice. System task: it sees everything.
    """
    for day, here in clocks_by_day(now).items():
        week = week_of(day)
        waiting = _waiting(week, day).filter(here)
        if day >= remind_from(week):
            told = _told(WAITS, week).filter(sent_at__lte=now - APART)
            _send(CLOSES, waiting.filter(Exists(told)), week, now)
        _send(WAITS, waiting, week, now)


def remind_from(week: date) -> date:
    """Return the day from which on a week's test is reminded of; never: past it."""
    days = settings.KNOWLEDGE_REMIND_DAYS
    return days_of(week)[-1] - timedelta(days=days) if days else date.max


def _waiting(week: date, day: date) -> QuerySet[Sitting]:
    """Return the sittings not begun of who is not on approved leave that day."""
    her = {"employee": OuterRef("employee")}
    leave = Leave.objects.approved_between(day, day).filter(**her)
    rostered = RosterDay.objects.filter(**her, on=day, absence=Absence.LEAVE)
    waiting = Sitting.objects.filter(
        Q(employee__left_on=None) | Q(employee__left_on__gte=day),
        week=week,
        state=SittingState.PREPARED,
    )
    return waiting.filter(~Exists(leave), ~Exists(rostered))


def _told(kind: str, week: date) -> QuerySet[Notice]:
    return Notice.objects.filter(
        employee=OuterRef("employee"), key=key_of(kind, week)
    ).order_by()


def _send(kind: str, waiting: QuerySet[Sitting], week: date, now: datetime) -> None:
    rows = waiting.filter(~Exists(_told(kind, week))).select_related("outlet")
    messages = [_message(kind, sitting) for sitting in rows]
    if messages:
        notify(messages, now=now)


def _message(kind: str, sitting: Sitting) -> Message:
    last_on = days_of(sitting.week)[-1]
    return Message(
        kind=kind,
        key=key_of(kind, sitting.week),
        to=Recipient(employee_id=sitting.employee_id),
        arguments={
            "test": sitting.test,
            "minutes": sitting.minutes,
            "last_on": f"{last_on:%F}",
        },
        outlet_id=sitting.outlet_id,
        ends_at=_closes_at(sitting.outlet, last_on),
    )


def _closes_at(outlet: Outlet, last_on: date) -> datetime:
    """Return the instant at which the trading day after `last_on` begins."""
    morrow = last_on + timedelta(days=1)
    return datetime.combine(morrow, outlet.day_starts_at, tzinfo=outlet.zone)


def seen_to(week: date, employee_ids: Collection[int], now: datetime) -> None:
    """Nobody of these need read that the test of a week waits for her."""
    keys = [key_of(kind, week) for kind in (WAITS, CLOSES)]
    settle(keys, now=now, employee_ids=employee_ids)


def absences_settled(decisions: Collection[AbsenceDecision], now: datetime) -> None:
    """Tell each person whose absence was decided on; the reason stands on her page."""
    notify(
        [
            Message(
                kind=ABSENCE,
                key=f"{ABSENCE}:{one.pk}",
                to=Recipient(employee_id=one.sitting.employee_id),
                arguments={"test": one.sitting.test, "excused": one.excused},
                outlet_id=one.sitting.outlet_id,
            )
            for one in decisions
        ],
        now=now,
    )
