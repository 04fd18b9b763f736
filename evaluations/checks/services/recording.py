"""Taking a check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
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
    on_its_day,
    post,
    require_valid,
    write_marks,
)
from evaluations.checks.services.drawing import keep_draw
from evaluations.checks.services.refusals import (
    DayIsOver,
    NotDue,
    NotOnShift,
    OwnCheck,
    UnknownRound,
    UuidTaken,
)
from evaluations.standards.models import StandardVersion
from evaluations.standards.rounds import RANDOM
from evaluations.standards.selectors import sheets
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.accounts.models import Device
from staffing.people.models import Assignment, Employee, User

# How far what was observed may lie ahead of our own clock.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a queue says of a tap beyond the card itself.

    `seconds` is how long the line was looked at, `clock_ahead_seconds` how far the
    tablet's clock ran ahead (None: it was right), `distance_m` how far from the outlet
    it was (None: not said). `any_day` and `anybody` waive the
    rules of the day and of the shift, where a person has decided so.
    """

    device: Device | None = None
    seconds: int | None = None
    clock_ahead_seconds: int | None = None
    distance_m: int | None = None
    any_day: bool = False
    anybody: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """The check of a tap. `is_new` False: an earlier delivery had made it.

    `agrees`: another check of the same card says the same, so that it counts already.
    """

    check: Check
    is_new: bool
    agrees: bool = False


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
    kept = keep_check(
        uuid=uuid,
        outlet=outlet,
        employee=employee,
        on=on,
        slot=slot,
        version=version,
        marks=marks,
        note=note,
        score=score,
        observed_at=observed_at,
        by=by,
    )
    return kept.check


@transaction.atomic(savepoint=False)
def keep_check(
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
    sent: Sent | None = None,
) -> Kept:
    """Keep a check of somebody whose right to make it has been judged already.

    `sent` belongs to what a tablet kept in its queue: it is held against the version
    that it names, and takes whom the card could have shown, by roster or staff list.

    Raises:
        DomainError: the day, the person, the round or an item does not belong to it.
    """
    lock(outlet, employee)
    known = _already_sent(uuid, outlet, employee)
    if known is not None:
        return Kept(known, is_new=False)
    observed_at = observed_at or timezone.now()
    if sent is None or not sent.any_day:
        _require_the_day(outlet, on, observed_at, queued=sent is not None)
    if sent is None or not sent.anybody:
        _require_on_shift(outlet, on, employee, queued=sent is not None)
    if slot not in version.standard.slots.split():
        raise UnknownRound(slot=slot)
    if slot == RANDOM and (sent is None or not sent.any_day):
        _require_its_hour(outlet, on, observed_at)
    check = Check(
        uuid=uuid,
        outlet=outlet,
        employee=employee,
        on=on,
        slot=slot,
        standard=version.standard,
        version=version,
        post=employee.post if employee else "",
        score=score,
        by=by,
        **author_of(by),
        note=note,
        observed_at=observed_at,
        received_at=timezone.now(),
    )
    if sent is not None:
        check.device, check.seconds = sent.device, sent.seconds
        check.clock_ahead_seconds = sent.clock_ahead_seconds
        check.distance_m = sent.distance_m
    sheet = sheets([version.pk])[version.pk]
    require_valid(sheet, check.judged, marks, score)
    rival = Check.objects.standing().filter(**card_of(check)).first()
    agrees = False
    if rival is not None:
        agrees = rival.score == score and marks_of(rival) == marks
        check.state = CheckState.SET_ASIDE if agrees else CheckState.CONFLICT
        check.pending = False
    check.save()
    write_marks(check, sheet, marks)
    if rival is None:
        post(check, by)
    return Kept(check, is_new=True, agrees=agrees)


def _already_sent(
    uuid: UUID, outlet: Outlet, employee: Employee | None
) -> Check | None:
    """Return the check that an earlier delivery of the same tap made."""
    known = Check.objects.filter(uuid=uuid).first()
    subject = (outlet.pk, employee.pk if employee else None)
    if known is not None and (known.outlet_id, known.employee_id) != subject:
        raise UuidTaken
    return known


def _require_on_shift(
    outlet: Outlet, on: date, employee: Employee | None, *, queued: bool
) -> None:
    if employee is None or on_shift(outlet, on).filter(pk=employee.pk).exists():
        return
    # The roster may have changed since the card was opened.
    if (
        queued
        and Assignment.objects.on(on).filter(outlet=outlet, employee=employee).exists()
    ):
        return
    raise NotOnShift(name=employee.name)


def _require_the_day(
    outlet: Outlet, on: date, observed_at: datetime, *, queued: bool
) -> None:
    now = timezone.now()
    if queued:
        right_day = on_its_day(outlet, on, observed_at)
    else:
        right_day = trading_day(observed_at, outlet.zone, outlet.day_starts_at) == on
    oldest = now - settings.CHECKS_KEPT_ON_TABLET
    if not (right_day and oldest <= observed_at <= now + CLOCK_SKEW):
        raise DayIsOver


def _require_its_hour(outlet: Outlet, on: date, observed_at: datetime) -> None:
    """Refuse the round at a random hour before its hour; clocks may differ a little."""
    draw = keep_draw(outlet, on)
    seen = min(observed_at, timezone.now())
    if draw is not None and seen < draw.due_at - CLOCK_SKEW:
        raise NotDue


def author_of(by: User) -> dict[str, str]:
    """Return what a check keeps of who judged: a name, and an opaque key."""
    if by.employee is not None:
        rater = rater_of_staff(by.employee.uuid)
    else:
        rater = rater_of_name(f"user:{by.pk}")
    return {"by_name": by.called, "rater": rater}
