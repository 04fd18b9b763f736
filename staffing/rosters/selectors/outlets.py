"""How far the month of many outlets is, read with the same queries for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer
from staffing.rosters.hours import month_days
from staffing.rosters.models import PlannedDay, Roster, RosterDay


@dataclass(frozen=True, slots=True)
class OutletMonth:
    """An outlet and its month: the row if there is one, and the shifts in it."""

    outlet: Outlet
    roster: Roster | None
    planned: int
    published: int

    @property
    def state(self) -> str:
        if self.published or (self.roster and self.roster.is_published):
            return "published"
        return "draft" if self.planned else "empty"

    @property
    def is_late(self) -> bool:
        """Published after its month had begun."""
        at = self.roster.published_at if self.roster else None
        if at is None or self.roster is None:
            return False
        return at.astimezone(self.outlet.zone).date() >= self.roster.month


def outlet_months(outlets: Sequence[Outlet], first: date) -> list[OutletMonth]:
    """Return each outlet's month, in the order given. Three queries."""
    days = month_days(first)
    rosters = {
        roster.outlet_id: roster
        for roster in Roster.objects.filter(outlet__in=outlets, month=first)
    }
    planned = dict(
        PlannedDay.objects.filter(
            roster__in=[roster.pk for roster in rosters.values()], shift__isnull=False
        )
        .values_list("roster__outlet")
        .annotate(n=Count("pk"))
        .order_by()
    )
    published = dict(
        RosterDay.objects.filter(
            outlet__in=outlets, on__range=(first, days[-1]), shift__isnull=False
        )
        .values_list("outlet")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return [
        OutletMonth(
            outlet,
            rosters.get(outlet.pk),
            planned.get(outlet.pk, 0),
            published.get(outlet.pk, 0),
        )
        for outlet in outlets
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """Outlets, and how many of them have published the month."""

    outlets: int
    published: int


def region_tally(outlets: QuerySet[Outlet], first: date) -> Tally:
    """Count the outlets and those whose month is published."""
    days = month_days(first)
    there = RosterDay.objects.filter(
        on__range=(first, days[-1]), shift__isnull=False, outlet__isnull=False
    )
    counted = outlets.order_by().aggregate(
        outlets=Count("pk"), published=Count("pk", Q(pk__in=there.values("outlet")))
    )
    return Tally(**counted)


def publishable_regions(viewer: Viewer) -> list[Region]:
    """Return the regions all of whose outlets the viewer may publish."""
    reach = viewer.sight.reach(Power.PUBLISH_ROSTERS)
    return [
        region
        for region in Region.objects.visible_to(viewer)
        if reach.covers(outlet_id=0, region_path=region.path)
    ]
