"""Regions and outlets, as the change feed gives them out."""

from collections.abc import Iterator, Sequence
from typing import Any

from outlets.exchange.feed_kinds import FeedKind, Field, Type, Watch, iso, whole_keys
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power

CHUNK = 2000
OUTLET_COLUMNS = (
    "code",
    "name",
    "region_id",
    "outlet_class",
    "ownership",
    "brand_store",
    "rural",
    "timezone",
    "address",
    "latitude",
    "longitude",
    "opened_on",
    "closed_on",
    "hours",
)


class Regions(FeedKind):
    name = "regions"
    about = "The region tree."
    scope, power = "registry:read", Power.SEE_REGISTRY
    fields = (
        Field("code", Type.TEXT, "The region's stable code."),
        Field("name", Type.TEXT, "Name as the chain writes it."),
        Field("level", Type.TEXT, "province, city, county or area."),
        Field("parent_code", Type.TEXT, "Code of the region above.", null=True),
    )
    example = {
        "code": "GD-SZ-NS",
        "name": "Nanshan",
        "level": "county",
        "parent_code": "GD-SZ",
    }
    watches = (
        Watch(
            Region,
            "SELECT changed.id AS key FROM {changed} changed",
            on_change=("code", "name", "level", "parent_id", "path"),
        ),
        Watch(
            Region,
            "SELECT below.id AS key FROM {changed} changed"
            " JOIN places_region below ON below.parent_id = changed.id",
            on_change=("code",),
            writes=("update",),
        ),
        # Who sees one outlet sees the region that it lies in.
        Watch(
            Outlet,
            "SELECT changed.region_id AS key FROM {changed} changed",
            uses=("region_id",),
            on_change=("region_id",),
        ),
    )
    all_keys = "SELECT id AS key FROM places_region"

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = Region.objects.visible_to(viewer).order_by()
        if keys is not None:
            seen = seen.filter(pk__in=whole_keys(keys))
        columns = seen.values_list("pk", "code", "name", "level", "parent__code")
        for pk, code, name, level, parent in columns.iterator(chunk_size=CHUNK):
            yield (
                str(pk),
                {"code": code, "name": name, "level": level, "parent_code": parent},
            )

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = Region.objects.filter(pk__in=whole_keys(keys))
        return {str(pk) for pk in found.values_list("pk", flat=True)}


class Outlets(FeedKind):
    name = "outlets"
    about = "Outlets with class, time zone and opening hours."
    scope, power = "registry:read", Power.SEE_REGISTRY
    fields = (
        Field("code", Type.TEXT, "The outlet's stable code."),
        Field("name", Type.TEXT, "Name as the chain writes it."),
        Field("region_code", Type.TEXT, "The county or area that it belongs to."),
        Field("outlet_class", Type.TEXT, "A to D; empty where unknown."),
        Field("ownership", Type.TEXT, "Who runs it; empty where unknown."),
        Field("brand_store", Type.TRUTH, "Whether a brand store.", null=True),
        Field("rural", Type.TRUTH, "Whether in a town or village.", null=True),
        Field("timezone", Type.TEXT, "IANA name; trading days are counted in it."),
        Field("address", Type.TEXT, "Postal address; empty where unknown."),
        Field("latitude", Type.NUMBER, "Degrees north, WGS 84.", null=True),
        Field("longitude", Type.NUMBER, "Degrees east, WGS 84.", null=True),
        Field("opened_on", Type.DATE, "First trading day.", null=True),
        Field("closed_on", Type.DATE, "Last trading day; null: open.", null=True),
        Field("hours", Type.TEXT, "A normal week, e.g. Mon-Fri 09:00-18:00."),
    )
    example = {
        "code": "GD-SZ-118",
        "name": "Nanshan Science Park",
        "region_code": "GD-SZ-NS",
        "outlet_class": "B",
        "ownership": "self_operated",
        "brand_store": True,
        "rural": False,
        "timezone": "Asia/Shanghai",
        "address": "",
        "latitude": 22.54,
        "longitude": 113.95,
        "opened_on": "2015-03-01",
        "closed_on": None,
        "hours": "Mon-Sun 09:00-18:00",
    }
    watches = (
        Watch(
            Outlet,
            "SELECT changed.id AS key FROM {changed} changed",
            on_change=OUTLET_COLUMNS,
        ),
        Watch(
            Region,
            "SELECT outlet.id AS key FROM {changed} changed"
            " JOIN places_outlet outlet ON outlet.region_id = changed.id",
            on_change=("code", "path"),
            writes=("update",),
        ),
    )
    all_keys = "SELECT id AS key FROM places_outlet"
    _names = tuple(
        "region__code" if name == "region_id" else name for name in OUTLET_COLUMNS
    )

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = Outlet.objects.visible_to(viewer).order_by()
        if keys is not None:
            seen = seen.filter(pk__in=whole_keys(keys))
        names = [field.name for field in self.fields]
        columns = seen.values_list("pk", *self._names)
        for pk, *values in columns.iterator(chunk_size=CHUNK):
            row: dict[str, Any] = dict(zip(names, values, strict=True))
            row["opened_on"] = iso(row["opened_on"])
            row["closed_on"] = iso(row["closed_on"])
            yield str(pk), row

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = Outlet.objects.filter(pk__in=whole_keys(keys))
        return {str(pk) for pk in found.values_list("pk", flat=True)}
