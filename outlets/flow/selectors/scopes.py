"""Which outlets a page is about: one, those of a region, or all within reach."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from outlets.places.models import Outlet, OutletQuerySet, Region, RegionQuerySet
from outlets.places.sight import Power, Viewer

CHOICES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """The outlets of one page, never more than the viewer may see.

    `outlet` or `region` names them; neither: everything within reach.
    """

    outlets: OutletQuerySet
    outlet: Outlet | None = None
    region: Region | None = None

    @property
    def query(self) -> dict[str, str]:
        """What to put into an address so that it leads to the same outlets."""
        if self.outlet is not None:
            return {"outlet": self.outlet.code}
        return {"region": self.region.code} if self.region is not None else {}


def outlets_in_sight(viewer: Viewer) -> OutletQuerySet:
    return Outlet.objects.visible_to(viewer, Power.SEE_FLOW).select_related("region")


def regions_in_sight(viewer: Viewer) -> RegionQuerySet:
    """Return the regions whose every outlet is within reach of the flow power."""
    reach = viewer.sight.reach(Power.SEE_FLOW)
    regions = Region.objects.visible_to(viewer)
    if reach.everywhere:
        return regions
    within = Q(pk__in=())
    for path in sorted(reach.region_paths):
        within |= Q(path__startswith=path)
    return regions.filter(within)


def scope_of_outlet(viewer: Viewer, code: str) -> Scope:
    """Raise Outlet.DoesNotExist where there is none, or none within reach."""
    outlet = outlets_in_sight(viewer).get(code=code)
    return Scope(Outlet.objects.filter(pk=outlet.pk), outlet=outlet)


def scope_of_region(viewer: Viewer, code: str) -> Scope:
    """Raise Region.DoesNotExist where there is none, or none within reach."""
    region = regions_in_sight(viewer).get(code=code)
    return Scope(outlets_in_sight(viewer).beneath(region), region=region)


def scope_of_reached_region(viewer: Viewer, code: str) -> Scope:
    """Return the scope of a region for who may read flow there, and no registry.

    That is a service. Raises Region.DoesNotExist as `scope_of_region` does.
    """
    reach = viewer.sight.reach(Power.SEE_FLOW)
    within = ~Q(pk__in=()) if reach.everywhere else Q(pk__in=())
    for path in sorted(reach.region_paths):
        within |= Q(path__startswith=path)
    region = Region.objects.filter(within).get(code=code)
    return Scope(outlets_in_sight(viewer).beneath(region), region=region)


def widest_scope(viewer: Viewer) -> Scope:
    """Return the viewer's one outlet, her widest region, or all within reach."""
    outlets = outlets_in_sight(viewer)
    reach = viewer.sight.reach(Power.SEE_FLOW)
    if not reach.everywhere and not reach.region_paths and len(reach.outlet_ids) == 1:
        outlet = outlets.first()
        if outlet is not None:
            return Scope(outlets, outlet=outlet)
    tops = top_regions(viewer)
    if len(tops) == 1 and not (reach.outlet_ids and not reach.everywhere):
        return Scope(outlets.beneath(tops[0]), region=tops[0])
    return Scope(outlets)


def top_regions(viewer: Viewer) -> list[Region]:
    """Return the regions in sight that hang below no other one in sight."""
    reach = viewer.sight.reach(Power.SEE_FLOW)
    regions = regions_in_sight(viewer)
    if reach.everywhere:
        return list(regions.filter(parent=None)[:CHOICES_SHOWN])
    tops = [
        path
        for path in reach.region_paths
        if not any(
            path != other and path.startswith(other) for other in reach.region_paths
        )
    ]
    return list(regions.filter(path__in=tops))


def regions_above(viewer: Viewer, region: Region) -> list[Region]:
    """Return the regions in sight that hold `region`, the widest first."""
    steps = region.path.rstrip("/").split("/")[:-1]
    paths = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
    return list(regions_in_sight(viewer).filter(path__in=paths).order_by("path"))


def regions_below(viewer: Viewer, scope: Scope) -> Sequence[Region]:
    """Return the regions one step down from the scope."""
    if scope.region is None:
        return top_regions(viewer) if scope.outlet is None else []
    below = regions_in_sight(viewer).filter(parent=scope.region)
    return list(below.order_by("name", "code")[:CHOICES_SHOWN])


def neighbours(viewer: Viewer, outlet: Outlet) -> list[Outlet]:
    """Return the outlets in sight of the same region, itself included."""
    same = outlets_in_sight(viewer).filter(region=outlet.region)
    found = list(same.order_by("name", "code")[:CHOICES_SHOWN])
    return found if outlet in found else [outlet, *found]
