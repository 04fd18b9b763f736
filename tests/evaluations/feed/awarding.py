"""What a chain that never stops changing does with runs, awards and titles."""

import itertools
import time
from datetime import date

from django.db import connection
from django.utils import timezone

from evaluations.awards.models import (
    Award,
    AwardList,
    Bonus,
    Fund,
    Nomination,
    Objection,
    OutletAward,
    Round,
    lasting_id,
)
from evaluations.rankings.models import (
    PlaceRun,
    PlaceScheme,
    PlaceStanding,
    Run,
    SchemeVersion,
    Standing,
)
from outlets.places.models import Outlet
from staffing.people.models import Assignment, Employee, User

numbers = itertools.count(1)
PERIODS = ("2026-08", "2026-09")
DAY = date(2026, 10, 1)


def any_of(chance, rows):
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return rows.filter(pk=chance.choice(pks)).first() if pks else None


def publish(chance, chain):
    """A draft with standings, then published; its lists supersede those of before."""
    period = chance.choice(PERIODS)
    version = SchemeVersion.objects.order_by("pk").first()
    earlier = Run.objects.published().filter(period=period).order_by("-revision")
    newest = earlier.first()
    run = Run.objects.create(
        period=period,
        scheme=version.scheme,
        scheme_version=version,
        revision=newest.revision + 1 if newest else 1,
        step="done",
        hash="h" * 64,
        input_hash="i" * 64,
    )
    people = list(Employee.objects.order_by("pk")[:15])
    outlets = dict(
        Assignment.objects.filter(employee__in=people).values_list(
            "employee", "outlet_id"
        )
    )
    standings = Standing.objects.bulk_create(
        Standing(
            run=run,
            employee=person,
            employee_uuid=person.uuid,
            outlet_id=outlets.get(person.pk),
            score=chance.randrange(100),
            eligible=True,
            position=number,
            tied_position=number,
            input="",
        )
        for number, person in enumerate(people, start=1)
    )
    ranked = _outlets_ranked(chance, run)
    now = timezone.now()
    run.state, run.reviewed_at, run.published_at = "published", now, now
    run.save()
    drawn = AwardList.objects.create(
        run=run, period=period, level="county", title="service_star"
    )
    winners = [one for one in standings if one.outlet_id]
    awards = [
        Award(
            award_list=drawn,
            standing=one,
            employee_id=one.employee_id,
            outlet_id=one.outlet_id,
            place_code=chance.choice("PQ"),
            rank=1,
            state=chance.choice(["awarded", "awarded", "held"]),
        )
        for one in chance.sample(winners, min(4, len(winners)))
    ]
    for award in awards:
        award.name_lastingly()
    Award.objects.bulk_create(awards)
    titled = _titles(chance, run, ranked)
    if chance.random() < 0.2:
        return  # a draft of lists that nobody has decided
    AwardList.objects.filter(period=period, status="published").update(
        status="superseded"
    )
    for one in (drawn, titled):
        one.status, one.published_at = "published", now
        one.save()


def _outlets_ranked(chance, run):
    """Return the standings of the outlets of a run that is not published yet."""
    places = PlaceRun.objects.create(
        run=run,
        scheme=PlaceScheme.objects.order_by("pk").first(),
        head="",
        outlets=8,
        ranked=8,
        input_hash="p" * 64,
        hash="q" * 64,
    )
    return PlaceStanding.objects.bulk_create(
        PlaceStanding(
            places=places,
            outlet=outlet,
            people=1,
            staff=1,
            score=chance.randrange(100),
            position=number,
            input="",
        )
        for number, outlet in enumerate(Outlet.objects.order_by("pk"), start=1)
    )


def _titles(chance, run, ranked):
    """Return the draft of a list of outlets, with stars for some of them."""
    drawn = AwardList.objects.create(
        run=run, period=run.period, level="city", title="star_outlet"
    )
    OutletAward.objects.bulk_create(
        OutletAward(
            lasting_id=lasting_id(run.period, one.outlet_id),
            award_list=drawn,
            outlet_id=one.outlet_id,
            place_code=chance.choice("PQ"),
            stars=chance.choice([None, 1, 5]),
            state=chance.choice(["awarded", "awarded", "held"]),
        )
        for one in chance.sample(ranked, 3)
    )
    return drawn


