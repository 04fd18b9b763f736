"""Drawing winners from a reviewed run, and publishing them."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evaluations.awards.models import Award, AwardList, AwardState, ListStatus, Title
from evaluations.awards.selectors.eligibility import Standings, open_cases_of
from evaluations.awards.selectors.lists import decided_of
from evaluations.awards.services import certificates, giving
from evaluations.awards.services.refusals import (
    ListNotDraft,
    RunNotPublished,
    RunNotReviewed,
    RunSuperseded,
)
from evaluations.rankings.models import Run, RunState, Scheme
from evaluations.rankings.selectors.winners import Winner, winners_of
from outlets.exchange import tracking
from outlets.exchange.acting import acting
from outlets.places.sight import Power
from staffing.people.models import User


def may_decide(user: User) -> bool:
    """A list is about everybody, so the power must reach everywhere."""
    return user.sight.reach(Power.PUBLISH).everywhere


def _require_decider(by: User | None) -> None:
    if by is not None and not may_decide(by):
        raise PermissionDenied


@transaction.atomic
def draw_winners(*, run_id: int, by: User | None) -> list[AwardList]:
    """Draw the draft lists of a reviewed run by its scheme's quotas.

    Calling again answers the same lists, and those of rounds cancelled since. `by` None
    is the system (simulation).

    Raises:
        RunNotReviewed: winners are drawn from a reviewed run.
        RunSuperseded: a newer revision has been published.
    """
    _require_decider(by)
    run = Run.objects.select_for_update(of=["self"]).get(pk=run_id)
    if run.state not in (RunState.REVIEWED, RunState.PUBLISHED):
        raise RunNotReviewed
    if published_since(run).exists():
        raise RunSuperseded
    drawn = list(run.award_lists.filter(round=None))
    decided = decided_of(run)
    by_level = defaultdict(list)
    for winner in winners_of(run):
        if (winner.level, winner.title) not in decided:
            by_level[winner.level, winner.title].append(winner)
    for (level, title), winners in by_level.items():
        award_list = AwardList.objects.create(
            run=run, period=run.period, level=level, title=Title(title), drawn_by=by
        )
        awards = [_proposed(award_list, one) for one in winners]
        for award in awards:
            award.name_lastingly()
        Award.objects.bulk_create(awards)
        drawn.append(award_list)
    return drawn


def _proposed(award_list: AwardList, winner: Winner) -> Award:
    place = winner.outlet or winner.region
    standing = winner.standing
    return Award(
        award_list=award_list,
        standing=standing,
        employee_id=standing.employee_id,
        outlet_id=standing.outlet_id,
        place_code=winner.place_code,
        place_name=place.name if place else "",
        rank=winner.rank,
    )


def published_since(run: Run) -> QuerySet[Run]:
    others = Run.objects.published().exclude(pk=run.pk)
    return others.filter(
        period=run.period, scheme=run.scheme_id, revision__gte=run.revision
    )


def require_newest(run: Run) -> None:
    """Let nothing be published past a newer revision, nor two lists at once.

    Raises:
        RunSuperseded: a newer revision has been published.
    """
    # A title may come of several schemes: their rows are the queue of all lists.
    list(Scheme.objects.select_for_update().order_by("pk"))
    if published_since(run).exists():
        raise RunSuperseded


@transaction.atomic
def publish_list(*, award_list_id: int, by: User | None) -> AwardList:
    """Publish a draft list; winners with an open case are held back, not named.

    An earlier published list of the same period, level and title is superseded.

    Raises:
        ListNotDraft: it has been decided already.
        RunNotPublished: the figures behind it are not frozen.
        RunSuperseded: a newer revision has been published.
    """
    _require_decider(by)
    award_list = AwardList.objects.select_for_update(of=["self"]).get(pk=award_list_id)
    if award_list.status != ListStatus.DRAFT:
        raise ListNotDraft
    if award_list.run.state != RunState.PUBLISHED:
        raise RunNotPublished
    require_newest(award_list.run)
    with acting(by=by):
        _decide(award_list.awards.select_related("standing"))
    now = timezone.now()
    supersede_earlier(award_list, by=by)
    award_list.status, award_list.published_by = ListStatus.PUBLISHED, by
    award_list.published_at = award_list.changed_at = now
    award_list.save(
        update_fields=["status", "published_by", "published_at", "changed_at"]
    )
    return award_list


def supersede_earlier(award_list: AwardList, *, by: User | None) -> None:
    """Mark what was published before of the same period, level and title.

    `award_list` has its awards by now: who is awarded there too keeps her certificate
    and her bonus, who is not loses both.
    """
    published = AwardList.objects.filter(
        period=award_list.period,
        level=award_list.level,
        title=award_list.title,
        status=ListStatus.PUBLISHED,
    )
    earlier = list(published.exclude(pk=award_list.pk))
    later = {(one.place_code, one.employee_id): one for one in award_list.awards.all()}
    # Awards before their list, as wherever else both are written.
    before = Award.objects.select_for_update(of=("self",)).filter(
        award_list__in=earlier
    )
    heirs = {
        one.pk: later.get((one.place_code, one.employee_id))
        for one in before.order_by("pk")
    }
    for superseded in earlier:
        superseded.status = ListStatus.SUPERSEDED
        superseded.changed_at = timezone.now()
        with acting(by=by):
            superseded.save(update_fields=["status", "changed_at"])
    certificates.pass_on(heirs=heirs, by=by)
    giving.pass_on(heirs=heirs, by=by)


def _decide(awards: Iterable[Award]) -> None:
    """Award who is eligible now, hold whose case is open, keep out who is barred."""
    awards = list(awards)
    if not awards:
        return
    found = Standings.of(awards[0].award_list.run, {one.employee_id for one in awards})
    before = {award.pk: (award.state, award.reason) for award in awards}
    for award in awards:
        barred = found.reasons(award.standing)
        if barred:
            award.state = AwardState.DISQUALIFIED
            award.reason = ", ".join(barred)
        elif found.cases(award.employee_id):
            award.state = AwardState.HELD
        else:
            award.state = AwardState.AWARDED
    Award.objects.bulk_update(awards, ["state", "reason"])
    tracking.tell(
        Award,
        updated=[
            (award, dict(zip(("state", "reason"), before[award.pk], strict=True)))
            for award in awards
            if (award.state, award.reason) != before[award.pk]
        ],
    )


def open_cases(award_list: AwardList) -> set[int]:
    """Return the ids of the list's people who have an open case that holds them."""
    people = award_list.awards.values_list("employee", flat=True)
    return set(open_cases_of(set(people)))
