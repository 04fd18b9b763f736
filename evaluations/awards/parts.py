"""What somebody is to a nomination, and what makes her partial there."""

from collections.abc import Collection

from django.utils import timezone

from evaluations.awards.acting import Choice, Part
from evaluations.awards.models import Conflict, Nomination
from evaluations.ledger.periods import Period
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Assignment, User


def parts_of(nomination: Nomination, user: User) -> frozenset[Part]:
    """Return all that `user` is to a nomination, as her posts and grants are now."""
    outlet, sight = nomination.outlet, user.sight
    path = outlet.region.path
    found = set()
    if sight.reach(Power.NOMINATE).covers(outlet_id=outlet.pk, region_path=path):
        found.add(Part.LEAD)
        if nomination.nominated_by_id != user.pk and nomination.was_drafted_for_her:
            found.add(Part.BYSTANDER)
    if sight.reach(Power.REVIEW_AWARDS).covers(outlet_id=outlet.pk, region_path=path):
        found.add(Part.REVIEWER)
    if sight.reach(Power.PUBLISH).everywhere:
        found.add(Part.DECIDER)
    if nomination.nominated_by_id == user.pk:
        found.add(Part.NOMINATOR)
    if nomination.is_concerning(user):
        found.add(Part.CONCERNED)
    if nomination.round.members.seated().filter(user=user).exists():
        found.add(Part.MEMBER)
    if found & {Part.MEMBER, Part.DECIDER, Part.REVIEWER}:
        # For good: a seat that was taken away since makes nobody impartial again.
        stepped_back = nomination.ballots.filter(
            member__user=user, choice=Choice.RECUSED
        )
        if stepped_back.exists():
            found.add(Part.RECUSED)
        if conflict_of(nomination, user):
            found.add(Part.CONFLICTED)
    return frozenset(found)


def conflict_of(nomination: Nomination, user: User) -> Conflict | None:
    """Return why `user` may not judge the nominee; None: nothing speaks against it.

    She is the nominee, leads her, wrote the nomination, or works at an outlet where
    the nominee works now or was listed, at any time since the period began.
    """
    if nomination.is_concerning(user):
        return Conflict.SELF
    if nomination.nominated_by_id == user.pk:
        return Conflict.NOMINATOR
    outlets = outlets_of(nomination)
    reach = user.sight.reach(Power.NOMINATE)
    if any(
        reach.covers(outlet_id=one.pk, region_path=one.region.path) for one in outlets
    ):
        return Conflict.LINE
    if user.employee_id is not None and _worked_at(
        user.employee_id, [one.pk for one in outlets], nomination
    ):
        return Conflict.SAME_OUTLET
    return None


def outlets_of(nomination: Nomination) -> list[Outlet]:
    """Return where the nominee is listed and where she works now."""
    ids = {nomination.outlet_id}
    if nomination.employee_id is not None:
        today = timezone.localdate()
        stints = Assignment.objects.on(today).filter(employee=nomination.employee_id)
        ids |= set(stints.values_list("outlet", flat=True))
    return list(Outlet.objects.filter(pk__in=ids).select_related("region"))


def _worked_at(
    employee_id: int, outlet_ids: Collection[int], nomination: Nomination
) -> bool:
    first = Period.parse(nomination.round.period).first
    stints = Assignment.objects.overlapping(first, timezone.localdate())
    return stints.filter(employee=employee_id, outlet__in=outlet_ids).exists()
