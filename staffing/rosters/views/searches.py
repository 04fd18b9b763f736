"""The generator on the page: start, see how far it is, stop, accept."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest
from staffing.rosters.models import Search
from staffing.rosters.selectors.searches import proposal_of
from staffing.rosters.services import searching
from staffing.rosters.views.reach import month_of, month_text, outlet_of


@require_POST
@login_required
def start(request: SignedInRequest, code: str, month: str) -> HttpResponse:
    """Ask the generator for this month."""
    outlet = outlet_of(request.user, code, Power.PLAN_ROSTERS)
    first = month_of(month)
    try:
        search = searching.start_search(outlet=outlet, first=first, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("rosters:month", outlet.code, month_text(first))
    return redirect("rosters:search", search.uuid)


@require_safe
@login_required
def search_page(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What a search has found so far; htmx asks for the part that moves."""
    search = _visible(request, uuid)
    template = "_search.html" if request.headers.get("HX-Request") else "search.html"
    return render(request, f"staffing/rosters/{template}", _context(search))


@require_POST
@login_required
def stop(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """End the search; the best roster so far stays."""
    search = _visible(request, uuid)
    searching.stop_search(search=search, by=request.user)
    return redirect("rosters:search", search.uuid)


@require_POST
@login_required
def accept(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Put the proposal into the roster."""
    search = _visible(request, uuid)
    try:
        searching.accept(search=search, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("rosters:search", search.uuid)
    messages.success(request, _("The proposal is in the roster."))
    roster = search.roster
    return redirect("rosters:month", roster.outlet.code, month_text(roster.month))


def _visible(request: SignedInRequest, uuid: UUID) -> Search:
    rows = Search.objects.visible_to(request.user).select_related(
        "roster__outlet__region", "started_by__employee"
    )
    return get_object_or_404(rows, uuid=uuid)


def _context(search: Search) -> dict[str, Any]:
    return {
        "search": search,
        "outlet": search.roster.outlet,
        "month_text": month_text(search.roster.month),
        "first": search.roster.month,
        "proposal": proposal_of(search) if search.is_over else None,
    }
