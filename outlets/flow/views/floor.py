"""The floor of an outlet at this moment, on a page that looks again by itself."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.flow.selectors.floor import floor_now
from outlets.flow.views.requests import SeeingRequest, asked_outlet

LOOK_AGAIN_S = 15


class FloorRequest(SeeingRequest, HtmxHttpRequest):
    """A request of htmx, or of a browser without it."""


@require_safe
@never_cache
@vary_on_headers("HX-Request")
@login_required
def floor_page(request: FloorRequest, code: str) -> HttpResponse:
    scope = asked_outlet(request, code)
    outlet, now = scope.outlet, timezone.now()
    if outlet is None:
        raise TypeError("a scope of one outlet names it")
    floor = floor_now(outlet, now)
    context = {
        "outlet": outlet,
        "floor": floor,
        "now": now.astimezone(outlet.zone),
        "longest_s": floor.longest_s(now),
        "state": floor.state(now),
        "limit": settings.FLOW_WAIT_LIMIT_MINUTES,
        "look_again_s": LOOK_AGAIN_S,
    }
    name = "_floor.html" if wants_fragment(request) else "floor.html"
    return render(request, f"outlets/flow/{name}", context)
