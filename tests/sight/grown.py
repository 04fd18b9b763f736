"""What the world holds of ideas, and its skills contests."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from evaluations.growth.models import (
    Contest,
    Contestant,
    Discipline,
    Judge,
    OutletBonus,
    Project,
    ProjectEvidence,
    ProjectStep,
)
from evaluations.ledger.periods import Period
from staffing.people.models import User
from tests.sight.records import words
from tests.staffing.people.factories import UserFactory

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Grown:
    """Of one place: ideas of the person, and a winner's that was promoted."""

    fresh: Project
    scored: Project
    rewarded: Project
    promoted: Project  # by somebody whom award lists name in public
    file: ProjectEvidence  # of the scored one
    bonus: OutletBonus
    judged: Contestant  # the person, in the contest that is judged


@dataclass(frozen=True)
class Growth:
    """One contest of each state that has pages; `judge` has a seat."""

    drafted: Contest
    open: Contest
    judging: Contest
    released: Contest
    greeting: Discipline  # of the contest that is judged, by judges
    customers: Discipline  # of the same, by customers
    seat: Judge
    of: dict[str, Grown]


def growth(places, nowhere: str, judge: User) -> Growth:
    """Make ideas in each place, and contests that people of all places enter."""
    by = UserFactory(username="organiser")
    drafted, opened, judging = (
        _contest(by, state) for state in ("drafted", "open", "judging")
    )
    released = _contest(by, "released", released_by=by, released_at=timezone.now())
    for row in (opened, judging):
        seat = Judge.objects.create(contest=row, user=judge)
    for place in places:
        _enter(opened, place, place.people[4], by)
        # Two whom award lists name in public win; the person does not.
        for n, rank in ((2, 1), (3, 3)):
            _enter(released, place, place.people[n], by, total=9, place=rank)
        _enter(released, place, place.person, by, total=4, place=5)
    of = {place.code: _grown(place, judging, by) for place in places}
    of[nowhere] = Grown(
        fresh=Project(uuid=uuid4()),
        scored=Project(uuid=uuid4()),
        rewarded=Project(uuid=uuid4()),
        promoted=Project(uuid=uuid4()),
        file=ProjectEvidence(uuid=uuid4()),
        bonus=OutletBonus(uuid=uuid4()),
        judged=Contestant(pk=10**9),
    )
    return Growth(
        drafted=drafted,
        open=opened,
        judging=judging,
        released=released,
        greeting=judging.disciplines.get(by_customers=False),
        customers=judging.disciplines.get(by_customers=True),
        seat=seat,
        of=of,
    )


def _contest(by: User, state: str, **said) -> Contest:
    today = timezone.localdate()
    contest = Contest.objects.create(
        kind="service",
        title_en=f"Cup {state}",
        title_zh=f"{state}杯",
        on=today,
        enter_from=today,
        enter_until=today,
        judge_from=today,
        judge_until=today + timedelta(days=3),
        state=state,
        drafted_by=by,
        **said,
    )
    contest.disciplines.create(title_en="Greeting", title_zh="迎客", most=10)
    contest.disciplines.create(
        title_en="Customers", title_zh="客户", most=10, by_customers=True
    )
    return contest


def _enter(contest: Contest, where, person, by: User, **result) -> Contestant:
    return contest.contestants.create(
        employee=person, outlet=where.outlet, entered_by=by, **result
    )


def _project(place, person, state: str, by: User) -> Project:
    text = words(place.code)
    row = Project.objects.create(
        outlet=place.outlet,
        author=person,
        on=timezone.localdate().replace(day=1) - timedelta(days=1),
        title=f"{text} {state} idea",
        problem=f"{text} problem",
        idea=f"{text} thought",
        evidence=f"{text} proof",
        state=state,
    )
    ProjectStep.objects.create(project=row, kind="submitted", by=by, note=f"{text} did")
    return row


def _grown(place, judging: Contest, by: User) -> Grown:
    month = Period.month_of(timezone.localdate()).previous.code
    text = words(place.code)
    fresh, scored, rewarded = (
        _project(place, place.person, state, by)
        for state in ("submitted", "scored", "rewarded")
    )
    promoted = _project(place, place.people[2], "promoted", by)
    for row in (scored, rewarded, promoted):
        row.scores.create(month=month, score=8, comment=f"{text} said", by=by)
    file = ProjectEvidence(
        project=scored, what=f"{text} picture", kind="png", sha256=place.code
    )
    file.content.save("picture", ContentFile(PNG + place.code.encode()))
    return Grown(
        fresh=fresh,
        scored=scored,
        rewarded=rewarded,
        promoted=promoted,
        file=file,
        bonus=OutletBonus.objects.create(
            outlet=place.outlet, month=month, best=8, n=3, most=200, points=160
        ),
        judged=_enter(judging, place, place.person, by),
    )
