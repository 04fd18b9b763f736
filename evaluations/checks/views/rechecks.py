"""Blind re-checks: drawing a sample, judging it unseen, and both side by side."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.checks.forms import MarksForm, OutletDaysForm
from evaluations.checks.forms.honesty import DrawForm
from evaluations.checks.models import Recheck, Retaken
from evaluations.checks.selectors.asking import sections_for
from evaluations.checks.selectors.rechecks import agreement_report, side_by_side
from evaluations.checks.services.rechecking import (
    draw_recheck,
    drawn_again,
    judge_again,
    may_recheck,
)
from evaluations.standards.rounds import round_label
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

SIZE = 20
DAYS_OF_AGREEMENT = 180


@require_safe
@login_required
def recheck_list(request: SignedInRequest) -> HttpResponse:
    """The samples where the viewer reviews, and the form to draw another."""
    _require_review(request)
    today = timezone.localdate()
    given = {"on": f"{today:%F}", "outlet": ""} | request.GET.dict()
    return _list(request, DrawForm(initial=given))


@require_POST
@login_required
def recheck_draw(request: SignedInRequest) -> HttpResponse:
    """Draw a sample of an outlet's day."""
    _require_review(request)
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    outlets = Outlet.objects.visible_to(request.user, Power.SEE_REVIEWS)
    outlet = (
        outlets.select_related("region")
        .filter(code=form.cleaned_data["outlet"])
        .first()
    )
    if outlet is None:
        form.add_error("outlet", _("You see no outlet with this code."))
        return _list(request, form)
    try:
        made = draw_recheck(outlet=outlet, on=form.cleaned_data["on"], by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _list(request, form)
    return redirect("checks:recheck", made.uuid)


def _list(request: SignedInRequest, form: DrawForm) -> HttpResponse:
    viewer = request.user
    rows = Recheck.objects.visible_to(viewer).select_related("outlet", "by__employee")
    context = {
        "form": form,
        "page": page_of(rows, request.GET.get("page"), size=SIZE),
        "may_draw": viewer.sight.may(Power.CORRECT),
        "now": timezone.now(),
    }
    return render(request, "evaluations/checks/rechecks/list.html", context)


@require_safe
@login_required
def recheck_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One sample: whom to judge still; once it is finished, what both said."""
    found = _visible(request, uuid)
    is_open = found.is_open(timezone.now())
    context = {
        "recheck": found,
        "is_open": is_open,
        "may_judge": is_open and found.by_id == request.user.pk,
        "again": drawn_again(found) == _sample(found),
    }
    if found.finished_at is not None:
        context["sides"] = side_by_side(found)
    else:
        rows = found.retaken.select_related(
            "check_record__employee", "check_record__standard"
        )
        context["rows"] = [(row, round_label(row.check_record.slot)) for row in rows]
    return render(request, "evaluations/checks/rechecks/detail.html", context)


def _sample(recheck: Recheck) -> list[str]:
    rows = recheck.retaken.order_by("position")
    return [str(uuid) for uuid in rows.values_list("check_record__uuid", flat=True)]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def recheck_judge(request: SignedInRequest, uuid: UUID, position: int) -> HttpResponse:
    """Judge one of the sample, without what was said first."""
    found = _visible(request, uuid)
    row = get_object_or_404(
        Retaken.objects.select_related(
            "check_record__employee", "check_record__version__standard"
        ),
        recheck=found,
        position=position,
    )
    if found.by_id != request.user.pk or not may_recheck(found.outlet, request.user):
        raise PermissionDenied
    if row.judged_at is not None or not found.is_open(timezone.now()):
        return redirect("checks:recheck", uuid)
    form = MarksForm(request.POST if request.method == "POST" else None)
    error = ""
    if request.method == "POST":
        error = form.message if not form.is_valid() else _judge(request, row, form)
        if not error:
            return redirect("checks:recheck", uuid)
    check = row.check_record
    context = {
        "recheck": found,
        "row": row,
        "check": check,
        "slot": round_label(check.slot),
        # Nothing of the first judgement goes in here.
        "sections": sections_for(check.version, check.judged),
        "error": error,
    }
    return render(request, "evaluations/checks/rechecks/judge.html", context)


def _judge(request: SignedInRequest, row: Retaken, form: MarksForm) -> str:
    """Keep the judgement; return what was refused, "" for nothing."""
    not_met = "not_met" in request.POST
    marks = {} if not_met else form.cleaned_data["marks"]
    try:
        judge_again(retaken=row, marks=marks, not_met=not_met, by=request.user)
    except DomainError as refusal:
        return str(refusal)
    messages.success(request, _("Your judgement is kept."))
    return ""


@require_safe
@login_required
def agreement(request: SignedInRequest) -> HttpResponse:
    """How far first and second judges agree, by item and by manager."""
    _require_review(request)
    today = timezone.localdate()
    form, first, last = OutletDaysForm.asked(
        request.GET.dict(), first=today - timedelta(days=DAYS_OF_AGREEMENT), last=today
    )
    report = agreement_report(request.user, first, last, form.words)
    context = {"form": form, "report": report}
    return render(request, "evaluations/checks/rechecks/agreement.html", context)


def _visible(request: SignedInRequest, uuid: UUID) -> Recheck:
    rows = Recheck.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("outlet__region", "by__employee"), uuid=uuid
    )


def _require_review(request: SignedInRequest) -> None:
    if not request.user.sight.may(Power.SEE_REVIEWS):
        raise PermissionDenied
