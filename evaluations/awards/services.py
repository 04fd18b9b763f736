"""Drawing winners from a reviewed run, and publishing them."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.awards.models import Award, AwardList, AwardState, ListStatus, Title
from evaluations.ledger.models import Entry, EntryKind
from evaluations.rankings.models import Run, RunState
from evaluations.rankings.selectors.winners import Winner, winners_of
from outlets.exchange import tracking
from outlets.exchange.acting import acting
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import User

# An open case of these stops a winner; it says nothing about guilt.
HOLDING = ("attitude_complaint", "red_line")


class RunNotReviewed(DomainError):
    code = "run_not_reviewed"
    message = _("Review the ranking first: winners are drawn from a reviewed run.")


class RunNotPublished(DomainError):
    code = "run_not_published"
    message = _("Publish the ranking first: a list must rest on frozen figures.")


class ListNotDraft(DomainError):
    code = "list_not_draft"
    message = _("This list has been decided already.")


class RunSuperseded(DomainError):
    code = "run_superseded"
    message = _("A newer revision has been published: draw its winners instead.")


def may_decide(user: User) -> bool:
    """A list is about everybody, so the power must reach everywhere."""
    return user.sight.reach(Power.PUBLISH).everywhere


def _require_decider(by: User | None) -> None:
    if by is not None and not may_decide(by):
        raise PermissionDenied


@transaction.atomic
def draw_winners(*, run_id: int, by: User | None) -> list[AwardList]:
    """Draw the draft lists of a reviewed run by its scheme's quotas.

    Calling again answers the same lists. `by` None is the system (simulation).

    Raises:
        RunNotReviewed: winners are drawn from a reviewed run.
        RunSuperseded: a newer revision has been published.
    """
    _require_decider(by)
    run = Run.objects.select_for_update(of=["self"]).get(pk=run_id)
    if run.state not in (RunState.REVIEWED, RunState.PUBLISHED):
        raise RunNotReviewed
    if _published_since(run).exists():
        raise RunSuperseded
    drawn = list(run.award_lists.all())
    if drawn:
        return drawn
    by_level = defaultdict(list)
    for winner in winners_of(run):
        by_level[winner.level, winner.title].append(winner)
    for (level, title), winners in by_level.items():
        award_list = AwardList.objects.create(
            run=run, period=run.period, level=level, title=Title(title), drawn_by=by
        )
        Award.objects.bulk_create(_proposed(award_list, one) for one in winners)
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


def _published_since(run: Run) -> QuerySet[Run]:
    others = Run.objects.published().exclude(pk=run.pk)
    return others.filter(
        period=run.period, scheme=run.scheme_id, revision__gte=run.revision
    )


@transaction.atomic
def publish_list(*, award_list_id: int, by: User | None) -> AwardList:
    """Publish a draft list; winners with an open case are held back, not named.

    An earlier published list of the same period, level and title is superseded.

    Raises:
        ListNotDraft: it has been decided already.
        RunNotPublished: the figures behind it are not frozen.
    """
    _require_decider(by)
    award_list = AwardList.objects.select_for_update(of=["self"]).get(pk=award_list_id)
    if award_list.status != ListStatus.DRAFT:
        raise ListNotDraft
    if award_list.run.state != RunState.PUBLISHED:
        raise RunNotPublished
    with acting(by=by):
        _decide(award_list.awards.all())
    now = timezone.now()
    earlier = AwardList.objects.filter(
        period=award_list.period,
        level=award_list.level,
        title=award_list.title,
        status=ListStatus.PUBLISHED,
    )
    for superseded in earlier:
        superseded.status, superseded.changed_at = ListStatus.SUPERSEDED, now
        with acting(by=by):
            superseded.save(update_fields=["status", "changed_at"])
    award_list.status, award_list.published_by = ListStatus.PUBLISHED, by
    award_list.published_at = award_list.changed_at = now
    award_list.save(
        update_fields=["status", "published_by", "published_at", "changed_at"]
    )
    return award_list


@transaction.atomic
def decide_held(*, award_list_id: int, by: User | None) -> AwardList:
    """Look at the held winners of a published list again: is their case still open?"""
    _require_decider(by)
    award_list = AwardList.objects.select_for_update(of=["self"]).get(pk=award_list_id)
    if award_list.status == ListStatus.PUBLISHED:
        with acting(by=by):
            _decide(award_list.awards.filter(state=AwardState.HELD))
        award_list.changed_at = timezone.now()
        award_list.save(update_fields=["changed_at"])
    return award_list


def _decide(awards: Iterable[Award]) -> None:
    awards = list(awards)
    held = _with_open_cases({award.employee_id for award in awards})
    before = {award.pk: award.state for award in awards}
    for award in awards:
        award.state = (
            AwardState.HELD if award.employee_id in held else AwardState.AWARDED
        )
    Award.objects.bulk_update(awards, ["state"])
    tracking.tell(
        Award,
        updated=[
            (award, {"state": before[award.pk]})
            for award in awards
            if award.state != before[award.pk]
        ],
    )


def open_cases(award_list: AwardList) -> set[int]:
    """Return the ids of the list's people who have an open case that holds them."""
    people = award_list.awards.values_list("employee", flat=True)
    return _with_open_cases(set(people))


def _with_open_cases(employee_ids: set[int]) -> set[int]:
    holds = (
        Entry.objects.filter(
            employee__in=employee_ids, kind=EntryKind.HOLD, component__in=HOLDING
        )
        .values("employee")
        .annotate(open=Sum("n"))
        .filter(open__gt=0)
    )
    return set(holds.values_list("employee", flat=True))
