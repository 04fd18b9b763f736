"""Switching on, for a region, that cards ask how far from the outlet they are."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.checks.models import LocatedRegion
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.models import User


def may_locate(region: Region, by: User) -> bool:
    """Tell whether `by` decides for a region: who corrects in all of it."""
    reach = by.sight.reach(Power.CORRECT)
    return reach.everywhere or any(
        region.path.startswith(path) for path in reach.region_paths
    )


@transaction.atomic
def locate_region(*, region: Region, ask: bool, by: User) -> None:
    """Have the cards of a region and all below it ask, or no longer; twice is once.

    Raises:
        PermissionDenied: it is not hers to decide.
    """
    if not may_locate(region, by):
        raise PermissionDenied
    if ask:
        LocatedRegion.objects.get_or_create(region=region, defaults={"by": by})
    else:
        for row in LocatedRegion.objects.filter(region=region):
            row.delete()
