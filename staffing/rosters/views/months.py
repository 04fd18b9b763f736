"""The month grid: seeing it, saving cells, publishing, taking it out as a file."""

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.exchange.downloads import Form, table_response
from outlets.exchange.errors import DomainError
from outlets.places.models import Area, Outlet
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest
from staffing.rosters.forms.cells import CellsForm, PersonMonthForm
from staffing.rosters.forms.owners import OwnersForm
from staffing.rosters.models import RosterChange
from staffing.rosters.selectors.grid import Grid, grid_of
from staffing.rosters.selectors.month import read_month
from staffing.rosters.selectors.owning import planned_shifts
from staffing.rosters.services import months as services
from staffing.rosters.views.reach import beside, holds, month_of, month_text, outlet_of

CHANGES_SHOWN = 50


@require_safe
@login_required
def month_page(request: SignedInRequest, code: str, month: str) -> HttpResponse:
    """The grid of a month: to be painted by who plans, to be read by who sees."""
    outlet, first = outlet_of(request.user, code), month_of(month)
    grid = grid_of(outlet, first)
    may_plan = holds(request.user, Power.PLAN_ROSTERS, outlet)
    if not may_plan and not grid.month.is_published:
        return render(
            request,
            "staffing/rosters/unpublished.html",
            {"outlet": outlet, "first": first, **_around(first)},
        )
    context = {
        **_around(first),
        "grid": grid,
        "outlet": outlet,
        "first": first,
        "month_text": month_text(first),
        "may_plan": may_plan,
        "may_publish": holds(request.user, Power.PUBLISH_ROSTERS, outlet),
        **_strip(grid, request.GET.get("day", "")),
        "search": _latest_search(grid) if may_plan else None,
        "changes": _changes(request.user, outlet, grid),
        "page_data": _data(grid) if may_plan else None,
    }
    return render(request, "staffing/rosters/month.html", context)


@require_safe
@login_required
def day_strip(request: SignedInRequest, code: str, month: str) -> HttpResponse:
    """The half hours of one day: who is on duty, who is needed."""
    outlet, first = outlet_of(request.user, code), month_of(month)
    grid = grid_of(outlet, first)
    may_plan = holds(request.user, Power.PLAN_ROSTERS, outlet)
    if not grid.month.is_published and not may_plan:
        raise Http404
    context = {
        "grid": grid,
        "outlet": outlet,
        "month_text": month_text(first),
        "may_plan": may_plan,
        **_strip(grid, request.GET.get("day", "")),
    }
    return render(request, "staffing/rosters/_strip.html", context)


