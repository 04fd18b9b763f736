"""How an outlet stands among those of its class in its province.

What is handed out is quartiles of at least LEAST_PEERS other outlets and never which
outlet they are of, so that who sees one outlet learns nothing about another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from outlets.flow.ratios import FIGURES, LEAST_PEERS, Spread, figures_of, spread
from outlets.flow.rules import Month
from outlets.flow.selectors.months import outlet_months
from outlets.places.models import Outlet, OutletQuerySet, Region


@dataclass(frozen=True, slots=True)
class Peers:
    """The other outlets of the class in the province.

    `spreads` holds each figure by name; None where fewer than LEAST_PEERS have it.
    """

    outlet_class: str
    province: str
    count: int
    spreads: Mapping[str, Spread | None]


def peer_outlets(outlet: Outlet) -> OutletQuerySet:
    """Return the other outlets of the same class in the same province.

    The viewer's sight is left aside: only quartiles of them may be shown.
    """
    province = outlet.region.path.split("/", 1)[0]
    same = Outlet.objects.filter(
        outlet_class=outlet.outlet_class, region__path__startswith=f"{province}/"
    )
    return same.exclude(pk=outlet.pk)


def peers_in_month(outlet: Outlet, month: Month) -> Peers | None:
    """Return how the figures of a month lie among the peers of an outlet.

    None: its class is not known, or it has fewer than LEAST_PEERS peers.
    """
    if not outlet.outlet_class:
        return None
    others = peer_outlets(outlet)
    count = others.count()
    if count < LEAST_PEERS:
        return None
    values = [figures_of(one.sums) for one in outlet_months(others, month)]
    province = Region.objects.get(code=outlet.region.path.split("/", 1)[0])
    return Peers(
        outlet.outlet_class,
        province.name,
        count,
        {name: spread([one[name] for one in values]) for name in FIGURES},
    )
