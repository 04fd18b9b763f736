"""Settling what waits: a person enters a record all the same, or dismisses it."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import (
    EVENTS,
    Check,
    Deed,
    FloorTap,
    HeldCheck,
    HeldState,
    Why,
)
from evaluations.checks.services.cards import holds, on_its_day
from evaluations.checks.services.correcting import correct_check, undo_check
from evaluations.checks.services.deliveries import version_named
from evaluations.checks.services.floor import Event, TapSent, take_event
from evaluations.checks.services.recording import Sent, keep_check
from evaluations.checks.services.refusals import ReasonMissing
from evaluations.checks.tapped import Tapped, read_tapped
from outlets.exchange.errors import DomainError
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Employee, User

# Its author's right was good; something else was not. It stays her judgement.
AUTHOR_STANDS = frozenset(
    {
        *(Why.OUTLET_CLOSED, Why.UNKNOWN_PERSON, Why.NOT_ON_SHIFT, Why.DAY_IS_OVER),
        *(Why.UNKNOWN_VERSION, Why.UNKNOWN_ROUND, Why.UNKNOWN_ITEM),
        *(Why.NOTHING_TO_CHECK, Why.UNKNOWN_DEVICE, Why.UNKNOWN_EVENT),
    }
)


class AlreadySettled(DomainError):
    code = "already_settled"
    message = _("Somebody has settled this record meanwhile.")


class CannotBeEntered(DomainError):
    code = "cannot_be_entered"
    message = _(
        "This cannot be entered: %(why)s Dismiss it, and check anew where that helps."
    )


@transaction.atomic
def enter_held(*, key: UUID, reason: str, by: User) -> HeldCheck:
    """Enter a waiting record all the same; the check keeps why, and who decided.

    Rules of the day and of the shift are waived: `by` answers for them. Where its
    author had the right to make it, it stays her judgement; else it becomes that of
    `by`.

    Raises:
        HeldCheck.DoesNotExist: there is none that `by` may see.
        PermissionDenied: she may not settle it.
        DomainError: settled already, without a reason, or not to be entered at all.
    """
    held = _locked(key, reason, by)
    if held.outlet is None:
        raise CannotBeEntered(why=Why.UNKNOWN_OUTLET.label)
    tapped = _as_tapped(held)
    if held.deed == Deed.RECORD:
        held.entered = _enter(held, tapped, by)
    elif held.deed in EVENTS:
        _enter_event(held, tapped, by)
    else:
        held.entered = _change(tapped, reason, by)
    return _settle(held, HeldState.ENTERED, reason, by)


@transaction.atomic
def dismiss_held(*, key: UUID, reason: str, by: User) -> HeldCheck:
    """Decide that a waiting record is not entered; it stays to be read.

    Raises:
        HeldCheck.DoesNotExist, PermissionDenied, DomainError: as for entering.
    """
    return _settle(_locked(key, reason, by), HeldState.DISMISSED, reason, by)


def may_settle(held: HeldCheck, by: User) -> bool:
    """Tell whether a user may decide: the county, or today another lead.

    Nobody decides about what she sent herself, or about herself.
    """
    if held.author_id == by.pk:
        return False
    if held.employee_id is not None and held.employee_id == by.employee_id:
        return False
    if held.outlet is None:
        return by.sight.reach(Power.CORRECT).everywhere
    if holds(by, Power.CORRECT, held.outlet):
        return True
    # Changing somebody else's check is the county's.
    today = held.on is not None and on_its_day(held.outlet, held.on)
    may_record = holds(by, Power.RECORD, held.outlet)
    changes = held.deed not in EVENTS | {Deed.RECORD}
    return today and may_record and not changes


def _locked(key: UUID, reason: str, by: User) -> HeldCheck:
    seen = HeldCheck.objects.visible_to(by).get(key=key)
    rows = HeldCheck.objects.select_for_update(of=("self",))
    held = rows.select_related("outlet__region", "author__employee", "device").get(
        pk=seen.pk
    )
    if not may_settle(held, by):
        raise PermissionDenied
    if held.state != HeldState.WAITING:
        raise AlreadySettled
    if not reason.strip():
        raise ReasonMissing
    return held


def _settle(held: HeldCheck, state: HeldState, reason: str, by: User) -> HeldCheck:
    held.state, held.settled_because = state, reason.strip()
    held.settled_by, held.settled_at = by, timezone.now()
    held.save()
    return held


def _as_tapped(held: HeldCheck) -> Tapped:
    """Read a waiting record again, as it came."""
    return read_tapped(
        {
            **held.payload,
            "uuid": str(held.uuid),
            "action": held.deed,
            "employee_number": held.number,
            "note": held.note,
        }
    )


def _enter(held: HeldCheck, tapped: Tapped, by: User) -> Check:
    outlet = held.outlet
    assert outlet is not None  # noqa: S101 refused above
    if tapped.fault:
        raise CannotBeEntered(why=Why.UNREADABLE.label)
    version = version_named(tapped.standard, tapped.version)
    if version is None:
        raise CannotBeEntered(why=Why.UNKNOWN_VERSION.label)
    employee = held.employee
    if employee is None and held.number:
        # Perhaps the registry knows her by now.
        employee = Employee.objects.filter(number=held.number).first()
        if employee is None:
            raise CannotBeEntered(why=Why.UNKNOWN_PERSON.label)
    stands = held.author is not None and held.reason in AUTHOR_STANDS
    author = held.author if stands and held.author is not None else by
    if employee is not None and employee.pk in (by.employee_id, author.employee_id):
        raise CannotBeEntered(why=Why.OWN_CHECK.label)
    observed_at = held.observed_at or held.received_at
    on = held.on or trading_day(observed_at, outlet.zone, outlet.day_starts_at)
    uuid = held.uuid
    if Check.objects.filter(uuid=uuid).exists():
        # The identity belongs to what was sent first; this is a check of its own.
        uuid = uuid4()
    kept = keep_check(
        uuid=uuid,
        outlet=outlet,
        employee=employee,
        on=on,
        slot=tapped.slot,
        version=version,
        marks=tapped.marks,
        note=tapped.note,
        observed_at=observed_at,
        by=author,
        sent=Sent(
            device=held.device,
            seconds=tapped.seconds,
            clock_ahead_seconds=held.clock_ahead_seconds,
            distance_m=tapped.distance_m,
            any_day=True,
            anybody=True,
        ),
    )
    return kept.check


def _enter_event(held: HeldCheck, tapped: Tapped, by: User) -> None:
    """Keep what was reported from the floor; whose it is goes as for checks."""
    outlet = held.outlet
    assert outlet is not None  # noqa: S101 refused above
    if tapped.fault:
        raise CannotBeEntered(why=Why.UNREADABLE.label)
    stands = held.author is not None and held.reason in AUTHOR_STANDS
    event = Event.of(tapped)
    if FloorTap.objects.filter(uuid=event.uuid).exists():
        event = replace(event, uuid=uuid4())
    try:
        take_event(
            event,
            outlet=outlet,
            observed_at=held.observed_at or held.received_at,
            by=held.author if stands and held.author is not None else by,
            sent=TapSent(held.device, held.clock_ahead_seconds, any_day=True),
        )
    except DomainError as refusal:
        raise CannotBeEntered(why=str(refusal)) from refusal


def _change(tapped: Tapped, reason: str, by: User) -> Check:
    """Carry out a correction or an undoing, as a correction by who decides."""
    if tapped.check is None:
        raise CannotBeEntered(why=Why.UNREADABLE.label)
    try:
        if tapped.deed == Deed.UNDO:
            return undo_check(uuid=tapped.check, reason=reason, by=by)
        return correct_check(
            uuid=tapped.check,
            marks=tapped.marks,
            note=tapped.note,
            reason=reason,
            by=by,
        )
    except Check.DoesNotExist as error:
        raise CannotBeEntered(why=Why.UNKNOWN_CHECK.label) from error
