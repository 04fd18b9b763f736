"""Nominations that a program writes: drafts, in the name of who is to submit them.

Nobody is proposed by a machine: a draft moves on only once the person in whose name it
stands has read and submitted it herself.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.awards.models import Nomination
from evaluations.awards.services import telling
from evaluations.awards.services.nominations import nominate
from evaluations.awards.services.refusals import NominatorLeadsNot
from outlets.places.sight import Reach
from staffing.people.models import User


@transaction.atomic
def draft_for(
    *,
    round_id: int,
    number: str,
    reason: str,
    nominated_by: str,
    reach: Reach,
    exception: str = "",
    stars: int | None = None,
    uuid: UUID | None = None,
) -> Nomination:
    """Write a draft in the name of a lead, by her staff number; she is told.

    `reach` is that of the service which sends it.

    Raises:
        NominatorLeadsNot: there is no such person, or she does not nominate there.
        DomainError: as in `nominate`, asked of her as if she wrote it herself.
    """
    leads = User.objects.filter(is_active=True, employee__number=nominated_by)
    lead = leads.select_related("employee").first()
    if lead is None:
        raise NominatorLeadsNot(number=nominated_by)
    try:
        made = nominate(
            round_id=round_id,
            number=number,
            reason=reason,
            by=lead,
            exception=exception,
            stars=stars,
            uuid=uuid,
            sent_from=reach,
        )
    except PermissionDenied:
        raise NominatorLeadsNot(number=nominated_by) from None
    telling.drafted(made, lead)
    return made
