"""The monthly score of a project, its corrections, and the outlet's bonus."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evaluations.growth.models import OutletBonus, Project, ProjectScore
from evaluations.growth.rules.bonus import bonus_points
from evaluations.growth.rules.projects import Action
from evaluations.growth.services import refusals
from evaluations.growth.services.projects import locked, move
from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.selectors import is_closed
from evaluations.ledger.services import Line, put
from outlets.exchange.acting import acting
from staffing.people.models import User

SOURCE, COMPONENT = "innovation", "innovation"
_TENTH = Decimal("0.1")


@transaction.atomic
def score(
    *, project_id: int, month: Period, score: Decimal, comment: str, by: User
) -> ProjectScore:
    """Give a project its one score of a month, 0 to 10, with a comment.

    Sending the same score again changes nothing. A month that is over adds to its
    outlet at once, the running one when it is.

    Raises:
        ScoreOutOfRange, ReasonNeeded: no such score, or no comment.
        OutsideTheMonths: before the project was handed in, or yet to come.
        MonthClosed: the month is closed.
        ScoredAlready: it has a score; correct that.
    """
    project = locked(project_id, Action.SCORE, by)
    score = _checked(score, comment)
    first = Period.month_of(project.on)
    last = Period.month_of(timezone.localdate())
    if not first.first <= month.first <= last.first:
        raise refusals.OutsideTheMonths(first=first.code, last=last.code)
    stands = project.scores.standing().filter(month=month.code).first()
    if stands is not None:
        if (stands.score, stands.comment) == (score, comment.strip()):
            return stands
        raise refusals.ScoredAlready(month=month.code)
    if is_closed(month):
        raise refusals.MonthClosed(month=month.code)
    row = project.scores.create(
        month=month.code, score=score, comment=comment.strip(), by=by
    )
    move(project, Action.SCORE, f"{month.code}: {score}", by)
    _post_if_over(project, month, by, "")
    return row


@transaction.atomic
def correct(
    *,
    project_id: int,
    month: Period,
    score: Decimal,
    comment: str,
    reason: str,
    by: User,
) -> ProjectScore:
    """Put another score beside the one that stands, with the reason, also when closed.

    The earlier one stays on record. What the ledger says of the month is reversed and
    entered anew.

    Raises:
        ScoreOutOfRange, ReasonNeeded: no such score, no comment or no reason.
        MonthNotScored: there is nothing to correct.
    """
    project = locked(project_id, Action.CORRECT, by)
    score = _checked(score, comment)
    if not reason.strip():
        raise refusals.ReasonNeeded
    stands = project.scores.standing().filter(month=month.code).first()
    if stands is None:
        raise refusals.MonthNotScored(month=month.code)
    if (stands.score, stands.comment) == (score, comment.strip()):
        return stands
    row = project.scores.create(
        month=month.code,
        version=stands.version + 1,
        score=score,
        comment=comment.strip(),
        reason=reason.strip()[:300],
        by=by,
    )
    move(project, Action.CORRECT, f"{month.code}: {stands.score} → {score}", by)
    _post_if_over(project, month, by, reason.strip()[:300])
    return row


def _checked(score: Decimal, comment: str) -> Decimal:
    if not 0 <= score <= 10 or score != score.quantize(_TENTH):
        raise refusals.ScoreOutOfRange
    if not comment.strip():
        raise refusals.ReasonNeeded
    return score.quantize(_TENTH)


def _post_if_over(project: Project, month: Period, by: User, reason: str) -> None:
    if month.last < timezone.localdate():
        scores = ProjectScore.objects.standing().filter(
            project__outlet=project.outlet_id, month=month.code
        )
        given = list(scores.values_list("score", flat=True))
        post_bonus(project.outlet_id, month, given, by=by, reason=reason)


@transaction.atomic
def post_bonus(
    outlet_id: int,
    month: Period,
    scores: Iterable[Decimal],
    *,
    by: User | None = None,
    reason: str = "",
) -> int:
    """Make the ledger say what a month's scores add to an outlet; return the writes.

    `most` stays what it was when the month was first reckoned, so that a changed
    setting moves no month that stands. About the outlet: no person's entry is touched.
    """
    given = list(scores)
    if not given:
        return 0
    rows = OutletBonus.objects.select_for_update()
    row = rows.filter(outlet=outlet_id, month=month.code).first()
    most = settings.GROWTH_BONUS_MOST * 100 if row is None else row.most
    row = row or OutletBonus(outlet_id=outlet_id, month=month.code, most=most)
    said = (max(given), len(given), bonus_points(given, most))
    if (row.best, row.n, row.points) != said:
        row.best, row.n, row.points = said
        with acting(by=by):
            row.save()
    key = str(row.uuid)
    line = Line(
        source_id=key,
        component=COMPONENT,
        on=month.last,
        employee_id=None,
        outlet_id=outlet_id,
        points=row.points,
        kind=EntryKind.ADJUSTMENT,
    )
    return put(
        source=SOURCE,
        lines=[line] if row.points else [],
        withdrawn=[] if row.points else [key],
        by=by,
        reason=reason,
    )


def settle(until: date) -> int:
    """Post the bonus of every month that ended up to `until`; return the writes.

    System task: it sees everything. Two queries when nothing is new.
    """
    last = Period.month_of(until)
    if last.last > until:
        last = last.previous
    standing = ProjectScore.objects.standing().filter(month__lte=last.code).order_by()
    given: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    for outlet_id, month, points in standing.values_list(
        "project__outlet", "month", "score"
    ):
        given[outlet_id, month].append(points)
    known = {
        (row.outlet_id, row.month): (row.best, row.n)
        for row in OutletBonus.objects.filter(month__lte=last.code)
    }
    return sum(
        post_bonus(outlet_id, Period.month(month), scores)
        for (outlet_id, month), scores in sorted(given.items())
        if known.get((outlet_id, month)) != (max(scores), len(scores))
    )
