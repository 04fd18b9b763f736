"""What was recorded: lists of days, a person's day, and one check with its history."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluations.checks.forms import OutletDaysForm
from evaluations.checks.models import (
    Check,
    CheckState,
    Correction,
    CorrectiveAction,
    Flag,
    HeldCheck,
)
from evaluations.checks.selectors import outlets_without_checks, people_on_shift
from evaluations.checks.selectors.areas import areas_of, seen_at
from evaluations.checks.selectors.asking import sections_for
from evaluations.checks.selectors.card import Said
from evaluations.checks.selectors.days import (
    outlet_days,
    own_days,
    person_day,
    unchecked_person,
)
from evaluations.checks.selectors.evidence import proofs_of
from evaluations.checks.selectors.floor import SPILL_ITEM, failed_by_clock
from evaluations.checks.services.actions import may_open
from evaluations.checks.services.cards import today_at
from evaluations.checks.services.correcting import may_change, may_change_without_reason
from evaluations.checks.views.blinding import sent_back_to_judge
from evaluations.standards.rounds import round_label
from outlets.exchange.pages import page_of
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee, User
from staffing.people.requests import SignedInRequest

DAYS_SHOWN = 14
MISSING_SHOWN = 12


@require_safe
@login_required
def check_list(request: SignedInRequest) -> HttpResponse:
    """Recent days: by outlet where she sees records, else the days about herself."""
    viewer = request.user
    leads = viewer.sight.may(Power.SEE_RECORDS)
    own = not leads or request.GET.get("mine") == "1"
    if own and viewer.sight.employee_id is None:
        raise PermissionDenied
    today = timezone.localdate()
    form, first, last = OutletDaysForm.asked(
        request.GET.dict(), first=today - timedelta(days=DAYS_SHOWN - 1), last=today
    )
    page = request.GET.get("page")
    context: dict[str, Any] = {"form": form, "own": own, "leads": leads}
    context["sees_flow"] = viewer.sight.may(Power.SEE_FLOW)
    context["reviews"] = viewer.sight.may(Power.SEE_REVIEWS)
    context["spoken"] = not context["reviews"] and (
        Flag.objects.visible_to(viewer).exists()
    )
    if own:
        employee = viewer.employee
        assert employee is not None  # noqa: S101 refused above
        rows: Any = own_days(employee, first=first, last=last)
        context |= {"page": page_of(rows, page), "employee": employee}
    else:
        rows = outlet_days(viewer, first=first, last=last, outlet=form.words)
        context |= {"page": page_of(rows, page), "missing": _missing(viewer)}
    return render(request, "evaluations/checks/list.html", context)


@dataclass(frozen=True, slots=True)
class Missing:
    """Who has not been checked today: the people of one outlet, or whole outlets."""

    outlet: Outlet | None
    people: list[Employee]
    outlets: list[Outlet]
    more: bool


def _missing(viewer: User) -> Missing:
    held = Outlet.objects.visible_to(viewer, Power.SEE_RECORDS)
    few = list(held.select_related("region")[:2])
    if len(few) == 1:
        outlet = few[0]
        on = today_at(outlet)
        seen = Check.objects.standing().filter(outlet=outlet, on=on)
        checked = set(seen.values_list("employee", flat=True))
        people = [p for p in people_on_shift(outlet, on) if p.pk not in checked]
        return Missing(outlet, people, [], more=False)
    found = outlets_without_checks(viewer, timezone.localdate())
    outlets = list(found[: MISSING_SHOWN + 1])
    more = len(outlets) > MISSING_SHOWN
    return Missing(None, [], outlets[:MISSING_SHOWN], more=more)


@require_safe
@login_required
def check_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One check: who, what was tapped, when it reached us, and what became of it."""
    checks = Check.objects.visible_to(request.user).with_marks()
    check = get_object_or_404(
        checks.select_related("outlet__region", "version"), uuid=uuid
    )
    if away := sent_back_to_judge(request, check.outlet_id, check.on):
        return away
    corrections = Correction.objects.visible_to(request.user)
    standing = check.state == CheckState.STANDING
    correctable = standing and check.score is None and may_change(check, request.user)
    return render(
        request,
        "evaluations/checks/check.html",
        {
            "said": Said.of(check),
            "check": check,
            "slot": round_label(check.slot),
            "sections": sections_for(check.version, check.judged, check),
            "areas": areas_of(check.outlet, check.on, seen_at(check)),
            "proof": proofs_of([check])[check.pk],
            "by_clock": failed_by_clock(check, timezone.now()),
            "spill_item": SPILL_ITEM,
            "held": HeldCheck.objects.visible_to(request.user)
            .filter(entered=check)
            .select_related("author__employee", "settled_by__employee")
            .first(),
            "corrections": corrections.filter(check_record=check).select_related(
                "by__employee"
            ),
            "may_change": standing and may_change(check, request.user),
            "may_correct": correctable,
            "may_open": standing and may_open(check.outlet, request.user),
            "actions": CorrectiveAction.objects.visible_to(request.user)
            .filter(check_record=check)
            .select_related("owner", "item"),
            "needs_reason": not may_change_without_reason(check, request.user),
        },
    )


@require_safe
@login_required
def day_detail(request: SignedInRequest, employee: UUID, on: date) -> HttpResponse:
    """A person's day: every check of it, and what they add up to.

    A rostered day without any is shown as that.
    """
    checks = list(
        Check.objects.visible_to(request.user)
        .filter(employee__uuid=employee, on=on)
        .with_marks()
        .in_order()
    )
    person = (
        checks[0].employee if checks else unchecked_person(request.user, employee, on)
    )
    if person is None:
        raise Http404
    for outlet_id in {check.outlet_id for check in checks}:
        if away := sent_back_to_judge(request, outlet_id, on):
            return away
    # Whoever sees one check of the day sees what the day adds up to.
    whole = list(Check.objects.of_day(person, on).with_marks())
    visible = {check.pk for check in checks}
    day = person_day(person, on, whole)
    return render(
        request,
        "evaluations/checks/day.html",
        {
            "day": day,
            "counted": [said for said in day.counted if said.check.pk in visible],
            "uncounted": [said for said in day.uncounted if said.check.pk in visible],
            "elsewhere": len(whole) - len(checks),
            "missing": not checks,
        },
    )
