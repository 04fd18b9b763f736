"""A month of an outlet or a region as a calendar, with its holidays and faults."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from outlets.flow import exports
from outlets.flow.calendars import SHADE_EDGES
from outlets.flow.definitions import DEFINITIONS
from outlets.flow.forms import MonthForm
from outlets.flow.selectors.calendars import CalendarDay, calendar_days, calendar_weeks
from outlets.flow.selectors.tickets import newest_day
from outlets.flow.views.requests import SeeingRequest, asked_month, asked_scope

CALENDAR_FIELDS = (
    *("date", "weekday", "holiday", "people", "arrivals", "served", "over_600_s"),
    *("share_over_600_s", "outlets_with_faults", "faults"),
)


def calendar_record(day: CalendarDay) -> dict[str, Any]:
    """Return a day as files hold it; 1 is Monday, None unknown."""
    came = day.arrivals is not None
    return {
        "date": day.date.isoformat(),
        "weekday": day.date.isoweekday(),
        "holiday": day.holiday,
        "people": day.people,
        "arrivals": day.arrivals,
        "served": day.flow.served if came else None,
        "over_600_s": day.flow.over_600_s if came else None,
        "share_over_600_s": day.share_over_600_s,
        "outlets_with_faults": day.faults.outlets if day.faults else 0,
        "faults": " ".join(day.faults.kinds) if day.faults else "",
    }


@require_safe
@login_required
def calendar_page(request: SeeingRequest) -> HttpResponse:
    scope = asked_scope(request)
    form, month = asked_month(request, scope)
    days = calendar_days(scope, month, at=timezone.now())
    context: dict[str, Any] = {
        "scope": scope,
        "form": form,
        "month": month,
        "month_form": form
        if form.is_bound
        else MonthForm(initial={"month": str(month)}),
        "days": days,
        "weeks": calendar_weeks(days, month),
        "weekdays": WEEKDAYS_ABBR.values(),
        "shades": list(enumerate(SHADE_EDGES)),
        "darkest": {"shade": len(SHADE_EDGES), "above": SHADE_EDGES[-1]},
        "silent": all(day.is_empty for day in days),
        "newest": newest_day(scope.outlets),
        "query": urlencode({**scope.query, "month": str(month)}),
        "scope_query": urlencode(scope.query) + ("&" if scope.query else ""),
        "definitions": DEFINITIONS,
    }
    return render(request, "outlets/flow/calendar.html", context)


@require_safe
@login_required
def calendar_file(request: SeeingRequest, form: str) -> HttpResponseBase:
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    days = calendar_days(scope, month, at=timezone.now())
    name = "-".join(("flow-calendar", *scope.query.values(), str(month)))
    records = map(calendar_record, days)
    return exports.records_response(name, CALENDAR_FIELDS, records, form)
