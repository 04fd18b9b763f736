"""The ticket desk of an outlet: take, call, serve, hand on; one tap each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from outlets.exchange.drawings import qr_code
from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.flow import staff
from outlets.flow.desk.deeds import call_again, call_next, mark_ticket, take_ticket
from outlets.flow.desk.forms import (
    CallAgainForm,
    CallForm,
    MarkForm,
    ServerForm,
    TakeForm,
    faults_of,
)
from outlets.flow.desk.hall import Hall, Server, hall_after_a_deed, hall_now
from outlets.flow.desk.line import LEADS_TO, in_minutes
from outlets.flow.desk.tokens import token_of
from outlets.flow.desk.words import STATES
from outlets.flow.events import Happening
from outlets.flow.models import TicketEvent
from outlets.flow.views.requests import SeeingRequest, asked_outlet, may_record
from outlets.places.models import Outlet

LOOK_AGAIN_S = 10
SERVERS = "flow_servers"  # where a session keeps who serves, by outlet


class DeskRequest(SeeingRequest, HtmxHttpRequest):
    """A request of htmx, or of a browser without it."""


@require_safe
@never_cache
@vary_on_headers("HX-Request")
@login_required
def desk_page(request: DeskRequest, code: str) -> HttpResponse:
    """The desk; htmx asks for the line alone. `?ticket=` shows one just taken."""
    outlet = _desk_of(request, code)
    hall = hall_now(outlet, timezone.now())
    if wants_fragment(request):
        context = _context(request, outlet, hall)
        return render(request, "outlets/flow/desk/_line.html", context)
    return _page(request, outlet, hall, taken=request.GET.get("ticket", ""))


@require_POST
@login_required
def desk_take(request: DeskRequest, code: str) -> HttpResponse:
    outlet = _desk_of(request, code)
    return _do(request, outlet, TakeForm(request.POST), take_ticket)


@require_POST
@login_required
def desk_call(request: DeskRequest, code: str) -> HttpResponse:
    """Call who is next in line, or `number` once more."""
    outlet = _desk_of(request, code)
    server = _server(request, outlet)
    again = "number" in request.POST
    deed: Callable[..., TicketEvent] = call_again if again else call_next

    def call(**given: Any) -> TicketEvent:
        return deed(
            employee_number=server.employee_number, counter=server.counter, **given
        )

    form = CallAgainForm if again else CallForm
    return _do(request, outlet, form(request.POST), call)


@require_POST
@login_required
def desk_mark(request: DeskRequest, code: str) -> HttpResponse:
    outlet = _desk_of(request, code)
    return _do(request, outlet, MarkForm(request.POST), mark_ticket)


@require_POST
@login_required
def desk_server(request: DeskRequest, code: str) -> HttpResponse:
    """Remember in the session who serves from now on, and at which counter."""
    outlet = _desk_of(request, code)
    form = ServerForm(request.POST)
    hall = hall_now(outlet, timezone.now())
    if not form.is_valid():
        return _page(request, outlet, hall, refused=faults_of(form))
    number = form.cleaned_data["employee_number"]
    kept = request.session.get(SERVERS, {})
    request.session[SERVERS] = kept | {outlet.code: form.cleaned_data}
    said = _("%(number)s serves now.") % {"number": number}
    doubt = ""
    if staff.unknown_numbers([number]):
        doubt = _("The number %(number)s belongs to nobody; it is kept all the same.")
    return _said(request, outlet, hall, said, doubt % {"number": number})


def _desk_of(request: DeskRequest, code: str) -> Outlet:
    """Return the outlet; who sees it and may not record there is refused."""
    outlet = asked_outlet(request, code).outlet
    if outlet is None:
        raise TypeError("a scope of one outlet names it")
    if not may_record(request, outlet):
        raise PermissionDenied
    return outlet


def _server(request: DeskRequest, outlet: Outlet) -> Server:
    """Return who serves: as chosen here before, else whoever is signed in."""
    kept = request.session.get(SERVERS, {}).get(outlet.code)
    return Server(**kept) if kept else Server(staff.own_number(request.user), "")


def _do(
    request: DeskRequest,
    outlet: Outlet,
    form: forms.Form,
    deed: Callable[..., TicketEvent],
) -> HttpResponse:
    """Do what a form asks for, and answer with the desk as it is then."""
    now = timezone.now()
    if not form.is_valid():
        hall = hall_now(outlet, now)
        return _page(request, outlet, hall, refused=faults_of(form))
    try:
        event = deed(outlet=outlet, by=request.user, now=now, **form.cleaned_data)
    except DomainError as error:
        hall = hall_after_a_deed(outlet, now)
        return _page(request, outlet, hall, refused=str(error))
    hall = hall_after_a_deed(outlet, now)
    if event.event == Happening.ARRIVE:
        return _said(request, outlet, hall, "", taken=event.ticket_no)
    state = STATES[LEADS_TO[Happening(event.event)]]
    said = _("Ticket %(number)s %(state)s.")
    words = {"number": event.ticket_no, "state": state}
    return _said(request, outlet, hall, said % words)


def _said(
    request: DeskRequest,
    outlet: Outlet,
    hall: Hall,
    said: str,
    doubt: str = "",
    *,
    taken: str = "",
) -> HttpResponse:
    """Answer what was done: htmx with the desk, another browser with its address."""
    if wants_fragment(request):
        return _page(request, outlet, hall, said=said, doubt=doubt, taken=taken)
    if said:
        messages.success(request, said)
    if doubt:
        messages.warning(request, doubt)
    address = reverse("flow:desk", args=[outlet.code])
    return redirect(f"{address}?{urlencode({'ticket': taken})}" if taken else address)


def _page(
    request: DeskRequest, outlet: Outlet, hall: Hall, *, taken: str = "", **said: str
) -> HttpResponse:
    context = _context(request, outlet, hall) | {
        **said,
        "taken": _taken(request, hall, taken),
        "form": ServerForm(initial=_as_initial(_server(request, outlet))),
        # Whoever works with a keyboard goes on at what comes next.
        "focus": wants_fragment(request),
    }
    name = "_desk.html" if wants_fragment(request) else "desk.html"
    return render(request, f"outlets/flow/desk/{name}", context)


def _as_initial(server: Server) -> dict[str, str]:
    return {"employee_number": server.employee_number, "counter": server.counter}


def _context(request: DeskRequest, outlet: Outlet, hall: Hall) -> dict[str, Any]:
    server, now = _server(request, outlet), timezone.now()
    number = server.employee_number
    mine = [o for o in hall.called if number and o.employee_number == number]
    waits = [(one, (now - one.arrived_at).total_seconds()) for one in hall.waiting]
    return {
        "outlet": outlet,
        "hall": hall,
        "server": server,
        "mine": mine,
        "others": [one for one in hall.called if one not in mine],
        "waits": waits,
        "expected": in_minutes(hall.expected_s),
        "now": now.astimezone(outlet.zone),
        "look_again_s": LOOK_AGAIN_S,
    }


def _taken(request: DeskRequest, hall: Hall, number: str) -> dict[str, Any] | None:
    """Return what is handed to the customer; None: no such ticket waits."""
    standing = next((one for one in hall.waiting if one.number == number), None)
    if standing is None:
        return None
    path = reverse("flow:ticket", args=[token_of(standing.key)])
    address = request.build_absolute_uri(path)
    return {
        "standing": standing,
        "before": hall.before(standing.key),
        "expected": in_minutes(hall.expected_of(standing.key)),
        "address": address,
        "drawing": qr_code(address),
    }
