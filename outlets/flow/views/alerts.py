"""The alerts of all floors in reach, and saying that one has been seen."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import wants_fragment
from outlets.exchange.pages import page_of
from outlets.flow.alerts import acknowledge_alert
from outlets.flow.models import FlowAlert
from outlets.flow.selectors.alerts import alert_lines, unseen_count
from outlets.flow.selectors.scopes import Scope, regions_above
from outlets.flow.views.floor import FloorRequest
from outlets.flow.views.requests import asked_scope

LOOK_AGAIN_S = 60


@require_safe
@never_cache
@vary_on_headers("HX-Request")
@login_required
def alert_list(request: FloorRequest) -> HttpResponse:
    """What goes on and nobody has seen first; `?all=1` with what is over."""
    return _answer(request, asked_scope(request))


def _answer(request: FloorRequest, scope: Scope, problem: str = "") -> HttpResponse:
    everything = request.GET.get("all") == "1"
    alerts = FlowAlert.objects.visible_to(request.user).at(scope.outlets)
    if not everything:
        alerts = alerts.open()
    page = page_of(
        alerts.exceptions_first().select_related("outlet", "acknowledged_by__employee"),
        request.GET.get("page"),
    )
    query = urlencode(scope.query)
    context = {
        "scope": scope,
        "above": regions_above(request.user, scope.region) if scope.region else [],
        "page": page,
        "problem": problem,
        "lines": alert_lines(page.rows, request.user),
        "everything": everything,
        "query": query,
        "here": urlencode({**scope.query, **({"all": "1"} if everything else {})}),
        "look_again_s": LOOK_AGAIN_S,
    }
    name = "_alerts.html" if wants_fragment(request) else "alerts.html"
    return render(request, f"outlets/flow/{name}", context)


@require_safe
@never_cache
@login_required
def alert_count(request: FloorRequest) -> HttpResponse:
    """How many nobody has seen yet, as a link that other pages fetch."""
    scope = asked_scope(request)
    context = {
        "count": unseen_count(request.user, scope.outlets),
        "query": urlencode(scope.query),
    }
    return render(request, "outlets/flow/_alert_link.html", context)


@require_POST
@login_required
def alert_acknowledge(request: FloorRequest, uuid: UUID) -> HttpResponse:
    scope = asked_scope(request)
    problem = ""
    try:
        acknowledge_alert(uuid=uuid, by=request.user)
    except FlowAlert.DoesNotExist:
        raise Http404 from None
    except DomainError as error:
        problem = str(error)
    if wants_fragment(request):
        return _answer(request, scope, problem)
    if problem:
        messages.warning(request, problem)
    else:
        messages.success(request, _("Noted: somebody sees to it."))
    query = request.GET.urlencode()
    return redirect(reverse("flow:alerts") + (f"?{query}" if query else ""))
