"""Who is judging a sample blind does not read up on the first judgement meanwhile."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from evaluations.checks.selectors.blinding import judging
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


def sent_back_to_judge(
    request: SignedInRequest, outlet_id: int, on: date
) -> HttpResponse | None:
    """Return the way to an unfinished re-check of this day; None: there is none.

    Costs a query for who may re-check, and nothing for anybody else.
    """
    if not request.user.sight.may(Power.CORRECT):
        return None
    found = judging(request.user).filter(outlet=outlet_id, on=on).first()
    if found is None:
        return None
    messages.info(
        request,
        _("You are judging this day blind: finish first, then you see both."),
    )
    return redirect("checks:recheck", found.uuid)
