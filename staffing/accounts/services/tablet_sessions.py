"""Sessions begun on a shared tablet: how they begin, and why they end.

Whoever signs in on an enrolled tablet, with a password or a PIN, gets a session that
lives only beside that tablet's credential and ends when nobody taps. A PIN session
also ends with the trading day, with the person's assignment and with her PIN, and
holds the powers of the floor only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outlets.exchange.errors import DomainError
from staffing.accounts.models import Device
from staffing.accounts.selectors.devices import day_at, people_here
from staffing.accounts.services.devices import device_of
from staffing.accounts.services.pins import check_pin
from staffing.accounts.services.sessions import FACTOR_ELSEWHERE
from staffing.people.models import User
from staffing.people.roles import POST_ROLES, Role

KEY = "tablet"  # where a session keeps its `Mark`
TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a session remembers of the tablet it was begun on.

    `seen` is the last tap. `pin_set_at` and `day` belong to a PIN session: when the
    PIN was set that opened it, and the trading day it belongs to; empty otherwise.
    """

    device: str
    seen: str
    pin_set_at: str = ""
    day: str = ""

    @property
    def by_pin(self) -> bool:
        return bool(self.pin_set_at)

    def written(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__slots__}


def begin(request: HttpRequest | None, **kwargs: Any) -> None:
    """Bind a session to the tablet on which somebody has just signed in.

    Every way to sign in ends in Django's `user_logged_in`, which calls this.
    """
    if request is None or not hasattr(request, "session"):
        return
    request.session.pop(KEY, None)
    if (device := device_of(request)) is not None:
        mark = Mark(device=str(device.uuid), seen=timezone.now().isoformat())
        request.session[KEY] = mark.written()


def sign_in_with_pin(*, request: HttpRequest, person: UUID, pin: str) -> User:
    """Sign in the employee with this uuid at the tablet that the request comes from.

    Raises:
        TooManyAttempts, WrongPin: as `check_pin`; `user_login_failed` has been sent.
    """
    device = device_of(request)
    assert device is not None, "the view asks for an enrolled device"  # noqa: S101 - for mypy
    try:
        user = check_pin(device=device, person=person, pin=pin)
    except DomainError as error:
        # No user name: what counts wrong passwords must not count wrong PINs.
        facts = {"pin_of": str(person), "device": str(device.uuid), "why": error.code}
        user_login_failed.send(sender=__name__, credentials=facts, request=request)
        raise
    request.session.flush()  # nothing of a stronger session may live on in this one
    # The enrolled tablet is something she has; the PIN is what she knows.
    request.session[FACTOR_ELSEWHERE] = True
    request.pin_of_device = device  # type: ignore[attr-defined] # for the access log
    login(request, user, backend=_session_backend())
    mark = Mark(
        device=str(device.uuid),
        seen=timezone.now().isoformat(),
        pin_set_at=user.pin.set_at.isoformat(),
        day=day_at(device).isoformat(),
    )
    request.session[KEY] = mark.written()
    return user


def _session_backend() -> str:
    """Return the first backend that finds a user again by the session's id."""
    return next(
        path
        for path in settings.AUTHENTICATION_BACKENDS
        if issubclass(import_string(path), ModelBackend)
    )


def mark_of(request: HttpRequest) -> Mark | None:
    """Return the mark of a session begun on a tablet; None for every other one."""
    kept = request.session.get(KEY)
    return Mark(**kept) if kept else None


def ending(
    mark: Mark, *, device: Device | None, user: User, now: datetime
) -> str | None:
    """Return in words why the session must end; None while it may go on."""
    if device is None or str(device.uuid) != mark.device:
        return _("That session belonged to another tablet. It has been ended.")
    idle = timedelta(minutes=settings.TABLET_IDLE_MINUTES)
    if now - datetime.fromisoformat(mark.seen) >= idle:
        minutes = settings.TABLET_IDLE_MINUTES
        return ngettext(
            "Nobody tapped for %(n)d minute, so you were signed out.",
            "Nobody tapped for %(n)d minutes, so you were signed out.",
            minutes,
        ) % {"n": minutes}
    return _ending_of_pin(mark, device, user, now) if mark.by_pin else None


def _ending_of_pin(mark: Mark, device: Device, user: User, now: datetime) -> str | None:
    if day_at(device, now).isoformat() != mark.day:
        return _("The trading day is over. Sign in again for the new one.")
    here = people_here(device).filter(user=user).values_list("user__pin__set_at")
    found = here.first()
    if found is None:
        return _("You do not work here today, or must set a new PIN.")
    if found[0].isoformat() != mark.pin_set_at:
        return _("Your PIN has been changed. Sign in with the new one.")
    return None


def touch(request: HttpRequest, mark: Mark, now: datetime) -> None:
    """Remember the tap; not every one, a session is written at most twice a minute."""
    if now - datetime.fromisoformat(mark.seen) >= TOUCH_EVERY:
        request.session[KEY] = mark.written() | {"seen": now.isoformat()}


def narrow(user: User, device: Device) -> None:
    """Leave `user`, for this request, what the floor of this outlet needs.

    Roles that were granted are set aside too; that of her post stays.
    """
    outlet = device.outlet
    user.sight = user.sight.on_the_floor(
        outlet_id=outlet.pk, region_path=outlet.region.path
    )
    post = user.employee.post if user.employee else ""
    user.roles = user.roles & {Role.CLERK, POST_ROLES.get(post)}
