"""Supervision orders: the list, a new one, the order, and what is done with it."""

from typing import Any

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

from evaluations.complaints import order_acting
from evaluations.complaints.forms.orders import ORDER_FORMS, OrderForm
from evaluations.complaints.models import (
    Case,
    OrderEvent,
    OrderStep,
    SupervisionOrder,
)
from evaluations.complaints.order_acting import OrderAction, OrderState
from evaluations.complaints.services.meetings import (
    holds_meetings,
    meeting_for_orders,
)
from evaluations.complaints.services.orders import (
    act_on_order,
    issue_order,
    parts_of_order,
    worth_of,
)
from evaluations.ledger.periods import Period
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

LABELS: dict[OrderAction, Any] = {
    OrderAction.START: _("Begin to work on it"),
    OrderAction.REPORT: _("Report it done"),
    OrderAction.VERIFY: _("Verify it"),
    OrderAction.REOPEN: _("Reopen it"),
    OrderAction.EXTEND: _("Give it more time"),
    OrderAction.REMARK: _("Remark"),
}
NEXT = (OrderAction.START, OrderAction.REPORT, OrderAction.VERIFY)
STATES = ("open", "overdue", "reported", "verified")


def _issues(request: SignedInRequest) -> bool:
    """Tell whether she leads a region: a store manager has nobody below her."""
    reach = request.user.sight.reach(Power.SETTLE_CASES)
    return reach.everywhere or bool(reach.region_paths)


@require_safe
@login_required
def order_list(request: SignedInRequest) -> HttpResponse:
    """The orders within sight, newest first."""
    if not request.user.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    orders = SupervisionOrder.objects.visible_to(request.user)
    state, now = request.GET.get("state", ""), timezone.now()
    if state == "open":
        orders = orders.undone()
    elif state == "overdue":
        orders = orders.overdue(timezone.localdate(now))
    elif state in (OrderState.REPORTED, OrderState.VERIFIED):
        orders = orders.filter(state=state)
    rows = orders.select_related("outlet__region", "region")
    page = page_of(rows, request.GET.get("page"))
    context = {
        "page": page,
        "late": [order.pk for order in page.rows if order.is_late(now)],
        "issues": _issues(request),
        "state": state if state in STATES else "",
    }
    return render(request, "evaluations/complaints/orders/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order_new(request: SignedInRequest) -> HttpResponse:
    """Issue an order to a unit below; `meeting` names the meeting that decided it."""
    if not _issues(request):
        raise PermissionDenied
    asked = request.GET
    meeting = _meeting(request, asked.get("region", ""), asked.get("month", ""))
    initial = {name: asked.get(name, "") for name in ("unit", "cases")}
    form = OrderForm(request.POST or None, viewer=request.user, initial=initial)
    if form.is_valid():
        given = dict(form.cleaned_data)
        row = None if meeting is None else meeting_for_orders(**meeting)
        try:
            order = issue_order(by=request.user, meeting=row, **given)
        except DomainError as error:
            form.add_error(None, str(error))
        except PermissionDenied:
            form.add_error(
                None, _("You do not lead above this unit: choose one below you.")
            )
        else:
            return redirect("complaints:order", order.order_no)
    context = {"form": form, "meeting": meeting}
    return render(request, "evaluations/complaints/orders/new.html", context)


def _meeting(request: SignedInRequest, code: str, month: str) -> dict[str, Any] | None:
    try:
        period = Period.month(month)
    except ValueError:
        return None
    region = Region.objects.visible_to(request.user).filter(code=code).first()
    if region is None or not holds_meetings(request.user, region):
        return None
    return {"region": region, "month": period}


@require_safe
@login_required
def order_detail(request: SignedInRequest, order_no: str) -> HttpResponse:
    return _page(request, _visible(request, order_no))


@require_POST
@login_required
def order_act(request: SignedInRequest, order_no: str, action: str) -> HttpResponse:
    """Do one thing with an order; a form with errors comes back in the page."""
    order = _visible(request, order_no)
    doing = OrderAction(action)
    form = ORDER_FORMS[doing](request.POST, prefix=action)
    if not form.is_valid():
        return _page(request, order, (doing, form))
    try:
        act_on_order(order=order, action=doing, by=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, order, (doing, form))
    return redirect("complaints:order", order.order_no)


def _visible(request: SignedInRequest, order_no: str) -> SupervisionOrder:
    orders = SupervisionOrder.objects.visible_to(request.user)
    related = orders.select_related(
        "outlet__region", "region", "meeting__region", "issued_by__employee"
    )
    return get_object_or_404(related, order_no=order_no)


def _page(
    request: SignedInRequest,
    order: SupervisionOrder,
    bad: tuple[OrderAction, forms.Form] | None = None,
) -> HttpResponse:
    now, viewer = timezone.now(), request.user
    allowed = order_acting.allowed(
        OrderState(order.state), parts_of_order(order, viewer)
    )
    doings = [
        {
            "name": action.value,
            "label": LABELS[action],
            "form": bad[1]
            if bad is not None and bad[0] == action
            else ORDER_FORMS[action](prefix=action.value),
            "open": bad is not None and bad[0] == action,
            # The page opens what is to be done next; of a verified order nothing is.
            "first": number == 0 and action in NEXT,
        }
        for number, action in enumerate(allowed)
    ]
    events = OrderEvent.objects.visible_to(viewer).filter(order=order)
    context = {
        "order": order,
        "late": order.is_late(now),
        "worth": worth_of(order, now),
        "doings": doings,
        "events": events.select_related("by__employee"),
        "steps": OrderStep.objects.visible_to(viewer)
        .filter(order=order)
        .select_related("region"),
        "cases": Case.objects.visible_to(viewer).filter(orders=order),
    }
    return render(request, "evaluations/complaints/orders/order.html", context)
