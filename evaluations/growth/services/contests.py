"""Contests: drafted, opened, entered, given judges, started, cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from evaluations.growth.models import (
    Contest,
    Contestant,
    ContestState,
    Judge,
    organises,
    works_here,
)
from evaluations.growth.parts import contest_parts_of, stints_for, too_close
from evaluations.growth.rules import contests as rules
from evaluations.growth.rules.contests import LEADS_TO, Action, State
from evaluations.growth.services import refusals
from outlets.exchange.acting import acting
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.models import Assignment, User


@dataclass(frozen=True, slots=True)
class DisciplinePlan:
    """A discipline to be: titles in both languages, 0 to `most` marks."""

    title_en: str
    title_zh: str
    most: int
    by_customers: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A contest to be; fields as in `Contest`."""

    kind: str
    title_en: str
    title_zh: str
    region: Region | None
    on: date
    enter_from: date
    enter_until: date
    judge_from: date
    judge_until: date
    trims: bool
    disciplines: Sequence[DisciplinePlan]

    def values(self) -> dict[str, Any]:
        names = (
            *("kind", "title_en", "title_zh", "region", "on", "enter_from"),
            *("enter_until", "judge_from", "judge_until", "trims"),
        )
        return {name: getattr(self, name) for name in names}


def _check(plan: Plan) -> None:
    days = (plan.enter_from, plan.enter_until, plan.judge_from, plan.judge_until)
    if list(days) != sorted(days) or not plan.enter_until <= plan.on <= days[-1]:
        raise refusals.WindowsCrossed
    if not plan.disciplines:
        raise refusals.NoDisciplines


def _put_disciplines(contest: Contest, plan: Plan) -> None:
    contest.disciplines.all().delete()
    for one in plan.disciplines:
        contest.disciplines.create(
            title_en=one.title_en,
            title_zh=one.title_zh,
            most=one.most,
            by_customers=one.by_customers,
        )


@transaction.atomic
def draft(*, plan: Plan, by: User) -> Contest:
    """Draft a contest that nobody else sees yet.

    Raises:
        PermissionDenied: `by` runs no contests.
        WindowsCrossed, NoDisciplines: the plan does not hold together.
    """
    if not organises(by.sight):
        raise PermissionDenied
    _check(plan)
    with acting(by=by):
        contest = Contest.objects.create(drafted_by=by, **plan.values())
    _put_disciplines(contest, plan)
    return contest


@transaction.atomic
def edit(*, contest_id: int, plan: Plan, by: User) -> Contest:
    """Put another plan in a draft's place. Raises as `draft`, and ContestMoved."""
    contest = locked(contest_id, Action.EDIT, by)
    _check(plan)
    for name, value in plan.values().items():
        setattr(contest, name, value)
    with acting(by=by):
        contest.save()
    _put_disciplines(contest, plan)
    return contest


def locked(contest_id: int, action: Action, by: User) -> Contest:
    """Return the contest under a lock, when `by` may do `action` to it now.

    Raises:
        PermissionDenied: she may not, whatever its state.
        ContestMoved: its state does not allow it.
    """
    rows = Contest.objects.visible_to(by).select_related("region")
    contest = rows.select_for_update(of=("self",)).get(pk=contest_id)
    parts, state = contest_parts_of(contest, by), State(contest.state)
    if not rules.may(action, state, parts):
        if rules.ever(action, parts) and not rules.fits(action, state):
            raise refusals.ContestMoved(state=contest.get_state_display())
        raise PermissionDenied
    return contest


def within(first: date, last: date) -> None:
    """Raise OutsideTheWindow unless today lies from `first` to `last`."""
    if not first <= timezone.localdate() <= last:
        raise refusals.OutsideTheWindow(first=first.isoformat(), last=last.isoformat())


@transaction.atomic
def move(*, contest_id: int, action: Action, by: User) -> Contest:
    """Open a contest, start its judging, or cancel it.

    Raises:
        NothingToJudge: started with fewer than two people, or without a judge where
            judges mark.
        TooCloseToJudge: started with a judge who came too close since she was seated.
    """
    contest = locked(contest_id, action, by)
    if action == Action.START:
        _require_judges(contest)
    contest.state = ContestState(LEADS_TO[action])
    with acting(by=by):
        contest.save(update_fields=["state"])
    return contest


def _require_judges(contest: Contest) -> None:
    judges = list(contest.judges.seated().select_related("user__employee"))
    marked = contest.disciplines.filter(by_customers=False).exists()
    if contest.contestants.count() < 2 or (marked and not judges):
        raise refusals.NothingToJudge
    for one in judges:
        if too_close(contest, one.user):
            raise refusals.TooCloseToJudge(judge=one.user.called)


@transaction.atomic
def enter(*, contest_id: int, number: str, by: User) -> Contestant:
    """Enter oneself, or as her lead one of one's people, by the staff number.

    Raises:
        OutsideTheWindow: entries are not taken today.
        NotForHer: she works at no outlet of the contest, or `by` does not lead it.
        EnteredAlready: she is entered.
    """
    contest = locked(contest_id, Action.ENTER, by)
    within(contest.enter_from, contest.enter_until)
    stint = _theirs(contest, by).filter(employee__number=number.strip()).first()
    if stint is None:
        raise refusals.NotForHer(number=number)
    made, is_new = Contestant.objects.get_or_create(
        contest=contest,
        employee=stint.employee,
        defaults={"outlet_id": stint.outlet_id, "entered_by": by},
    )
    if not is_new:
        raise refusals.EnteredAlready(number=number)
    return made


def _theirs(contest: Contest, by: User) -> QuerySet[Assignment]:
    """Return the stints of `by` herself and of those whom she leads, there."""
    stints = stints_for(contest).select_related("employee").order_by("outlet_id", "id")
    led = by.sight.outlets(Power.NOMINATE, "outlet__")
    own = Q(employee=by.sight.employee_id, employee__isnull=False)
    return stints.filter(led | own)


@transaction.atomic
def leave(*, contest_id: int, number: str, by: User) -> None:
    """Take an entry back: one's own, or one's people's; nothing of it is kept.

    Raises:
        NotForHer: there is no such entry for `by` to take back.
    """
    contest = locked(contest_id, Action.LEAVE, by)
    rows = contest.contestants.filter(employee__number=number.strip()).select_related(
        "outlet__region"
    )
    row = rows.first()
    if row is None or not _may_take_back(row, by):
        raise refusals.NotForHer(number=number)
    row.delete()


def _may_take_back(row: Contestant, by: User) -> bool:
    own = row.employee_id == by.sight.employee_id
    return own or by.sight.reach(Power.NOMINATE).covers(
        outlet_id=row.outlet_id, region_path=row.outlet.region.path
    )


@transaction.atomic
def seat(*, contest_id: int, user: User, by: User) -> Judge:
    """Make somebody of the house a judge.

    Raises:
        TooCloseToJudge: she competes, works with a contestant, leads one, or is none
            of the house.
    """
    contest = locked(contest_id, Action.SEAT, by)
    if not works_here(user.sight) or too_close(contest, user):
        raise refusals.TooCloseToJudge(judge=user.called)
    judge, _is_new = Judge.objects.update_or_create(
        contest=contest, user=user, defaults={"removed_at": None}
    )
    return judge


@transaction.atomic
def unseat(*, contest_id: int, judge_id: int, by: User) -> None:
    """Take a judge's seat away: none of her marks counts."""
    contest = locked(contest_id, Action.UNSEAT, by)
    contest.judges.seated().filter(pk=judge_id).update(removed_at=timezone.now())
