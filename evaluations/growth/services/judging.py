"""Marks of judges and customers, and the release of results."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evaluations.awards.models import Account
from evaluations.awards.services.giving import book_points
from evaluations.growth.models import (
    Contest,
    Contestant,
    ContestKind,
    ContestState,
    CustomerMarks,
    Discipline,
    Mark,
)
from evaluations.growth.parts import too_close
from evaluations.growth.rules.contests import Action
from evaluations.growth.rules.marks import (
    PLACED,
    customers_mean,
    mean_mark,
    places_of,
    shown_total,
)
from evaluations.growth.services import refusals, telling
from evaluations.growth.services.contests import locked, within
from outlets.exchange.acting import acting
from staffing.people.models import User

# Which account a place is credited to (domain.md 14.1).
ACCOUNTS = {
    ContestKind.TECHNICAL: Account.INTELLIGENCE,
    ContestKind.SERVICE: Account.PERFORMANCE,
}
_TENTH = Decimal("0.1")
# By contestant and discipline.
Given = Mapping[tuple[int, int], Decimal]


class Counted(NamedTuple):
    """How many customers marked somebody in a discipline, and the sum they gave."""

    n: int
    total: Decimal


Counts = Mapping[tuple[int, int], Counted]


@transaction.atomic
def mark(*, contest_id: int, marks: Given, by: User) -> int:
    """Give marks as a judge until results are released; return how many were given.

    What `marks` leaves out stays as it is; a mark given again replaces the old one.

    Raises:
        OutsideTheWindow: marks are not taken today.
        TooCloseToJudge: she came too close to a contestant since she was seated.
        MarkOutOfRange: below 0, beyond the maximum, or finer than a tenth.
    """
    contest = locked(contest_id, Action.MARK, by)
    within(contest.judge_from, contest.judge_until)
    if too_close(contest, by):
        raise refusals.TooCloseToJudge(judge=by.called)
    judge = contest.judges.seated().get(user=by)
    people, disciplines = _known(contest)
    for (person, discipline), given in marks.items():
        found = disciplines[discipline]
        if found.by_customers or person not in people:
            continue
        _check(found, given, 1)
        Mark.objects.update_or_create(
            judge=judge,
            contestant_id=person,
            discipline=found,
            defaults={"marks": given, "at": timezone.now()},
        )
    return len(marks)


@transaction.atomic
def count(*, contest_id: int, counts: Counts, by: User) -> int:
    """Enter what customers gave, for each contestant; return how many entries.

    All of it or nothing. What `counts` leaves out stays as it is; entered again, the
    newest holds.

    Raises:
        MarkOutOfRange: nobody marked, or more than every customer's maximum together.
    """
    contest = locked(contest_id, Action.COUNT, by)
    people, disciplines = _known(contest)
    for (person, discipline), counted in counts.items():
        found = disciplines[discipline]
        if not found.by_customers or person not in people:
            continue
        if counted.n < 1:
            raise refusals.MarkOutOfRange(discipline=found.title, most=found.most)
        _check(found, counted.total, counted.n)
        CustomerMarks.objects.update_or_create(
            contestant_id=person,
            discipline=found,
            defaults={"n": counted.n, "total": counted.total},
        )
    return len(counts)


def _known(contest: Contest) -> tuple[set[int], dict[int, Discipline]]:
    people = set(contest.contestants.values_list("pk", flat=True))
    return people, {one.pk: one for one in contest.disciplines.all()}


def _check(discipline: Discipline, given: Decimal, n: int) -> None:
    if not 0 <= given <= discipline.most * n or given != given.quantize(_TENTH):
        raise refusals.MarkOutOfRange(discipline=discipline.title, most=discipline.most)


def totals_of(contest: Contest) -> tuple[dict[int, Fraction], int]:
    """Return everybody's exact total so far, and how many marks are still missing.

    A discipline counts the mean of the judges who hold a seat; customers count by the
    mean of theirs.
    """
    people, disciplines = _known(contest)
    judges = contest.judges.seated().count()
    given: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    rows = Mark.objects.filter(judge__in=contest.judges.seated())
    for person, discipline, marks in rows.values_list(
        "contestant", "discipline", "marks"
    ):
        given[person, discipline].append(marks)
    counted = {
        (row.contestant_id, row.discipline_id): customers_mean(row.total, row.n)
        for row in CustomerMarks.objects.filter(contestant__contest=contest)
    }
    missing = 0
    totals = dict.fromkeys(people, Fraction())
    for person in people:
        for one in disciplines.values():
            key = (person, one.pk)
            if one.by_customers:
                mean, lacking = counted.get(key), int(key not in counted)
            else:
                mean = mean_mark(given[key], trims=contest.trims)
                lacking = judges - len(given[key]) if judges else 1
            missing += lacking
            totals[person] += mean or 0
    return totals, missing


@transaction.atomic
def release(*, contest_id: int, by: User) -> Contest:
    """Release the results: places 1, 1, 3, points for the first three, everybody told.

    Raises:
        MarksMissing: somebody has not all her marks.
        TooCloseToJudge: a judge came too close to a contestant meanwhile.
    """
    contest = locked(contest_id, Action.RELEASE, by)
    for judge in contest.judges.seated().select_related("user__employee"):
        if too_close(contest, judge.user):
            raise refusals.TooCloseToJudge(judge=judge.user.called)
    totals, missing = totals_of(contest)
    if missing:
        raise refusals.MarksMissing(count=missing)
    places = places_of(totals)
    contest.state = ContestState.RELEASED
    contest.released_by, contest.released_at = by, timezone.now()
    with acting(by=by):
        contest.save(update_fields=["state", "released_by", "released_at"])
    for row in contest.contestants.all():
        row.total, row.place = shown_total(totals[row.pk]), places[row.pk]
        row.save(update_fields=["total", "place"])
        if row.place <= PLACED:
            _reward(contest, row, by)
    telling.released(contest)
    return contest


def _reward(contest: Contest, row: Contestant, by: User) -> None:
    assert row.place is not None  # noqa: S101 it was just written
    book_points(
        key=uuid5(contest.uuid, str(row.employee_id)),
        employee_id=row.employee_id,
        outlet_id=row.outlet_id,
        account=ACCOUNTS[ContestKind(contest.kind)],
        amount=settings.GROWTH_CONTEST_POINTS[row.place - 1],
        on=timezone.localdate(),
        reason=f"{contest.title_zh} · {contest.title_en} · {row.place}",
        by=by,
    )
