"""The list of cases, the page of one, and what is done to it there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.complaints.acting import Action
from evaluations.complaints.forms.acts import FORMS, ActForm
from evaluations.complaints.forms.filters import CaseFilter
from evaluations.complaints.forms.intake import IntakeForm
from evaluations.complaints.models import Case, IntakeChannel
from evaluations.complaints.pages import outlet_of, workplace
from evaluations.complaints.parts import handled, outlets_to_log_at, reads_contact
from evaluations.complaints.selectors import overall_figures
from evaluations.complaints.services import act, log_case
from outlets.exchange.access_log import record_viewing
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def case_list(request: SignedInRequest) -> HttpResponse:
    """Cases within reach, newest first; figures once a filter bounds their cost."""
    form = CaseFilter(request.GET)
    viewer = request.user
    cases = form.narrow(Case.objects.visible_to(viewer))
    rows = cases.select_related(
        "outlet", "employee", "handling__owner__employee", "handling__task_person"
    )
    page, now = page_of(rows, request.GET.get("page")), timezone.now()
    records = viewer.sight.reach(Power.SEE_RECORDS)
    for case in page.rows:
        case.says = case.clock_at(now)
    context = {
        "form": form,
        "page": page,
        "figures": overall_figures(cases.complaints()) if form.narrows else None,
        "may_log": _may_try_to_log(request),
        "sets_calendars": viewer.sight.reach(Power.CONFIGURE).everywhere,
        "reads_calendars": bool(records),
        "reads_meetings": records.everywhere or bool(records.region_paths),
    }
    return render(request, "evaluations/complaints/list.html", context)


def _may_try_to_log(request: SignedInRequest) -> bool:
    sight = request.user.sight
    powers = (Power.RECORD, Power.SETTLE_CASES)
    return sight.employee_id is not None or any(map(sight.may, powers))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def log(request: SignedInRequest) -> HttpResponse:
    """Log what a customer came with: whoever meets her, at her outlet."""
    if not _may_try_to_log(request):
        raise PermissionDenied
    outlets = outlets_to_log_at(request.user)
    choices = list(outlets.order_by("code")[:2])
    only = outlet_of(choices)
    form = IntakeForm(
        request.POST or None,
        outlets=outlets,
        initial={"outlet": only.code if only else ""},
    )
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            case = log_case(by=request.user, **given)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("Logged. You answer for it: reply to the customer today."),
            )
            return redirect("complaints:case", case.case_no)
    context = {"form": form, "only": only, "nowhere": not choices}
    return render(request, "evaluations/complaints/log.html", context)


@require_safe
@login_required
def case_detail(request: SignedInRequest, case_no: str) -> HttpResponse:
    return _page(request, _visible(request, case_no))


@require_POST
@login_required
def case_act(request: SignedInRequest, case_no: str, action: str) -> HttpResponse:
    """Do one thing to a case; a form with errors comes back in the page."""
    case = _visible(request, case_no)
    if handled(case) is None:
        raise Http404
    doing = Action(action)
    form = FORMS[doing](request.POST, prefix=action)
    if not form.is_valid():
        return _page(request, case, form)
    given = {name: value for name, value in form.cleaned_data.items() if value != ""}
    try:
        act(case=case, action=doing, by=request.user, **given)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, case, form)
    if not Case.objects.visible_to(request.user).filter(pk=case.pk).exists():
        # Who declines a task has no part in the case any more.
        return redirect("complaints:list")
    return redirect("complaints:case", case.case_no)


@require_safe
@login_required
def case_contact(request: SignedInRequest, case_no: str) -> HttpResponse:
    """Whom to reply to: for who works on the case, and each look is logged."""
    case = _visible(request, case_no)
    handling = handled(case)
    if handling is None:
        raise Http404
    if not reads_contact(handling, request.user):
        raise PermissionDenied
    record_viewing(
        request, what=f"complaints.contact {case.case_no}", outlet_id=case.outlet_id
    )
    context = {"case": case, "handling": handling}
    return render(request, "evaluations/complaints/contact.html", context)


def _visible(request: SignedInRequest, case_no: str) -> Case:
    cases = Case.objects.visible_to(request.user)
    related = cases.select_related(
        "outlet__region",
        "employee",
        "handling__owner__employee",
        "handling__task_person",
        "handling__task_unit",
    )
    return get_object_or_404(related, case_no=case_no)


def _page(
    request: SignedInRequest, case: Case, bad: ActForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "shows_summary": case.shows_summary(request.user),
        "channel_shown": case.channel,
    }
    handling = handled(case)
    if handling is None:
        context["changes"] = case.changes.visible_to(request.user)
    else:
        handling.case = case
        context["channel_shown"] = IntakeChannel(case.channel).label
        now = timezone.now()
        case.says = case.clock_at(now)
        context["work"] = workplace(handling, request.user, now, bad)
    return render(request, "evaluations/complaints/case.html", context)
