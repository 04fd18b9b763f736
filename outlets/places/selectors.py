"""Reads that other rooms share: outlets by code, the levels above a region."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from outlets.places.models import Outlet, Region, RegionLevel
from outlets.places.sight import Power, Viewer


def outlet_directory(codes: Collection[str]) -> dict[str, Outlet]:
    """Return the outlets of these codes by code; unknown codes are absent."""
    return {outlet.code: outlet for outlet in Outlet.objects.filter(code__in=codes)}


def codes_to_record_at(codes: Collection[str], sender: Viewer | None) -> set[str]:
    """Return those of the outlet codes where `sender` may record.

    None is a file that an operator loads: it may name every outlet.
    """
    if sender is None or sender.sight.reach(Power.RECORD).everywhere:
        return set(codes)
    outlets = Outlet.objects.visible_to(sender, Power.RECORD)
    return set(outlets.filter(code__in=codes).values_list("code", flat=True))


@dataclass(frozen=True, slots=True)
class Ancestry:
    """The region at each level that a place belongs to; None where there is none."""

    county: Region | None = None
    city: Region | None = None
    province: Region | None = None


def ancestries() -> Mapping[int, Ancestry]:
    """Return, for every region id, the regions above it and itself, by level.

    One query; the tree is small beside the outlets that hang on it.
    """
    by_path: dict[str, dict[str, Region]] = {}
    found: dict[int, Ancestry] = {}
    for region in Region.objects.order_by("path"):
        parent_path = region.path[: -len(region.code) - 1]
        levels = by_path.get(parent_path, {}) | {region.level: region}
        by_path[region.path] = levels
        found[region.pk] = Ancestry(
            county=levels.get(RegionLevel.COUNTY),
            city=levels.get(RegionLevel.CITY),
            province=levels.get(RegionLevel.PROVINCE),
        )
    return found
