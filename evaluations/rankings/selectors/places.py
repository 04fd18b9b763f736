"""Narrowing standings to a place that the viewer may see."""

from django.db.models import Q

from outlets.places.models import Outlet, Region
from outlets.places.sight import Viewer


def place_filter(viewer: Viewer, code: str, *, outlet_first: bool) -> Q | None:
    """Return the filter for standings listed at a region or outlet, by its code.

    None where there is no such place in sight. A region and an outlet may share a
    code; `outlet_first` says which of them is meant then.
    """
    outlet = Outlet.objects.visible_to(viewer).filter(code=code).first()
    if outlet is not None and outlet_first:
        return Q(outlet=outlet)
    region = Region.objects.visible_to(viewer).filter(code=code).first()
    if region is not None:
        return listed_beneath(region)
    return None if outlet is None else Q(outlet=outlet)


def listed_beneath(region: Region) -> Q:
    """Return the filter for whom a run listed under `region`, whatever moved since."""
    if region.level == "area":
        return Q(region=region)
    return Q(**{region.level: region})
