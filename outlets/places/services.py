"""Writes of the region tree."""

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Region, RegionLevel


class RegionOutOfOrder(DomainError):
    code = "region_out_of_order"
    message = _("A %(level)s cannot hang below a %(parent_level)s.")


def level_order(level: str) -> int:
    """Return 0 for a province … 3 for an area."""
    return RegionLevel.values.index(level)


@transaction.atomic
def save_region(region: Region) -> None:
    """Save a region where its `parent` says, and move its whole subtree along.

    Raises:
        RegionOutOfOrder: the parent is not of a higher level, or a child would not be
            of a lower one.
    """
    if region.parent is not None:
        _check_order(upper=region.parent.level, lower=region.level)
    was = None
    if region.pk is not None:
        was = Region.objects.get(pk=region.pk).path
        for child in region.children.all():
            _check_order(upper=region.level, lower=child.level)
    region.save()
    if was is not None and was != region.path:
        Region.objects.filter(path__startswith=was).exclude(pk=region.pk).update(
            path=Concat(Value(region.path), Substr("path", len(was) + 1))
        )


def _check_order(*, upper: str, lower: str) -> None:
    if level_order(upper) >= level_order(lower):
        raise RegionOutOfOrder(
            level=RegionLevel(lower).label, parent_level=RegionLevel(upper).label
        )
