"""Which regions have their cards ask how far from the outlet they are."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.checks.forms.honesty import LocateForm
from evaluations.checks.models import LocatedRegion
from evaluations.checks.models.locating import regions_within
from evaluations.checks.services.locating import locate_region
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def locating(request: SignedInRequest) -> HttpResponse:
    """Every region that the viewer reviews whole, and whether its cards ask."""
    sight = request.user.sight
    if not sight.may(Power.SEE_REVIEWS):
        raise PermissionDenied
    within = regions_within(sight.reach(Power.SEE_REVIEWS), "")
    asking = {
        row.region_id: row
        for row in LocatedRegion.objects.visible_to(request.user).select_related(
            "by__employee"
        )
    }
    regions = Region.objects.filter(within).order_by("path")
    context = {
        "lines": [(region, asking.get(region.pk)) for region in regions],
        "may_decide": sight.may(Power.CORRECT),
    }
    return render(request, "evaluations/checks/flags/locating.html", context)


@require_POST
@login_required
def locate(request: SignedInRequest) -> HttpResponse:
    """Switch it on or off for a region and all below it."""
    form = LocateForm(request.POST)
    if not form.is_valid():
        raise BadRequest("the form does not name a region")
    within = regions_within(request.user.sight.reach(Power.SEE_REVIEWS), "")
    regions = Region.objects.filter(within)
    region = get_object_or_404(regions, code=form.cleaned_data["region"])
    locate_region(region=region, ask=form.cleaned_data["ask"], by=request.user)
    messages.success(request, _("The cards of this region follow from now on."))
    return redirect("checks:locating")
