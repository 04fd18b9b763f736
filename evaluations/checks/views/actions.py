"""Corrective actions: what is to be put right, by whom, and whether it was."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.checks import services
from evaluations.checks.forms.actions import ActionForm, ActionsForm, NoteForm
from evaluations.checks.models import (
    ActionState,
    Check,
    CorrectiveAction,
    MarkKind,
)
from evaluations.checks.selectors.areas import owner_of
from evaluations.checks.selectors.blinding import without_judged
from evaluations.checks.services.actions import may_open, usual_due_day
from evaluations.checks.services.cards import today_at
from evaluations.checks.views.blinding import sent_back_to_judge
from evaluations.standards.models import Item
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def action_list(request: SignedInRequest) -> HttpResponse:
    """What is to be put right: the most urgent first, or what was."""
    viewer = request.user
    if not viewer.sight.may(Power.SEE_RECORDS) and viewer.sight.employee_id is None:
        raise PermissionDenied
    form = ActionsForm(request.GET)
    rows = CorrectiveAction.objects.visible_to(viewer)
    rows = without_judged(rows, viewer, "check_record__")
    rows = form.narrow(rows, viewer.sight.employee_id, timezone.localdate())
    rows = rows.select_related("outlet", "owner", "item").most_urgent_first()
    context = {
        "form": form,
        "page": page_of(rows, request.GET.get("page")),
        "today": timezone.localdate(),
        "leads": viewer.sight.may(Power.RECORD) or viewer.sight.may(Power.CORRECT),
    }
    return render(request, "evaluations/checks/actions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def open_action(request: SignedInRequest) -> HttpResponse:
    """Ask somebody to put something right: `?check=&item=`, or `?outlet=` alone."""
    viewer = request.user
    check, item = _finding(request)
    outlet = check.outlet if check else _outlet(request)
    if not may_open(outlet, viewer):
        raise PermissionDenied
    today = today_at(outlet)
    initial = {
        "task": item.title if item else "",
        "due_on": usual_due_day(today),
        "owner": owner_of(check, item) or viewer.employee_id,
    }
    form = ActionForm(request.POST or None, outlet=outlet, on=today, initial=initial)
    if form.is_valid():
        try:
            made = services.open_action(
                outlet=outlet, check=check, item=item, by=viewer, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("checks:action", made.uuid)
    context = {"form": form, "outlet": outlet, "check": check, "item": item}
    return render(request, "evaluations/checks/actions/open.html", context)


@require_safe
@login_required
def action_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One action with its history, and what the viewer may do now."""
    action = _visible(request, uuid)
    check = action.check_record
    if check and (away := sent_back_to_judge(request, check.outlet_id, check.on)):
        return away
    return _page(request, action)


@require_POST
@login_required
def change_action(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Give it to somebody else, or more time."""
    action = _visible(request, uuid)
    form = _change_form(request, action)
    if not form.is_valid():
        return _page(request, action, change=form)
    return _act(request, action, services.change_action, **form.cleaned_data)


def _noted(service: Callable[..., CorrectiveAction]) -> Callable[..., HttpResponse]:
    """Return a view that does one thing to an action, with a note."""

    @require_POST
    @login_required
    def view(request: SignedInRequest, uuid: UUID) -> HttpResponse:
        action = _visible(request, uuid)
        form = NoteForm(request.POST)
        if not form.is_valid():
            return _page(request, action, note=form)
        return _act(request, action, service, **form.cleaned_data)

    view.__doc__ = service.__doc__
    return view


report_done = _noted(services.report_done)
verify_action = _noted(services.verify_action)
send_back = _noted(services.send_back)
drop_action = _noted(services.drop_action)


def _act(
    request: SignedInRequest,
    action: CorrectiveAction,
    service: Callable[..., CorrectiveAction],
    **given: Any,
) -> HttpResponse:
    try:
        service(action=action, by=request.user, **given)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("checks:action", action.uuid)


def _page(
    request: SignedInRequest, action: CorrectiveAction, **forms: Any
) -> HttpResponse:
    viewer, today = request.user, today_at(action.outlet)
    leads = may_open(action.outlet, viewer)
    owns = action.owner_id == viewer.employee_id
    is_open = action.state == ActionState.OPEN
    context = {
        "action": action,
        "overdue": action.is_overdue(today),
        "steps": action.steps.select_related("by__employee"),
        "may_report": is_open and (owns or leads),
        "may_change": is_open and leads,
        "may_verify": action.state == ActionState.DONE and leads and not owns,
        "note": forms.get("note") or NoteForm(),
        "change": forms.get("change") or _change_form(request, action),
    }
    return render(request, "evaluations/checks/actions/detail.html", context)


def _change_form(request: SignedInRequest, action: CorrectiveAction) -> ActionForm:
    form = ActionForm(
        request.POST if request.method == "POST" else None,
        outlet=action.outlet,
        on=today_at(action.outlet),
        initial={"owner": action.owner_id, "due_on": action.due_on},
    )
    del form.fields["task"]
    return form


def _visible(request: SignedInRequest, uuid: UUID) -> CorrectiveAction:
    actions = CorrectiveAction.objects.visible_to(request.user)
    related = actions.select_related("outlet__region", "owner", "item", "check_record")
    return get_object_or_404(related, uuid=uuid)


def _finding(request: SignedInRequest) -> tuple[Check | None, Item | None]:
    asked = request.GET.get("check", "")
    if not asked:
        return None, None
    checks = Check.objects.visible_to(request.user).select_related("outlet__region")
    try:
        uuid = UUID(asked)
    except ValueError:
        uuid = UUID(int=0)
    check = get_object_or_404(checks, uuid=uuid)
    failed = check.marks.filter(mark=MarkKind.FAILED).select_related("item")
    mark = get_object_or_404(failed, item__code=request.GET.get("item", ""))
    return check, mark.item


def _outlet(request: SignedInRequest) -> Outlet:
    seen = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    code = request.GET.get("outlet", "")
    if not code:
        held = seen.select_related("region")[:2]
        if len(held) == 1:
            return held[0]
    return get_object_or_404(seen.select_related("region"), code=code)
