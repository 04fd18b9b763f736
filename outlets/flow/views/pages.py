"""The two questions: how was this day here, and how was this month in the region."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from outlets.flow.charts import MEASURES, measure_of, measure_unit
from outlets.flow.definitions import DEFINITIONS
from outlets.flow.forms import DayForm, MonthForm
from outlets.flow.rules import Month, merged
from outlets.flow.selectors.boards import board_between
from outlets.flow.selectors.calendars import FIRST_YEAR
from outlets.flow.selectors.doors import people_between
from outlets.flow.selectors.faults import Trouble, affected_hours
from outlets.flow.selectors.scopes import (
    Scope,
    neighbours,
    regions_above,
    regions_below,
    regions_in_sight,
)
from outlets.flow.selectors.tickets import (
    WeekHour,
    days_and_week,
    newest_day,
    outlet_day,
    outlets_by_exception,
    total_of,
)
from outlets.flow.selectors.volumes import volume_between
from outlets.flow.views.months import month_figures
from outlets.flow.views.requests import (
    SeeingRequest,
    asked_day,
    asked_month,
    asked_outlet,
    asked_scope,
    may_record,
)
from outlets.places.models import Outlet

OUTLETS_SHOWN = 100


@require_safe
@login_required
def region_month(request: SeeingRequest) -> HttpResponse:
    """One month of a region, its outlets by exception; one outlet goes to its page."""
    scope = asked_scope(request)
    if scope.outlet is not None:
        return redirect("flow:outlet", scope.outlet.code)
    form, month = asked_month(request, scope)
    outlets = outlets_by_exception(
        scope.outlets, *month.span, before=month.previous.span
    )
    busy = [outlet for outlet in outlets if outlet.flow.arrivals]
    context = {
        "scope": scope,
        "form": form,
        "above": regions_above(request.user, scope.region) if scope.region else [],
        "below": regions_below(request.user, scope),
        "total": total_of(outlets),
        "before": merged(outlet.before for outlet in outlets),
        "outlets": busy[:OUTLETS_SHOWN],
        "outlets_more": len(busy) - len(busy[:OUTLETS_SHOWN]),
        "silent": len(outlets) - len(busy),
        "newest": newest_day(scope.outlets),
        "month_form": form
        if form.is_bound
        else MonthForm(initial={"month": str(month)}),
        **_month_context(request, scope, month),
        "here": urlencode({**scope.query, "month": str(month)}),
        "scope_only": urlencode(scope.query),
        "scope_query": urlencode(scope.query) + ("&" if scope.query else ""),
        **_recorded_besides(scope, *month.span),
        **month_figures(scope, month, {one.pk: one.flow for one in outlets}),
    }
    return render(request, "outlets/flow/region.html", context)


@require_safe
@login_required
def outlet_page(request: SeeingRequest, code: str) -> HttpResponse:
    """One day of an outlet by hour, and the month around it."""
    scope = asked_outlet(request, code)
    outlet = scope.outlet
    if outlet is None:
        raise TypeError("a scope of one outlet names it")
    form, day = asked_day(request, scope)
    found = outlet_day(outlet, day)
    trouble = troubled_hours(outlet, day)
    region = outlet.region
    context = {
        "scope": scope,
        "outlet": outlet,
        "neighbours": neighbours(request.user, outlet),
        "above": regions_above(request.user, region),
        "region_in_sight": regions_in_sight(request.user).contains(region),
        "form": form,
        "day_form": form if form.is_bound else DayForm(initial={"day": day}),
        "day": day,
        "yesterday": day - timedelta(days=1) if day > date.min else None,
        "tomorrow": day + timedelta(days=1) if day < date.max else None,
        "hours": found.hours,
        "hour_rows": [(row, trouble.get(row.hour)) for row in found.hours],
        "trouble": sorted(trouble.items()),
        "total": found.total,
        "newest": newest_day(scope.outlets),
        "may_record": may_record(request, outlet),
        **_month_context(request, scope, Month.of(day)),
        "here": urlencode({"day": day.isoformat()}),
        **_recorded_besides(scope, day, day),
        **month_figures(scope, Month.of(day)),
    }
    return render(request, "outlets/flow/outlet.html", context)


def troubled_hours(outlet: Outlet, day: date) -> dict[int, Trouble]:
    """Return what was broken on a day by its local hour."""
    if not FIRST_YEAR <= day.year < date.max.year:
        return {}
    hours = affected_hours(outlet, day, day, at=timezone.now())
    return {hour: trouble for (on, hour), trouble in hours.items() if on == day}


@require_safe
@login_required
def outlet_pick(request: SeeingRequest) -> HttpResponse:
    """Lead from the choice of an outlet to its page, on the same day."""
    scope = asked_outlet(request, request.GET.get("outlet", ""))
    day = {"day": request.GET["day"]} if request.GET.get("day") else {}
    code = scope.outlet.code if scope.outlet is not None else ""
    return redirect(f"{reverse('flow:outlet', args=[code])}?{urlencode(day)}")


def _month_context(
    request: SeeingRequest, scope: Scope, month: Month
) -> dict[str, Any]:
    """Return what the daily series and the heat map of a month need."""
    measure = request.GET.get("measure", "")
    measure = measure if measure in MEASURES else MEASURES[0]
    days, cells = days_and_week(scope.outlets, *month.span)
    return {
        "definitions": DEFINITIONS,
        "month": month,
        "query": urlencode({**scope.query, "month": str(month)}),
        "weekdays": WEEKDAYS_ABBR.values(),
        "days": days,
        "measure": measure,
        "measure_unit": measure_unit(measure),
        "week": _grid(cells, measure),
    }


def _grid(cells: list[WeekHour], measure: str) -> list[tuple[int, list[float | None]]]:
    """Lay the cells out as a table: a row per hour with a value per weekday."""
    values = {(cell.weekday, cell.hour): measure_of(cell, measure) for cell in cells}
    return [
        (hour, [values.get((weekday, hour)) for weekday in range(1, 8)])
        for hour in sorted({cell.hour for cell in cells})
    ]


def _recorded_besides(scope: Scope, first: date, last: date) -> dict[str, Any]:
    """Return what doors, tills and boards recorded; None where nothing was."""
    return {
        "people": people_between(scope.outlets, first, last),
        "volume": volume_between(scope.outlets, first, last),
        "board": board_between(scope.outlets, first, last),
    }
