"""The region tree, its outlets and their zones."""

from datetime import date, time
from functools import cache, cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from outlets.places.rules import Span, parse_hours
from outlets.places.sight import Power, Viewer

CODE_LENGTH = 40


@cache
def _known_timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def default_timezone() -> str:
    return settings.TIME_ZONE


def validate_timezone(name: str) -> None:
    if name not in _known_timezones():
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


class RegionLevel(models.TextChoices):
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")
    AREA = "area", _("area")


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the regions within reach, and those of outlets within reach."""
        reach = viewer.sight.reach(Power.SEE_REGISTRY)
        if reach.everywhere:
            return self
        within = models.Q(pk__in=())
        for path in sorted(reach.region_paths):
            within |= models.Q(path__startswith=path)
        if reach.outlet_ids:
            within |= models.Q(outlets__in=sorted(reach.outlet_ids))
        return self.filter(within).distinct()

    def beneath(self, region: "Region") -> Self:
        """Keep the region itself and everything below it."""
        return self.filter(path__startswith=region.path)


class Region(models.Model):
    """A node of the tree province > city > county > area.

    `path` is the codes from the root, each followed by a slash (`GD/GD-SZ/`): a
    subtree is a prefix.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=8, choices=RegionLevel.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=255, db_index=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = self.path_below(self.parent)
        super().save(*args, **kwargs)

    def path_below(self, parent: "Region | None") -> str:
        return f"{parent.path if parent else ''}{self.code}/"


class OutletClass(models.TextChoices):
    A = "A", _("A (full service with VIP area)")
    B = "B", _("B (full service)")
    C = "C", _("C (restricted range)")
    D = "D", _("D (basic transactions)")


class Ownership(models.TextChoices):
    SELF_OPERATED = "self_operated", _("self-operated")
    COOPERATIVE = "cooperative", _("cooperative")
    OUTSOURCED = "outsourced", _("outsourced")
    DEALER = "dealer", _("dealer")
    SOCIAL = "social", _("social channel")


class OutletQuerySet(models.QuerySet["Outlet"]):
    def visible_to(self, viewer: Viewer, power: Power = Power.SEE_REGISTRY) -> Self:
        """Keep the outlets where `viewer` holds `power`."""
        return self.filter(viewer.sight.outlets(power))

    def beneath(self, region: Region) -> Self:
        return self.filter(region__path__startswith=region.path)


class Outlet(models.Model):
    """A retail service outlet (营业厅). Empty text and None mean unknown."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, models.PROTECT, related_name="outlets")
    outlet_class = models.CharField(
        max_length=1, choices=OutletClass.choices, blank=True
    )
    ownership = models.CharField(max_length=13, choices=Ownership.choices, blank=True)
    brand_store = models.BooleanField(null=True, blank=True)
    rural = models.BooleanField(null=True, blank=True)
    timezone = models.CharField(
        max_length=50, default=default_timezone, validators=[validate_timezone]
    )
    day_starts_at = models.TimeField(default=time.min)
    address = models.CharField(max_length=300, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    hours = models.CharField(max_length=300, blank=True)

    objects = OutletQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_in_business(self, first: date, last: date | None = None) -> bool:
        """Tell whether it trades on a day, or on one from `first` to `last`."""
        begun = self.opened_on is None or self.opened_on <= (last or first)
        return begun and (self.closed_on is None or first <= self.closed_on)

    @cached_property
    def opening_spans(self) -> tuple[Span, ...]:
        return parse_hours(self.hours)


class ZoneKind(models.TextChoices):
    COUNTER = "counter", _("counter zone")
    SELF_SERVICE = "self_service", _("self-service zone")
    WAITING = "waiting", _("waiting zone")
    RECEPTION = "reception", _("reception room")
    VIP = "vip", _("VIP area")
    EXPERIENCE = "experience", _("experience area")


class Area(models.TextChoices):
    """What somebody on shift answers for, whichever zone of the outlet it is in."""

    RECEPTION = "reception", _("reception")
    HYGIENE = "hygiene", _("hygiene")
    SAFETY = "safety", _("safety")


class ZoneQuerySet(models.QuerySet["Zone"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_REGISTRY, "outlet__"))


class Zone(models.Model):
    """A part of an outlet that somebody answers for."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="zones")
    code = models.CharField(max_length=CODE_LENGTH)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ZoneKind.choices)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        ordering = ["outlet", "code"]
        constraints = [
            models.UniqueConstraint(fields=["outlet", "code"], name="zone_code_once"),
        ]

    def __str__(self) -> str:
        return self.name
