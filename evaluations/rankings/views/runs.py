"""Pages of runs: the list, a new one, progress, standings, review, publication."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from evaluations.ledger.components import component_label
from evaluations.rankings.forms import ListFilter, StartForm
from evaluations.rankings.models import Run, RunState, RunStep, Standing
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.selectors.standings import listing, totals, whereabouts
from evaluations.rankings.services.runs import (
    SILENCE,
    ListsUnseen,
    may_publish,
    may_rank,
    publish_run,
    reads_everybody,
    review_run,
    start_run,
)
from evaluations.rankings.words import level_name
from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


class PageRequest(SignedInRequest, HtmxHttpRequest):
    """A signed-in request that may ask for a fragment."""


@require_safe
@login_required
def run_list(request: SignedInRequest) -> HttpResponse:
    """Runs, newest first; who sees only herself is led to her own score."""
    if not request.user.sight.may(Power.SEE_RECORDS):
        if request.user.sight.employee_id is None:
            raise PermissionDenied
        return redirect("rankings:mine")
    runs = Run.objects.visible_to(request.user).select_related(
        "scheme", "created_by__employee"
    )
    context = {
        "page": page_of(runs, request.GET.get("page")),
        "may_rank": may_rank(request.user),
        "may_publish": may_publish(request.user),
    }
    return render(request, "evaluations/rankings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def run_start(request: SignedInRequest) -> HttpResponse:
    if not may_rank(request.user):
        raise PermissionDenied
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            run = start_run(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("rankings:run", run.pk)
    return render(request, "evaluations/rankings/start.html", {"form": form})


@require_safe
@vary_on_headers("HX-Request")
@login_required
def run_detail(request: PageRequest, pk: int) -> HttpResponse:
    """The progress of a run that is being computed, then its standings."""
    run = _run(request, pk)
    if not request.user.sight.may(Power.SEE_RECORDS):
        number = run.standings.get(employee=request.user.sight.employee_id)
        return redirect("rankings:explain", run.pk, number.employee.number)
    if not run.is_computed:
        return _progress(request, run)
    if request.htmx and request.htmx.target == "progress":
        return HttpResponseClientRedirect(reverse("rankings:run", args=[run.pk]))
    form = ListFilter(request.GET)
    around = whereabouts(request.user, request.GET.get("place", ""))
    if around is None:
        raise Http404
    level = form.level_or(around.level)
    rules = Frame.parse(run.head).rules
    codes = [component.code for component in rules.components]
    seen = Standing.objects.visible_to(request.user).filter(around.filter, run=run)
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "around": around,
        "level": level,
        "level_name": level_name(level),
        "components": [component_label(code) for code in codes],
        "listing": listing(
            run,
            _narrowed(seen, form),
            request.user,
            level=level,
            components=codes,
            asked=request.GET.get("page"),
            sort=request.GET.get("sort", ""),
        ),
        "basis": rules.basis,
        "sort": request.GET.get("sort", ""),
    }
    if wants_fragment(request):
        return render(request, "evaluations/rankings/_standings.html", context)
    context |= {
        "totals": totals(seen),
        "may_review": run.state == RunState.DRAFT and may_rank(request.user),
        "may_publish": may_publish(request.user) and run.publishable_by(request.user),
        "reads_everybody": reads_everybody(request.user),
        "published": run.state == RunState.PUBLISHED,
        "revisions": _revisions(request, run),
    }
    return render(request, "evaluations/rankings/run.html", context)


def _run(request: SignedInRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).select_related(
        "scheme",
        "scheme_version",
        "created_by__employee",
        "reviewed_by__employee",
        "published_by__employee",
    )
    return get_object_or_404(runs, pk=pk)


def _progress(request: PageRequest, run: Run) -> HttpResponse:
    context = {
        "run": run,
        "step": RunStep(run.step),
        "step_number": list(RunStep).index(RunStep(run.step)) + 1,
        "steps": len(RunStep) - 1,  # the last one is to be done
        "silent": timezone.now() - run.progress_at > SILENCE,
        "may_rank": may_rank(request.user),
    }
    name = "_progress" if wants_fragment(request) else "progress"
    return render(request, f"evaluations/rankings/{name}.html", context)


def _narrowed(standings: QuerySet[Standing], form: ListFilter) -> QuerySet[Standing]:
    if text := form.value_of("q"):
        standings = standings.filter(
            Q(employee__name__icontains=text) | Q(employee__number__icontains=text)
        )
    shown = form.value_of("shown")
    if shown == "eligible":
        return standings.filter(eligible=True)
    if shown == "out":
        return standings.filter(eligible=False)
    return standings.filter(score=None) if shown == "unranked" else standings


def _revisions(request: SignedInRequest, run: Run) -> QuerySet[Run]:
    """Return the other published revisions of the same ranking."""
    runs = Run.objects.visible_to(request.user).published()
    same = runs.filter(period=run.period, scheme=run.scheme).exclude(pk=run.pk)
    return same.order_by("revision")


@require_POST
@login_required
def run_review(request: SignedInRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    try:
        review_run(run_id=run.pk, by=request.user)
    except ListsUnseen as error:
        messages.error(request, str(error))
        return redirect("rankings:exceptions", run.pk)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The ranking is marked as reviewed."))
    return redirect("rankings:run", run.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def run_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask once more, then publish."""
    run = _run(request, pk)
    if not may_publish(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "evaluations/rankings/publish.html", {"run": run})
    try:
        publish_run(run_id=run.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The ranking is published and frozen."))
    return redirect("rankings:run", run.pk)
