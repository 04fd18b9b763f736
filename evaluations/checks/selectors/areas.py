"""Who answers for the areas of an outlet, as the card and a check show it."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from evaluations.checks.models import Away, Check
from evaluations.checks.timing import day_ends
from evaluations.standards.models import Item
from outlets.places.models import Outlet
from staffing.people.models import Assignment
from staffing.rosters.owners import Owned, area_owners


def areas_of(outlet: Outlet, on: date, at: datetime | None = None) -> list[Owned]:
    """Return the owner of every area; `at` None: now, or the last moment of `on`."""
    if at is None:
        begins = datetime.combine(on, outlet.day_starts_at, tzinfo=outlet.zone)
        ends = day_ends(begins, outlet.zone, outlet.day_starts_at)
        at = min(timezone.now(), ends - timedelta(seconds=1))
    away = Away.objects.standing().filter(outlet=outlet, on=on)
    return area_owners(
        outlet, on, at, frozenset(away.values_list("employee", flat=True))
    )


def seen_at(check: Check) -> datetime:
    """Return the moment at which a check saw the outlet, as far as it is known."""
    return check.observed_at or check.received_at


def owner_of(check: Check | None, item: Item | None) -> int | None:
    """Return the id of who is to put a finding right where nobody says otherwise.

    She owned the item's area when it was seen. None: it names no area, the area had no
    owner, or she does not work at the outlet any more.
    """
    if check is None or item is None or not item.area:
        return None
    owners = areas_of(check.outlet, check.on, seen_at(check))
    owner = next((one.owner for one in owners if one.area == item.area), None)
    if owner is None:
        return None
    there = Assignment.objects.on(timezone.localdate()).filter(
        outlet=check.outlet, employee=owner
    )
    return owner.pk if there.exists() else None
