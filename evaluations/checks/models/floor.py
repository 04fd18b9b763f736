"""What happens on a floor between two checks, as it was tapped."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models.checks import NOTE_LENGTH
from evaluations.checks.models.devices import TrialDevice
from evaluations.checks.timing import is_late
from outlets.flow.models import FaultKind
from outlets.places.models import Outlet, ZoneKind
from outlets.places.sight import Power, Viewer
from staffing.accounts.models import Device

PLACE_LENGTH = 12


class Topic(models.TextChoices):
    SPILL = "spill", _("spill")
    FAULT = "fault", _("fault")
    TRIAL = "trial", _("trial of a device")


class Step(models.TextChoices):
    BEGAN = "began", _("reported")
    ENDED = "ended", _("over")
    RETRACTED = "retracted", _("taken back")


class FloorTapQuerySet(models.QuerySet["FloorTap"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))

    def at_place(self, tap: "FloorTap") -> Self:
        """Keep the taps that add up together with this one."""
        same = self.filter(outlet=tap.outlet_id, topic=tap.topic, place=tap.place)
        if tap.topic == Topic.SPILL:
            # What nobody confirmed yesterday does not swallow today's.
            return same.filter(on=tap.on)
        return same.filter(trial_device=tap.trial_device_id)


class FloorTap(models.Model):
    """One tap: something was seen, was over, or had not been so; never changed.

    `place` is a kind of zone for a spill ("" not said) and a kind of fault for a fault.
    `on` is the trading day to which it belongs: of an end, that of the report which it
    names. `names` is that report (None: whichever runs). `observed_at` is corrected for
    a wrong clock by `clock_ahead_seconds` already. `device` is the tablet, if any;
    `trial_device` what it is about.
    """

    uuid = models.UUIDField(unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="floor_taps")
    on = models.DateField()
    topic = models.CharField(max_length=5, choices=Topic.choices)
    step = models.CharField(max_length=9, choices=Step.choices)
    place = models.CharField(
        max_length=PLACE_LENGTH,
        choices=[*ZoneKind.choices, *FaultKind.choices],
        blank=True,
    )
    trial_device = models.ForeignKey(
        TrialDevice, models.PROTECT, null=True, blank=True, related_name="taps"
    )
    names = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answers"
    )
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+"
    )
    observed_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    clock_ahead_seconds = models.IntegerField(null=True, blank=True)

    objects = FloorTapQuerySet.as_manager()

    class Meta:
        ordering = ["observed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(step="retracted") | Q(names__isnull=False),
                name="floor_tap_takes_something_back",
            ),
            models.CheckConstraint(
                condition=~Q(topic="trial") | Q(trial_device__isnull=False),
                name="floor_tap_tries_something",
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "topic", "place"], name="floor_tap_place"),
            models.Index(fields=["trial_device", "on"], name="floor_tap_device"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.on:%F} {self.topic} {self.step}"

    @property
    def is_late(self) -> bool:
        """Tell whether it reached us late, by the settings; reads the outlet."""
        return is_late(
            self.observed_at,
            self.received_at,
            self.outlet.zone,
            self.outlet.day_starts_at,
            settings.CHECKS_LATE_AFTER,
        )


class SpillQuerySet(models.QuerySet["Spill"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))

    def open(self) -> Self:
        return self.filter(cleaned_at=None)

    def over(self, at: datetime) -> Self:
        """Keep those that took, or by `at` have taken, longer than is allowed."""
        limit = settings.CHECKS_SPILL_LIMIT
        lasted = Q(cleaned_at__gt=F("noticed_at") + limit)
        return self.filter(lasted | Q(cleaned_at=None, noticed_at__lt=at - limit))

    def between(self, first: date, last: date) -> Self:
        return self.filter(on__range=(first, last))

    def open_first(self) -> Self:
        """Sort what nobody has confirmed first, then the newest."""
        return self.order_by(
            F("cleaned_at").desc(nulls_first=True), "-noticed_at", "-id"
        )

    def with_words(self) -> Self:
        """Read along what a list says: where, and who reported and confirmed."""
        return self.select_related(
            "outlet__region",
            *("report__outlet", "report__by__employee"),
            *("confirmation__outlet", "confirmation__by__employee"),
        )


class Spill(models.Model):
    """A stain from the moment it was reported until somebody confirmed it cleaned.

    It is what the taps add up to. `area` is a kind of zone, "" not said. `report` is
    the first one; `confirmation` None: it is not confirmed.
    """

    uuid = models.UUIDField(unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="spills")
    on = models.DateField()
    area = models.CharField(
        max_length=PLACE_LENGTH, choices=ZoneKind.choices, blank=True
    )
    noticed_at = models.DateTimeField()
    cleaned_at = models.DateTimeField(null=True, blank=True)
    report = models.ForeignKey(FloorTap, models.PROTECT, related_name="+")
    confirmation = models.ForeignKey(
        FloorTap, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SpillQuerySet.as_manager()

    class Meta:
        ordering = ["-noticed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cleaned_at=None, confirmation=None)
                | Q(cleaned_at__gte=F("noticed_at"), confirmation__isnull=False),
                name="spill_cleaned_after_report",
            ),
            models.UniqueConstraint(
                fields=["outlet", "on", "area"],
                condition=Q(cleaned_at=None),
                name="spill_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "on"], name="spill_day"),
            models.Index(
                fields=["outlet"], condition=Q(cleaned_at=None), name="spill_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.noticed_at:%FT%R} {self.area}"

    @property
    def lasted(self) -> timedelta | None:
        """From report to confirmation; None: it is not confirmed."""
        return None if self.cleaned_at is None else self.cleaned_at - self.noticed_at

    def lasted_by(self, at: datetime) -> timedelta:
        """From report to confirmation, or to `at` where it runs; never below 0."""
        return max((self.cleaned_at or at) - self.noticed_at, timedelta())

    def is_over(self, at: datetime) -> bool:
        """Tell whether it took, or by `at` has taken, longer than is allowed."""
        return self.lasted_by(at) > settings.CHECKS_SPILL_LIMIT
