"""Who is on shift in which order, which this room does not know.

Rosters are kept above. The app that keeps them sets `roster_order` when it is ready;
without it nobody stands before anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

# The outlet's id and a trading day → ids of employees, the first on shift first.
roster_order: Callable[[int, date], Sequence[int]] | None = None


def places_in_roster(outlet_id: int, on: date) -> Mapping[int, int]:
    """Return the place, from 0, of each employee who is on shift there that day."""
    if roster_order is None:
        return {}
    order = roster_order(outlet_id, on)
    return {employee_id: place for place, employee_id in enumerate(order)}
