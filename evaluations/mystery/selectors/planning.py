"""What a wave is planned from: where visits go, who makes them, who met before."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Quota, Report, ReportState, Shopper, Wave
from evaluations.mystery.rules.planning import Pool
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet

# Visits longer ago say nothing of how severe a shopper is now.
FORMER_DAYS = 730
Pair = tuple[int, int]


class OverBudget(DomainError):
    code = "over_budget"
    message = _(
        "%(visits)d visits cost %(cost)s yuan, and the budget pays for %(paid)d: "
        "%(over)d too many. Lower the quotas or raise the budget."
    )


def quota_for(outlet: Outlet, quotas: Sequence[Quota]) -> int:
    """Return the visits that an outlet gets: see `Quota`; reads regions."""
    fitting = [quota for quota in quotas if quota.fits(outlet)]
    if not fitting:
        return 0
    return max(
        fitting,
        key=lambda one: (
            len(one.region.path) if one.region is not None else 0,
            bool(one.outlet_class),
        ),
    ).visits


def wanted_visits(wave: Wave) -> dict[Outlet, int]:
    """Return the outlets in business that a wave visits, and how often."""
    quotas = list(wave.quotas.select_related("region"))
    outlets = Outlet.objects.select_related("region").order_by("region__path", "code")
    wanted = {
        outlet: quota_for(outlet, quotas)
        for outlet in outlets
        if outlet.is_in_business(wave.opens_on, wave.closes_on)
    }
    return {outlet: visits for outlet, visits in wanted.items() if visits}


def over_budget(wave: Wave, visits: int) -> OverBudget | None:
    """Return the refusal of more visits than the budget pays for, if it is so."""
    if wave.budget is None or wave.fee is None or visits * wave.fee <= wave.budget:
        return None
    paid = int(wave.budget // wave.fee)
    return OverBudget(
        visits=visits, cost=visits * wave.fee, paid=paid, over=visits - paid
    )


def pool_of(wave: Wave) -> list[Pool]:
    """Return who carries out visits of a wave."""
    shoppers = Shopper.objects.filter(
        agency__in=wave.agencies.filter(active=True), active=True
    ).order_by("pk")
    found = shoppers.prefetch_related("regions", "avoids")
    return [
        Pool(
            key=one.pk,
            room=wave.most_each,
            regions=frozenset(region.path for region in one.regions.all()),
            avoids=frozenset(outlet.pk for outlet in one.avoids.all()),
        )
        for one in found
    ]


def lockouts(wave: Wave) -> set[Pair]:
    """Return (outlet, shopper) that met, or will, too near to this wave's days."""
    days = timedelta(wave.lockout_days)
    first, last = wave.opens_on - days, wave.closes_on + days
    reports = Report.objects.filter(shopper__isnull=False).exclude(
        Q(state=ReportState.CANCELLED) | Q(wave=wave)
    )
    near = Q(visited_on__range=(first, last)) | Q(
        visited_on=None, to_on__gte=first, from_on__lte=last
    )
    return set(reports.filter(near).values_list("outlet", "shopper"))


def former_visits(wave: Wave) -> list[Pair]:
    """Return (outlet, shopper), once per visit made before and not annulled."""
    since = wave.opens_on - timedelta(FORMER_DAYS)
    made = Report.objects.filter(
        state=ReportState.REVIEWED,
        visited_on__range=(since, wave.opens_on),
        visit__annulled_at=None,
        shopper__isnull=False,
    )
    return list(made.order_by("pk").values_list("outlet", "shopper"))
