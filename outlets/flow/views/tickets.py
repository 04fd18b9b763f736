"""From a figure to its tickets, and from a ticket to what happened to it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from outlets.exchange.access_log import record_export
from outlets.exchange.pages import page_of
from outlets.flow import exports
from outlets.flow.models import TicketEvent
from outlets.flow.selectors.scopes import Scope
from outlets.flow.selectors.ticket_list import (
    SERVER_FIELD,
    TICKET_FIELDS,
    arrivals_rolled_up,
    line_of,
    sees_servers,
    ticket_records,
    tickets_of,
)
from outlets.flow.views.requests import SeeingRequest, asked_day, asked_outlet
from outlets.places.models import Outlet


class HourForm(forms.Form):
    hour = forms.IntegerField(
        label=_("Hour"),
        required=False,
        min_value=0,
        max_value=23,
        error_messages={"invalid": _("Write the hour as a number from 0 to 23.")},
    )


def _outlet_of(scope: Scope) -> Outlet:
    if scope.outlet is None:
        raise TypeError("a scope of one outlet names it")
    return scope.outlet


def _asked_hour(request: SeeingRequest) -> tuple[HourForm, int | None]:
    """Return the form and the hour of `?hour=`; None: the whole day."""
    form = HourForm(request.GET)
    return form, form.cleaned_data["hour"] if form.is_valid() else None


@require_safe
@login_required
def ticket_list(request: SeeingRequest, code: str) -> HttpResponse:
    """The tickets of a day or of one hour of it, the newest first, page by page."""
    scope = asked_outlet(request, code)
    outlet = _outlet_of(scope)
    day_form, day = asked_day(request, scope)
    hour_form, hour = _asked_hour(request)
    rows = tickets_of(request.user, outlet, day, hour)
    page = page_of(rows, request.GET.get("page"))
    hours = {} if hour is None else {"hour": str(hour)}
    gone = 0
    if not page.rows and page.number == 1:
        gone = arrivals_rolled_up(outlet, day, hour)
    context = {
        "outlet": outlet,
        "day": day,
        "hour": hour,
        "forms": [day_form, hour_form],
        "page": page,
        "lines": [line_of(row, outlet.zone) for row in page.rows],
        "servers": sees_servers(request.user, outlet),
        "gone": gone,
        "here": urlencode({"day": day.isoformat(), **hours}),
        "query": urlencode({"day": day.isoformat()}),
    }
    return render(request, "outlets/flow/tickets.html", context)


@require_safe
@login_required
def tickets_file(request: SeeingRequest, code: str, form: str) -> HttpResponseBase:
    scope = asked_outlet(request, code)
    outlet = _outlet_of(scope)
    _day_form, day = asked_day(request, scope)
    _hour_form, hour = _asked_hour(request)
    rows = tickets_of(request.user, outlet, day, hour)
    servers = sees_servers(request.user, outlet)
    columns: tuple[str, ...] = TICKET_FIELDS
    if servers:
        columns = (*TICKET_FIELDS, SERVER_FIELD)
        what = f"tickets of {day:%F}"
        record_export(request, what=what, rows=rows.count(), outlet_id=outlet.pk)
    name = f"tickets-{code}-{day}" + ("" if hour is None else f"-{hour:02}")
    records = ticket_records(rows, outlet, servers=servers)
    return exports.records_response(name, columns, records, form)


@require_safe
@login_required
def one_ticket(
    request: SeeingRequest, code: str, day: str, number: str
) -> HttpResponse:
    """One ticket with its events; who dealt with it stands there as in the list."""
    outlet = _outlet_of(asked_outlet(request, code))
    on = _day(day)
    ticket = get_object_or_404(tickets_of(request.user, outlet, on), ticket_no=number)
    line = line_of(ticket, outlet.zone)
    events = TicketEvent.objects.visible_to(request.user).filter(
        outlet=outlet, date=on, ticket_no=number
    )
    context: dict[str, Any] = {
        "outlet": outlet,
        "day": on,
        "line": line,
        "by_events": ticket.by_events,
        "events": [(one.at.astimezone(outlet.zone), one) for one in events],
        "servers": sees_servers(request.user, outlet),
        "query": urlencode({"day": on.isoformat()}),
        "hour_query": urlencode(
            {"day": on.isoformat(), "hour": str(line.arrived_at.hour)}
        ),
    }
    return render(request, "outlets/flow/ticket.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
