"""What customers see: the screen in the hall, and the page of one's own ticket."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.exchange.public import public_under
from outlets.flow.desk.afterwards import page_after
from outlets.flow.desk.hall import hall_now, standing_at
from outlets.flow.desk.line import OVER, State, in_minutes
from outlets.flow.desk.tokens import arrival_of
from outlets.flow.events import Happening
from outlets.flow.models import TicketEvent
from outlets.flow.views.desk import DeskRequest
from outlets.flow.views.requests import asked_outlet
from outlets.places.models import Outlet
from outlets.places.rules import trading_day

CALLS_SHOWN = 8
DISPLAY_LOOKS_AGAIN_S = 5
TICKET_LOOKS_AGAIN_S = 20
GONE = 410
# To htmx: swap this in, and stop looking.
STOP_LOOKING = 286


@login_not_required
@require_safe
@never_cache
@vary_on_headers("HX-Request")
def display_page(request: DeskRequest, code: str) -> HttpResponse:
    """The screen in the hall.

    It is open to who sees the flow of the outlet, and to an enrolled tablet of the
    outlet without anybody signed in: it shows no more than the hall itself.
    """
    outlet = _outlet_of_tablet(request, code)
    if outlet is None:
        asking: Any = request.user
        if not asking.is_authenticated:
            return redirect_to_login(request.get_full_path())
        outlet = asked_outlet(request, code).outlet
    if outlet is None:
        raise TypeError("a scope of one outlet names it")
    now = timezone.now()
    hall = hall_now(outlet, now)
    context = {
        "outlet": outlet,
        "calls": hall.called[:CALLS_SHOWN],
        "waiting": hall.waiting_by_service,
        "total": len(hall.waiting),
        "expected": in_minutes(hall.expected_s),
        "now": now.astimezone(outlet.zone),
        "look_again_s": DISPLAY_LOOKS_AGAIN_S,
    }
    name = "_display.html" if wants_fragment(request) else "display.html"
    return render(request, f"outlets/flow/desk/{name}", context)


def _outlet_of_tablet(request: DeskRequest, code: str) -> Outlet | None:
    """Return the outlet if a tablet of it asks; None: somebody else does."""
    # Set by the middleware of `accounts`, which knows tablets.
    device: Any = getattr(request, "device", None)
    if device is None:
        return None
    return Outlet.objects.filter(pk=device.outlet_id, code=code).first()


@public_under("ticket")
@require_safe
@never_cache
@vary_on_headers("HX-Request")
def ticket_page(request: HtmxHttpRequest, token: str) -> HttpResponse:
    """One ticket for who holds its address: its number and place in line, no more."""
    arrival = arrival_of(token)
    if arrival is None:
        raise Http404
    events = TicketEvent.objects.select_related("outlet")
    event = get_object_or_404(events, uuid=arrival, event=Happening.ARRIVE)
    outlet, now, key = event.outlet, timezone.now(), str(arrival)
    context: dict[str, Any] = {
        "number": event.ticket_no,
        "token": token,
        "look_again_s": TICKET_LOOKS_AGAIN_S,
    }
    if trading_day(now, outlet.zone, outlet.day_starts_at) != event.date:
        return _ticket(request, context | {"expired": True}, gone=True)
    hall = hall_now(outlet, now)
    context |= {
        "called": hall.called_to(key),
        "before": hall.before(key),
        "expected": in_minutes(hall.expected_of(key)),
    }
    if context["called"] is None and context["before"] is None:
        standing = standing_at(outlet, event.date, event.ticket_no)
        context["over"] = standing is not None and standing.state in OVER
        if standing is not None and standing.state is State.FINISHED:
            context["afterwards"] = page_after(arrival)
    return _ticket(request, context)


def _ticket(
    request: HtmxHttpRequest, context: dict[str, Any], *, gone: bool = False
) -> HttpResponse:
    if wants_fragment(request):
        ended = gone or context.get("over", False)
        status = STOP_LOOKING if ended else 200
        name = "outlets/flow/desk/_ticket.html"
        return render(request, name, context, status=status)
    status = GONE if gone else 200
    return render(request, "outlets/flow/desk/ticket.html", context, status=status)
