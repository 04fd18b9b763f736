"""The canonical input of a run, read from the ledger and the registry.

System reads: a ranking sees everybody. The number of queries does not grow with the
number of people.
"""

from evaluations.rankings.selectors.inputs.collecting import (
    Collected,
    CollectedPerson,
    collect,
)
from evaluations.rankings.selectors.inputs.registry import PlaceIds, outlet_places

__all__ = ["Collected", "CollectedPerson", "PlaceIds", "collect", "outlet_places"]
