"""What happens on a floor between two checks: the taps of a page, and the lists."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.checks.forms.floor import (
    FaultsForm,
    FloorListForm,
    SpillsForm,
    TapForm,
)
from evaluations.checks.models import Deed, Spill, SpillQuerySet
from evaluations.checks.selectors.card import query_of
from evaluations.checks.selectors.floor import (
    FaultLine,
    fault_lines,
)
from evaluations.checks.services.cards import holds
from evaluations.checks.services.floor import Event, take_event
from evaluations.checks.tapped import lacking
from outlets.exchange.access_log import record_export
from outlets.exchange.downloads import Form, table_response
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.flow.models import Fault, FaultQuerySet
from outlets.places.models import Outlet, OutletQuerySet
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

DAYS = 28
# Before it nothing was recorded, and a calendar begins somewhere.
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2999, 12, 31)
# Rows of a file that are held at a time.
CHUNK = 2000
AnyForm = TypeVar("AnyForm", bound=FloorListForm)


@require_POST
@login_required
def floor_tap(request: SignedInRequest) -> HttpResponse:
    """Take one tap of a page without scripts, and show the card again."""
    form = TapForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This form cannot be read. Reload it."))
        return redirect("checks:card")
    values = form.cleaned_data
    outlets = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    outlet = get_object_or_404(outlets.select_related("region"), code=values["outlet"])
    if not holds(request.user, Power.RECORD, outlet):
        raise PermissionDenied
    deed = Deed(values["action"])
    working = {"yes": True, "no": False}.get(values["working"])
    if lacking(
        deed,
        check=values["check"],
        kind=values["kind"],
        trial_device=values["trial_device"],
        working=working,
    ):
        messages.error(request, _("This form cannot be read. Reload it."))
        return _card(outlet, values["on"], values["standard"])
    try:
        take_event(
            Event(
                uuid=values["uuid"],
                deed=deed,
                on=values["on"],
                place=values["kind"] if deed == Deed.FAULT else values["area"],
                trial_device=values["trial_device"],
                working=working,
                names=values["check"],
                note=values["note"],
            ),
            outlet=outlet,
            observed_at=timezone.now(),
            by=request.user,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return _card(outlet, values["on"], values["standard"])


def _card(outlet: Outlet, on: date, standard: str) -> HttpResponse:
    return redirect(f"{reverse('checks:card')}?{query_of(outlet, on, standard)}#floor")


# Lists -------------------------------------------------------------------------------


def asked_days(
    request: SignedInRequest, form_class: type[AnyForm]
) -> tuple[AnyForm, date, date]:
    """Return the form of a list, offering what the viewer sees, and its days."""
    today = timezone.localdate()
    form, first, last = form_class.asked(
        request.GET.dict(), first=today - timedelta(days=DAYS - 1), last=today
    )
    form.see_as(request.user)
    form.full_clean()
    return form, max(first, FIRST_DAY), min(last, LAST_DAY)


def seen_outlets(request: SignedInRequest, power: Power) -> OutletQuerySet:
    """Return the outlets where the viewer holds a power; refuse who holds none."""
    if not request.user.sight.may(power):
        raise PermissionDenied
    return Outlet.objects.visible_to(request.user, power)


@dataclass(frozen=True, slots=True)
class _Spills:
    form: SpillsForm
    first: date
    last: date
    rows: SpillQuerySet


def _spills(request: SignedInRequest) -> _Spills:
    outlets = seen_outlets(request, Power.SEE_RECORDS)
    form, first, last = asked_days(request, SpillsForm)
    rows = Spill.objects.visible_to(request.user).between(first, last)
    rows = rows.filter(outlet__in=form.narrow(outlets))
    show = form.cleaned_data["show"] if form.is_valid() else ""
    if show == "over":
        rows = rows.over(timezone.now())
    elif show == "open":
        rows = rows.open()
    return _Spills(form, first, last, rows.with_words())


@dataclass(frozen=True, slots=True)
class SpillLine:
    """One spill as a list shows it, as it stands at `at`."""

    spill: Spill
    at: datetime

    @property
    def seconds(self) -> int:
        return round(self.spill.lasted_by(self.at).total_seconds())

    @property
    def over(self) -> bool:
        return self.spill.is_over(self.at)

    @property
    def is_late(self) -> bool:
        """Tell whether the report or the confirmation came late."""
        taps = (self.spill.report, self.spill.confirmation)
        return any(tap is not None and tap.is_late for tap in taps)


@require_safe
@login_required
def spills(request: SignedInRequest) -> HttpResponse:
    """Spills with their times: what is not confirmed first, then the newest."""
    shown, now = _spills(request), timezone.now()
    page = page_of(shown.rows.open_first(), request.GET.get("page"))
    context = {
        "form": shown.form,
        "page": page,
        "lines": [SpillLine(row, now) for row in page.rows],
        "total": shown.rows.count(),
        "over": shown.rows.over(now).count(),
        "open": shown.rows.open().count(),
        "forms": list(Form),
        "query": request.GET.urlencode(),
    }
    return render(request, "evaluations/checks/floor/spills.html", context)


@require_safe
@login_required
def spills_file(request: SignedInRequest, form: str) -> HttpResponseBase:
    """The same rows as a file, by time."""
    if form not in set(Form):
        raise Http404
    shown, now = _spills(request), timezone.now()
    heading = [
        *(
            _("Outlet"),
            _("Name of the outlet"),
            _("Day"),
            _("Area"),
            _("Reported"),
            _("Cleaned"),
        ),
        *(_("Seconds"), _("Over the limit"), _("Reported by"), _("Confirmed by")),
    ]
    found = shown.rows.order_by("noticed_at", "id")
    rows = (
        (
            spill.outlet.code,
            spill.outlet.name,
            spill.on,
            spill.get_area_display(),
            _local(spill.noticed_at, spill.outlet),
            _local(spill.cleaned_at, spill.outlet),
            line.seconds if spill.cleaned_at else None,
            _("yes") if line.over else _("no"),
            spill.report.by.called,
            spill.confirmation.by.called if spill.confirmation else None,
        )
        for spill in found.iterator(chunk_size=CHUNK)
        for line in [SpillLine(spill, now)]
    )
    record_export(request, what="spills", rows=found.count())
    name = f"spills-{shown.first:%F}-{shown.last:%F}"
    return table_response(name, heading, rows, form=form)


def _local(instant: datetime | None, outlet: Outlet) -> str | None:
    if instant is None:
        return None
    return f"{instant.astimezone(outlet.zone):%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class _Faults:
    form: FaultsForm
    first: date
    last: date
    rows: FaultQuerySet


def _faults(request: SignedInRequest) -> _Faults:
    outlets = seen_outlets(request, Power.SEE_FLOW)
    form, first, last = asked_days(request, FaultsForm)
    zone = timezone.get_current_timezone()
    begins = datetime.combine(first, datetime.min.time(), tzinfo=zone)
    ends = datetime.combine(last, datetime.min.time(), tzinfo=zone)
    rows = Fault.objects.visible_to(request.user)
    rows = rows.filter(outlet__in=form.narrow(outlets))
    rows = rows.between(begins, ends + timedelta(days=1))
    if form.is_valid() and form.cleaned_data["kind"]:
        rows = rows.filter(kind=form.cleaned_data["kind"])
    if form.is_valid() and form.cleaned_data["show"] == "open":
        rows = rows.open()
    return _Faults(form, first, last, rows.select_related("outlet__region"))


@require_safe
@login_required
def faults(request: SignedInRequest) -> HttpResponse:
    """Faults by outlet and region: what is still broken first, then the newest."""
    shown = _faults(request)
    rows = shown.rows.open_first()
    page = page_of(rows, request.GET.get("page"))
    context = {
        "form": shown.form,
        "page": page,
        "lines": fault_lines(request.user, page.rows),
        "total": shown.rows.count(),
        "open": shown.rows.open().count(),
        "now": timezone.now(),
        "forms": list(Form),
        "query": request.GET.urlencode(),
    }
    return render(request, "evaluations/checks/floor/faults.html", context)


@require_safe
@login_required
def faults_file(request: SignedInRequest, form: str) -> HttpResponseBase:
    """The same rows as a file, by time."""
    if form not in set(Form):
        raise Http404
    shown = _faults(request)
    heading = [
        *(
            _("Outlet"),
            _("Name of the outlet"),
            _("Region"),
            _("Kind of fault"),
            _("Device"),
        ),
        *(_("Began"), _("Restored"), _("Minutes"), _("Reported by"), _("Note")),
    ]
    found = shown.rows.order_by("started_at", "id")
    every = found.iterator(chunk_size=CHUNK)
    chunks = iter(lambda: list(islice(every, CHUNK)), [])
    rows = (
        _fault_cells(line)
        for chunk in chunks
        for line in fault_lines(request.user, chunk)
    )
    record_export(request, what="faults", rows=found.count())
    name = f"faults-{shown.first:%F}-{shown.last:%F}"
    return table_response(name, heading, rows, form=form)


def _fault_cells(line: FaultLine) -> tuple[object, ...]:
    fault, report = line.fault, line.report
    lasted = fault.restored_at - fault.started_at if fault.restored_at else None
    return (
        fault.outlet.code,
        fault.outlet.name,
        fault.outlet.region.name,
        line.kind.label,
        fault.thing,
        _local(fault.started_at, fault.outlet),
        _local(fault.restored_at, fault.outlet),
        None if lasted is None else round(lasted.total_seconds() / 60),
        report.by.called if report else None,
        report.note if report else None,
    )
