"""Who answers for an area of the outlet from now on, said on the card."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluations.checks.forms.card import AreaForm
from evaluations.checks.selectors import on_shift
from evaluations.checks.selectors.tabs import query_of
from evaluations.checks.services.cards import today_at
from outlets.exchange.errors import DomainError
from outlets.places.models import Area, Outlet
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest
from staffing.rosters.owners import set_owner


@require_POST
@login_required
def set_area(request: SignedInRequest) -> HttpResponse:
    """Make somebody on shift the owner of an area, or the manager on duty again."""
    form = AreaForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form cannot be read. Reload it."))
        return redirect("checks:card")
    values = form.cleaned_data
    outlets = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    outlet = get_object_or_404(outlets.select_related("region"), code=values["outlet"])
    on, employee = today_at(outlet), None
    if values["employee"] is not None:
        employee = get_object_or_404(on_shift(outlet, on), pk=values["employee"])
    try:
        set_owner(
            outlet=outlet,
            area=Area(values["area"]),
            employee=employee,
            by=request.user,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    query = query_of(outlet, on, values["standard"])
    return redirect(f"{reverse('checks:card')}?{query}")
