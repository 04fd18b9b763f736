"""Taking an award away: it is marked and kept, and so is what hung on it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.awards.models import Award, AwardState, ListStatus
from evaluations.awards.services.certificates import revoke
from evaluations.awards.services.giving import take_back
from evaluations.awards.services.lists import may_decide
from evaluations.awards.services.refusals import NotAwarded, ReasonMissing
from outlets.exchange.acting import acting
from outlets.places.sight import Power
from staffing.people.models import User


def lose(*, award: Award, reason: str, by: User) -> None:
    """Mark an award as lost, in the caller's transaction.

    The certificate is revoked with the reason, the bonus goes back to its fund.
    """
    award = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
    award.state, award.reason = AwardState.DISQUALIFIED, reason[:300]
    award_list = award.award_list
    award_list.changed_at = timezone.now()
    with acting(by=by):
        award.save(update_fields=["state", "reason"])
        award_list.save(update_fields=["changed_at"])
    revoke(award=award, reason=reason, by=by)
    take_back(award=award, by=by)


def is_close_to(award: Award, user: User) -> bool:
    """Tell whether it is the user's own award, or of an outlet that she leads."""
    lead = user.sight.reach(Power.NOMINATE)
    outlet = award.outlet
    leads = outlet is not None and lead.covers(
        outlet_id=outlet.pk, region_path=outlet.region.path
    )
    own = user.sight.employee_id is not None and award.employee_id == user.employee_id
    return leads or own


@transaction.atomic
def disqualify(*, award_id: int, reason: str, by: User) -> Award:
    """Take away an award that was drawn by quota, without a nomination.

    Raises:
        PermissionDenied: `by` does not decide, or it is her own or her outlet's.
        NotAwarded: it is on no published list, is held back, or lost already.
        ReasonMissing: no reason.
    """
    award = Award.objects.select_for_update(of=("self",)).get(pk=award_id)
    if not may_decide(by) or is_close_to(award, by):
        raise PermissionDenied
    listed = award.award_list.status == ListStatus.PUBLISHED
    # Who is held back is decided on once her case is closed, and nowhere else.
    stands = award.state == AwardState.AWARDED
    if not listed or not stands or hasattr(award, "nomination"):
        raise NotAwarded(state=award.get_state_display())
    if not reason.strip():
        raise ReasonMissing
    lose(award=award, reason=reason.strip(), by=by)
    award.refresh_from_db()
    return award
