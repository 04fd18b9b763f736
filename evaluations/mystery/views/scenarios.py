"""Scenarios: their list, and writing them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms.scenarios import NewScenarioForm, ScenarioForm
from evaluations.mystery.models import Scenario, plans_visits
from evaluations.mystery.services.scenarios import (
    add_scenario,
    change_scenario,
    use_scenario,
)
from evaluations.mystery.views.questionnaires import require_reader
from outlets.exchange.errors import DomainError
from staffing.people.requests import SignedInRequest

PAGES = "evaluations/mystery/scenarios"


@require_safe
@login_required
def scenario_list(request: SignedInRequest) -> HttpResponse:
    require_reader(request.user)
    rows = Scenario.objects.visible_to(request.user).order_by("-active", "code")
    context = {"rows": rows, "may_write": plans_visits(request.user.sight)}
    return render(request, f"{PAGES}/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scenario_new(request: SignedInRequest) -> HttpResponse:
    if not plans_visits(request.user.sight):
        raise PermissionDenied
    form = NewScenarioForm(request.POST or None)
    if form.is_valid():
        try:
            made = add_scenario(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("The scenario is there for new waves."))
            return redirect("mystery:scenario", made.code)
    return render(request, f"{PAGES}/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scenario_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """A scenario to read; who plans visits changes it here."""
    require_reader(request.user)
    row = get_object_or_404(Scenario.objects.visible_to(request.user), code=code)
    writes = plans_visits(request.user.sight)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    form = ScenarioForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        change_scenario(scenario=row, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("mystery:scenario", code)
    context = {
        "row": row,
        "form": form or (ScenarioForm.of(row) if writes else None),
        "may_write": writes,
    }
    return render(request, f"{PAGES}/edit.html", context)


@require_POST
@login_required
def scenario_use(request: SignedInRequest, code: str) -> HttpResponse:
    """Stop offering a scenario to new waves, or offer it again."""
    require_reader(request.user)
    row = get_object_or_404(Scenario.objects.visible_to(request.user), code=code)
    active = request.POST.get("active") == "1"
    use_scenario(scenario=row, active=active, by=request.user)
    return redirect("mystery:scenarios")
