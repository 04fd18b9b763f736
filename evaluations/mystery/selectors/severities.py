"""How severe shoppers are, and what outlets are once that is taken off.

The one place where the room asks for it; keys are ids of shoppers and outlets.
"""

from django.conf import settings

from evaluations.mystery.models import Visit
from evaluations.mystery.rules.designs import Spread
from evaluations.mystery.rules.severity import Severities, VisitValue, estimate
from evaluations.mystery.selectors.keeping import kept
from evaluations.mystery.selectors.results import PERCENT, Asked


def spread_expected() -> Spread:
    """Return the deviations that planning and estimates take for granted."""
    return Spread(
        severity=settings.MYSTERY_SEVERITY_SD,
        outlet=settings.MYSTERY_OUTLET_SD,
        visit=settings.MYSTERY_VISIT_SD,
    )


def severities(asked: Asked) -> Severities:
    """Return what the released visits of some days say, of the whole chain.

    Whatever region is asked about: shoppers are told apart by all their outlets. No
    visit counts that an appeal annulled.
    """
    return kept("severities", Asked(asked.first, asked.last), lambda: _estimated(asked))


def _estimated(asked: Asked) -> Severities:
    visits = Visit.objects.filter(
        released_at__isnull=False,
        annulled_at=None,
        date__range=(asked.first, asked.last),
    )
    rows = visits.order_by("id").values_list("outlet_id", "report__shopper", PERCENT)
    found = [
        VisitValue(percent=percent, outlet=outlet, shopper=shopper)
        for outlet, shopper, percent in rows.iterator(chunk_size=5000)
    ]
    return estimate(found, spread=spread_expected())
