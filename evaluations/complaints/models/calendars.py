"""When closure time counts, region by region."""

from typing import Self

from django.db import models

from evaluations.complaints.clocks import Calendar, read_calendar
from outlets.places.models import Region
from outlets.places.sight import Power, Viewer

HOURS_LENGTH = 300


class ClockCalendarQuerySet(models.QuerySet["ClockCalendar"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those that hold for outlets within reach, from far above too."""
        sight = viewer.sight
        powers = [p for p in (Power.SEE_RECORDS, Power.CONFIGURE) if sight.may(p)]
        if any(sight.reach(power).everywhere for power in powers):
            return self
        if not powers:
            return self.none()
        paths = Region.objects.visible_to(viewer).values_list("path", flat=True)
        codes = {code for path in paths for code in path.split("/") if code}
        return self.filter(region__code__in=codes)


class ClockCalendar(models.Model):
    """The business calendar of a region and all below it that has none of its own.

    `hours` is a week as `Mon-Fri 09:00-12:00, 13:30-18:00`, empty round the clock;
    `days` has a line for each single day, as `2026-10-01 closed`. Both were read before
    they were saved.
    """

    region = models.OneToOneField(
        Region, models.PROTECT, related_name="complaint_calendar"
    )
    hours = models.CharField(max_length=HOURS_LENGTH, blank=True)
    days = models.TextField(blank=True)

    objects = ClockCalendarQuerySet.as_manager()

    class Meta:
        ordering = ["region__path"]

    def __str__(self) -> str:
        return self.region.code

    def read(self) -> Calendar:
        return read_calendar(self.hours, self.days)
