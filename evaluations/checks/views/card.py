"""The daily card: the page, and every tap on it.

Each line of the card is a fragment of its own. Without scripts the same forms post and
the whole page comes back.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from evaluations.checks.forms import MarksForm, RecordForm
from evaluations.checks.models import Check
from evaluations.checks.selectors.areas import areas_of
from evaluations.checks.selectors.asking import sections_for
from evaluations.checks.selectors.campaigns import due_at
from evaluations.checks.selectors.card import (
    Card,
    Rights,
    Row,
    query_of,
    read_card,
)
from evaluations.checks.selectors.floor import SPILL_ITEM, read_panel, spills_over
from evaluations.checks.selectors.held import held_waiting
from evaluations.checks.selectors.shift import on_shift
from evaluations.checks.services import (
    choose_check,
    correct_check,
    record_check,
    undo_check,
)
from evaluations.checks.services.cards import holds, today_at
from evaluations.checks.services.tickets import issue_ticket
from evaluations.checks.views.blinding import sent_back_to_judge
from evaluations.checks.views.offline import offline_context, offline_headers
from evaluations.standards.models import Standard, StandardVersion
from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.accounts.services.devices import device_of
from staffing.people.models import Employee, User
from staffing.people.requests import SignedInRequest

PICK_AT_MOST = 50


class CardRequest(SignedInRequest, HtmxHttpRequest):
    """A request of somebody signed in, perhaps by htmx."""


@gzip_page
@vary_on_headers("HX-Request")
@require_safe
@login_required
def card(request: CardRequest) -> HttpResponse:
    """Today's card of an outlet, or that of an earlier day to read.

    `?outlet=` is its code, `?on=` the day, `?standard=` the tab, and `?open=` the line
    (`employee:slot`) whose items are shown.
    """
    viewer = request.user
    if not viewer.sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    outlet = _outlet(request)
    if outlet is None:
        return _pick(request)
    shown = _read(
        viewer, outlet, request.GET.get("on"), request.GET.get("standard", "")
    )
    if away := sent_back_to_judge(request, outlet.pk, shown.on):
        return away
    row = _named(shown, request.GET.get("open", ""))
    context: dict[str, Any] = {
        "card": shown,
        "waiting": held_waiting(viewer, outlet).count(),
        "areas": areas_of(outlet, shown.on),
    }
    if shown.may_record:
        context["campaigns"] = due_at(outlet, timezone.now())
        context["ticket"] = issue_ticket(
            user=viewer,
            outlet=outlet,
            device=device_of(request),
            by_pin=getattr(request, "by_pin", False),
        )
    if row is not None and row.may_open and shown.version is not None:
        row.is_open = True
        version = row.said.check.version if row.said else shown.version
        context["sections"] = sections_for(
            version,
            row.judged,
            row.said.check if row.said else None,
            shown.asked.usual,
            presumed=_by_clock(shown, row),
        )
    if wants_fragment(request):
        asked = row or _named(shown, request.GET.get("close", ""))
        if asked is not None:
            context |= {"row": asked}
            return render(request, "evaluations/checks/_row.html", context)
    context["floor"] = read_panel(viewer, outlet, shown.on, timezone.now())
    answer = render(
        request,
        "evaluations/checks/card.html",
        context | offline_context(shown, viewer),
    )
    for name, value in offline_headers(shown, viewer).items():
        answer.headers[name] = value
    return answer


@require_POST
@login_required
def record(request: CardRequest) -> HttpResponse:
    """Take one check: all right with one tap, or with the items that are not."""
    viewer = request.user
    form = RecordForm(request.POST)
    if not form.is_valid() and not form.names_a_card:
        raise SuspiciousOperation("the form does not name a card")
    values = form.cleaned_data
    outlets = Outlet.objects.visible_to(viewer, Power.SEE_RECORDS)
    outlet = get_object_or_404(outlets.select_related("region"), code=values["outlet"])
    employee = _employee(outlet, values["on"], values["employee"])
    versions = StandardVersion.objects.visible_to(viewer).filter(
        standard__in=Standard.objects.asked_at(outlet)
    )
    version = get_object_or_404(
        versions.select_related("standard"), pk=values["version"]
    )
    error = form.message
    if not error:
        try:
            check = record_check(
                uuid=values["uuid"],
                outlet=outlet,
                employee=employee,
                on=values["on"],
                slot=values["slot"],
                version=version,
                marks=values["marks"],
                note=values["note"],
                by=viewer,
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            return _answer(request, check)
    return _refuse(
        request,
        outlet=outlet,
        on=values["on"],
        standard=version.standard.code,
        place=(values["employee"], values["slot"]),
        error=error,
    )


@require_POST
@login_required
def undo(request: CardRequest, uuid: UUID) -> HttpResponse:
    """Take a check back."""
    check = _to_change(request.user, uuid)
    try:
        check = undo_check(
            uuid=uuid, reason=request.POST.get("reason", "")[:300], by=request.user
        )
    except DomainError as refusal:
        return _refuse_about(request, check, str(refusal))
    return _answer(request, check)


@require_POST
@login_required
def choose(request: CardRequest, uuid: UUID) -> HttpResponse:
    """Say which of two checks of one card counts."""
    check = _to_change(request.user, uuid)
    try:
        check = choose_check(
            uuid=uuid, reason=request.POST.get("reason", "")[:300], by=request.user
        )
    except DomainError as refusal:
        return _refuse_about(request, check, str(refusal))
    return _answer(request, check)


@require_POST
@login_required
def correct(request: CardRequest, uuid: UUID) -> HttpResponse:
    """Change what a check says: its author today, the county later with a reason."""
    check = _to_change(request.user, uuid)
    form = MarksForm(request.POST)
    if not form.is_valid():
        return _refuse_about(request, check, form.message)
    values = form.cleaned_data
    try:
        check = correct_check(
            uuid=uuid,
            marks=values["marks"],
            note=values["note"],
            reason=values["reason"],
            by=request.user,
        )
    except DomainError as refusal:
        return _refuse_about(request, check, str(refusal))
    return _answer(request, check)


# Which card --------------------------------------------------------------------------


def _outlet(request: CardRequest) -> Outlet | None:
    """Return the outlet asked for, or the only one there is; None: she has to pick."""
    seen = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    code = request.GET.get("outlet", "")
    if code:
        return get_object_or_404(seen.select_related("region"), code=code)
    for power in (Power.RECORD, Power.SEE_RECORDS):
        held = Outlet.objects.visible_to(request.user, power).select_related("region")
        if request.user.sight.may(power) and len(few := list(held[:2])) == 1:
            return few[0]
    return None


def _pick(request: CardRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    outlets = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    if words:
        outlets = outlets.filter(Q(code__icontains=words) | Q(name__icontains=words))
    found = list(outlets.select_related("region").order_by("code")[: PICK_AT_MOST + 1])
    return render(
        request,
        "evaluations/checks/pick.html",
        {
            "outlets": found[:PICK_AT_MOST],
            "more": len(found) > PICK_AT_MOST,
            "words": words,
        },
    )


def _read(viewer: User, outlet: Outlet, on: str | None, standard: str) -> Card:
    today = today_at(outlet)
    try:
        day = date.fromisoformat(on) if on else today
    except ValueError:
        day = today
    return read_card(
        viewer=viewer,
        outlet=outlet,
        on=min(day, today),
        today=today,
        standard_code=standard,
        rights=Rights(
            record=holds(viewer, Power.RECORD, outlet),
            correct=holds(viewer, Power.CORRECT, outlet),
        ),
        at=timezone.now(),
    )


def _by_clock(shown: Card, row: Row) -> frozenset[str]:
    """Return the items that a line still to be checked fails by the clock."""
    if row.employee is not None or row.said is not None:
        return frozenset()
    over = spills_over(shown.outlet, shown.on, timezone.now())
    return frozenset({SPILL_ITEM} if over.exists() else ())


def _named(shown: Card, text: str) -> Row | None:
    """Return the line that `employee:slot` names; the outlet's has no employee."""
    number, colon, slot = text.partition(":")
    if not colon or not (number.isdecimal() or not number):
        return None
    return shown.row(int(number) if number else None, slot)


