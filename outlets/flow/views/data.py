"""What the charts read, and the tables beside them as files."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from outlets.flow import exports
from outlets.flow.charts import MEASURES, day_chart, hour_chart, week_chart
from outlets.flow.selectors.tickets import (
    HOUR_FIELDS,
    daily_flow,
    hour_record,
    outlet_day,
    outlets_by_exception,
    week_hours,
)
from outlets.flow.views.requests import (
    SeeingRequest,
    asked_day,
    asked_month,
    asked_outlet,
    asked_scope,
)


@require_safe
@login_required
def hours_chart(request: SeeingRequest, code: str) -> HttpResponse:
    scope = asked_outlet(request, code)
    _form, day = asked_day(request, scope)
    hours = outlet_day(scope.outlets[0], day).hours
    return JsonResponse(hour_chart(hours, request.GET.get("figure", "arrivals")))


@require_safe
@login_required
def hours_file(request: SeeingRequest, code: str, form: str) -> HttpResponseBase:
    scope = asked_outlet(request, code)
    _form, day = asked_day(request, scope)
    hours = outlet_day(scope.outlets[0], day).hours
    name = f"flow-{code}-{day}"
    return exports.records_response(name, HOUR_FIELDS, map(hour_record, hours), form)


@require_safe
@login_required
def days_chart(request: SeeingRequest) -> HttpResponse:
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    days = daily_flow(scope.outlets, *month.span)
    return JsonResponse(day_chart(days, month, request.GET.get("figure", "arrivals")))


@require_safe
@login_required
def days_file(request: SeeingRequest, form: str) -> HttpResponseBase:
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    days = daily_flow(scope.outlets, *month.span)
    columns = ("date", *exports.FLOW_FIELDS)
    name = f"flow-days-{month}"
    return exports.records_response(name, columns, map(exports.day_record, days), form)


@require_safe
@login_required
def week_heat(request: SeeingRequest) -> HttpResponse:
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    measure = request.GET.get("measure", "")
    measure = measure if measure in MEASURES else MEASURES[0]
    return JsonResponse(week_chart(week_hours(scope.outlets, *month.span), measure))


@require_safe
@login_required
def week_file(request: SeeingRequest, form: str) -> HttpResponseBase:
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    cells = week_hours(scope.outlets, *month.span)
    name = f"flow-week-{month}"
    rows = map(exports.week_record, cells)
    return exports.records_response(name, exports.WEEK_FIELDS, rows, form)


@require_safe
@login_required
def outlets_file(request: SeeingRequest, form: str) -> HttpResponseBase:
    scope = asked_scope(request)
    _form, month = asked_month(request, scope)
    outlets = outlets_by_exception(
        scope.outlets, *month.span, before=month.previous.span
    )
    name = f"flow-outlets-{month}"
    rows = map(exports.outlet_record, outlets)
    return exports.records_response(name, exports.OUTLET_FIELDS, rows, form)
