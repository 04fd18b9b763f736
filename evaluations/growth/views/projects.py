"""Innovation projects: the list, a suggestion, one project and what is done to it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.growth.forms.projects import (
    FORMS,
    ActForm,
    ProjectFilter,
    SuggestForm,
    WordsForm,
)
from evaluations.growth.models import (
    OutletBonus,
    Project,
    ProjectEvidence,
    ProjectScore,
    works_here,
)
from evaluations.growth.pages import project_page, waiting_for
from evaluations.growth.parts import parts_of
from evaluations.growth.rules.projects import Action, ever
from evaluations.growth.services import projects as services
from evaluations.growth.services import scoring
from evaluations.ledger.models import Entry
from outlets.exchange.attachments import CONTENT_TYPES, MOST_BYTES
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def project_list(request: SignedInRequest) -> HttpResponse:
    """One's own suggestions, those in sight, and what was promoted everywhere."""
    if not works_here(request.user.sight):
        raise PermissionDenied
    form = ProjectFilter(request.GET)
    rows = Project.objects.visible_to(request.user)
    if form.is_valid():
        if form.cleaned_data["waiting"]:
            rows = rows.filter(pk__in=waiting_for(request.user).values("pk"))
        if state := form.cleaned_data["state"]:
            rows = rows.filter(state=state)
    else:
        rows = rows.none()
    waiting = waiting_for(request.user).count()
    context = {
        "page": page_of(
            rows.select_related("outlet", "author"), request.GET.get("page"), size=20
        ),
        "filter": form,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "waiting": waiting,
        "may_suggest": request.user.sight.employee_id is not None,
    }
    return render(request, "evaluations/growth/projects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def suggest(request: SignedInRequest) -> HttpResponse:
    """Hand in an idea."""
    if request.user.sight.employee_id is None:
        raise PermissionDenied
    outlets = services.outlets_of(request.user)
    form = SuggestForm(request.POST or None, outlets=outlets)
    if form.is_valid():
        try:
            project = services.suggest(
                key=form.cleaned_data["key"],
                outlet_code=form.cleaned_data["outlet"],
                words=form.words,
                by=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. It is handed in."))
            return redirect("growth:project", project.uuid)
    context = {"form": form, "outlets": outlets}
    return render(request, "evaluations/growth/suggest.html", context)


@require_safe
@login_required
def project_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _visible(request, uuid))


@require_POST
@login_required
def project_act(request: SignedInRequest, uuid: UUID, action: str) -> HttpResponse:
    """Do one of the things that the table of projects names."""
    project = _visible(request, uuid)
    try:
        doing = Action(action)
    except ValueError as error:
        raise Http404 from error
    form = FORMS[doing](request.POST, request.FILES, prefix=doing.value)
    if not form.is_valid():
        if not ever(doing, parts_of(project, request.user)):
            raise PermissionDenied
        return _page(request, project, form)
    try:
        _do(project, doing, form, request)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, project, form)
    messages.success(request, _("Done."))
    return redirect("growth:project", uuid)


def _do(
    project: Project, doing: Action, form: forms.Form, request: SignedInRequest
) -> None:
    about: dict[str, Any] = {"project_id": project.pk, "by": request.user}
    given = dict(form.cleaned_data)
    if doing == Action.EDIT and isinstance(form, WordsForm):
        services.edit(words=form.words, **about)
    elif doing == Action.ATTACH:
        content = given["content"].read(MOST_BYTES + 1)
        services.attach(content=content, what=given["what"], **about)
    elif doing == Action.SCORE:
        scoring.score(**given, **about)
    elif doing == Action.CORRECT:
        scoring.correct(**given, **about)
    elif doing == Action.REWARD:
        services.reward(**given, **about)
    else:
        services.decide(action=doing, note=given.get("note", ""), **about)


@require_safe
@login_required
def evidence(request: SignedInRequest, uuid: UUID) -> HttpResponseBase:
    """Hand out a file of a project in sight."""
    row = get_object_or_404(ProjectEvidence.objects.visible_to(request.user), uuid=uuid)
    try:
        content = row.content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        content_type=CONTENT_TYPES[row.kind],
        as_attachment=True,
        filename=f"{row.uuid}.{row.kind}",
    )


@require_safe
@login_required
def bonus(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What an outlet's projects added to its month, with the scores behind it."""
    rows = OutletBonus.objects.visible_to(request.user).select_related("outlet")
    row = get_object_or_404(rows, uuid=uuid)
    scores = ProjectScore.objects.visible_to(request.user).standing()
    entries = Entry.objects.visible_to(request.user).filter(
        source=scoring.SOURCE, source_id=str(row.uuid)
    )
    context = {
        "bonus": row,
        "scores": scores.filter(
            month=row.month, project__outlet=row.outlet_id
        ).select_related("project__author"),
        "entries": entries.select_related("employee").order_by("id"),
    }
    return render(request, "evaluations/growth/bonus.html", context)


def _visible(request: SignedInRequest, uuid: UUID) -> Project:
    rows = Project.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("outlet__region", "author"), uuid=uuid)


def _page(
    request: SignedInRequest, project: Project, bad: ActForm | None = None
) -> HttpResponse:
    context = {"project": project_page(project, request.user, bad)}
    return render(request, "evaluations/growth/project.html", context)
