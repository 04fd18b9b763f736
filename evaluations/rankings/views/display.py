"""What staff see of a ranking: the switch, and the list of an outlet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.rankings.forms import DisplayForm
from evaluations.rankings.models import Run, Shown, Standing
from evaluations.rankings.selectors.display import (
    displays,
    outlet_list,
    shows_outlet_list,
)
from evaluations.rankings.services.display import show_to_staff
from evaluations.rankings.services.runs import may_publish
from staffing.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def display_switch(request: SignedInRequest) -> HttpResponse:
    """What each scheme shows to those ranked by it; for who may publish."""
    if not may_publish(request.user):
        raise PermissionDenied
    if request.method == "POST":
        form = DisplayForm(request.POST)
        if form.is_valid():
            show_to_staff(by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("rankings:display")
        messages.error(request, _("Nothing was changed: choose one of the two."))
    context = {"displays": displays(), "choices": Shown.choices}
    return render(request, "evaluations/rankings/display.html", context)


@require_safe
@login_required
def own_outlet(request: SignedInRequest, pk: int) -> HttpResponse:
    """The places of one's own outlet, where the scheme shows them; else 404."""
    runs = Run.objects.visible_to(request.user).published().select_related("scheme")
    run = get_object_or_404(runs, pk=pk)
    own = get_object_or_404(
        Standing.objects.select_related("run", "outlet"),
        run=run,
        employee=request.user.sight.employee_id,
    )
    if not shows_outlet_list(own):
        raise Http404
    context = {"run": run, "own": own, "rows": outlet_list(run, own)}
    return render(request, "evaluations/rankings/own_outlet.html", context)
