"""Trying other rules on a computed run. Nothing here writes to the database."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from evaluations.ledger.components import component_label
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.forms_whatif import ScenarioForm
from evaluations.rankings.models import Run
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.scenario import head_of_scenario, rules_of_scenario
from evaluations.rankings.rules.scheme import SchemeError, SchemeRules
from evaluations.rankings.rules.whatif import Outcome, RulesNotCovered, rerank
from evaluations.rankings.selectors.matrices import Kept, progress
from evaluations.rankings.selectors.trials import fair_would_choose, trial
from evaluations.rankings.services.preparing import base_rules, fit_for
from evaluations.rankings.services.rerunning import Rerun, head_of, head_text
from evaluations.rankings.services.runs import may_rank
from evaluations.rankings.services.trying import may_try, ready, tried_again
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from staffing.people.requests import SignedInRequest

PAGES = "evaluations/rankings/whatif"


class PageRequest(SignedInRequest, HtmxHttpRequest):
    """A signed-in request that may ask for a fragment."""


@require_safe
@vary_on_headers("HX-Request")
@login_required
def what_if(request: PageRequest, pk: int) -> HttpResponse:
    """The page with all that can be moved, and the result of one scenario.

    The query string is the scenario, so that a link shows it again.
    """
    run = _run(request, pk)
    if not run.is_computed:
        return redirect("rankings:run", run.pk)
    context: dict[str, Any] = {"run": run}
    kept = ready(run)
    if kept is None:
        return _wait(request, context)
    form = ScenarioForm(base_rules(run), request.GET, run.kind)
    tried: Kept | Rerun = kept
    if kept.matrix is None:
        again = _computed_again(run, form)
        if again is None:
            return _wait(request, context | {"again": True})
        tried = again
    if request.htmx and request.htmx.target == "waiting":
        return HttpResponseClientRefresh()
    if tried.matrix is None:
        return render(request, f"{PAGES}/not_covered.html", context)
    context |= {
        "form": form,
        "query": request.GET.urlencode(),
        "may_draft": may_rank(request.user),
        **_result(request, run, tried, form),
    }
    name = "_result" if wants_fragment(request) else "page"
    return render(request, f"{PAGES}/{name}.html", context)


def _run(request: SignedInRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).select_related("scheme")
    run = get_object_or_404(runs, pk=pk)
    if not may_try(request.user):
        raise PermissionDenied
    return run


def _wait(request: PageRequest, context: dict[str, Any]) -> HttpResponse:
    context["done"] = progress(context["run"])
    name = "_waiting" if wants_fragment(request) else "waiting"
    return render(request, f"{PAGES}/{name}.html", context)


def _computed_again(run: Run, form: ScenarioForm) -> Rerun | None:
    """Return the run by the form's rules, by its own where they make no sense.

    None while a worker computes it.
    """
    head = run.head
    if form.is_valid():
        try:
            head = head_text(head_of_scenario(head_of(run), form.scenario, run.kind))
            Frame.parse(head)
        except SchemeError:
            head = run.head
    return tried_again(run, head)


def _after(run: Run, tried: Kept | Rerun, changed: dict[str, Any]) -> Outcome:
    """Return what the changed rules make of the run.

    Raises:
        SchemeError, RulesNotCovered: they do not hold together, or cannot be tried.
    """
    rules = SchemeRules.parse(changed)
    if isinstance(tried, Rerun):
        if tried.after is None:
            raise RulesNotCovered
        return tried.after
    if changed["basis"] == "adjusted":
        tried = fit_for(run, tried, rules)
    if tried.matrix is None:
        raise RulesNotCovered
    return rerank(tried.matrix, rules)


def _result(
    request: SignedInRequest, run: Run, kept: Kept | Rerun, form: ScenarioForm
) -> dict[str, Any]:
    """Return the result of the form's scenario, or what is wrong with it."""
    if not form.is_valid():
        return {"trial": None, "problem": ""}
    try:
        changed = rules_of_scenario(form.rules, form.scenario, run.kind)
        after = _after(run, kept, changed)
    except (SchemeError, RulesNotCovered):
        problem = _("These rules do not hold together, or cannot be tried here.")
        return {"trial": None, "problem": problem}
    codes = {one["code"] for one in changed["components"]}
    return {
        "trial": trial(run, kept, after, request.user),
        "problem": "",
        "changed": changed != form.rules,
        "weights": [
            (component_label(one["code"]), one["weight"])
            for one in changed["components"]
        ],
        "scaled": form.sum != 100,
        "left_out": [
            component_label(one["code"])
            for one in form.rules["components"]
            if one["code"] not in codes
        ],
    }


@require_safe
@login_required
def what_if_rules(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rules of a scenario as a file, for those who may draft a scheme of them."""
    run = _run(request, pk)
    if not may_rank(request.user):
        raise PermissionDenied
    if not run.is_computed:
        return redirect("rankings:what-if", run.pk)
    form = ScenarioForm(base_rules(run), request.GET, run.kind)
    if not form.is_valid():
        return redirect("rankings:what-if", run.pk)
    rules = rules_of_scenario(form.rules, form.scenario, run.kind)
    answer = JsonResponse(rules, json_dumps_params={"indent": 2, "ensure_ascii": False})
    name = f"{run.scheme.code}-{run.period}-what-if.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@login_required
def fair_order(request: PageRequest, pk: int) -> HttpResponse:
    """How many others the adjusted order would choose; a fragment of other pages."""
    run = _run(request, pk)
    if run.is_computed and run.kind is PeriodKind.MONTH:
        ready(run)
    context = {"run": run, "fair": fair_would_choose(run), "asked": True}
    return render(request, "evaluations/rankings/_fair.html", context)
