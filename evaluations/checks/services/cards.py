"""What recording and correcting share: the card, its day, its marks, its posting."""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from evaluations.checks.models import Check, CheckMark
from evaluations.checks.posting import post_days, post_outlet_checks
from evaluations.checks.rules import Mark
from evaluations.checks.services.refusals import (
    MarksAndScore,
    NothingToCheck,
    UnknownItem,
)
from evaluations.standards.rules import Judged
from evaluations.standards.selectors import Sheet
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Employee, User


def today_at(outlet: Outlet) -> date:
    """Return the outlet's trading day of this moment."""
    return trading_day(timezone.now(), outlet.zone, outlet.day_starts_at)


def on_its_day(outlet: Outlet, on: date, at: datetime | None = None) -> bool:
    """Tell whether `at` (None: now) lies on the trading day `on` of the outlet.

    What a tablet sends later is judged by when it was tapped; a night shift may then
    finish the card of the day on which it began.
    """
    if at is None:
        return on == today_at(outlet)
    began = at - settings.CHECKS_NIGHT_GRACE
    return on in {
        trading_day(moment, outlet.zone, outlet.day_starts_at) for moment in (at, began)
    }


def holds(by: User, power: Power, outlet: Outlet) -> bool:
    """Tell whether a user holds a power at an outlet."""
    reach = by.sight.reach(power)
    return reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)


def marks_of(check: Check) -> dict[str, Mark]:
    """Return the marks of a check by item code."""
    return {mark.item.code: Mark(mark.mark) for mark in check.marks.all()}


def lock(outlet: Outlet, employee: Employee | None) -> None:
    """Let one check of this person, or of this outlet, be written at a time."""
    if employee is not None:
        rows = Employee.objects.filter(pk=employee.pk)
        list(rows.select_for_update(no_key=True).values_list("pk"))
    else:
        places = Outlet.objects.filter(pk=outlet.pk)
        list(places.select_for_update(no_key=True).values_list("pk"))


def require_valid(
    sheet: Sheet,
    judged: Judged,
    marks: Mapping[str, Mark],
    score: int | None,
) -> None:
    if score is not None and marks:
        raise MarksAndScore
    known = sheet.applicable(judged)
    if not known and score is None:
        raise NothingToCheck
    if unknown := sorted(marks.keys() - known.keys()):
        raise UnknownItem(codes=", ".join(unknown))


def card_of(check: Check) -> dict[str, object]:
    """Return what tells this check's card from all others."""
    return {
        "outlet": check.outlet_id,
        "employee": check.employee_id,
        "on": check.on,
        "slot": check.slot,
        "standard": check.standard_id,
    }


def write_marks(check: Check, sheet: Sheet, marks: Mapping[str, Mark]) -> None:
    CheckMark.objects.bulk_create(
        CheckMark(check_record=check, item_id=sheet.item_ids[code], mark=mark.value)
        for code, mark in sorted(marks.items())
    )


def post(check: Check, by: User, reason: str = "") -> None:
    if check.employee_id is None:
        post_outlet_checks([check.pk], by=by, reason=reason)
    else:
        post_days([(check.employee_id, check.on)], by=by, reason=reason)
