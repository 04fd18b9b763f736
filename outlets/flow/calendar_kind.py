"""Holidays from spreadsheets."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from outlets.exchange.cells import Cells
from outlets.exchange.kinds import REGISTRY_POWERS, Column, RowKind
from outlets.flow.models import Holiday
from outlets.flow.models.ahead import NAME_LENGTH
from outlets.places.models import Region


class Holidays(RowKind[Holiday]):
    name = "holidays"
    powers = REGISTRY_POWERS
    person_column = ""
    region_column = "region_code"
    model = Holiday
    key = ("region_id", "date")
    registry = True
    columns = (
        Column("region_code", required=True, attr="region_id"),
        Column("date", required=True),
        Column("name", required=True),
    )

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        codes = {cells.text("region_code") for cells in batch}
        self._regions = {r.code: r.pk for r in Region.objects.filter(code__in=codes)}

    def clean(self, cells: Cells) -> dict[str, Any]:
        region_id = self._regions.get(cells.text("region_code"))
        if region_id is None:
            cells.fail("region_code", _("is no region: load the regions first"))
        return {
            "region_id": region_id,
            "date": cells.date("date"),
            "name": cells.text("name", NAME_LENGTH),
        }
