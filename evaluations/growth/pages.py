"""What the pages of projects and contests show to one viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from evaluations.growth.forms.projects import FORMS, ActForm
from evaluations.growth.models import (
    Contest,
    Contestant,
    ContestState,
    Discipline,
    Judge,
    Mark,
    Project,
    ProjectEvidence,
    ProjectScore,
    ProjectStep,
    organises,
    reads_all,
)
from evaluations.growth.parts import contest_parts_of, parts_of, too_close
from evaluations.growth.rules import contests as contest_rules
from evaluations.growth.rules import projects as project_rules
from evaluations.growth.rules.marks import PLACED
from evaluations.growth.services.judging import totals_of
from evaluations.growth.services.projects import MOST_FILES
from evaluations.ledger.periods import Period
from staffing.people.models import Assignment, User

Do = project_rules.Action


def waiting_for(user: User) -> QuerySet[Project]:
    """Return the projects that wait for this month's score by `user`.

    Left out are those of outlets where she works: somebody else scores them.
    """
    month = Period.month_of(timezone.localdate()).code
    scored = ProjectScore.objects.filter(project=OuterRef("pk"), month=month)
    waiting = Project.objects.scored_by(user).filter(
        ~Exists(scored), state__in=project_rules.WAITING
    )
    if user.sight.employee_id is not None:
        stints = Assignment.objects.filter(employee=user.sight.employee_id)
        waiting = waiting.exclude(outlet__in=stints.values("outlet"))
    return waiting


@dataclass(frozen=True, slots=True)
class Offered:
    action: project_rules.Action
    form: ActForm
    first: bool


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A project as one viewer reads it. `inside`: scores, comments and steps too."""

    row: Project
    inside: bool
    scores: Sequence[ProjectScore]
    steps: Sequence[ProjectStep]
    files: Sequence[ProjectEvidence]
    offered: Sequence[Offered]
    close: bool


def project_page(row: Project, viewer: User, bad: ActForm | None = None) -> ProjectPage:
    """Return everything that `viewer` may know and do about a project."""
    parts = parts_of(row, viewer)
    scores = ProjectScore.objects.visible_to(viewer).filter(project=row)
    steps = ProjectStep.objects.visible_to(viewer).filter(project=row)
    files = list(ProjectEvidence.objects.visible_to(viewer).filter(project=row))
    may_judge = project_rules.Part.SCORER in parts or project_rules.Part.GIVER in parts
    return ProjectPage(
        row=row,
        inside=Project.objects.inside(viewer).filter(pk=row.pk).exists(),
        scores=list(scores.select_related("by__employee")),
        steps=list(steps.select_related("by__employee")),
        files=files,
        offered=_offered(row, viewer, parts, bad, len(files)),
        close=may_judge
        and not {project_rules.Part.CLOSE, project_rules.Part.AUTHOR}.isdisjoint(parts),
    )


def _offered(
    row: Project,
    viewer: User,
    parts: frozenset[project_rules.Part],
    bad: ActForm | None,
    files: int,
) -> list[Offered]:
    actions = project_rules.allowed(project_rules.State(row.state), parts)
    offered: list[Offered] = []
    for action in actions:
        if action == Do.ATTACH and files >= MOST_FILES:
            continue
        kind = FORMS[action]
        wrong = bad is not None and type(bad) is kind
        form = bad if bad is not None and wrong else _fresh(kind, action, row)
        first = wrong or (bad is None and not offered and action != Do.EDIT)
        offered.append(Offered(action, form, first))
    return offered


def _fresh(kind: type[ActForm], action: project_rules.Action, row: Project) -> ActForm:
    initial: dict[str, object] = {}
    if action == Do.EDIT:
        names = ("title", "problem", "idea", "evidence")
        initial = {name: getattr(row, name) for name in names}
    elif action == Do.SCORE:
        initial = {"month": Period.month_of(timezone.localdate()).code}
    elif action == Do.CORRECT:
        last = row.scores.standing().order_by("-month").first()
        if last is not None:
            initial = {
                "month": last.month,
                "score": last.score,
                "comment": last.comment,
            }
    return kind(prefix=action.value, initial=initial)


