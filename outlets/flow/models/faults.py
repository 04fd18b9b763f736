"""What did not work at an outlet, and made customers wait."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outlets.flow.models.raw import FlowQuerySet
from outlets.places.models import CODE_LENGTH, Outlet


class FaultKind(models.TextChoices):
    BOSS = "boss", _("business system (BOSS)")
    NETWORK = "network", _("network")
    TERMINAL = "terminal", _("terminal")
    TRIAL_DEVICE = "trial_device", _("trial device")
    BUILDING = "building", _("building")


# A broken trial device keeps nobody waiting at a counter.
SLOWING = frozenset(FaultKind) - {FaultKind.TRIAL_DEVICE}


class FaultQuerySet(FlowQuerySet):
    def open(self) -> Self:
        return self.filter(restored_at=None)

    def between(self, start: datetime, end: datetime) -> Self:
        """Keep what was broken at some time from `start` to before `end`."""
        lasted = Q(restored_at=None) | Q(restored_at__gte=start)
        return self.filter(lasted, started_at__lt=end)

    def open_first(self) -> Self:
        """Sort what is still broken first, then the newest."""
        return self.order_by(
            F("restored_at").desc(nulls_first=True), "-started_at", "-id"
        )

    def slowing(self) -> Self:
        """Keep the kinds that make customers wait."""
        return self.filter(kind__in=SLOWING)


class Fault(models.Model):
    """Something of an outlet that did not work; `restored_at` None: it still does not.

    It is what the reports of it add up to, and written by who takes those. `uuid` is
    that of the first report; `thing` tells what of its kind it is, "" where there is
    but one.
    """

    uuid = models.UUIDField(unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="faults")
    kind = models.CharField(max_length=12, choices=FaultKind.choices)
    thing = models.CharField(max_length=CODE_LENGTH, blank=True)
    started_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True, blank=True)

    objects = FaultQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(restored_at=None) | Q(restored_at__gte=F("started_at")),
                name="fault_restored_after_start",
            ),
            models.UniqueConstraint(
                fields=["outlet", "kind", "thing"],
                condition=Q(restored_at=None),
                name="fault_open_once",
            ),
        ]
        indexes = [models.Index(fields=["outlet", "started_at"], name="fault_started")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.kind} {self.thing} {self.started_at:%FT%R}"
