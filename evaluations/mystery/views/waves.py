"""Pages of waves, for who plans them, for auditors, and for agencies their own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms.waves import (
    CancelForm,
    HandOverForm,
    PlannedVisitFilter,
    QuotaForm,
    WaveForm,
)
from evaluations.mystery.models import (
    Report,
    Wave,
    WaveState,
    plans_visits,
    reads_plans,
)
from evaluations.mystery.rules.stages import Action
from evaluations.mystery.selectors.waves import (
    demand_of,
    expectation_of,
    progress_of,
    quotas_of,
    reads_waves,
    rows_of,
    visit_rows,
)
from evaluations.mystery.services.handing_over import cancel_visit, hand_over
from evaluations.mystery.services.planning import start_planning
from evaluations.mystery.services.steps import require
from evaluations.mystery.services.waves import (
    change_wave,
    close_wave,
    discard_plan,
    drop_quota,
    make_wave,
    require_planner,
    set_quota,
    start_wave,
)
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest

FOLDER = "evaluations/mystery/waves"


def _wave(request: SignedInRequest, code: str) -> Wave:
    return get_object_or_404(Wave.objects.visible_to(request.user), code=code)


@require_safe
@login_required
def wave_list(request: SignedInRequest) -> HttpResponse:
    """Waves within sight, newest first."""
    if not reads_waves(request.user.sight):
        raise PermissionDenied
    waves = Wave.objects.visible_to(request.user)
    page = page_of(waves, request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows_of(page.rows, request.user),
        "plans": plans_visits(request.user.sight),
        "reads_plans": reads_plans(request.user.sight),
    }
    return render(request, f"{FOLDER}/list.html", context)


@require_safe
@login_required
def wave_detail(request: SignedInRequest, code: str) -> HttpResponse:
    return _page(request, _wave(request, code))


def _page(
    request: SignedInRequest, wave: Wave, quota_form: QuotaForm | None = None
) -> HttpResponse:
    """Show a wave: quotas and plan to who reads plans, to an agency its own visits."""
    sight = request.user.sight
    office = reads_plans(sight)
    form = PlannedVisitFilter(request.GET)
    reports = Report.objects.visible_to(request.user).filter(wave=wave)
    visits = form.narrow(reports).select_related(
        "outlet", "shopper__agency", "scenario", "visit__outlet", "wave"
    )
    page = page_of(visits, request.GET.get("page"))
    context: dict[str, Any] = {
        "wave": wave,
        "progress": progress_of(wave, request.user),
        "form": form,
        "page": page,
        "rows": visit_rows(page.rows, request.user),
        "plans": plans_visits(sight),
        "reads_plans": office,
        "is_draft": wave.state == WaveState.DRAFT,
        "is_planned": wave.state == WaveState.PLANNED,
        "is_running": wave.state == WaveState.RUNNING,
    }
    if office:
        context |= {
            "quotas": quotas_of(wave),
            "expectation": expectation_of(wave),
            "agencies": list(wave.agencies.all()),
            "demand": demand_of(wave) if context["is_draft"] else None,
            "quota_form": quota_form or QuotaForm(),
        }
    return render(request, f"{FOLDER}/wave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def wave_add(request: SignedInRequest) -> HttpResponse:
    require_planner(request.user)
    form = WaveForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            make_wave(code=code, terms=form.terms, by=request.user)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            messages.success(
                request,
                _("The wave is a draft. Look at the quotas, then plan the visits."),
            )
            return redirect("mystery:wave", code)
    return render(request, f"{FOLDER}/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def wave_edit(request: SignedInRequest, code: str) -> HttpResponse:
    wave = _wave(request, code)
    require_planner(request.user)
    form = WaveForm(request.POST or None, viewer=request.user, wave=wave)
    if form.is_valid():
        try:
            change_wave(code=code, terms=form.terms, by=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The wave is saved."))
            return redirect("mystery:wave", code)
    return render(request, f"{FOLDER}/edit.html", {"form": form, "wave": wave})


@require_POST
@login_required
def wave_quota(request: SignedInRequest, code: str) -> HttpResponse:
    """Say how many visits outlets of a class and a region get."""
    wave = _wave(request, code)
    require_planner(request.user)
    form = QuotaForm(request.POST)
    if not form.is_valid():
        return _page(request, wave, form)
    return _do(
        request,
        code,
        lambda: set_quota(code=code, by=request.user, **form.cleaned_data),
    )


@require_POST
@login_required
def wave_quota_drop(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    _wave(request, code)
    return _do(
        request, code, lambda: drop_quota(code=code, quota_id=pk, by=request.user)
    )


@require_POST
@login_required
def wave_plan(request: SignedInRequest, code: str) -> HttpResponse:
    _wave(request, code)
    return _do(
        request,
        code,
        lambda: start_planning(code=code, by=request.user),
    )


@require_safe
@login_required
def wave_planning(request: SignedInRequest, code: str) -> HttpResponse:
    """Have the page of a wave loaded again once its plan is there."""
    wave = _wave(request, code)
    if not reads_plans(request.user.sight):
        raise PermissionDenied
    answer = HttpResponse(status=204)
    if not wave.is_being_planned:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@login_required
def wave_discard(request: SignedInRequest, code: str) -> HttpResponse:
    _wave(request, code)
    return _do(
        request,
        code,
        lambda: discard_plan(code=code, by=request.user),
        lambda found: _("The plan is discarded; the wave is a draft again."),
    )


@require_POST
@login_required
def wave_start(request: SignedInRequest, code: str) -> HttpResponse:
    _wave(request, code)
    return _do(
        request,
        code,
        lambda: start_wave(code=code, by=request.user),
        lambda found: _("The agencies see their visits now."),
    )


@require_POST
@login_required
def wave_close(request: SignedInRequest, code: str) -> HttpResponse:
    _wave(request, code)
    return _do(
        request,
        code,
        lambda: close_wave(code=code, by=request.user),
        lambda cancelled: (
            ngettext(
                "The wave is closed; %(count)d visit not begun is cancelled.",
                "The wave is closed; %(count)d visits not begun are cancelled.",
                cancelled,
            )
            % {"count": cancelled}
        ),
    )


def _do(
    request: SignedInRequest,
    code: str,
    act: Callable[[], Any],
    told: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Do something to a wave and go back to its page, saying what came of it."""
    try:
        found = act()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        if told is not None:
            messages.success(request, told(found))
    return redirect("mystery:wave", code)


