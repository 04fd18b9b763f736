"""How many people an outlet needs in each half hour, as customer flow tells it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from outlets.flow.selectors.needs import staffing_need
from outlets.places.models import Outlet
from staffing.rosters.problems import Need

PEAK_HALF_HOURS = 6
"""The three busiest hours of a day, domain 12.4."""


@dataclass(frozen=True)
class Needed:
    """What is needed; days without an entry are days of which nothing is known.

    `people` by date and first minute of the half hour; `peaks` are the busiest half
    hours of each day. `basis` says where it comes from, "" where nothing does.
    """

    people: Need = field(default_factory=dict)
    peaks: dict[date, frozenset[int]] = field(default_factory=dict)
    basis: str = ""


def needed(outlet: Outlet, first: date, last: date) -> Needed:
    """Return the need of the days from `first` to `last`."""
    people: dict[date, dict[int, int]] = defaultdict(dict)
    arrivals: dict[date, dict[int, float]] = defaultdict(dict)
    basis = ""
    for row in staffing_need(outlet, first, last):
        people[row.date][row.start_minute] = row.people
        arrivals[row.date][row.start_minute] = row.arrivals
        basis = row.basis
    peaks = {
        day: frozenset(
            sorted(expected, key=lambda minute: (-expected[minute], minute))[
                :PEAK_HALF_HOURS
            ]
        )
        for day, expected in arrivals.items()
    }
    return Needed(dict(people), peaks, basis)
