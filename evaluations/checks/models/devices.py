"""Devices that customers may try: which are installed, and how each day found them."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer


class DeviceKind(models.TextChoices):
    PHONE = "phone", _("phone")
    TABLET = "tablet", _("tablet computer")
    WEARABLE = "wearable", _("wearable")
    BROADBAND = "broadband", _("home broadband")
    TV = "tv", _("television box")
    OTHER = "other", _("other device")


class TrialDeviceQuerySet(models.QuerySet["TrialDevice"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))

    def installed_on(self, on: date) -> Self:
        return self.installed_between(on, on)

    def installed_between(self, first: date, last: date) -> Self:
        """Keep what was installed on at least one of these days."""
        return self.filter(
            Q(until=None) | Q(until__gte=first), Q(since=None) | Q(since__lte=last)
        )


class TrialDevice(models.Model):
    """One device on show; installed from `since` to `until`, both included.

    `since` None: for longer than anybody knows; `until` None: it still is.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="trial_devices")
    kind = models.CharField(max_length=9, choices=DeviceKind.choices)
    code = models.CharField(max_length=CODE_LENGTH)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    objects = TrialDeviceQuerySet.as_manager()

    class Meta:
        ordering = ["outlet", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "code"], name="trial_device_code_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="trial_device_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class DeviceDayQuerySet(models.QuerySet["DeviceDay"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "device__outlet__"))


class DeviceDay(models.Model):
    """How one trading day found a device: what the taps of that day add up to.

    `working` is what was said last (None: nobody looked), `trials` how often a
    customer tried it.
    """

    device = models.ForeignKey(TrialDevice, models.PROTECT, related_name="days")
    on = models.DateField()
    working = models.BooleanField(null=True, blank=True)
    trials = models.PositiveIntegerField(default=0)

    objects = DeviceDayQuerySet.as_manager()

    class Meta:
        ordering = ["device", "on"]
        constraints = [
            models.UniqueConstraint(fields=["device", "on"], name="device_day_once"),
        ]
        indexes = [models.Index(fields=["on"], name="device_day_on")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.on:%F}"
