"""Asking for somebody's erasure, and the second person's word on it."""

from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from staffing.people import tasks
from staffing.people.models import Employee, User
from staffing.people.personal.models import REASON_LENGTH, Erasure, ErasureState
from staffing.people.personal.selectors import may_manage
from staffing.people.personal.services.carrying_out import (
    locked_person,
    require_erasable,
)
from staffing.people.personal.services.exporting import SILENCE
from staffing.people.personal.services.refusals import (
    ErasureClosed,
    ErasureOpen,
    OwnErasure,
    ReasonMissing,
    SamePerson,
)


@transaction.atomic
def propose_erasure(*, employee: Employee, reason: str, by: User) -> Erasure:
    """Ask for somebody's erasure; nothing is erased before another confirms.

    Raises:
        PermissionDenied: `by` does not manage personal data.
        OwnErasure: she is `by` herself.
        ReasonMissing: nobody could tell later why.
        ErasureOpen: it has been asked for.
        DomainError: as `require_erasable`.
    """
    person = locked_person(employee.pk)
    _require_manager(person, by)
    if not reason.strip():
        raise ReasonMissing
    require_erasable(person)
    if Erasure.objects.open().filter(employee=person).exists():
        raise ErasureOpen
    return Erasure.objects.create(
        employee=person, reason=reason.strip()[:REASON_LENGTH], proposed_by=by
    )


@transaction.atomic
def confirm_erasure(*, uuid: UUID, by: User) -> Erasure:
    """Confirm what somebody else asked for; a worker then carries it out.

    Confirming what a worker left lying for a while calls the worker again.

    Raises:
        PermissionDenied, OwnErasure: as in `propose_erasure`.
        SamePerson: `by` asked for it.
        ErasureClosed: it is decided already.
        DomainError: as `require_erasable`.
    """
    erasure = Erasure.objects.visible_to(by).get(uuid=uuid)
    person = locked_person(erasure.employee_id)
    erasure = Erasure.objects.select_for_update(of=["self"]).get(pk=erasure.pk)
    _require_manager(person, by)
    if erasure.proposed_by_id == by.pk:
        raise SamePerson
    now = timezone.now()
    lost = (
        erasure.state == ErasureState.CONFIRMED
        and erasure.confirmed_at is not None
        and erasure.confirmed_at < now - SILENCE
    )
    if erasure.state != ErasureState.PROPOSED and not lost:
        raise ErasureClosed
    require_erasable(person)
    erasure.state, erasure.message = ErasureState.CONFIRMED, ""
    erasure.confirmed_by, erasure.confirmed_at = by, now
    erasure.save(update_fields=["state", "message", "confirmed_by", "confirmed_at"])
    transaction.on_commit(partial(tasks.erase_person.delay, erasure.pk))
    return erasure


@transaction.atomic
def withdraw_erasure(*, uuid: UUID, by: User) -> Erasure:
    """Take back what was asked for and nobody has confirmed; anybody who may ask may.

    Raises:
        ErasureClosed: it is confirmed or decided already.
    """
    erasure = Erasure.objects.visible_to(by).select_for_update(of=["self"])
    found = erasure.get(uuid=uuid)
    _require_manager(found.employee, by)
    if found.state != ErasureState.PROPOSED:
        raise ErasureClosed
    found.state, found.closed_by = ErasureState.WITHDRAWN, by
    found.closed_at = timezone.now()
    found.save(update_fields=["state", "closed_by", "closed_at"])
    return found


def _require_manager(person: Employee, by: User) -> None:
    if not may_manage(by):
        raise PermissionDenied
    if by.employee_id == person.pk:
        raise OwnErasure
