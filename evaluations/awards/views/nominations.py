"""Nominating, the dossier of a nomination, and what is done to it and said of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.awards import services
from evaluations.awards.acting import Action
from evaluations.awards.forms.acts import (
    FORMS,
    ActForm,
    AnswerForm,
    NominateForm,
    SayForm,
)
from evaluations.awards.models import Candidate, Nomination, Objection, Round
from evaluations.awards.pages import dossier
from evaluations.awards.services import nominations, objections
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def nominate(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Write a nomination: for somebody of the list, or with an exception beyond it."""
    opened = get_object_or_404(Round.objects.visible_to(request.user), uuid=uuid)
    if not request.user.sight.may(Power.NOMINATE):
        raise PermissionDenied
    candidate = _candidate(request, opened)
    form = NominateForm(
        request.POST or None,
        title=opened.title,
        for_outlets=opened.for_outlets,
        listed=candidate is not None,
        initial={"number": _number(candidate)},
    )
    if form.is_valid():
        try:
            made = nominations.nominate(
                round_id=opened.pk, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Written as a draft: submit it when ready."))
            return redirect("awards:nomination", made.uuid)
    context = {"form": form, "round": opened, "candidate": candidate}
    return render(request, "evaluations/awards/nominate.html", context)


def _candidate(request: SignedInRequest, opened: Round) -> Candidate | None:
    asked = request.GET.get("candidate", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    rows = Candidate.objects.visible_to(request.user).filter(round=opened)
    return rows.select_related("employee", "outlet").filter(pk=int(asked)).first()


def _number(candidate: Candidate | None) -> str:
    if candidate is None:
        return ""
    person = candidate.employee
    return person.number if person is not None else candidate.outlet.code


@require_safe
@login_required
def nomination_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _visible(request, uuid))


@require_POST
@login_required
def nomination_act(request: SignedInRequest, uuid: UUID, action: str) -> HttpResponse:
    """Do one thing to a nomination; a form with errors comes back in the page."""
    row = _visible(request, uuid)
    try:
        doing = Action(action)
        kind = FORMS[doing]
    except (ValueError, KeyError):
        raise Http404 from None
    form = kind(request.POST, prefix=action)
    if not form.is_valid():
        nominations.require_may(row, doing, request.user)
        return _page(request, row, form)
    try:
        nominations.act(
            nomination_id=row.pk, action=doing, by=request.user, **form.cleaned_data
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, row, form)
    messages.success(request, _("Done."))
    return redirect("awards:nomination", uuid)


@require_POST
@login_required
def speak(request: SignedInRequest, uuid: UUID, kind: str) -> HttpResponse:
    """Object to a winner on display, or appeal against a decision."""
    row = _visible(request, uuid)
    ways = {"objection": objections.object_to, "appeal": objections.appeal}
    if kind not in ways:
        raise Http404
    form = SayForm(request.POST, prefix=kind)
    if not form.is_valid():
        return _page(request, row, said=form)
    try:
        ways[kind](nomination_id=row.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, row, said=form)
    messages.success(request, _("Received. You are told the answer with its reason."))
    return redirect("awards:nomination", uuid)


@require_POST
@login_required
def answer(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Decide on an objection or an appeal."""
    rows = Objection.objects.visible_to(request.user).select_related("nomination")
    said = get_object_or_404(rows, uuid=uuid)
    if not services.may_decide(request.user):
        raise PermissionDenied
    row = _visible(request, said.nomination.uuid)
    form = AnswerForm(request.POST, prefix=str(said.uuid))
    if not form.is_valid():
        return _page(request, row)
    try:
        objections.answer(objection_id=said.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Answered, and its author is told."))
    return redirect("awards:nomination", row.uuid)


def _visible(request: SignedInRequest, uuid: UUID) -> Nomination:
    rows = Nomination.objects.visible_to(request.user)
    related = rows.select_related(
        "round__run",
        "employee",
        "outlet__region",
        "standing",
        "place_standing",
        "nominated_by__employee",
    )
    return get_object_or_404(related, uuid=uuid)


def _page(
    request: SignedInRequest,
    row: Nomination,
    bad: ActForm | None = None,
    said: SayForm | None = None,
) -> HttpResponse:
    shown = dossier(row, request.user, bad)
    for one in shown.objections:
        one.form = AnswerForm(prefix=str(one.uuid))  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "dossier": shown,
        "row": row,
        "round": row.round,
        "objection_form": said or SayForm(prefix="objection"),
        "appeal_form": said or SayForm(prefix="appeal"),
    }
    return render(request, "evaluations/awards/nomination.html", context)
