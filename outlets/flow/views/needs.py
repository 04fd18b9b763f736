"""Who was needed on a day, and what the next four weeks will ask for."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from outlets.flow import exports
from outlets.flow.charts import ahead_chart as ahead_spec
from outlets.flow.charts import need_chart as need_spec
from outlets.flow.definitions import DEFINITIONS
from outlets.flow.forms import DayForm, MadeForm
from outlets.flow.selectors.ahead import Ahead, days_ahead, days_then
from outlets.flow.selectors.needs import (
    HalfHourNeed,
    HalfHourSeen,
    staffing_need,
    staffing_seen,
)
from outlets.flow.views.requests import SeeingRequest, asked_day, asked_outlet
from outlets.places.models import Outlet

Day = tuple[list[HalfHourSeen], list[HalfHourNeed]]


def _day_of(outlet: Outlet, day: date) -> Day:
    """Return what was seen on a day, else what it is expected to need."""
    seen = staffing_seen(outlet, day)
    return seen, [] if seen else staffing_need(outlet, day, day)


@require_safe
@login_required
def need_page(request: SeeingRequest, code: str) -> HttpResponse:
    """The half hours of one day: who came, who served and who was needed."""
    scope = asked_outlet(request, code)
    outlet = scope.outlets.select_related("region")[0]
    form, day = asked_day(request, scope)
    seen, needs = _day_of(outlet, day)
    context: dict[str, Any] = {
        "outlet": outlet,
        "form": form,
        "day_form": form if form.is_bound else DayForm(initial={"day": day}),
        "day": day,
        "seen": seen,
        "needs": needs,
        "query": urlencode({"day": day.isoformat()}),
        "definitions": DEFINITIONS,
    }
    return render(request, "outlets/flow/need.html", context)


@require_safe
@login_required
def need_chart(request: SeeingRequest, code: str) -> HttpResponse:
    scope = asked_outlet(request, code)
    _form, day = asked_day(request, scope)
    return JsonResponse(need_spec(*_day_of(scope.outlets[0], day)))


@require_safe
@login_required
def need_file(request: SeeingRequest, code: str, form: str) -> HttpResponseBase:
    scope = asked_outlet(request, code)
    _form, day = asked_day(request, scope)
    seen, needs = _day_of(scope.outlets[0], day)
    name = f"flow-need-{code}-{day}"
    records = [exports.seen_record(day, half) for half in seen]
    records += map(exports.need_record, needs)
    return exports.records_response(name, exports.NEED_FIELDS, records, form)


def _asked_ahead(
    request: SeeingRequest, outlet: Outlet
) -> tuple[MadeForm, Ahead | None]:
    """Return the form and the forecast of `?first=`, else the newest; None: no such."""
    form = MadeForm(request.GET)
    if not form.is_valid():
        return form, None
    first = form.cleaned_data["first"]
    return form, days_then(outlet, first) if first else days_ahead(outlet)


@require_safe
@login_required
def ahead_page(request: SeeingRequest, code: str) -> HttpResponse:
    """Four weeks of an outlet as forecast, with how far such forecasts were off."""
    scope = asked_outlet(request, code)
    outlet = scope.outlets.select_related("region")[0]
    form, ahead = _asked_ahead(request, outlet)
    first = ahead.forecast.first.isoformat() if ahead else ""
    context = {
        "outlet": outlet,
        "ahead": ahead,
        "form": form,
        "kept_days": settings.FLOW_FORECASTS_KEPT_DAYS,
        "query": urlencode({"first": first}),
        "definitions": DEFINITIONS,
    }
    return render(request, "outlets/flow/ahead.html", context)


@require_safe
@login_required
def ahead_chart(request: SeeingRequest, code: str) -> HttpResponse:
    scope = asked_outlet(request, code)
    _form, ahead = _asked_ahead(request, scope.outlets.select_related("region")[0])
    return JsonResponse(ahead_spec(ahead.days if ahead else []))


@require_safe
@login_required
def ahead_file(request: SeeingRequest, code: str, form: str) -> HttpResponseBase:
    scope = asked_outlet(request, code)
    _form, ahead = _asked_ahead(request, scope.outlets.select_related("region")[0])
    if ahead is None and request.GET.get("first"):
        raise Http404
    name = f"flow-ahead-{code}"
    if ahead:
        name += f"-{ahead.forecast.first}"
    records = map(exports.ahead_record, ahead.days if ahead else [])
    return exports.records_response(name, exports.AHEAD_FIELDS, records, form)
