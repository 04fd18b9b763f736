"""Red-line files: the list, the report, the file, and what is done there."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.complaints.forms import red_lines as red_forms
from evaluations.complaints.models import (
    Case,
    RedLineEvidence,
    RedLineFile,
    RedLineParty,
)
from evaluations.complaints.parts import outlets_to_log_at
from evaluations.complaints.red_line_acting import RedAction
from evaluations.complaints.red_line_pages import file_page
from evaluations.complaints.services import red_lines as services
from outlets.exchange.access_log import record_viewing
from outlets.exchange.attachments import CONTENT_TYPES, MOST_BYTES
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

DOINGS: dict[str, type[forms.Form]] = {
    "note": red_forms.NoteForm,
    "name": red_forms.NameForm,
    "evidence": red_forms.EvidenceForm,
    "set_aside": red_forms.SetAsideForm,
}
ACTS: dict[RedAction, type[forms.Form]] = {
    RedAction.ANSWER: red_forms.AnswerForm,
    RedAction.PROPOSE: red_forms.ProposeForm,
    RedAction.CONFIRM: red_forms.ConfirmForm,
    RedAction.SEND_BACK: red_forms.SendBackForm,
}


def _may_try(request: SignedInRequest) -> bool:
    sight = request.user.sight
    powers = (Power.RECORD, Power.SETTLE_CASES, Power.SEE_RED_LINES)
    return sight.employee_id is not None or any(map(sight.may, powers))


def _may_report(request: SignedInRequest) -> bool:
    sight = request.user.sight
    powers = (Power.RECORD, Power.SETTLE_CASES, Power.DECIDE_RED_LINES)
    return sight.employee_id is not None or any(map(sight.may, powers))


@require_safe
@login_required
def file_list(request: SignedInRequest) -> HttpResponse:
    """The files within sight, newest first; most people see none and may report."""
    if not _may_try(request):
        raise PermissionDenied
    files = RedLineFile.objects.visible_to(request.user)
    if number := request.GET.get("file", ""):
        files = files.filter(file_no=number)
    parties = Prefetch(
        "parties", RedLineParty.objects.visible_to(request.user), to_attr="shown"
    )
    rows = files.select_related("outlet").prefetch_related(parties)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "may_report": _may_report(request),
    }
    return render(request, "evaluations/complaints/red_lines/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def file_report(request: SignedInRequest) -> HttpResponse:
    """Report a breach: it goes straight to the city, and not to one's own manager."""
    if not _may_report(request):
        raise PermissionDenied
    case = _case(request)
    outlets = list(outlets_to_log_at(request.user).order_by("code")[:2])
    known = case.outlet.code if case else outlets[0].code if len(outlets) == 1 else ""
    form = red_forms.ReportForm(request.POST or None, initial={"outlet": known})
    if form.is_valid():
        given = dict(form.cleaned_data)
        found = Outlet.objects.filter(code=given["outlet"].strip())
        outlet = found.select_related("region").first()
        if outlet is None or not services.reports_at(request.user, outlet):
            form.add_error("outlet", _("You cannot report anything at this outlet."))
        else:
            given["outlet"] = outlet
            same = case is not None and case.outlet_id == outlet.pk
            file = services.report(
                by=request.user, case=case if same else None, **given
            )
            messages.success(
                request,
                _("Reported. It went straight to the city, which inquires into it."),
            )
            if RedLineFile.objects.visible_to(request.user).contains(file):
                return redirect("complaints:red_line", file.file_no)
            return redirect("complaints:red_lines")
    context = {"form": form, "case": case}
    return render(request, "evaluations/complaints/red_lines/report.html", context)


def _case(request: SignedInRequest) -> Case | None:
    number = request.GET.get("case", "")
    cases = Case.objects.visible_to(request.user).select_related("outlet")
    return cases.filter(case_no=number).first() if number else None


@require_safe
@login_required
def file_detail(request: SignedInRequest, file_no: str) -> HttpResponse:
    return _page(request, _visible(request, file_no))


@require_POST
@login_required
def file_do(request: SignedInRequest, file_no: str, doing: str) -> HttpResponse:
    """Write in the file, name somebody, put evidence in, or set the report aside."""
    file = _visible(request, file_no)
    form = DOINGS[doing](request.POST, request.FILES, prefix=doing)
    if not form.is_valid():
        return _page(request, file, bad=(doing, form))
    given: dict[str, Any] = dict(form.cleaned_data)
    try:
        if doing == "note":
            services.note(file=file, by=request.user, **given)
        elif doing == "name":
            services.name(file=file, by=request.user, **given)
        elif doing == "evidence":
            content = given.pop("content").read(MOST_BYTES + 1)
            services.attach(file=file, by=request.user, content=content, **given)
        else:
            services.set_aside(file=file, by=request.user, note=given["note"])
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, file, bad=(doing, form))
    return redirect("complaints:red_line", file.file_no)


@require_POST
@login_required
def party_act(
    request: SignedInRequest, file_no: str, party: int, action: str
) -> HttpResponse:
    """Answer, propose, confirm or send back what concerns one person."""
    file = _visible(request, file_no)
    shown = file.parties.visible_to(request.user)
    row = get_object_or_404(shown, pk=party)
    doing, label = RedAction(action), f"{action}-{party}"
    form = ACTS[doing](request.POST, prefix=label)
    if not form.is_valid():
        return _page(request, file, bad=(label, form))
    given: dict[str, Any] = dict(form.cleaned_data)
    if doing == RedAction.PROPOSE:
        names = ("finding", "consequence", "to_court")
        given["decision"] = services.Decision(*(given.pop(name) for name in names))
    try:
        services.act_on(party=row, action=doing, by=request.user, **given)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, file, bad=(label, form))
    return redirect("complaints:red_line", file.file_no)


@require_safe
@login_required
def evidence(request: SignedInRequest, uuid: UUID) -> HttpResponseBase:
    """Hand out a piece of evidence; each look is logged."""
    rows = RedLineEvidence.objects.visible_to(request.user).select_related("file")
    row = get_object_or_404(rows, uuid=uuid)
    try:
        content = row.content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    record_viewing(
        request,
        what=f"complaints.red_line_evidence {row.file.file_no}",
        outlet_id=row.file.outlet_id,
    )
    name = f"{row.file.file_no}-{row.pk}.{row.kind}"
    return FileResponse(
        content, content_type=CONTENT_TYPES[row.kind], as_attachment=True, filename=name
    )


def _visible(request: SignedInRequest, file_no: str) -> RedLineFile:
    files = RedLineFile.objects.visible_to(request.user)
    related = files.select_related("outlet__region", "case", "opened_by__employee")
    return get_object_or_404(related, file_no=file_no)


def _page(
    request: SignedInRequest,
    file: RedLineFile,
    bad: tuple[str, forms.Form] | None = None,
) -> HttpResponse:
    record_viewing(
        request,
        what=f"complaints.red_line {file.file_no}",
        outlet_id=file.outlet_id,
    )
    context = {"page": file_page(file, request.user, DOINGS, ACTS, bad)}
    return render(request, "evaluations/complaints/red_lines/file.html", context)
