"""Trial devices: which an outlet has, and how well they work and are used."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.checks.forms.floor import ConditionForm, DeviceForm, RetireForm
from evaluations.checks.models import DeviceKind, TrialDevice
from evaluations.checks.selectors.devices import Condition, DevicesBy, condition
from evaluations.checks.services.cards import holds, today_at
from evaluations.checks.services.devices import install_device, retire_device
from evaluations.checks.views.floor import asked_days, seen_outlets
from outlets.exchange.downloads import Form, table_response
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

ROWS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def outlet_devices(request: SignedInRequest, code: str) -> HttpResponse:
    """The devices of one outlet; whoever records there installs another."""
    outlets = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    outlet = get_object_or_404(outlets.select_related("region"), code=code)
    may_change = holds(request.user, Power.RECORD, outlet)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    today = today_at(outlet)
    form = DeviceForm(request.POST or None, initial={"since": today})
    if form.is_valid():
        values = form.cleaned_data
        try:
            device = install_device(
                outlet=outlet,
                kind=DeviceKind(values["kind"]),
                code=values["code"],
                since=values["since"],
                by=request.user,
            )
        except DomainError as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(
                request, _("%(code)s is on the card now.") % {"code": device.code}
            )
            return redirect("checks:devices", outlet.code)
    devices = TrialDevice.objects.visible_to(request.user).filter(outlet=outlet)
    context = {
        "outlet": outlet,
        "here": devices.installed_on(today).order_by("code"),
        "elsewhen": devices.exclude(pk__in=devices.installed_on(today)).order_by(
            "-until", "code"
        ),
        "form": form,
        "may_change": may_change,
        "today": today,
    }
    return render(request, "evaluations/checks/floor/devices.html", context)


@require_POST
@login_required
def device_retire(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Say on which day a device was there for the last time."""
    devices = TrialDevice.objects.visible_to(request.user)
    device = get_object_or_404(devices.select_related("outlet__region"), uuid=uuid)
    if not holds(request.user, Power.RECORD, device.outlet):
        raise PermissionDenied
    form = RetireForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the last day as in 2026-10-31."))
        return redirect("checks:devices", device.outlet.code)
    try:
        retire_device(device=device, until=form.cleaned_data["until"], by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("checks:devices", device.outlet.code)


# The report --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shown:
    form: ConditionForm
    by: DevicesBy
    first: date
    last: date
    rows: list[Condition]


@dataclass(frozen=True, slots=True)
class Named:
    """One row with its name; `percent` None: nobody looked."""

    code: str
    name: str
    row: Condition

    @property
    def percent(self) -> float | None:
        return None if self.row.good is None else 100 * self.row.good

    @property
    def misses(self) -> bool:
        return self.row.misses(settings.CHECKS_DEVICES_TARGET)


def _shown(request: SignedInRequest) -> _Shown:
    outlets = seen_outlets(request, Power.SEE_RECORDS)
    form, first, last = asked_days(request, ConditionForm)
    by = form.dimension
    rows = condition(form.narrow(outlets), first, last, by, at=timezone.now())
    return _Shown(form, by, first, last, rows)


@require_safe
@login_required
def devices_report(request: SignedInRequest) -> HttpResponse:
    """How many trial devices work, and how much they are used."""
    shown = _shown(request)
    context = {
        "form": shown.form,
        "by": shown.by,
        "rows": _named(request, shown.by, shown.rows[:ROWS_SHOWN]),
        "more": max(len(shown.rows) - ROWS_SHOWN, 0),
        "heading": ConditionForm.NAMES[shown.by],
        "target": settings.CHECKS_DEVICES_TARGET,
        "forms": list(Form),
        "query": request.GET.urlencode(),
    }
    return render(request, "evaluations/checks/floor/condition.html", context)


@require_safe
@login_required
def devices_file(request: SignedInRequest, form: str) -> HttpResponseBase:
    """The same rows as a file."""
    if form not in set(Form):
        raise Http404
    shown = _shown(request)
    heading = [
        *(_("Code"), str(ConditionForm.NAMES[shown.by]), _("Device-days")),
        *(_("Working"), _("Broken"), _("Not looked at"), _("Good condition, percent")),
        *(_("Trials"), _("Trials per device and day")),
    ]
    rows = (
        (
            *(one.code, one.name, one.row.installed, one.row.working, one.row.broken),
            one.row.unknown,
            None if one.percent is None else round(one.percent, 2),
            one.row.trials,
            None if one.row.use is None else round(one.row.use, 3),
        )
        for one in _named(request, shown.by, shown.rows)
    )
    name = f"trial-devices-{shown.by}-{shown.first:%F}-{shown.last:%F}"
    return table_response(name, heading, rows, form=form)


def _named(
    request: SignedInRequest, by: DevicesBy, rows: list[Condition]
) -> list[Named]:
    names = _names(request, by, [row.key for row in rows])
    return [Named(*names.get(row.key, ("", "")), row) for row in rows]


def _names(
    request: SignedInRequest, by: DevicesBy, keys: list[Any]
) -> Mapping[Hashable, tuple[str, str]]:
    if by is DevicesBy.WEEK:
        return {
            key: (f"{key:%G-W%V}", date_format(key, "DATE_FORMAT"))
            for key in keys
            if isinstance(key, date)
        }
    places: QuerySet[Any] = (
        Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
        if by is DevicesBy.OUTLET
        else Region.objects.all()
    )
    return {one.pk: (one.code, one.name) for one in places.filter(pk__in=keys)}