@require_POST
@login_required
def save_cells(request: SignedInRequest, code: str, month: str) -> HttpResponse:
    """Take painted cells, all or none; answer what they make of the month."""
    outlet = outlet_of(request.user, code, Power.PLAN_ROSTERS)
    first = month_of(month)
    try:
        given = json.loads(request.body or b"{}")
    except ValueError:
        given = None
    form = CellsForm.read(given)
    if form is None:
        text = _("This could not be read. Load the page anew and try again.")
        return JsonResponse({"error": text}, status=400)
    try:
        services.save(
            form.cells,
            outlet=outlet,
            first=first,
            version=form.version,
            by=request.user,
            why=form.why,
        )
    except services.ChangedMeanwhile as error:
        return JsonResponse({"error": str(error), "code": error.code}, status=409)
    except DomainError as error:
        return JsonResponse({"error": str(error), "code": error.code}, status=422)
    return JsonResponse(_state(grid_of(outlet, first)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def person_month(
    request: SignedInRequest, code: str, month: str, number: str
) -> HttpResponse:
    """One person's month as a plain form; works without scripts."""
    outlet = outlet_of(request.user, code, Power.PLAN_ROSTERS)
    first = month_of(month)
    read = read_month(outlet, first)
    person = next((one for one in read.people if one.number == number), None)
    if person is None:
        raise Http404
    form = PersonMonthForm(read, person, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.save(
                form.cells(),
                outlet=outlet,
                first=first,
                version=form.cleaned_data["version"],
                by=request.user,
                why=form.cleaned_data["why"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("The month of %(name)s is saved.") % {"name": person.name}
            )
            return redirect("rosters:month", outlet.code, month_text(first))
    context = {
        "form": form,
        "person": person,
        "outlet": outlet,
        "first": first,
        "month_text": month_text(first),
        "is_published": read.is_published,
    }
    return render(request, "staffing/rosters/person.html", context)


@require_POST
@login_required
def publish(request: SignedInRequest, code: str, month: str) -> HttpResponse:
    """Publish the month; say what had to be left out."""
    outlet = outlet_of(request.user, code, Power.PUBLISH_ROSTERS)
    first = month_of(month)
    try:
        left = services.publish(outlet=outlet, first=first, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The roster is published."))
        if left:
            text = ngettext(
                "%(count)s day was left out, because the person is rostered at another "
                "outlet: %(days)s.",
                "%(count)s days were left out, because the person is rostered at "
                "another outlet: %(days)s.",
                len(left),
            ) % {"count": len(left), "days": _left(left)}
            messages.warning(request, text)
    return redirect("rosters:month", outlet.code, month_text(first))


@require_safe
@login_required
def month_file(
    request: SignedInRequest, code: str, month: str, form: str
) -> HttpResponseBase:
    """The month with the columns that an import reads; drafts for who plans only."""
    if form not in set(Form):
        raise Http404
    outlet, first = outlet_of(request.user, code), month_of(month)
    read = read_month(outlet, first)
    if not read.is_published and not holds(request.user, Power.PLAN_ROSTERS, outlet):
        raise Http404
    rows = (
        (person.number, day, cell.code, outlet.code)
        for person in read.people
        for day in read.days
        if (cell := read.cell(person.pk, day)).code
    )
    heading = ["employee_number", "date", "shift", "outlet_code"]
    name = f"roster-{outlet.code}-{month_text(first)}"
    return table_response(name, heading, rows, form=form)


def _left(left: list[services.Left]) -> str:
    return ", ".join(
        f"{one.employee.name} {one.on.day} ({one.elsewhere.name})" for one in left[:10]
    )


def _around(first: date) -> dict[str, Any]:
    return {
        "before": month_text(beside(first, -1)),
        "after": month_text(beside(first, 1)),
    }


def _strip(grid: Grid, text: str) -> dict[str, Any]:
    """Return the day that is asked for, else the worst, and who owns its areas."""
    day = next((day for day in grid.days if f"{day.on:%F}" == text), grid.worst_day)
    shifts = planned_shifts(grid.month, day.on)
    return {"day": day, "areas": list(Area), "owners": OwnersForm(shifts)}


def _latest_search(grid: Grid) -> Any:
    roster = grid.month.roster
    return roster.searches.first() if roster else None


def _changes(viewer: Any, outlet: Outlet, grid: Grid) -> list[RosterChange]:
    if not grid.month.is_published:
        return []
    rows = RosterChange.objects.visible_to(viewer).filter(
        outlet=outlet, on__gte=grid.month.first, on__lte=grid.month.last
    )
    return list(rows.select_related("employee", "by__employee")[:CHANGES_SHOWN])


def _data(grid: Grid) -> dict[str, Any]:
    """Return what the page's script needs beside the cells themselves."""
    return {
        "version": grid.month.version,
        "days": [f"{day:%F}" for day in grid.month.days],
        "shifts": [
            {
                "code": kind.code,
                "name": kind.name,
                "mark": kind.initial,
                "colour": kind.colour,
            }
            for kind in grid.month.offered
        ],
    }


def _state(grid: Grid) -> dict[str, Any]:
    """Return what saving makes of the month, for the script to show."""
    return {
        "version": grid.month.version,
        "rules": grid.rule_count,
        "warnings": grid.warning_count,
        "missing": grid.missing_hours,
        "spare": grid.spare_hours,
        "rows": {
            str(row.person.pk): {
                "hours": row.hours,
                "early": row.early,
                "night": row.night,
                "weekends": row.weekends,
                "problems": row.problems,
            }
            for row in grid.rows
        },
        "cells": {
            f"{row.person.pk}:{cell.on:%F}": {
                "level": cell.level,
                "problems": cell.problems,
            }
            for row in grid.rows
            for cell in row.cells
            if cell.problems
        },
        "days": {
            f"{day.on:%F}": {
                "level": day.level,
                "problems": day.problems,
                "missing": day.covered.missing_hours,
                "spare": day.covered.spare_hours,
            }
            for day in grid.days
        },
    }
