"""Appeals on visits: the list, a new one, one of them and what is done with it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms.appeals import (
    ACT_FORMS,
    AppealFilter,
    AppealForm,
    DecideForm,
)
from evaluations.mystery.models import Answer, Visit, VisitAppeal
from evaluations.mystery.rules import appealing
from evaluations.mystery.rules.appealing import (
    UNDECIDED,
    AppealAction,
    AppealPart,
    AppealState,
)
from evaluations.mystery.services import (
    act_on_appeal,
    appeal_visit,
    decide_appeal,
    may_appeal,
    parts_of_appeal,
)
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest

LABELS: dict[AppealAction, Any] = {
    AppealAction.DECIDE: _("Decide"),
    AppealAction.ASK: _("Ask the agency"),
    AppealAction.ANSWER: _("Answer for the agency"),
    AppealAction.REMARK: _("Remark"),
    AppealAction.WITHDRAW: _("Withdraw the appeal"),
}
NEXT = (AppealAction.DECIDE, AppealAction.ANSWER)


@require_safe
@login_required
def appeal_list(request: SignedInRequest) -> HttpResponse:
    """The appeals within sight: those that wait first, by their day."""
    form, today = AppealFilter(request.GET), timezone.localdate()
    appeals = VisitAppeal.objects.visible_to(request.user)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    if state == "undecided":
        appeals = appeals.undecided().order_by("due_on", "id")
    elif state == "overdue":
        appeals = appeals.undecided().filter(due_on__lt=today).order_by("due_on", "id")
    elif state == "over":
        appeals = appeals.exclude(state__in=UNDECIDED)
    rows = appeals.select_related(
        "visit__outlet__region", "visit__employee", "question"
    )
    page = page_of(rows, request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [
            (appeal, appeal.visit.shows_employee(request.user)) for appeal in page.rows
        ],
        "today": today,
    }
    return render(request, "evaluations/mystery/appeals/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def appeal_add(request: SignedInRequest, visit_no: str) -> HttpResponse:
    """Appeal on a visit; `question` in the address: on that question only."""
    visits = Visit.objects.visible_to(request.user)
    visit = get_object_or_404(visits.with_places(), visit_no=visit_no)
    if not may_appeal(visit, request.user):
        raise PermissionDenied
    code = request.GET.get("question", "")
    answers = Answer.objects.filter(report__visit=visit, question__code=code)
    answer = get_object_or_404(answers.select_related("question")) if code else None
    form = AppealForm(request.POST or None)
    if form.is_valid():
        try:
            appeal = appeal_visit(
                visit_no=visit_no, question=code, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("mystery:appeal", appeal.uuid)
    context = {"form": form, "visit": visit, "answer": answer}
    return render(request, "evaluations/mystery/appeals/add.html", context)


@require_safe
@login_required
def appeal_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _visible(request, uuid))


@require_POST
@login_required
def appeal_act(request: SignedInRequest, uuid: UUID, action: str) -> HttpResponse:
    """Do one thing with an appeal; a form with errors comes back in the page."""
    appeal, doing = _visible(request, uuid), AppealAction(action)
    form = _form(doing, appeal, request.POST)
    if not form.is_valid():
        return _page(request, appeal, (doing, form))
    try:
        if isinstance(form, DecideForm):
            decide_appeal(uuid=uuid, decision=form.decision, by=request.user)
        else:
            act_on_appeal(uuid=uuid, action=doing, by=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, _visible(request, uuid), (doing, form))
    return redirect("mystery:appeal", uuid)


def _visible(request: SignedInRequest, uuid: UUID) -> VisitAppeal:
    appeals = VisitAppeal.objects.visible_to(request.user).select_related(
        "visit__outlet__region", "visit__employee", "visit__report", "question", "by"
    )
    return get_object_or_404(appeals, uuid=uuid)


def _form(action: AppealAction, appeal: VisitAppeal, data: Any = None) -> forms.Form:
    if action == AppealAction.DECIDE:
        return DecideForm(data, appeal=appeal, prefix=action.value)
    return ACT_FORMS[action](data, prefix=action.value)


def _page(
    request: SignedInRequest,
    appeal: VisitAppeal,
    bad: tuple[AppealAction, forms.Form] | None = None,
) -> HttpResponse:
    viewer, visit = request.user, appeal.visit
    parts = parts_of_appeal(appeal, viewer)
    allowed = appealing.allowed(AppealState(appeal.state), parts)
    doings = [
        {
            "name": action.value,
            "label": LABELS[action],
            "form": bad[1]
            if bad is not None and bad[0] == action
            else _form(action, appeal),
            "open": bad is not None and bad[0] == action,
            "first": number == 0 and action in NEXT,
        }
        for number, action in enumerate(one for one in LABELS if one in allowed)
    ]
    answers = Answer.objects.filter(report__visit=visit, question=appeal.question)
    context = {
        "appeal": appeal,
        "visit": visit,
        "answer": answers.select_related("question").first(),
        "doings": doings,
        "events": appeal.events.select_related("by__employee"),
        "shows_employee": visit.shows_employee(viewer),
        # Agency and chain work back to back: neither learns who of the other acts.
        "agency_side": AppealPart.AGENCY in parts
        and parts.isdisjoint({AppealPart.OUTLET, AppealPart.APPELLANT}),
        "late": appeal.turn is not None and appeal.due_on < timezone.localdate(),
    }
    return render(request, "evaluations/mystery/appeals/appeal.html", context)