@dataclass(frozen=True, slots=True)
class Running:
    """One contestant as the organiser reads her while marks come in."""

    row: Contestant
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class ContestPage:
    """A contest as one viewer reads it.

    `own` is her own entry, `gap` what she lacks to the last public place (None: she is
    placed, or nothing is released). `people` are those whom she has to do with,
    `missing` the marks that are not in yet.
    """

    row: Contest
    allowed: frozenset[contest_rules.Action]
    disciplines: Sequence[Discipline]
    winners: Sequence[Contestant]
    own: Contestant | None
    gap: Decimal | None
    people: Sequence[Contestant]
    others: int
    judges: Sequence[Judge]
    missing: int | None
    organises: bool
    reads_all: bool
    enters_herself: bool
    enters_others: bool
    close: frozenset[int]

    @property
    def customers_mark(self) -> bool:
        return any(one.by_customers for one in self.disciplines)


def contest_page(row: Contest, viewer: User) -> ContestPage:
    """Return everything that `viewer` may know and do about a contest."""
    parts = contest_parts_of(row, viewer)
    state = contest_rules.State(row.state)
    allowed = frozenset(contest_rules.allowed(state, parts))
    today = timezone.localdate()
    entries = row.enter_from <= today <= row.enter_until
    if not entries:
        allowed -= {contest_rules.Action.ENTER}
    if not row.judge_from <= today <= row.judge_until:
        allowed -= {contest_rules.Action.MARK}
    seen = (
        Contestant.objects.visible_to(viewer)
        .filter(contest=row)
        .select_related("employee", "outlet")
    )
    released = row.state == ContestState.RELEASED
    winners = list(seen.placed().order_by("place", "employee__number"))
    employee_id = viewer.sight.employee_id
    own = next((one for one in seen if one.employee_id == employee_id), None)
    runs, reads = organises(viewer.sight), reads_all(viewer.sight)
    judges = list(
        Judge.objects.visible_to(viewer)
        .seated()
        .filter(contest=row)
        .select_related("user__employee")
    )
    may_enter = contest_rules.Action.ENTER in allowed
    return ContestPage(
        row=row,
        allowed=allowed,
        disciplines=list(row.disciplines.all()),
        winners=winners if released else [],
        own=own,
        gap=_gap(own, winners) if released else None,
        people=[one for one in seen if not released or (one.place or 0) > PLACED]
        if reads or not released
        else [],
        others=row.contestants.count(),
        judges=judges if runs else [],
        missing=totals_of(row)[1] if runs and state == "judging" else None,
        organises=runs,
        reads_all=reads,
        enters_herself=may_enter and contest_rules.Part.STAFF in parts,
        enters_others=may_enter and contest_rules.Part.LEAD in parts,
        close=frozenset(
            one.pk
            for one in judges
            if runs and state in ("open", "judging") and too_close(row, one.user)
        ),
    )


def _gap(own: Contestant | None, winners: Sequence[Contestant]) -> Decimal | None:
    if own is None or own.total is None or own in winners or not winners:
        return None
    last = min(one.total for one in winners if one.total is not None)
    return last - own.total


def contests_to_judge(user: User) -> list[Contest]:
    """Return the contests where marks of `user` are missing today."""
    today = timezone.localdate()
    seats = Judge.objects.seated().filter(
        user=user,
        contest__state=ContestState.JUDGING,
        contest__judge_from__lte=today,
        contest__judge_until__gte=today,
    )
    found = []
    for seat in seats.select_related("contest").order_by("contest__judge_until"):
        people = seat.contest.contestants.count()
        marked = seat.contest.disciplines.filter(by_customers=False).count()
        if Mark.objects.filter(judge=seat).count() < people * marked:
            found.append(seat.contest)
    return found
