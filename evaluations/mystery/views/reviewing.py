"""What an agency does with reports: looks them through, enters them, hands on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.mystery.forms.fieldwork import ReturnForm
from evaluations.mystery.models import Report, VisitEvidence
from evaluations.mystery.rules.stages import Action, allowed
from evaluations.mystery.selectors.reviewing import (
    review_of,
    shopper_of,
    to_be_entered,
    waiting_for_review,
)
from evaluations.mystery.services.evidence import PDF
from evaluations.mystery.services.reviewing import approve_report, return_report
from evaluations.mystery.services.steps import parts_of
from evaluations.mystery.services.submitting import begin, newest_version
from evaluations.mystery.views.fieldwork import Tried, sheet_context, try_to_submit
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.exchange.ranges import partial_response
from staffing.people.requests import SignedInRequest

MOST_TO_ENTER = 50


@require_safe
@login_required
def reviews(request: SignedInRequest) -> HttpResponse:
    """The reports that wait for one's agency, and the visits it enters itself."""
    if not request.user.sight.agency_ids:
        raise PermissionDenied
    page = page_of(waiting_for_review(request.user), request.GET.get("page"))
    to_enter = to_be_entered(request.user)[:MOST_TO_ENTER]
    context = {
        "page": page,
        "waiting": [(one, shopper_of(one, request.user)) for one in page.rows],
        "to_enter": [(one, shopper_of(one, request.user)) for one in to_enter],
    }
    return render(request, "evaluations/mystery/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: SignedInRequest, report: UUID) -> HttpResponse:
    """One report: what was answered and brought, what it is worth, what may be done."""
    row = _visible(request, report)
    form = ReturnForm()
    if request.method == "POST":
        form = ReturnForm(request.POST)
        try:
            if _done(request, row, form):
                return redirect("mystery:reviews")
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("mystery:review", row.uuid)
    context = {"review": review_of(row, request.user), "form": form}
    return render(request, "evaluations/mystery/review.html", context)


def _done(request: SignedInRequest, row: Report, form: ReturnForm) -> bool:
    """Do what was asked for; False: the form is shown again with what is wrong."""
    match request.POST.get("do"):
        case "approve":
            approve_report(report=row.uuid, by=request.user)
            messages.success(
                request, _("Passed on. The region checks and releases the visit.")
            )
        case "return":
            if not form.is_valid():
                return False
            return_report(report=row.uuid, by=request.user, **form.cleaned_data)
            messages.success(request, _("The shopper finds it in her visits again."))
        case _:
            raise Http404
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def enter_report(request: SignedInRequest, report: UUID) -> HttpResponse:
    """Enter a report for a shopper who does not do it on a phone herself."""
    row = _visible(request, report)
    if Action.ENTER not in allowed(row.stage, parts_of(row, request.user)):
        raise PermissionDenied
    tried = Tried()
    try:
        if request.method == "POST":
            begun = begin(report=row.uuid, by=request.user)
            row.version = begun.version
            tried = try_to_submit(request, row)
            if tried.done:
                return redirect("mystery:review", row.uuid)
        version = row.version or newest_version(row)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("mystery:review", row.uuid)
    context: dict[str, Any] = {"report": row, **sheet_context(row, version, tried)}
    return render(request, "evaluations/mystery/enter_report.html", context)


@require_safe
@login_required
def evidence(request: SignedInRequest, uuid: UUID) -> HttpResponseBase:
    """Hand out a photo, receipt or recording, also in parts, to be heard."""
    rows = VisitEvidence.objects.visible_to(request.user)
    hers = VisitEvidence.objects.filter(
        report__in=Report.objects.carried_by(request.user)
    )
    found = rows.filter(uuid=uuid).first() or hers.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    try:
        content = found.content.open("rb")
        size = found.content.size
    except FileNotFoundError as error:
        raise Http404 from error
    answer = partial_response(
        content,
        size,
        asked=request.headers.get("Range", ""),
        if_range=request.headers.get("If-Range", ""),
        tag=f'"{found.sha256}"',
    )
    if answer.status_code != 416:
        answer["Content-Type"] = found.media_type
        kind = found.media_type.rpartition("/")[2]
        shown = "attachment" if found.media_type == PDF else "inline"
        answer["Content-Disposition"] = f'{shown}; filename="{found.uuid}.{kind}"'
    return answer


def _visible(request: SignedInRequest, report: UUID) -> Report:
    rows = Report.objects.visible_to(request.user).select_related(
        "outlet__region", "shopper__agency", "scenario", "version", "wave", "visit"
    )
    return get_object_or_404(rows, uuid=report)
