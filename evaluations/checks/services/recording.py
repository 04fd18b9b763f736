"""Taking a check."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.checks.models import Check, CheckState
from evaluations.checks.rules import Mark, rater_of_name, rater_of_staff
from evaluations.checks.selectors import on_shift
from evaluations.checks.services.cards import (
    card_of,
    holds,
    lock,
    marks_of,
    post,
    require_valid,
    write_marks,
)
from evaluations.checks.services.refusals import (
    DayIsOver,
    NotOnShift,
    OwnCheck,
    UnknownRound,
    UuidTaken,
)
from evaluations.standards.models import StandardVersion
from evaluations.standards.selectors import sheets
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Employee, User

# How long a tablet without a connection may keep a check, and how far its clock may run
# ahead of ours.
LATEST_DELIVERY = timedelta(days=7)
CLOCK_SKEW = timedelta(minutes=5)


@transaction.atomic
def record_check(
    *,
    uuid: UUID,
    outlet: Outlet,
    employee: Employee | None,
    on: date,
    slot: str,
    version: StandardVersion,
    marks: Mapping[str, Mark],
    note: str = "",
    score: int | None = None,
    observed_at: datetime | None = None,
    by: User,
) -> Check:
    """Keep one check and post it at once; the same `uuid` again changes nothing.

    `employee` None checks the outlet itself. `score` is in hundredths of a percentage
    point. A second check of the same card is kept: as a conflict when it says something
    else, set aside when it agrees; it counts only after somebody has chosen it.

    Raises:
        PermissionDenied: `by` records nothing at this outlet.
        DomainError: one of the refusals above.
    """
    if not holds(by, Power.RECORD, outlet):
        raise PermissionDenied
    if employee is not None and employee.pk == by.employee_id:
        raise OwnCheck
    lock(outlet, employee)
    known = _already_sent(uuid, outlet, employee)
    if known is not None:
        return known
    observed_at = observed_at or timezone.now()
    _require_the_day(outlet, on, observed_at)
    _require_on_shift(outlet, on, employee)
    if slot not in version.standard.slots.split():
        raise UnknownRound(slot=slot)
    sheet = sheets([version.pk])[version.pk]
    require_valid(sheet, employee, marks, score)
    check = Check(
        uuid=uuid,
        outlet=outlet,
        employee=employee,
        on=on,
        slot=slot,
        standard=version.standard,
        version=version,
        score=score,
        by=by,
        by_name=_name_of(by),
        rater=_rater_of(by),
        note=note,
        observed_at=observed_at,
    )
    rival = Check.objects.standing().filter(**card_of(check)).first()
    if rival is not None:
        agrees = rival.score == score and marks_of(rival) == marks
        check.state = CheckState.SET_ASIDE if agrees else CheckState.CONFLICT
        check.pending = False
    check.save()
    write_marks(check, sheet, marks)
    if rival is None:
        post(check, by)
    return check


def _already_sent(
    uuid: UUID, outlet: Outlet, employee: Employee | None
) -> Check | None:
    """Return the check that an earlier delivery of the same tap made."""
    known = Check.objects.filter(uuid=uuid).first()
    subject = (outlet.pk, employee.pk if employee else None)
    if known is not None and (known.outlet_id, known.employee_id) != subject:
        raise UuidTaken
    return known


def _require_on_shift(outlet: Outlet, on: date, employee: Employee | None) -> None:
    if employee is None or on_shift(outlet, on).filter(pk=employee.pk).exists():
        return
    raise NotOnShift(name=employee.name)


def _require_the_day(outlet: Outlet, on: date, observed_at: datetime) -> None:
    now = timezone.now()
    if (
        trading_day(observed_at, outlet.zone, outlet.day_starts_at) != on
        or not now - LATEST_DELIVERY <= observed_at <= now + CLOCK_SKEW
    ):
        raise DayIsOver


def _name_of(by: User) -> str:
    if by.employee is not None:
        return by.employee.name
    return by.get_full_name() or by.get_username()


def _rater_of(by: User) -> str:
    if by.employee is not None:
        return rater_of_staff(by.employee.uuid)
    return rater_of_name(f"user:{by.pk}")
