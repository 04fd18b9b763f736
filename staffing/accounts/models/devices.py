"""Shared tablets of an outlet: what they are, and what they prove themselves by."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import User

HASH_LENGTH = 64  # SHA-256 in hexadecimal


class DeviceState(models.TextChoices):
    """What follows from the row's instants; nothing stores it."""

    WAITING = "waiting", _("waiting for the tablet")
    IN_USE = "in_use", pgettext_lazy("device", "in use")
    REVOKED = "revoked", pgettext_lazy("device", "revoked")


class RevokedBecause(models.TextChoices):
    BY_HAND = "by_hand", _("revoked by an administrator")
    REUSED = "reused", _("a copied credential was used")


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the devices of outlets that `viewer` configures, or audits."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.CONFIGURE, "outlet__")
            | sight.outlets(Power.SEE_ACCESS, "outlet__")
        )

    def configured_by(self, viewer: Viewer) -> Self:
        """Keep the devices of outlets that `viewer` configures."""
        return self.filter(viewer.sight.outlets(Power.CONFIGURE, "outlet__"))

    def in_state(self, state: str) -> Self:
        return self.filter(
            {
                DeviceState.WAITING: Q(enrolled_at=None, revoked_at=None),
                DeviceState.IN_USE: Q(enrolled_at__isnull=False, revoked_at=None),
                DeviceState.REVOKED: Q(revoked_at__isnull=False),
            }[DeviceState(state)]
        )


class Device(models.Model):
    """A tablet that stands at one outlet and is used by several people.

    It sees nothing by itself. `enrolled_at` None: no tablet has proved itself yet.
    `revoked_by` None on a revoked device: the product revoked it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="devices")
    name = models.CharField(max_length=60)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    enrolled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    enrolled_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(
        max_length=7, choices=RevokedBecause.choices, blank=True
    )
    revoke_reason = models.CharField(max_length=200, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["outlet__code", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "name"],
                condition=Q(revoked_at=None),
                name="device_name_once_per_outlet",
            ),
            models.CheckConstraint(
                condition=Q(enrolled_at=None, enrolled_by=None)
                | Q(enrolled_at__isnull=False, enrolled_by__isnull=False),
                name="device_enrolment_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="", revoked_by=None)
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="device_revocation_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> DeviceState:
        if self.revoked_at is not None:
            return DeviceState.REVOKED
        return DeviceState.IN_USE if self.enrolled_at else DeviceState.WAITING


class EnrolmentCode(models.Model):
    """A short code that makes one tablet the device, once. Only its hash is kept."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=HASH_LENGTH, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.device_id} {self.expires_at:%F %H:%M}"


class DeviceCredential(models.Model):
    """One random token that a tablet holds or held. Only its hash is kept.

    `used_at` None: the tablet has not shown it yet, so its reply may be lost.
    `good_until` None: valid; else the tablet has shown a newer one, and from that
    instant on whoever shows this one holds a copy.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="credentials")
    token_hash = models.CharField(max_length=HASH_LENGTH, unique=True)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    good_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.device_id} {self.issued_at:%F %H:%M}"

    def outlived(self, now: datetime) -> bool:
        return self.good_until is not None and self.good_until <= now
