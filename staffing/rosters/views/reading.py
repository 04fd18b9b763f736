"""The published month of an outlet, to read and to print."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from staffing.people.requests import SignedInRequest
from staffing.rosters.selectors.outlet_month import outlet_month
from staffing.rosters.selectors.published import readable_outlets
from staffing.rosters.services.deciding import today_at
from staffing.rosters.views.asked import month_asked


def _answer(request: SignedInRequest, code: str, template: str) -> HttpResponse:
    outlets = readable_outlets(request.user)
    outlet = get_object_or_404(outlets.select_related("region"), code=code)
    today = today_at(outlet)
    turning = month_asked(request, today)
    context = {
        "outlet": outlet,
        "turning": turning,
        "today": today,
        "month": outlet_month(outlet, turning.first),
        "me": request.user.sight.employee_id,
    }
    return render(request, template, context)


@require_safe
@login_required
def outlet_page(request: SignedInRequest, code: str) -> HttpResponse:
    """Who works which shift there; why somebody is not there is nobody's business."""
    return _answer(request, code, "staffing/rosters/mine/outlet.html")


@require_safe
@login_required
def outlet_print(request: SignedInRequest, code: str) -> HttpResponse:
    """The same for the wall: one A4 sheet across, without scripts."""
    return _answer(request, code, "staffing/rosters/mine/print.html")
