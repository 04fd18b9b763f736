"""The winners' wall: what a screen in an outlet shows of its own winners."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.awards.models import Award, AwardState, ListStatus, OutletAward
from outlets.places.models import Outlet
from staffing.people.requests import SignedInRequest

SHOWN = 12


@require_safe
@login_required
def wall(request: SignedInRequest, code: str) -> HttpResponse:
    """Winners of one outlet, the newest first: public names, no ranks, nobody else."""
    viewer = request.user
    outlet = Outlet.objects.filter(code=code).select_related("region").first()
    in_chain = viewer.sight.employee_id is not None or viewer.sight.powers
    if outlet is None or not in_chain:
        raise Http404
    public = {
        "award_list__status": ListStatus.PUBLISHED,
        "state": AwardState.AWARDED,
        "outlet": outlet,
    }
    awards = (
        Award.objects.visible_to(viewer)
        .filter(**public)
        .select_related("award_list", "employee")
        .order_by("-award_list__published_at", "place_code", "employee__number")
    )
    titles = (
        OutletAward.objects.visible_to(viewer)
        .filter(**public)
        .select_related("award_list")
        .order_by("-award_list__published_at")
    )
    context = {
        "outlet": outlet,
        "awards": list(awards[:SHOWN]),
        "titles": list(titles[:4]),
        "now": timezone.now(),
    }
    return render(request, "evaluations/awards/wall.html", context)
