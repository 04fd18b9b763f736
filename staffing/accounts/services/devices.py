"""Tablets: added by an administrator, enrolled with a code, revoked with a reason."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import choice
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.accounts.models import Device, DeviceCredential, EnrolmentCode
from staffing.accounts.models.devices import RevokedBecause
from staffing.accounts.rules.locks import Patience
from staffing.accounts.services import locks
from staffing.accounts.services.credentials import issue, recognise
from staffing.people.models import User

# Neither 0 and O nor 1, I and L: it is read aloud and typed. 39 bits for a quarter
# of an hour, and few tries.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
CODE_MINUTES = 15
ENROLLING = Patience(free=10, first=30, most=900, memory=900)


class DeviceNameTaken(DomainError):
    code = "device_name_taken"
    message = _("This outlet already has a tablet of that name.")


class DeviceRevoked(DomainError):
    code = "device_revoked"
    message = _("This tablet has been revoked. Add it anew.")


class CodeNotValid(DomainError):
    code = "code_not_valid"
    message = _(
        "This code is not valid: it is mistyped, used up or older than 15 minutes. "
        "Ask your administrator for a new one."
    )


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a tablet gets for a code. The token is shown to nobody else, ever."""

    device: Device
    token: str


def device_of(request: Any) -> Device | None:
    """Return the live device that a request of Django or of the API comes from.

    The middleware has recognised it already; a request that did not pass there is
    recognised by its cookie, and its credential is not rotated for lack of an answer.
    """
    if hasattr(request, "device"):
        return request.device
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
    found = recognise(token, timezone.now()) if token else None
    return found.device if found else None


@transaction.atomic
def add_device(*, outlet: Outlet, name: str, by: User) -> Device:
    """Add a tablet of one outlet; it is nothing before it is enrolled.

    Raises:
        PermissionDenied: `by` does not configure that outlet.
        DeviceNameTaken: a tablet there is called so already.
    """
    if not Outlet.objects.visible_to(by, Power.CONFIGURE).filter(pk=outlet.pk).exists():
        raise PermissionDenied
    try:
        with transaction.atomic():
            return Device.objects.create(outlet=outlet, name=name, added_by=by)
    except IntegrityError as error:
        raise DeviceNameTaken from error


@transaction.atomic
def make_code(*, device_id: int, by: User) -> str:
    """Return a new enrolment code, `ABCD-EFGH`; the ones before it end.

    Raises:
        Device.DoesNotExist: `by` does not configure its outlet.
        DeviceRevoked: a revoked tablet is not enrolled again.
    """
    device = _locked(device_id, by)
    if device.revoked_at is not None:
        raise DeviceRevoked
    device.codes.filter(used_at=None).delete()
    code = "".join(choice(CODE_LETTERS) for _n in range(CODE_LENGTH))
    device.codes.create(
        code_hash=code_hash(code),
        made_by=by,
        expires_at=timezone.now() + timedelta(minutes=CODE_MINUTES),
    )
    return f"{code[:4]}-{code[4:]}"


def code_hash(code: str) -> str:
    """Return what is stored of a code as typed: keyed, since a code is short."""
    typed = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    return salted_hmac(
        "staffing.accounts.enrolment", typed, algorithm="sha256"
    ).hexdigest()


def enrol(*, code: str, address: str) -> Enrolment:
    """Make the tablet that shows this code the device; whoever was it before is not.

    `address` is where the request comes from; it is kept as a hash, for the limit.

    Raises:
        TooManyAttempts: too many wrong codes came from this address.
        CodeNotValid: unknown, expired or used.
    """
    key = f"enrol:{salted_hmac('staffing.accounts.address', address).hexdigest()}"
    locks.prune()
    locks.charge({key: ENROLLING})
    enrolment = _enrolled(code)
    locks.clear(key)
    return enrolment


@transaction.atomic
def _enrolled(code: str) -> Enrolment:
    now = timezone.now()
    found = EnrolmentCode.objects.filter(code_hash=code_hash(code)).first()
    if found is None:
        raise CodeNotValid
    device = Device.objects.select_for_update(of=("self",)).get(pk=found.device_id)
    # Whoever comes first uses it up, however many come at the same time.
    used = EnrolmentCode.objects.filter(
        pk=found.pk, used_at=None, expires_at__gt=now
    ).update(used_at=now)
    if not used or device.revoked_at is not None:
        raise CodeNotValid
    # Deleted, not outlived: the tablet that was this device before is no thief.
    DeviceCredential.objects.filter(device=device).delete()
    device.enrolled_by, device.enrolled_at = found.made_by, now
    device.save(update_fields=["enrolled_by", "enrolled_at"])
    return Enrolment(device, issue(device, now))


@transaction.atomic
def revoke_device(*, device_id: int, reason: str, by: User) -> Device:
    """Revoke a tablet for good; every session begun on it ends with its next request.

    Revoking again changes nothing.

    Raises:
        Device.DoesNotExist: `by` does not configure its outlet.
    """
    device = _locked(device_id, by)
    if device.revoked_at is not None:
        return device
    device.codes.filter(used_at=None).delete()
    device.revoked_at, device.revoked_by = timezone.now(), by
    device.revoked_because, device.revoke_reason = RevokedBecause.BY_HAND, reason
    device.save(
        update_fields=["revoked_at", "revoked_by", "revoked_because", "revoke_reason"]
    )
    return device


def _locked(device_id: int, by: User) -> Device:
    devices = Device.objects.configured_by(by).select_for_update(of=("self",))
    return devices.get(pk=device_id)
