"""The credential of a tablet: issued, shown, rotated, and found to be copied.

A tablet shows its newest credential with every request. When that one is old enough
the answer carries a new one; the old one stays good until the new one has been shown,
so that a lost answer locks nobody out, and a little longer for requests under way.
Whoever shows it after that holds a copy: either the thief, or the tablet itself after
the thief has rotated first. Nobody can tell which, so the device is revoked.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from staffing.accounts.models import Device, DeviceCredential
from staffing.accounts.models.devices import RevokedBecause

log = logging.getLogger(__name__)

TOKEN_BYTES = 32
COOKIE_DAYS = 400  # the most that browsers keep
OVERLAP = timedelta(minutes=10)
# Pages fetch several things at once; one new credential is enough for all of them.
PAUSE = timedelta(minutes=1)
# A copy older than this is no longer known, and so opens nothing and reports nothing.
MEMORY = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Recognition:
    """The device that a request comes from; `token` is what to hand over to it."""

    device: Device
    token: str | None = None


def token_hash(token: str) -> str:
    """Return what is stored: a random token of 256 bits needs no salt."""
    return sha256(token.encode()).hexdigest()


def issue(device: Device, now: datetime) -> str:
    """Return a new credential of `device`; those before it stay as they are."""
    token = token_urlsafe(TOKEN_BYTES)
    device.credentials.create(token_hash=token_hash(token), issued_at=now)
    return token


def recognise(token: str, now: datetime) -> Recognition | None:
    """Return whose credential this is; None: nobody's, or no longer.

    A copy that is found out revokes the device.
    """
    credential = (
        DeviceCredential.objects.select_related("device__outlet__region")
        .filter(token_hash=token_hash(token))
        .first()
    )
    if credential is None or credential.device.revoked_at is not None:
        return None
    device = credential.device
    if credential.outlived(now):
        _revoke_for_reuse(device, now)
        return None
    if credential.used_at is None:
        _first_shown(credential, now)
    if device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY:
        device.last_seen_at = now
        device.save(update_fields=["last_seen_at"])
    age = now - credential.issued_at
    if age < timedelta(hours=settings.DEVICE_ROTATION_HOURS):
        return Recognition(device)
    return Recognition(device, _rotated(device, now))


@transaction.atomic
def _first_shown(credential: DeviceCredential, now: datetime) -> None:
    """The tablet has it: from now on the others are on their way out."""
    Device.objects.select_for_update(of=("self",)).get(pk=credential.device_id)
    credential.used_at, credential.good_until = now, None
    credential.save(update_fields=["used_at", "good_until"])
    DeviceCredential.objects.filter(
        device=credential.device_id, good_until=None
    ).exclude(pk=credential.pk).update(good_until=now + OVERLAP)


@transaction.atomic
def _rotated(device: Device, now: datetime) -> str | None:
    """Return a new credential, or None where one has just been handed over."""
    Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if device.credentials.filter(issued_at__gt=now - PAUSE).exists():
        return None
    device.credentials.filter(good_until__lt=now - MEMORY).delete()
    return issue(device, now)


def _revoke_for_reuse(device: Device, now: datetime) -> None:
    log.warning(
        "device %s of outlet %s revoked: a credential was used after its successor",
        device.uuid,
        device.outlet.code,
    )
    Device.objects.filter(pk=device.pk, revoked_at=None).update(
        revoked_at=now, revoked_because=RevokedBecause.REUSED
    )


def hand_over(response: HttpResponse, token: str) -> None:
    """Put a credential where no script and no other site can reach it."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=COOKIE_DAYS * 24 * 3600,
        secure=settings.DEVICE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    patch_vary_headers(response, ("Cookie",))


def take_away(response: HttpResponse) -> None:
    """Have the browser forget a credential that opens nothing any more."""
    response.delete_cookie(settings.DEVICE_COOKIE_NAME, samesite="Lax")
