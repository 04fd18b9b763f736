"""Deciding by hand on a winner who was held back, once her case is closed."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.awards.acting import PARTIAL, Action
from evaluations.awards.models import Award, AwardState, ListStatus, Nomination
from evaluations.awards.parts import parts_of
from evaluations.awards.selectors.eligibility import Standings
from evaluations.awards.services import telling
from evaluations.awards.services.certificates import restore
from evaluations.awards.services.lists import may_decide
from evaluations.awards.services.losing import is_close_to, lose
from evaluations.awards.services.nominations import act
from evaluations.awards.services.refusals import (
    CaseOpen,
    NotEligible,
    NotHeld,
    ReasonMissing,
)
from evaluations.awards.services.rounds import locked
from evaluations.awards.words import cases_in_words, reasons_shown
from outlets.exchange.acting import acting
from staffing.people.models import User


@transaction.atomic
def settle(*, award_id: int, awarded: bool, reason: str, by: User) -> Award:
    """Award a held winner, or take the award away, with a reason that stays with it.

    There is no other way: nobody is decided on with the others of her list. An award
    that came of a nomination is told to her and her line.

    Raises:
        PermissionDenied: `by` does not decide, is too close to the winner, proposed her
            or has stepped back.
        NotHeld: it is not held back on a published list.
        CaseOpen: the case that holds it is not closed.
        NotEligible: the case ended against her: she cannot be awarded.
        ReasonMissing: no reason.
    """
    named = Nomination.objects.select_related("round", "outlet__region").filter(
        award=award_id
    )
    row = named.first()
    if row is not None:
        # Round, nomination, award: as `act` does.
        locked(row.round_id)
        row = named.select_for_update(of=("self",)).get()
    award = Award.objects.select_for_update(of=("self",)).get(pk=award_id)
    partial = row is not None and not PARTIAL.isdisjoint(parts_of(row, by))
    if not may_decide(by) or partial or is_close_to(award, by):
        raise PermissionDenied
    award_list = award.award_list
    published = award_list.status == ListStatus.PUBLISHED
    if not published or award.state != AwardState.HELD:
        raise NotHeld(state=award.get_state_display())
    if not reason.strip():
        raise ReasonMissing
    found = Standings.of(award_list.run, {award.employee_id})
    name = award.employee.name
    if cases := found.cases(award.employee_id):
        raise CaseOpen(name=name, cases=cases_in_words(cases))
    if awarded:
        if reasons := found.reasons(award.standing):
            raise NotEligible(name=name, reasons=reasons_shown(reasons))
        award.state, award.reason = AwardState.AWARDED, reason.strip()[:300]
        award_list.changed_at = timezone.now()
        with acting(by=by):
            award.save(update_fields=["state", "reason"])
            award_list.save(update_fields=["changed_at"])
        restore(award=award, by=by)
        if row is not None:
            telling.awarded_after_all(row)
    elif row is not None:
        act(
            nomination_id=row.pk,
            action=Action.DISQUALIFY,
            by=by,
            note=reason.strip(),
        )
    else:
        lose(award=award, reason=reason.strip(), by=by)
    award.refresh_from_db()
    return award
