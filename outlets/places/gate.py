"""Which rows of a file lie within somebody's reach."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from outlets.exchange.access import Gate
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Kind
from outlets.places.models import Region
from outlets.places.selectors import outlet_directory
from outlets.places.sight import Reach


def gate_of_reach(kind: type[Kind], reach: Reach) -> Gate:
    """Return a gate that refuses rows of outlets and regions beyond `reach`.

    A row must name a place. An outlet that is unknown is left to the kind: it is
    refused there, or about to be opened in a region that has to lie within reach.
    """
    outlet_column, region_column = kind.outlet_column, kind.region_column

    def gate(batch: Sequence[Cells]) -> None:
        outlets = outlet_directory({cells.text(outlet_column) for cells in batch})
        codes = {cells.text(region_column) for cells in batch} if region_column else ()
        outlet_regions = {outlet.region_id for outlet in outlets.values()}
        paths = dict(Region.objects.filter(code__in=codes).values_list("code", "path"))
        by_id = dict(
            Region.objects.filter(pk__in=outlet_regions).values_list("pk", "path")
        )
        for cells in batch:
            outlet = outlets.get(cells.text(outlet_column))
            region_code = cells.text(region_column) if region_column else ""
            if outlet is not None and not reach.covers(
                outlet_id=outlet.pk, region_path=by_id[outlet.region_id]
            ):
                cells.fail(outlet_column, _outside())
            if region_code in paths and not any(
                paths[region_code].startswith(path) for path in reach.region_paths
            ):
                cells.fail(region_column, _outside())
            if not cells.text(outlet_column) and not region_code:
                cells.fail(outlet_column, _("names no place; you load for some only"))

    return gate


def _outside() -> str:
    return _("lies outside the places for which you may load")
