"""Leave: asking, withdrawing, deciding."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest
from staffing.rosters.forms.mine import DecisionForm, LeaveForm
from staffing.rosters.models import Leave, LeaveState, RosterDay, Swap, SwapState
from staffing.rosters.services.deciding import may_decide, own_employee
from staffing.rosters.services.leaves import (
    approve_leave,
    ask_leave,
    refuse_leave,
    withdraw_leave,
)

PEOPLE = ("employee", "outlet__region", "decided_by__employee")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave_list(request: SignedInRequest) -> HttpResponse:
    """One's own requests, and the form to ask."""
    employee = own_employee(request.user)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_leave(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Asked. You will find the decision here."))
            return redirect("my_roster:leaves")
    mine = Leave.objects.visible_to(request.user).filter(employee=employee)
    context = {
        "form": form,
        "page": page_of(mine.select_related(*PEOPLE), request.GET.get("page")),
    }
    return render(request, "staffing/rosters/mine/leaves.html", context)


@require_safe
@login_required
def leave_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One request: whoever decides sees what it touches."""
    leaves = Leave.objects.visible_to(request.user).select_related(*PEOPLE)
    leave = get_object_or_404(leaves, uuid=uuid)
    sight = request.user.sight
    decides = may_decide(request.user, leave.outlet, leave.employee_id)
    waits = leave.state == LeaveState.ASKED
    context = {
        "leave": leave,
        "own": leave.employee_id == sight.employee_id,
        "waits": waits,
        "form": DecisionForm() if decides and waits else None,
    }
    if decides:
        span = {"on__gte": leave.first_on, "on__lte": leave.last_on}
        context["shifts"] = (
            RosterDay.objects.filter(
                employee=leave.employee, shift__isnull=False, **span
            )
            .select_related("shift", "outlet")
            .order_by("on")[:62]
        )
        context["others"] = (
            Leave.objects.visible_to(request.user)
            .approved_between(leave.first_on, leave.last_on)
            .filter(outlet=leave.outlet)
            .exclude(employee=leave.employee_id)
            .select_related("employee")[:20]
        )
    return render(request, "staffing/rosters/mine/leave.html", context)


@require_POST
@login_required
def leave_withdraw(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Take one's own request back."""
    get_object_or_404(Leave.objects.visible_to(request.user), uuid=uuid)
    try:
        withdraw_leave(uuid=uuid, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("my_roster:leaves")


@require_POST
@login_required
def leave_decide(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Approve or refuse; the button says which."""
    get_object_or_404(Leave.objects.visible_to(request.user), uuid=uuid)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The reason is too long."))
        return redirect("my_roster:leave", uuid)
    try:
        if form.cleaned_data["approves"]:
            approve_leave(uuid=uuid, because=form.reason, by=request.user)
            messages.success(request, _("Approved. The roster says leave now."))
        else:
            refuse_leave(uuid=uuid, because=form.reason, by=request.user)
            messages.success(request, _("Refused. The reason is shown to her."))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("my_roster:leave", uuid)
    return redirect("my_roster:decisions")


@require_safe
@login_required
def decisions(request: SignedInRequest) -> HttpResponse:
    """What waits for whoever publishes rosters: leave and swaps, the oldest first."""
    sight = request.user.sight
    if not sight.may(Power.PUBLISH_ROSTERS):
        raise PermissionDenied
    theirs = sight.outlets(Power.PUBLISH_ROSTERS, "outlet__")
    leaves = Leave.objects.visible_to(request.user).filter(theirs)
    swaps = Swap.objects.visible_to(request.user).filter(theirs)
    if sight.employee_id is not None:
        leaves = leaves.exclude(employee=sight.employee_id)
        swaps = swaps.exclude(asker=sight.employee_id)
        swaps = swaps.exclude(colleague=sight.employee_id)
    waiting = leaves.filter(state=LeaveState.ASKED).select_related(*PEOPLE)
    agreed = swaps.filter(state=SwapState.AGREED)
    context = {
        "leaves": waiting.order_by("asked_at", "pk")[:100],
        "swaps": agreed.select_related("asker", "colleague", "outlet").order_by(
            "asked_at", "pk"
        )[:100],
        "decided": leaves.filter(state__in=(LeaveState.APPROVED, LeaveState.REFUSED))
        .select_related(*PEOPLE)
        .order_by("-decided_at")[:20],
    }
    return render(request, "staffing/rosters/mine/decisions.html", context)
