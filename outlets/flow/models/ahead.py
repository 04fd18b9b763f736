"""What is known of the days to come: holidays, and how many customers to expect."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet, Region

NAME_LENGTH = 60


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def of(self, region: Region) -> Self:
        """Keep the days that are special in a region: its own and those above it."""
        codes = region.path.strip("/").split("/")
        return self.filter(region__code__in=codes)


class Holiday(models.Model):
    """A day that is not like its weekday, in a region and all below it.

    Days of one name are alike; a working day that makes up for a holiday has a name of
    its own.
    """

    region = models.ForeignKey(
        Region, models.CASCADE, related_name="holidays", verbose_name=_("region")
    )
    date = models.DateField()
    name = models.CharField(max_length=NAME_LENGTH)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["region", "date"], name="holiday_once")
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.date:%F} {self.name}"


class BackTested(models.Model):
    """The four weeks from `first` on, as forecast from the tickets before it.

    Errors are of the back-test, as
    shares: mean |error| ÷ what came, over half hours and whole days; `plain_…` those of
    the same-weekday mean, which stands here where `plain` is set because it was off
    less. None: nothing could be compared.
    """

    first = models.DateField()
    made_at = models.DateTimeField(auto_now=True)
    plain = models.BooleanField(default=False)
    origins = models.PositiveSmallIntegerField()
    slot_error = models.FloatField(null=True)
    day_error = models.FloatField(null=True)
    plain_slot_error = models.FloatField(null=True)
    plain_day_error = models.FloatField(null=True)

    class Meta:
        abstract = True


class OutletForecast(BackTested):
    """What an outlet expects now.

    `days` maps a trading day to its `whole` (expected, low, high) and its `half_hours`,
    rows of (minute of the local clock, expected, low, high); days that are missing are
    taken to be closed.
    """

    outlet = models.OneToOneField(Outlet, models.CASCADE, related_name="forecast")
    days = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.first:%F}"

    def rows_of(self, day: date) -> list[tuple[int, float, float, float]]:
        """Return minute of the clock, expected, low and high of a day's half hours."""
        found = self.days.get(day.isoformat(), {"half_hours": []})
        return [
            (minute, expected, low, high)
            for minute, expected, low, high in found["half_hours"]
        ]

    def whole(self, day: date) -> tuple[float, float, float] | None:
        """Return expected, low and high of a whole day; None: closed, or not in it."""
        found = self.days.get(day.isoformat())
        if found is None:
            return None
        expected, low, high = found["whole"]
        return expected, low, high


class KeptForecast(BackTested):
    """What an outlet's page said of the four weeks when the forecast was made.

    `days` are rows of (day, holiday, expected, low, high, most people needed), None
    where the page had nothing to say.
    """

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="kept_forecasts")
    days = models.JSONField(default=list)

    class Meta:
        ordering = ["-first"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "first"], name="one_kept_forecast_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.first:%F}"
