"""Base and challenge targets for outlets, regions and people."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from outlets.places.models import CODE_LENGTH, Outlet, Region
from outlets.places.sight import Power, Viewer
from staffing.people.models import Assignment, Employee


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the targets of places and people within reach, and the viewer's own.

        People are within reach where they are assigned today.
        """
        sight = viewer.sight
        reach = sight.reach(Power.SEE_RECORDS)
        if reach.everywhere:
            return self
        people = Assignment.objects.on(timezone.localdate()).filter(
            reach.outlets("outlet__")
        )
        within = (
            reach.outlets("outlet__")
            | Q(employee__in=people.values("employee"))
            | Q(employee=sight.employee_id, employee__isnull=False)
        )
        for path in sorted(reach.region_paths):
            within |= Q(region__path__startswith=path)
        return self.filter(within)

    def of_people(self, kpi: str) -> Self:
        return self.filter(employee__isnull=False, kpi=kpi)

    def ended_by(self, day: date) -> Self:
        """Keep the targets whose period was over at the end of `day`."""
        return self.filter(ends_on__lte=day)


class Target(models.Model):
    """What one place or one person shall reach in a period.

    `base` and `challenge` are in hundredths of the KPI's unit; None: not set. The
    period is written `2026-10`, `2026-Q3` or `2026`; `ends_on` is its last day.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    period = models.CharField(max_length=7)
    ends_on = models.DateField()
    kpi = models.CharField(max_length=CODE_LENGTH)
    base = models.BigIntegerField(null=True, blank=True)
    challenge = models.BigIntegerField(null=True, blank=True)
    pending = models.BooleanField(default=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "kpi", "id"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("outlet", 0),
                Coalesce("region", 0),
                Coalesce("employee", 0),
                "period",
                "kpi",
                name="target_once",
            ),
            models.CheckConstraint(
                condition=Q(outlet__isnull=False, region=None, employee=None)
                | Q(outlet=None, region__isnull=False, employee=None)
                | Q(outlet=None, region=None, employee__isnull=False),
                name="target_has_one_scope",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kpi", "ends_on"],
                condition=Q(employee__isnull=False),
                name="target_of_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period}"

    @property
    def base_shown(self) -> Decimal | None:
        return None if self.base is None else Decimal(self.base) / 100

    @property
    def challenge_shown(self) -> Decimal | None:
        return None if self.challenge is None else Decimal(self.challenge) / 100
