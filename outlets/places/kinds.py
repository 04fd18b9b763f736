"""Regions and outlets from spreadsheets."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from outlets.exchange.cells import Cells
from outlets.exchange.errors import DomainError
from outlets.exchange.kinds import REGISTRY_POWERS, Column, Kind, Outcome, RowKind
from outlets.places.models import (
    Outlet,
    OutletClass,
    Ownership,
    Region,
    RegionLevel,
    default_timezone,
    validate_timezone,
)
from outlets.places.rules import parse_hours
from outlets.places.services import level_order, save_region


class Regions(Kind):
    """Rows may stand in any order: the level says who comes first."""

    name = "regions"
    powers = REGISTRY_POWERS
    key_columns = ("code",)
    columns = (
        Column("code", required=True),
        Column("name", required=True),
        Column("level", required=True),
        Column("parent_code"),
    )

    def take(self, batch: Sequence[Cells]) -> list[Outcome]:
        codes = {c.text(column) for c in batch for column in ("code", "parent_code")}
        self._known = {r.code: r for r in Region.objects.filter(code__in=codes)}
        outcomes: dict[int, Outcome] = {}
        readable = []
        for cells in batch:
            level = cells.choice("level", RegionLevel.values)
            cells.code("code")
            cells.text("name", 120)
            if cells.bad:
                outcomes[cells.row] = Outcome.REJECTED
            else:
                readable.append((level_order(level), cells))
        for _order, cells in sorted(readable, key=lambda pair: pair[0]):
            outcomes[cells.row] = self._take_one(cells)
        return [outcomes[cells.row] for cells in batch]

    def _take_one(self, cells: Cells) -> Outcome:
        code, parent_code = cells.text("code"), cells.text("parent_code")
        region = self._known.get(code) or Region(code=code)
        before = (region.name, region.level, region.parent_id)
        region.name, region.level = cells.text("name"), cells.text("level")
        if "parent_code" in self.present:
            region.parent = self._known.get(parent_code)
            if parent_code and region.parent is None:
                cells.fail("parent_code", _("is no region, here or in the file"))
                return Outcome.REJECTED
        if before == (region.name, region.level, region.parent_id) and region.pk:
            return Outcome.UNCHANGED
        outcome = Outcome.UPDATED if region.pk else Outcome.CREATED
        try:
            save_region(region)
        except DomainError as error:
            cells.fail("parent_code", str(error))
            return Outcome.REJECTED
        self._known[code] = region
        return outcome


class Outlets(RowKind[Outlet]):
    name = "outlets"
    powers = REGISTRY_POWERS
    outlet_column = "code"
    region_column = "region_code"
    model = Outlet
    key = ("code",)
    registry = True
    columns = (
        Column("code", required=True),
        Column("name", required=True),
        Column("region_code", required=True, attr="region_id"),
        Column("class", attr="outlet_class"),
        Column("ownership"),
        Column("brand_store"),
        Column("rural"),
        Column("timezone"),
        Column("address"),
        Column("latitude"),
        Column("longitude"),
        Column("opened_on"),
        Column("closed_on"),
        Column("hours"),
    )

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        codes = {cells.text("region_code") for cells in batch}
        self._regions = {r.code: r.pk for r in Region.objects.filter(code__in=codes)}

    def clean(self, cells: Cells) -> dict[str, Any]:
        region_id = self._regions.get(cells.text("region_code"))
        if region_id is None:
            cells.fail("region_code", _("is no region: load the regions first"))
        latitude = cells.decimal("latitude", least=-90, most=90, places=None)
        longitude = cells.decimal("longitude", least=-180, most=180, places=None)
        opened_on, closed_on = cells.date("opened_on"), cells.date("closed_on")
        if opened_on and closed_on and closed_on < opened_on:
            cells.fail("closed_on", _("is before opened_on"))
        return {
            "code": cells.code("code"),
            "name": cells.text("name", 200),
            "region_id": region_id,
            "outlet_class": cells.choice("class", OutletClass.values),
            "ownership": cells.choice("ownership", Ownership.values),
            "brand_store": cells.flag("brand_store"),
            "rural": cells.flag("rural"),
            "timezone": self._timezone(cells),
            "address": cells.text("address", 300),
            "latitude": None if latitude is None else float(latitude),
            "longitude": None if longitude is None else float(longitude),
            "opened_on": opened_on,
            "closed_on": closed_on,
            "hours": self._hours(cells),
        }

    @staticmethod
    def _timezone(cells: Cells) -> str:
        name = cells.text("timezone") or default_timezone()
        try:
            validate_timezone(name)
        except ValidationError:
            cells.fail("timezone", _("is no time zone such as Asia/Shanghai"))
        return name

    @staticmethod
    def _hours(cells: Cells) -> str:
        text = cells.text("hours", 300)
        try:
            parse_hours(text)
        except ValueError as error:
            cells.fail("hours", str(error))
        return text
