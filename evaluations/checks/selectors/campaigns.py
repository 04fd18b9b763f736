"""How far campaigns are: done, open and overdue, by region, and what failed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from evaluations.checks.models import (
    Campaign,
    CampaignTarget,
    CarriedBy,
    Check,
    CheckState,
)
from evaluations.checks.selectors.rates import By, item_names, pass_rates
from evaluations.standards.models import Item
from outlets.places.models import Outlet
from outlets.places.sight import Viewer

STATES = ("done", "open", "overdue", "planned", "ended")


@dataclass(frozen=True, slots=True)
class Tally:
    """Outlets of a campaign by state."""

    done: int = 0
    open: int = 0
    overdue: int = 0
    planned: int = 0
    ended: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, s) + getattr(other, s) for s in STATES))

    @property
    def total(self) -> int:
        return sum(getattr(self, state) for state in STATES)


@dataclass(frozen=True, slots=True)
class RegionTally:
    code: str
    name: str
    tally: Tally


def tallies(
    campaigns: Collection[Campaign], viewer: Viewer, at: datetime
) -> dict[int, list[RegionTally]]:
    """Return the progress of campaigns by region, where the viewer sees records.

    Regions are those that outlets belong to, in the order of the tree. One query.
    """
    known = {campaign.pk: campaign for campaign in campaigns}
    rows = CampaignTarget.objects.visible_to(viewer).filter(campaign__in=known)
    counted = (
        rows.order_by("outlet__region__path")
        .values_list(
            "campaign",
            "outlet__region__code",
            "outlet__region__name",
            "outlet__timezone",
        )
        .annotate(
            all=Count("pk"),
            done=Count("pk", filter=Q(check_record__state=CheckState.STANDING)),
        )
    )
    found: dict[int, dict[tuple[str, str], Tally]] = defaultdict(dict)
    for pk, code, name, timezone, total, done in counted:
        campaign = known[pk]
        state = "ended"
        if campaign.ended_at is None:
            state = campaign.window.state(at, ZoneInfo(timezone))
        tally = Tally(done=done) + Tally(**{state: total - done})
        before = found[pk].get((code, name), Tally())
        found[pk][code, name] = before + tally
    return {
        pk: [RegionTally(code, name, tally) for (code, name), tally in regions.items()]
        for pk, regions in found.items()
    }


def whole(regions: Iterable[RegionTally]) -> Tally:
    """Add the regions of a campaign up."""
    return sum((one.tally for one in regions), Tally())


@dataclass(frozen=True, slots=True)
class ItemResult:
    item: Item
    observed: int
    failed: int


def results(campaign: Campaign, viewer: Viewer) -> list[ItemResult]:
    """Return what its checks found, item by item, what failed most often first."""
    targets = CampaignTarget.objects.visible_to(viewer).filter(campaign=campaign)
    checks = Check.objects.standing().filter(
        pk__in=targets.filter(check_record__isnull=False).values("check_record")
    )
    rates = pass_rates(checks, By.ITEM)
    items = item_names([rate.key for rate in rates])
    found = [
        ItemResult(items[rate.key], rate.observed, rate.failed)
        for rate in rates
        if rate.key in items
    ]
    return sorted(found, key=lambda one: (-one.failed, one.item.position))


def targets_of(
    campaign: Campaign, viewer: Viewer, state: str = ""
) -> QuerySet[CampaignTarget]:
    """Return the outlets of a campaign by code; `state`: done, missing, "" all."""
    rows = CampaignTarget.objects.visible_to(viewer).filter(campaign=campaign)
    if state == "done":
        rows = rows.done()
    elif state == "missing":
        rows = rows.not_done()
    related = rows.select_related("campaign", "outlet__region", "check_record__by")
    return related.order_by("outlet__code")


def due_at(outlet: Outlet, at: datetime) -> list[Campaign]:
    """Return what the lead of an outlet is asked to carry out there now or soon."""
    on = at.astimezone(outlet.zone).date()
    targets = CampaignTarget.objects.filter(
        outlet=outlet, campaign__carried_by=CarriedBy.OUTLET
    ).not_done()
    rows = Campaign.objects.running(on).filter(pk__in=targets.values("campaign"))
    found = [row for row in rows if row.window.state(at, outlet.zone) == "open"]
    return sorted(found, key=lambda row: (row.last_on, row.pk))
