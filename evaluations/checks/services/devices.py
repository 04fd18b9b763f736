"""Which trial devices an outlet has."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import DeviceDay, DeviceKind, TrialDevice
from evaluations.checks.services.cards import holds, lock
from evaluations.checks.services.floor import end_with_device
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import User


class CodeTaken(DomainError):
    code = "code_taken"
    message = _(
        "This outlet has, or had, a device %(code)s. Give this one another code."
    )


class EndsBeforeUse(DomainError):
    code = "ends_before_use"
    message = _("It was installed or looked at after that day. Choose a later one.")


@transaction.atomic
def install_device(
    *, outlet: Outlet, kind: DeviceKind, code: str, since: date | None, by: User
) -> TrialDevice:
    """Enter a device that customers may try.

    Raises:
        PermissionDenied: `by` records nothing at this outlet.
        CodeTaken: the outlet has used this code before.
    """
    if not holds(by, Power.RECORD, outlet):
        raise PermissionDenied
    device = TrialDevice(outlet=outlet, kind=kind, code=code, since=since)
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError as error:
        raise CodeTaken(code=code) from error
    return device


@transaction.atomic
def retire_device(*, device: TrialDevice, until: date, by: User) -> TrialDevice:
    """Say on which day a device was there for the last time.

    Raises:
        PermissionDenied: `by` records nothing at its outlet.
        EndsBeforeUse: it was installed, looked at or tried later.
    """
    if not holds(by, Power.RECORD, device.outlet):
        raise PermissionDenied
    # Taps hold the same lock: none of a later day slips in meanwhile.
    lock(device.outlet, None)
    device.refresh_from_db()
    later = DeviceDay.objects.filter(device=device, on__gt=until).exists()
    if later or (device.since and until < device.since):
        raise EndsBeforeUse
    device.until = until
    device.save(update_fields=["until"])
    end_with_device(device)
    return device
