"""The calendar feed of one's own shifts, and the page to make its address."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from staffing.accounts.addresses import address_in, block_of
from staffing.accounts.rate_limits import Allowance, charge_once, too_many_calls
from staffing.people.requests import SignedInRequest
from staffing.rosters.feed import feed_of
from staffing.rosters.models import CalendarFeed
from staffing.rosters.services.deciding import outlet_of, own_employee, today_at
from staffing.rosters.services.feeds import end_feed, reader_of, renew_feed


def _refuse_pin(request: SignedInRequest) -> None:
    """Refuse a shared tablet: the address would stay on it for whoever comes next."""
    if getattr(request, "by_pin", False):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: SignedInRequest) -> HttpResponse:
    """Whether there is an address; a POST makes a new one and shows it this once."""
    _refuse_pin(request)
    employee = own_employee(request.user)
    address = ""
    if request.method == "POST":
        key = renew_feed(by=request.user)
        address = request.build_absolute_uri(reverse("my_roster:feed", args=[key]))
    feed = CalendarFeed.objects.filter(employee=employee).first()
    context = {"feed": feed, "address": address}
    return render(request, "staffing/rosters/mine/calendar.html", context)


@require_POST
@login_required
def calendar_end(request: SignedInRequest) -> HttpResponse:
    """Close the address."""
    _refuse_pin(request)
    end_feed(by=request.user)
    messages.success(request, _("The address is closed."))
    return redirect("my_roster:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The shifts that a key opens; without a session, and only to read."""
    block = block_of(address_in(request.META))
    allowance = Allowance("calendar", block, settings.RATE_LIMITS["address"])
    verdict = charge_once(request, allowance)
    if verdict.refused:
        return too_many_calls(verdict)
    employee = reader_of(key)
    if employee is None:
        raise Http404
    account = employee.user
    with override(account.language or settings.LANGUAGE_CODE):
        body = feed_of(employee, today_at(outlet_of(employee)))
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="shifts.ics"'
    return answer