def _employee(outlet: Outlet, on: date, pk: int | None) -> Employee | None:
    return None if pk is None else get_object_or_404(on_shift(outlet, on), pk=pk)


def _to_change(viewer: User, uuid: UUID) -> Check:
    """Return a check whose card the viewer sees: every answer shows part of the card.

    Who sees the check only because it is about herself sees no card.
    """
    checks = Check.objects.visible_to(viewer)
    check = get_object_or_404(
        checks.select_related("outlet__region", "standard"), uuid=uuid
    )
    if not holds(viewer, Power.SEE_RECORDS, check.outlet):
        raise PermissionDenied
    return check


# Answers -----------------------------------------------------------------------------


def _card_url(outlet: Outlet, on: date, standard: str) -> str:
    return f"{reverse('checks:card')}?{query_of(outlet, on, standard)}"


def _answer(request: CardRequest, check: Check) -> HttpResponse:
    """Show the line as it is now, and how far the card is."""
    standard = check.standard.code
    if wants_fragment(request):
        shown = _read(request.user, check.outlet, f"{check.on:%F}", standard)
        row = shown.row(check.employee_id, check.slot)
        return render(
            request, "evaluations/checks/_answer.html", {"card": shown, "row": row}
        )
    if request.POST.get("back") == "check":
        messages.success(request, _("The change is kept, and the ledger with it."))
        return redirect("checks:check", check.uuid)
    row_id = f"row-{check.employee_id or 'outlet'}-{check.slot}"
    return redirect(f"{_card_url(check.outlet, check.on, standard)}#{row_id}")


def _refuse_about(request: CardRequest, check: Check, error: str) -> HttpResponse:
    if request.POST.get("back") == "check":
        messages.error(request, error)
        return redirect("checks:check", check.uuid)
    return _refuse(
        request,
        outlet=check.outlet,
        on=check.on,
        standard=check.standard.code,
        place=(check.employee_id, check.slot),
        error=error,
    )


def _refuse(
    request: CardRequest,
    *,
    outlet: Outlet,
    on: date,
    standard: str,
    place: tuple[int | None, str],
    error: str,
) -> HttpResponse:
    """Say what was refused, on the line that was tapped; nothing has been written."""
    if wants_fragment(request):
        shown = _read(request.user, outlet, f"{on:%F}", standard)
        row = shown.row(*place)
        if row is not None:
            context = {"card": shown, "row": row, "error": error}
            return render(request, "evaluations/checks/_answer.html", context)
    messages.error(request, error)
    return redirect(_card_url(outlet, on, standard))
