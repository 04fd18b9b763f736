"""What somebody was given in a life: titles, points, projects and contests."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile

from evaluations.awards.models import (
    Award,
    AwardList,
    Ballot,
    Bonus,
    Candidate,
    Certificate,
    Extension,
    Fund,
    Member,
    Nomination,
    Objection,
    PointLine,
    Round,
    Step,
)
from evaluations.growth.models import Contest, Project, ProjectEvidence
from tests.staffing.people.personal.when import DAY, NOON


def award(run, one, outlet) -> Award:
    award_list, _new = AwardList.objects.get_or_create(
        run=run,
        period=run.period,
        level="outlet",
        title="service_star",
        defaults={"status": "published", "published_at": NOON},
    )
    return Award.objects.create(
        award_list=award_list,
        standing=run.standings.get(employee=one),
        employee=one,
        outlet=outlet,
        place_code=outlet.code,
        place_name=outlet.name,
        state="awarded",
        reason=f"for {one.name}",
    )


def award_round(award, other, account, judge) -> None:
    """Nominate whom `award` is for, and make all that follows from it."""
    one, outlet, listed = award.employee, award.outlet, award.award_list
    quoting = f"{other.name} ({other.number}) says: call 13800138000 =1+1"
    place = {"place_code": outlet.code, "place_name": outlet.name}
    about = {"employee": one, "outlet": outlet, "standing": award.standing, **place}
    award_round, _is_new = Round.objects.get_or_create(
        run=listed.run,
        period=listed.period,
        level=listed.level,
        title=listed.title,
        defaults={
            "state": "finished",
            "places": 2,
            "shortlist": 2,
            "nominate_from": DAY,
            "nominate_until": DAY,
            "review_until": DAY,
            "decide_until": DAY,
            "display_days": 1,
            "quorum": 1,
            "displayed_from": DAY,
            "displayed_until": DAY,
            "finished_at": NOON,
            "award_list": listed,
        },
    )
    Candidate.objects.create(round=award_round, order=1, **about)
    nomination = Nomination.objects.create(
        round=award_round,
        state="approved",
        listed=False,
        reason=quoting,
        exception=quoting,
        nominated_by=judge,
        decided_at=NOON,
        decision=quoting,
        award=award,
        **about,
    )
    Step.objects.create(
        nomination=nomination, kind="nominate", at=NOON, by=judge, note=quoting
    )
    member = Member.objects.create(
        round=award_round,
        user=account,
        removed_at=NOON,
        removed_by=judge,
        removed_because=quoting,
    )
    Extension.objects.create(
        round=award_round,
        was=award_round.decide_until,
        until=award_round.decide_until + timedelta(days=1),
        reason=quoting,
        by=judge,
    )
    Ballot.objects.create(
        nomination=nomination,
        member=member,
        choice="recused",
        conflict="self",
        reason=quoting,
        at=NOON,
    )
    Objection.objects.create(
        nomination=nomination,
        kind="appeal",
        by=account,
        text=quoting,
        state="dismissed",
        decided_by=judge,
        decided_at=NOON,
        answer=quoting,
    )
    Certificate.objects.create(
        award=award,
        key_id="tests",
        text=f"{one.name} ({one.number})",
        revoked_at=NOON,
        revoked_by=judge,
        revoked_because=quoting,
    )
    fund, _is_new = Fund.objects.get_or_create(code="tests", name="Tests")
    Bonus.objects.create(award=award, fund=fund, amount=100, given_by=judge)
    PointLine.objects.create(
        uuid=uuid4(),
        employee=one,
        outlet=outlet,
        account="dedication",
        amount=5,
        on=DAY,
        reason=quoting,
        by=judge,
    )


def growth(outlet, one, other, account, judge) -> None:
    """An idea of hers with its score and a file, a contest, and one that she judges."""
    quoting = f"{other.name} ({other.number}) says: call 13800138000 =1+1"
    project = Project.objects.create(
        outlet=outlet,
        author=one,
        on=DAY,
        title=quoting,
        problem=quoting,
        idea=quoting,
        evidence=quoting,
        state="scored",
    )
    project.steps.create(kind="submitted", by=account, note=quoting)
    project.scores.create(
        month="2026-03", score=8, comment=quoting, reason=quoting, by=judge
    )
    file = ProjectEvidence(project=project, what=quoting, kind="pdf", sha256="f")
    file.content.save("a file", ContentFile(b"%PDF-1.7"))
    contest = Contest.objects.create(
        kind="service",
        title_en="Cup",
        title_zh="杯",
        on=DAY,
        enter_from=DAY,
        enter_until=DAY,
        judge_from=DAY,
        judge_until=DAY,
        state="judging",
        drafted_by=judge,
    )
    contestant = contest.contestants.create(
        employee=one, outlet=outlet, entered_by=account
    )
    contest.judges.create(user=judge).marks.create(
        contestant=contestant,
        discipline=contest.disciplines.create(title_en="A", title_zh="甲", most=10),
        marks=7,
    )
