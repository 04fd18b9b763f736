"""Who owns what on which day."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from outlets.places.models import Area, Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee
from staffing.rosters.models.shifts import ShiftKind


class AreaOwnerQuerySet(models.QuerySet["AreaOwner"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what was said where the viewer sees records, and about herself."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )


class AreaOwner(models.Model):
    """Who answers for an area of an outlet on a day, from `at` until another does.

    Written once: the latest of a day holds, at most until her shift ends. `employee`
    None gives the area back to the manager on duty. `shift`: planned ahead, from the
    beginning of that shift on, and only if she then works it; None: said on the day.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="area_owners")
    on = models.DateField()
    area = models.CharField(max_length=9, choices=Area.choices)
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="areas_owned"
    )
    shift = models.ForeignKey(
        ShiftKind, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AreaOwnerQuerySet.as_manager()

    class Meta:
        ordering = ["on", "at", "id"]
        indexes = [models.Index(fields=["outlet", "on", "area"])]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.on:%F} {self.area}"
