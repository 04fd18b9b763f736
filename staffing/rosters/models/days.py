"""Who is rostered for which shift on which day: the published roster."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee
from staffing.rosters.models.shifts import ShiftKind


class Absence(models.TextChoices):
    OFF = "off", _("day off")
    LEAVE = "leave", _("leave")


class RosterDayQuerySet(models.QuerySet["RosterDay"]):
    def visible_to(self, viewer: Viewer) -> Self:
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )

    def working(self, outlet: Outlet, on: date) -> Self:
        """Keep those who are rostered for a shift at the outlet on that day."""
        return self.filter(outlet=outlet, on=on, shift__isnull=False)


class RosterDay(models.Model):
    """One person's day: a shift at an outlet, or an absence (then no shift)."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="roster_days")
    on = models.DateField()
    shift = models.ForeignKey(ShiftKind, models.PROTECT, null=True, blank=True)
    absence = models.CharField(max_length=5, choices=Absence.choices, blank=True)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="roster_days"
    )

    objects = RosterDayQuerySet.as_manager()

    class Meta:
        ordering = ["on", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "on"], name="roster_day_once"),
            models.CheckConstraint(
                condition=Q(shift=None) ^ Q(absence=""), name="shift_or_absence"
            ),
        ]
        indexes = [models.Index(fields=["outlet", "on"])]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on:%F}"
