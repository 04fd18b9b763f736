"""The manager's word against the roster: not here today, and here after all."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluations.checks.forms import AwayForm
from evaluations.checks.models import Away
from evaluations.checks.models.away import AwayReason
from evaluations.checks.selectors import on_shift
from evaluations.checks.selectors.card import query_of
from evaluations.checks.services.away import mark_away, withdraw_away
from evaluations.checks.services.cards import today_at
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee
from staffing.people.requests import SignedInRequest


@require_POST
@login_required
def say_away(request: SignedInRequest) -> HttpResponse:
    """Take somebody off today's card, with a reason."""
    form = AwayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form cannot be read. Reload it."))
        return redirect("checks:card")
    values = form.cleaned_data
    outlets = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    outlet = get_object_or_404(outlets.select_related("region"), code=values["outlet"])
    employee = _expected(outlet, values["employee"])
    try:
        away = mark_away(
            outlet=outlet,
            employee=employee,
            reason=AwayReason(values["reason"]),
            by=request.user,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('checks:card')}?outlet={outlet.code}")
    return _card(away, values["standard"])


@require_POST
@login_required
def say_back(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Put somebody back on today's card."""
    visible = Away.objects.visible_to(request.user).select_related("outlet")
    away = get_object_or_404(visible, uuid=uuid)
    try:
        withdraw_away(uuid=uuid, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return _card(away, request.POST.get("standard", "")[:40])


def _expected(outlet: Outlet, pk: int) -> Employee:
    """Return somebody who works here today, or was just said not to."""
    on = today_at(outlet)
    said = Away.objects.standing().filter(outlet=outlet, on=on, employee=pk)
    if said.exists():
        return Employee.objects.get(pk=pk)
    return get_object_or_404(on_shift(outlet, on), pk=pk)


def _card(away: Away, standard: str) -> HttpResponse:
    query = query_of(away.outlet, away.on, standard)
    return redirect(f"{reverse('checks:card')}?{query}")
