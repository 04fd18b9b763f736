"""Reports on checks: who is missing today, and what passes where."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from evaluations.checks.forms.actions import RatesForm
from evaluations.checks.models import Check
from evaluations.checks.selectors.blinding import without_judged
from evaluations.checks.selectors.coverage import (
    Coverage,
    RegionCoverage,
    by_region,
    coverage_today,
)
from evaluations.checks.selectors.rates import (
    By,
    Rate,
    item_names,
    pass_rates,
    weekly,
)
from evaluations.checks.selectors.round_coverage import RoundState
from outlets.exchange.access_log import record_export
from outlets.exchange.downloads import Form, table_response
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import Employee, User
from staffing.people.requests import SignedInRequest

DAYS = 28
ROWS_SHOWN = 200
OUTLETS_SHOWN = 100


class LiveRequest(SignedInRequest, HtmxHttpRequest):
    """A request of somebody signed in, perhaps by htmx."""


@vary_on_headers("HX-Request")
@require_safe
@login_required
def live(request: LiveRequest) -> HttpResponse:
    """Who has not been checked today, by region; it asks again every minute."""
    viewer = request.user
    if not viewer.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    region = _region(request)
    outlets = Outlet.objects.visible_to(viewer, Power.SEE_RECORDS)
    if region is not None:
        outlets = outlets.filter(region__path__startswith=region.path)
    now = timezone.now()
    found = coverage_today(outlets, now)
    children: list[RegionCoverage] = []
    if len(found) > 1:
        children = by_region(found, _below(viewer, region, outlets))
    context = {
        "region": region,
        "above": _above(viewer, region),
        "total": sum((one.coverage for one in found), Coverage()),
        "outlets": found[:OUTLETS_SHOWN],
        "more": max(len(found) - OUTLETS_SHOWN, 0),
        "regions": children if len(children) > 1 else [],
        "due": sum(one.rounds_that_are(RoundState.DUE) for one in found),
        "missing": sum(one.rounds_that_are(RoundState.MISSING) for one in found),
        "may_verify": any(
            viewer.sight.may(power) for power in (Power.CORRECT, Power.SEE_HISTORY)
        ),
        "now": now,
    }
    fragment = wants_fragment(request)
    name = "_live.html" if fragment else "live.html"
    return render(request, f"evaluations/checks/reports/{name}", context)


@require_safe
@login_required
def rates(request: SignedInRequest) -> HttpResponse:
    """How often items passed: by item, person, outlet, region or week."""
    shown = _rates(request)
    rows = shown.rows[:ROWS_SHOWN]
    context = {
        "form": shown.form,
        "by": shown.by,
        "rows": _named(request.user, shown.by, rows),
        "more": len(shown.rows) - len(rows),
        "heading": RatesForm.NAMES[shown.by],
        "query": request.GET.urlencode(),
        "forms": list(Form),
    }
    return render(request, "evaluations/checks/reports/rates.html", context)


@require_safe
@login_required
def rates_file(request: SignedInRequest, form: str) -> HttpResponseBase:
    """The same rows as a file."""
    if form not in set(Form):
        raise Http404
    shown = _rates(request)
    heading = [
        *(_("Code"), str(RatesForm.NAMES[shown.by])),
        *(_("Observed"), _("Passed"), _("Failed"), _("Passed, percent")),
    ]
    rows = (
        (one.code, one.name, one.rate.observed, one.rate.passed, one.rate.failed)
        + (round(one.percent, 2),)
        for one in _named(request.user, shown.by, shown.rows)
    )
    if shown.by is By.PERSON:
        record_export(request, what="pass rates", rows=len(shown.rows))
    name = f"pass-rates-{shown.by}-{shown.first:%F}-{shown.last:%F}"
    return table_response(name, heading, rows, form=form)


@dataclass(frozen=True, slots=True)
class _Shown:
    form: RatesForm
    by: By
    first: date
    last: date
    rows: list[Rate]


def _rates(request: SignedInRequest) -> _Shown:
    viewer = request.user
    if not viewer.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    today = timezone.localdate()
    form, first, last = RatesForm.asked(
        request.GET.dict(), first=today - timedelta(days=DAYS - 1), last=today
    )
    outlets = Outlet.objects.visible_to(viewer, Power.SEE_RECORDS)
    if form.words:
        outlets = outlets.filter(
            Q(code__icontains=form.words) | Q(name__icontains=form.words)
        )
    checks = Check.objects.standing().filter(
        outlet__in=outlets, on__range=(first, last)
    )
    checks = without_judged(checks, viewer)
    by = form.dimension
    found = pass_rates(checks, by)
    return _Shown(form, by, first, last, weekly(found) if by is By.WEEK else found)


@dataclass(frozen=True, slots=True)
class Named:
    code: str
    name: str
    rate: Rate

    @property
    def percent(self) -> float:
        return 100 * (self.rate.share or 0)


def _named(viewer: User, by: By, rows: list[Rate]) -> list[Named]:
    keys = [row.key for row in rows]
    names = _names(viewer, by, keys)
    return [Named(*names.get(row.key, ("", "")), row) for row in rows]


def _names(viewer: User, by: By, keys: list[Any]) -> Mapping[Hashable, tuple[str, str]]:
    if by is By.ITEM:
        return {key: (item.code, item.title) for key, item in item_names(keys).items()}
    if by is By.WEEK:
        return {
            key: (f"{key:%G-W%V}", date_format(key, "DATE_FORMAT"))
            for key in keys
            if isinstance(key, date)
        }
    if by is By.PERSON:
        people = Employee.objects.filter(pk__in=keys)
        return {one.pk: (one.number, one.name) for one in people}
    places: QuerySet[Any] = (
        Outlet.objects.visible_to(viewer, Power.SEE_RECORDS)
        if by is By.OUTLET
        else Region.objects.all()
    )
    return {one.pk: (one.code, one.name) for one in places.filter(pk__in=keys)}


def _region(request: SignedInRequest) -> Region | None:
    code = request.GET.get("region", "")
    if not code:
        return None
    return get_object_or_404(Region.objects.visible_to(request.user), code=code)


def _below(
    viewer: User, region: Region | None, outlets: QuerySet[Outlet]
) -> QuerySet[Region]:
    """Return the regions one step down; from the top, those that branch first."""
    seen = Region.objects.visible_to(viewer)
    if region is not None:
        return seen.filter(parent=region)
    paths = list(outlets.order_by().values_list("region__path", flat=True).distinct())
    shared = _shared_path(paths)
    if shared:
        return seen.filter(parent__path=shared)
    return seen.filter(parent=None)


def _shared_path(paths: list[str]) -> str:
    """Return the longest path that all of these lie below, "" for none."""
    if not paths:
        return ""
    parts = [path.split("/")[:-1] for path in paths]
    shared: list[str] = []
    for step in zip(*parts, strict=False):
        if len(set(step)) > 1:
            break
        shared.append(step[0])
    return "".join(f"{code}/" for code in shared)


def _above(viewer: User, region: Region | None) -> list[Region]:
    if region is None or region.parent_id is None:
        return []
    codes = region.path.split("/")[:-2]
    seen = Region.objects.visible_to(viewer).filter(code__in=codes)
    return list(seen.order_by("path"))
