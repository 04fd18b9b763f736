"""Who was expected and is not here: the manager's word against the roster."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee


class AwayReason(models.TextChoices):
    SICK = "sick", _("sick leave")
    LEAVE = "leave", _("on leave")
    SWAPPED = "swapped", _("shift swapped")
    ELSEWHERE = "elsewhere", _("helps elsewhere")
    OTHER = "other", _("other reason")


class AwayQuerySet(models.QuerySet["Away"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what was said where the viewer sees records, and about herself."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )

    def standing(self) -> Self:
        """Keep what has not been taken back."""
        return self.filter(withdrawn_at=None)


class Away(models.Model):
    """One person who is not at one outlet on one day, although she was expected.

    Taking it back keeps the row, with when and by whom. The roster is not touched.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="away_days")
    on = models.DateField()
    reason = models.CharField(max_length=9, choices=AwayReason.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AwayQuerySet.as_manager()

    class Meta:
        ordering = ["on", "employee"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "employee", "on"],
                condition=Q(withdrawn_at=None),
                name="away_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="away_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on:%F} {self.reason}"
