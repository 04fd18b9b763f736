"""Regions that have the card ask how far from the outlet a check is made."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from outlets.places.models import Outlet, Region
from outlets.places.rules import paths_above
from outlets.places.sight import Power, Reach, Viewer


def regions_within(reach: Reach, prefix: str = "region__") -> Q:
    """Return the filter for regions that somebody reaches with all below them."""
    if reach.everywhere:
        return ~Q(pk__in=())
    within = Q(pk__in=())
    for path in sorted(reach.region_paths):
        within |= Q(**{f"{prefix}path__startswith": path})
    return within


class LocatedRegionQuerySet(models.QuerySet["LocatedRegion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the regions that lie whole within the viewer's reach."""
        return self.filter(regions_within(viewer.sight.reach(Power.SEE_REVIEWS)))

    def above(self, outlet: Outlet) -> Self:
        """Keep those that an outlet lies in; its region is read already."""
        return self.filter(region__path__in=paths_above(outlet.region.path))


class LocatedRegion(models.Model):
    """A region and all below it whose cards ask; without a row none does."""

    region = models.OneToOneField(Region, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = LocatedRegionQuerySet.as_manager()

    class Meta:
        ordering = ["region"]

    def __str__(self) -> str:
        return f"{self.region_id}"
