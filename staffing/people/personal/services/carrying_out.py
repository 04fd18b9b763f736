"""Erasing a person, once two people want it or the rule for leavers says so."""

import secrets

from django.db import OperationalError, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from outlets.exchange.errors import DomainError
from staffing.people.models import Employee
from staffing.people.personal.keeping import rule_of
from staffing.people.personal.models import (
    REASON_LENGTH,
    ErasedNumber,
    Erasure,
    ErasureState,
)
from staffing.people.personal.numbers import digest_of
from staffing.people.personal.registry import holdings
from staffing.people.personal.selectors import ERASURE_WAIT, blocks, leavers
from staffing.people.personal.services.refusals import (
    AlreadyErased,
    LeftTooLately,
    NumberNotErased,
    ReasonMissing,
    StillEmployed,
    StillNeeded,
)

PREFIX = "X-"
# Without what is easily misread.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 8


def require_erasable(employee: Employee) -> None:
    """Refuse whom the rules do not allow to be erased today.

    Raises:
        AlreadyErased, StillEmployed, LeftTooLately: as they say.
        StillNeeded: a published ranking may be appealed, or a case is open.
    """
    if employee.erased_at is not None:
        raise AlreadyErased
    if employee.left_on is None or employee.left_on >= timezone.localdate():
        raise StillEmployed
    rule = rule_of(ERASURE_WAIT)
    if employee.left_on >= rule.cut_off(timezone.localdate()):
        left_on = formats.date_format(employee.left_on, "SHORT_DATE_FORMAT")
        raise LeftTooLately(left_on=left_on, months=rule.months)
    if why := blocks(employee):
        raise StillNeeded(why=" ".join(why))


def carry_out(*, erasure_id: int) -> None:
    """Carry a confirmed erasure out, all of it or nothing; safe to run twice.

    What stands against it by now, or goes wrong, is kept in the row, which then waits
    for a confirmation again.
    """
    try:
        _carry_out(erasure_id)
    except OperationalError:
        raise  # the task tries again
    except DomainError as error:
        _send_back(erasure_id, str(error))
        raise
    except Exception as error:
        fault = _("It stopped with %(fault)s; nothing was changed.")
        _send_back(erasure_id, fault % {"fault": type(error).__name__})
        raise


@transaction.atomic
def _carry_out(erasure_id: int) -> None:
    erasure = Erasure.objects.select_for_update(of=["self"]).get(pk=erasure_id)
    if erasure.state != ErasureState.CONFIRMED:
        return
    person = locked_person(erasure.employee_id)
    require_erasable(person)
    pseudonym = _fresh_pseudonym()
    ErasedNumber.objects.create(
        digest=digest_of(person.number), employee=person, erased_at=timezone.now()
    )
    counts = {one.code: one.erase(person, pseudonym) for one in holdings()}
    erasure.counts = {code: n for code, n in counts.items() if n}
    erasure.state, erasure.closed_at = ErasureState.DONE, timezone.now()
    erasure.closed_by = erasure.confirmed_by
    erasure.save(update_fields=["counts", "state", "closed_at", "closed_by"])


def _send_back(erasure_id: int, message: str) -> None:
    Erasure.objects.filter(pk=erasure_id, state=ErasureState.CONFIRMED).update(
        state=ErasureState.PROPOSED,
        confirmed_by=None,
        confirmed_at=None,
        message=message[:500],
    )


def erase_leavers(*, limit: int) -> int:
    """Erase up to `limit` of those whom the rule for leavers no longer keeps.

    Who cannot be erased today is passed over. System task: it sees everybody.
    """
    erased = 0
    for employee in leavers(timezone.localdate()).iterator():
        if erased == limit:
            break
        try:
            require_erasable(employee)
        except DomainError:
            continue
        with transaction.atomic():
            erasure = Erasure.objects.create(
                employee=employee,
                state=ErasureState.CONFIRMED,
                confirmed_at=timezone.now(),
            )
            _carry_out(erasure.pk)
        erased += 1
    return erased


@transaction.atomic
def lift_number(*, number: str, reason: str) -> None:
    """Let an erased number be loaded again, for a new person without a past.

    Raises:
        ReasonMissing: nobody could tell later why.
        NumberNotErased: no such number is locked.
    """
    if not reason.strip():
        raise ReasonMissing
    lifted = ErasedNumber.objects.filter(
        digest=digest_of(number), lifted_at=None
    ).update(lifted_at=timezone.now(), lifted_because=reason.strip()[:REASON_LENGTH])
    if not lifted:
        raise NumberNotErased(number=number)


def locked_person(employee_id: int) -> Employee:
    """Lock somebody against being erased, or asked for, twice at once.

    Her account comes along as it was, for whatever goes by her user name.
    """
    people = Employee.objects.select_related("user")
    locked = people.select_for_update(no_key=True, of=("self",))
    return locked.get(pk=employee_id)


def _fresh_pseudonym() -> str:
    while True:
        drawn = PREFIX + "".join(secrets.choice(_LETTERS) for _i in range(_LENGTH))
        if not Employee.objects.filter(number=drawn).exists():
            return drawn
