"""What the world's award rounds hold about the person of each place."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from evaluations.awards.models import (
    Award,
    AwardList,
    Certificate,
    Fund,
    Level,
    Member,
    Nomination,
    Objection,
    PointLine,
    Round,
    Title,
)
from evaluations.awards.services.certificates import issue
from evaluations.awards.services.giving import pay_in
from evaluations.awards.services.rounds import open_round
from evaluations.rankings.models import Run
from tests.evaluations.awards.rounds import plan
from tests.sight.days import DAY
from tests.sight.records import words
from tests.staffing.people.factories import UserFactory, granted_user


@dataclass(frozen=True)
class Awarded:
    """Of one place: on the table, on display, objected to, and what was given."""

    nomination: Nomination  # of the person, approved by the county
    shown: Nomination  # of a winner, on public display
    lost: Nomination  # of the person, rejected
    objection: Objection  # against the one on display, by somebody
    award: Award  # of a public list
    certificate: Certificate  # of that award
    point: PointLine  # of the person


@dataclass(frozen=True)
class Rounds:
    open: Round
    shown: Round
    fund: Fund
    of: dict[str, Awarded]


def rounds(run: Run, award_list: AwardList, places, nowhere: str) -> Rounds:
    """Make an open round and one on display, with a nomination in each place."""
    opened = open_round(run_id=run.pk, plan=plan(places=6, shortlist=6), by=None)
    shown = open_round(run_id=run.pk, plan=plan(title=Title.EXCELLENT_STAFF), by=None)
    lost = open_round(
        run_id=run.pk,
        plan=plan(title=Title.EXCELLENT_STAFF, level=Level.OUTLET, shortlist=6),
        by=None,
    )
    today = timezone.localdate()
    Round.objects.filter(pk=shown.pk).update(
        state="display",
        displayed_from=today,
        displayed_until=today + timedelta(days=6),
    )
    shown.refresh_from_db()
    Member.objects.create(round=opened, user=UserFactory(username="member"))
    fund = Fund.objects.get(code="reward-fund")
    by = granted_user("hr")
    pay_in(key=uuid4(), fund_id=fund.pk, amount=100_000, note="a year", by=by)
    by = UserFactory(username="speaker")
    of = {
        place.code: _awarded(place, run, award_list, (opened, shown, lost), by)
        for place in places
    }
    of[nowhere] = Awarded(
        nomination=Nomination(uuid=uuid4()),
        shown=Nomination(uuid=uuid4()),
        lost=Nomination(uuid=uuid4()),
        objection=Objection(uuid=uuid4()),
        award=Award(lasting_id=uuid4()),
        certificate=Certificate(uuid=uuid4()),
        point=PointLine(uuid=uuid4()),
    )
    return Rounds(open=opened, shown=shown, fund=fund, of=of)


def _awarded(place, run, award_list, rounds, by) -> Awarded:
    opened, shown, lost = rounds
    said = words(place.code)
    decided = {"decided_at": timezone.now(), "decision": f"{said} decided"}
    winner = place.people[2]
    row = _row(place, run, opened, place.person, "county_approved")
    on_display = _row(place, run, shown, winner, "approved", **decided)
    award = award_list.awards.get(employee=winner)
    return Awarded(
        nomination=row,
        shown=on_display,
        lost=_row(place, run, lost, place.person, "rejected", **decided),
        objection=Objection.objects.create(
            nomination=on_display, kind="objection", by=by, text=f"{said} objected"
        ),
        award=award,
        certificate=issue(award_id=award.pk),
        point=PointLine.objects.create(
            uuid=uuid4(),
            employee=place.person,
            outlet=place.outlet,
            account="dedication",
            amount=3,
            on=DAY,
            reason=f"{said} helped",
            by=by,
        ),
    )


def _row(place, run, opened, person, state, **decided) -> Nomination:
    return Nomination.objects.create(
        round=opened,
        employee=person,
        outlet=place.outlet,
        standing=run.standings.get(employee=person),
        place_code=place.county.code,
        place_name=place.county.name,
        listed=True,
        state=state,
        reason=f"{words(place.code)} nominated",
        **decided,
    )
