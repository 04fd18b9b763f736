"""Personal PINs: set by herself with her password, ended by who leads, never seen."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from staffing.accounts.models import Device, Pin
from staffing.accounts.rules.locks import Patience
from staffing.accounts.rules.pins import LONGEST, Weakness, pin_weakness
from staffing.accounts.selectors.devices import people_here
from staffing.accounts.services import locks
from staffing.people.models import User

# A person at a device: two slips are free; a day holds very few guesses after that.
PERSON = Patience(free=3, first=30, most=locks.DAY, memory=7 * locks.DAY)
# A device, whoever is tried on it: a busy team has slips, a guesser goes round.
DEVICE = Patience(free=20, first=60, most=900, memory=3600)
PASSWORD = Patience(free=5, first=60, most=3600, memory=locks.DAY)


class WrongPassword(DomainError):
    code = "wrong_password"
    message = _("That is not your password.")


class WeakPin(DomainError):
    """The PIN is too easy to guess; `weakness` says why."""

    code = "weak_pin"

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(shortest=settings.PIN_LENGTH, longest=LONGEST)
        self.weakness = weakness

    def __str__(self) -> str:
        return str(WORDS[self.weakness]) % self.params


class WrongPin(DomainError):
    code = "wrong_pin"
    message = _("That PIN was not right.")


WORDS = {
    Weakness.NOT_DIGITS: _("A PIN consists of the digits 0 to 9."),
    Weakness.TOO_SHORT: _("A PIN has at least %(shortest)d digits."),
    Weakness.TOO_LONG: _("A PIN has at most %(longest)d digits."),
    Weakness.REPEATED: _("Too easy to guess: the digits repeat."),
    Weakness.SEQUENCE: _("Too easy to guess: the digits follow one another."),
    Weakness.DATE: _("Too easy to guess: it reads as a date or a year."),
    Weakness.BADGE: _("Too easy to guess: it is the number on your badge."),
    Weakness.USUAL: _("Too easy to guess: many people choose this one."),
}


def set_pin(*, pin: str, password: str, by: User) -> Pin:
    """Set one's own PIN; whatever was locked for wrong ones is open again.

    Raises:
        PermissionDenied: `by` is no staff and never stands at a shared tablet.
        TooManyAttempts: the password was wrong too often.
        WrongPassword: it is wrong now.
        WeakPin: easy to guess.
    """
    if by.employee is None:
        raise PermissionDenied
    weakness = pin_weakness(pin, badge=by.employee.number, shortest=settings.PIN_LENGTH)
    if weakness is not None:
        raise WeakPin(weakness)
    locks.charge({f"password:{by.pk}": PASSWORD})
    if not by.check_password(password):
        raise WrongPassword
    pin_hash = make_password(pin)  # before the transaction: it takes its time
    with transaction.atomic():
        locks.clear(f"password:{by.pk}")
        locks.clear_prefix(_person_prefix(by))
        return Pin.objects.update_or_create(
            user=by,
            defaults={
                "pin_hash": pin_hash,
                "set_at": timezone.now(),
                "ended_by": None,
                "ended_at": None,
            },
        )[0]


@transaction.atomic
def end_pin(*, pin_id: int, by: User) -> Pin:
    """Make somebody set a new PIN: the old one opens nothing, and its sessions end.

    Ending again changes nothing.

    Raises:
        Pin.DoesNotExist: `by` neither leads nor configures where the person works.
    """
    pin = Pin.objects.ended_by(by).select_for_update(of=("self",)).get(pk=pin_id)
    if pin.ended_at is None:
        pin.pin_hash, pin.ended_by, pin.ended_at = "", by, timezone.now()
        pin.save(update_fields=["pin_hash", "ended_by", "ended_at"])
    return pin


def check_pin(*, device: Device, person: UUID, pin: str) -> User:
    """Return the user of the employee with the uuid `person` who typed her PIN.

    Somebody who is not at this outlet today, or has no PIN, takes as long and is told
    the same as somebody who mistyped.

    Raises:
        TooManyAttempts: she, or anybody at this device, has to wait.
        WrongPin: not her PIN.
    """
    employee = people_here(device).filter(uuid=person).first()
    by_device = f"pin:device:{device.pk}"
    keys = {by_device: DEVICE}
    if employee is not None:
        keys[_person_key(employee.user, device)] = PERSON
    locks.charge(keys)
    if employee is None:
        make_password(pin)
        raise WrongPin
    if not check_password(pin, employee.user.pin.pin_hash):
        raise WrongPin
    locks.clear(_person_key(employee.user, device))
    locks.refund(by_device)
    return employee.user


def _person_prefix(user: User) -> str:
    return f"pin:user:{user.pk}:"


def _person_key(user: User, device: Device) -> str:
    return f"{_person_prefix(user)}device:{device.pk}"