def _some_award(chance):
    """Return somebody's award, or an outlet's title; None where there is none."""
    kinds = [Award, OutletAward]
    chance.shuffle(kinds)
    return any_of(chance, kinds[0].objects) or any_of(chance, kinds[1].objects)


def judge(chance, chain):
    award = _some_award(chance)
    if award:
        award.state = chance.choice(["awarded", "held", "disqualified"])
        award.reason = "for a reason"
        award.save()


def withdraw(chance, chain):
    award = _some_award(chance)
    if award:
        Nomination.objects.filter(**_link(award)).update(**_link(award, None))
        if isinstance(award, Award):
            award.bonuses.all().delete()
        award.delete()


def _nomination_of(award):
    """Return the nomination that an award came of, as if a round had led to it."""
    drawn, day = award.award_list, DAY
    opened, _made = Round.objects.get_or_create(
        run=drawn.run,
        level=drawn.level,
        title=drawn.title,
        defaults={
            "period": drawn.period,
            "places": 9,
            "shortlist": 9,
            "nominate_from": day,
            "nominate_until": day,
            "review_until": day,
            "decide_until": day,
            "display_days": 1,
        },
    )
    if isinstance(award, Award):
        about = {"employee_id": award.employee_id}
        rests = {"outlet_id": award.outlet_id, "standing_id": award.standing_id}
    else:
        about = {"employee": None, "outlet_id": award.outlet_id}
        ranked = PlaceStanding.objects.filter(places__run=drawn.run)
        rests = {"place_standing": ranked.get(outlet=award.outlet_id)}
    named, _made = Nomination.objects.get_or_create(
        round=opened, **about, defaults={"listed": True, **rests}
    )
    return named


def _link(award, to=...):
    """Return what a nomination says of the award that came of it."""
    name = "award" if isinstance(award, Award) else "outlet_award"
    return {name: award if to is ... else to}


def say(chance, chain):
    """Object to an award, or answer what somebody has said; sometimes link it late."""
    said = any_of(chance, Objection.objects.filter(state="open"))
    if said and chance.random() < 0.6:
        said.state = chance.choice(["upheld", "dismissed"])
        said.decided_at, said.answer = timezone.now(), "so it is"
        said.save()
        return
    award = _some_award(chance)
    if award is None:
        return
    named = _nomination_of(award)
    linked = named.award_id or named.outlet_award_id
    if linked is None and chance.random() < 0.8:
        Nomination.objects.filter(pk=named.pk).update(**_link(award))
    by = User.objects.create(username=f"u{next(numbers)}-{time.monotonic_ns()}")
    Objection.objects.create(nomination=named, kind="objection", by=by, text="no")


def give(chance, chain):
    """Give somebody a bonus, or take one back; sometimes it goes to another award."""
    given = any_of(chance, Bonus.objects.filter(taken_back_at=None))
    award = any_of(chance, Award.objects.filter(bonuses=None))
    if given and chance.random() < 0.6:
        if award and chance.random() < 0.4:
            given.award = award
        else:
            given.taken_back_at = timezone.now()
        given.save()
        return
    if award is None:
        return
    fund, _made = Fund.objects.get_or_create(code="trial", name="Trial")
    by = User.objects.create(username=f"u{next(numbers)}-{time.monotonic_ns()}")
    amount = chance.choice([100, 200])
    Bonus.objects.create(award=award, fund=fund, amount=amount, given_by=by)


def drop_run(chance, chain):
    """Frozen runs go only by hand; the feed says so all the same."""
    runs = list(Run.objects.order_by("pk").values_list("pk", flat=True))
    if len(runs) < 3:
        return
    run = chance.choice(runs[:-1])
    Objection.objects.filter(nomination__round__run=run).delete()
    Nomination.objects.filter(round__run=run).delete()
    Round.objects.filter(run=run).delete()
    Bonus.objects.filter(award__award_list__run=run).delete()
    Award.objects.filter(award_list__run=run).delete()
    OutletAward.objects.filter(award_list__run=run).delete()
    AwardList.objects.filter(run=run).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM rankings_placestanding WHERE places_id IN"
            " (SELECT id FROM rankings_placerun WHERE run_id = %s)",
            [run],
        )
        for table, column in (
            ("rankings_placerun", "run_id"),
            ("rankings_standing", "run_id"),
            ("rankings_run", "id"),
        ):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [run])