def _report(request: SignedInRequest, number: str) -> Report:
    reports = Report.objects.visible_to(request.user).select_related(
        "outlet__region", "shopper__agency", "scenario", "wave", "visit"
    )
    return get_object_or_404(reports, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def planned_visit_hand_over(request: SignedInRequest, number: str) -> HttpResponse:
    """Give a visit to another shopper."""
    report = _report(request, number)
    form = HandOverForm(request.POST or None, report=report, viewer=request.user)
    return _change(request, report, Action.HAND_OVER, form, hand_over)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def planned_visit_cancel(request: SignedInRequest, number: str) -> HttpResponse:
    """Give a visit up, with the reason."""
    report = _report(request, number)
    form = CancelForm(request.POST or None)
    return _change(request, report, Action.CANCEL, form, cancel_visit)


def _change(
    request: SignedInRequest,
    report: Report,
    action: Action,
    form: Any,
    act: Callable[..., Any],
) -> HttpResponse:
    try:
        require(action, report, request.user)
        if form.is_valid():
            act(number=report.number, by=request.user, **form.cleaned_data)
            messages.success(request, _("It is kept."))
            return redirect("mystery:wave", report.wave.code)
    except DomainError as error:
        if request.method != "POST":
            messages.error(request, str(error))
            return redirect("mystery:wave", report.wave.code)
        form.add_error(None, str(error))
    context = {
        "report": report,
        "shopper": report.shopper and report.shopper.called(request.user),
        "form": form,
        "hands_over": action == Action.HAND_OVER,
    }
    return render(request, f"{FOLDER}/change.html", context)
