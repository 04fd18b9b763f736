"""Why did that outlet fall: outlets by how far they moved."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from evaluations.rankings.models import Run
from evaluations.rankings.selectors.movers import moves
from evaluations.rankings.selectors.standings import (
    Whereabouts,
    run_before,
    whereabouts,
)
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

CHIPS = (
    ("", _("all outlets")),
    ("fell", _("fell")),
    ("rose", _("rose")),
    ("beyond", _("more than chance")),
)


@require_safe
@login_required
def run_movers(request: SignedInRequest, pk: int) -> HttpResponse:
    """The outlets in sight, those that fell beyond chance first."""
    runs = Run.objects.visible_to(request.user).select_related("scheme")
    run = get_object_or_404(runs, pk=pk)
    if not request.user.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    if not run.is_computed:
        return redirect("rankings:run", run.pk)
    around = whereabouts(request.user, request.GET.get("place", ""))
    if around is None:
        raise Http404
    shown = request.GET.get("shown", "")
    before = run_before(run, request.user)
    context = {
        "run": run,
        "around": around,
        "chips": CHIPS,
        "shown": shown if shown in dict(CHIPS) else "",
        "moves": None
        if before is None
        else moves(run, before, request.user, within=_outlets(around), shown=shown),
    }
    return render(request, "evaluations/rankings/movers.html", context)


def _outlets(around: Whereabouts) -> Q:
    if around.outlet is not None:
        return Q(pk=around.outlet.pk)
    if around.region is not None:
        return Q(region__path__startswith=around.region.path)
    return Q()
