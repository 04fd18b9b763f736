"""Swaps: choosing, proposing, answering, deciding."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
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
from staffing.people.requests import SignedInRequest
from staffing.rosters.forms.mine import DecisionForm, SwapForm
from staffing.rosters.models import RosterDay, ShiftKind, Swap, SwapState
from staffing.rosters.selectors.judging import Board
from staffing.rosters.selectors.swaps import exchange_of, partners_for
from staffing.rosters.services.deciding import (
    may_decide,
    outlet_of,
    own_employee,
    today_at,
)
from staffing.rosters.services.swaps import (
    answer_swap,
    approve_swap,
    propose_swap,
    refuse_swap,
    withdraw_swap,
)
from staffing.rosters.views.asked import day_of

PEOPLE = ("asker", "colleague", "outlet__region", "decided_by__employee")
SHOWN = 62


def _kinds() -> dict[str, ShiftKind]:
    return {kind.code: kind for kind in ShiftKind.objects.all()}


@require_safe
@login_required
def swap_list(request: SignedInRequest) -> HttpResponse:
    """One's own future shifts to choose from, and the swaps one takes part in."""
    employee = own_employee(request.user)
    outlet = outlet_of(employee)
    mine = RosterDay.objects.visible_to(request.user).filter(
        employee=employee,
        on__gt=today_at(outlet),
        shift__isnull=False,
        outlet__isnull=False,
    )
    swaps = Swap.objects.visible_to(request.user).filter(
        Q(asker=employee) | Q(colleague=employee)
    )
    context = {
        "days": mine.select_related("shift", "outlet").order_by("on")[:SHOWN],
        "page": page_of(swaps.select_related(*PEOPLE), request.GET.get("page")),
        "kinds": _kinds(),
        "me": employee.pk,
    }
    return render(request, "staffing/rosters/mine/swaps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def swap_new(request: SignedInRequest, on: str) -> HttpResponse:
    """Who could take one's own shift of a day, for which of hers."""
    employee = own_employee(request.user)
    mine = RosterDay.objects.visible_to(request.user).filter(
        employee=employee, shift__isnull=False, outlet__isnull=False
    )
    row = get_object_or_404(
        mine.select_related("employee", "shift", "outlet__region"), on=day_of(on)
    )
    today = today_at(row.outlet)
    partners = partners_for(row, today) if row.on > today else []
    form = SwapForm(request.POST or None, partners=partners)
    if request.method == "POST" and form.is_valid():
        exchange = form.exchange
        try:
            propose_swap(
                on=row.on,
                colleague=exchange.colleague,
                other_on=exchange.other_on,
                note=form.cleaned_data["note"],
                by=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Asked. Your colleague finds it here."))
            return redirect("my_roster:swaps")
    context = {
        "row": row,
        "partners": partners,
        "form": form,
        "is_past": row.on <= today,
    }
    return render(request, "staffing/rosters/mine/swap_new.html", context)


@require_safe
@login_required
def swap_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One swap; whoever decides sees whether it still breaks no rule."""
    swaps = Swap.objects.visible_to(request.user).select_related(*PEOPLE)
    swap = get_object_or_404(swaps, uuid=uuid)
    me = request.user.sight.employee_id
    decides = swap.state == SwapState.AGREED and may_decide(
        request.user, swap.outlet, swap.asker_id, swap.colleague_id
    )
    context = {
        "swap": swap,
        "kinds": _kinds(),
        "is_asker": swap.asker_id == me,
        "is_asked": swap.colleague_id == me,
        "form": DecisionForm() if decides else None,
    }
    if decides:
        board = Board(swap.outlet, [swap.on, swap.other_on])
        exchange = exchange_of(swap, board)
        context["changed"] = exchange is None
        context["broken"] = exchange.broken(board) if exchange else []
    return render(request, "staffing/rosters/mine/swap.html", context)


def _require_in_sight(request: SignedInRequest, uuid: UUID) -> None:
    get_object_or_404(Swap.objects.visible_to(request.user), uuid=uuid)


@require_POST
@login_required
def swap_withdraw(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Take one's own proposal back."""
    _require_in_sight(request, uuid)
    try:
        withdraw_swap(uuid=uuid, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The proposal is withdrawn."))
    return redirect("my_roster:swaps")


@require_POST
@login_required
def swap_answer(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Say yes or no as the colleague who was asked."""
    _require_in_sight(request, uuid)
    agrees = request.POST.get("agrees") == "yes"
    try:
        swap = answer_swap(uuid=uuid, agrees=agrees, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        _say(request, swap)
    return redirect("my_roster:swap", uuid)


@require_POST
@login_required
def swap_decide(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Approve or refuse; the button says which."""
    _require_in_sight(request, uuid)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The reason is too long."))
        return redirect("my_roster:swap", uuid)
    try:
        if form.cleaned_data["approves"]:
            swap = approve_swap(uuid=uuid, because=form.reason, by=request.user)
        else:
            swap = refuse_swap(uuid=uuid, because=form.reason, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("my_roster:swap", uuid)
    _say(request, swap)
    return redirect("my_roster:decisions")


def _say(request: SignedInRequest, swap: Swap) -> None:
    """Say what became of a swap."""
    if swap.state == SwapState.LAPSED:
        words = _("This swap has lapsed, and nothing was changed: %(why)s")
        messages.warning(request, words % {"why": swap.reason})
    elif swap.state == SwapState.APPROVED:
        messages.success(request, _("Approved. The roster is changed for both."))
    elif swap.state == SwapState.AGREED:
        messages.success(request, _("You agreed. Now it waits for approval."))
    else:
        messages.success(request, _("Refused. Nothing is changed."))
