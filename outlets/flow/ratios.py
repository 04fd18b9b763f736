"""The month of outlets in figures: sums that add up, and what they come to.

Three flows are told apart: people who enter, customers who take a ticket, and business,
which is transactions. A ratio of two of them is taken over the outlet-days on which
both are on record: a door counter that was off on Tuesday says nothing about Tuesday.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from outlets.flow.rules import Flow, ratio

# Fewer calls or fewer outlets say little, and few outlets might be told apart.
LEAST_SERVED = 30
LEAST_PEERS = 5


@dataclass(frozen=True, slots=True)
class MonthSums:
    """What one outlet, or several together, counted in a month.

    `people` went through doors in `minutes` of recording; `people_met` are those of
    outlet-days with tickets, `customers_counted` the tickets of outlet-days with door
    counts. `business` are transactions on `business_days` outlet-days;
    `business_served` those of outlet-days with tickets, `customers_trading` the tickets
    of outlet-days with transactions. `sent_on` are tickets of services that stand for
    self-service or an e-channel. `serving_s` is the time from call to finish under the
    numbers of servers, `staffed_s` half an hour for each of them in each half hour in
    which she served. `heads_twice` is the headcount of the month's first day and its
    last added up, and `business_headed` the business of outlets with anybody: twice the
    mean avoids a fraction.
    """

    flow: Flow = field(default_factory=Flow)
    people: int = 0
    minutes: int = 0
    people_met: int = 0
    customers_counted: int = 0
    business: int = 0
    business_days: int = 0
    business_served: int = 0
    customers_trading: int = 0
    sent_on: int = 0
    serving_s: int = 0
    staffed_s: int = 0
    business_headed: int = 0
    heads_twice: int = 0

    def __add__(self, other: "MonthSums") -> "MonthSums":
        names = (item.name for item in fields(self))
        return MonthSums(**{n: getattr(self, n) + getattr(other, n) for n in names})

    @property
    def conversion(self) -> float | None:
        """Customers ÷ people; above 1 where more take a ticket than are counted."""
        return ratio(self.customers_counted, self.people_met)

    @property
    def business_per_customer(self) -> float | None:
        return ratio(self.business_served, self.customers_trading)

    @property
    def volume_per_head(self) -> float | None:
        return ratio(2 * self.business_headed, self.heads_twice)

    @property
    def triage_rate(self) -> float | None:
        """Sent on ÷ customers, 0 to 1; None where nobody was: it is not recorded."""
        return ratio(self.sent_on, self.flow.arrivals) if self.sent_on else None

    @property
    def utilisation(self) -> float | None:
        """Serving ÷ staffed time; above 1 where two were served at once."""
        return ratio(self.serving_s, self.staffed_s) if self.serving_s else None

    @property
    def per_hundred(self) -> tuple[float | None, float, float | None] | None:
        """People, customers and business for a hundred customers; None: no customer.

        One of the outer two is None where it cannot be set against customers.
        """
        if not self.flow.arrivals:
            return None
        people = ratio(self.people_met * 100, self.customers_counted)
        each = self.business_per_customer
        return people, 100.0, None if each is None else each * 100


def sums_of(parts: Sequence[MonthSums]) -> MonthSums:
    total = MonthSums()
    for part in parts:
        total += part
    return total


class Unit(StrEnum):
    """What a figure is counted in; shares are 0 to 1."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a month: its unit, and how it follows from the sums."""

    unit: Unit
    of: Callable[[MonthSums], float | None]


def _known(part: int, recorded: int) -> int | None:
    """Return a count, or None where nothing at all was recorded."""
    return part if recorded else None


# The main figures of a month in the order of the page; one function behind screen,
# file and API. The names are those of `definitions.DEFINITIONS`.
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "people": Figure(Unit.COUNT, lambda s: _known(s.people, s.minutes)),
        "arrivals": Figure(Unit.COUNT, lambda s: s.flow.arrivals or None),
        "transactions": Figure(
            Unit.COUNT, lambda s: _known(s.business, s.business_days)
        ),
        "conversion": Figure(Unit.SHARE, lambda s: s.conversion),
        "business_per_customer": Figure(Unit.EACH, lambda s: s.business_per_customer),
        "volume_per_head": Figure(Unit.EACH, lambda s: s.volume_per_head),
        "triage_rate": Figure(Unit.SHARE, lambda s: s.triage_rate),
        "utilisation": Figure(Unit.SHARE, lambda s: s.utilisation),
        "wait_mean": Figure(Unit.SECONDS, lambda s: s.flow.wait_mean_s),
        "wait_p90": Figure(Unit.SECONDS, lambda s: s.flow.wait_p90_s),
        "share_over_600": Figure(Unit.SHARE, lambda s: s.flow.share_over_600_s),
        "abandoned_share": Figure(Unit.SHARE, lambda s: s.flow.abandoned_share),
        "priority_late": Figure(Unit.SHARE, lambda s: s.flow.priority_late_share),
    }
)


def figures_of(sums: MonthSums) -> dict[str, float | None]:
    """Return the value of every figure by name; None: undefined."""
    return {name: figure.of(sums) for name, figure in FIGURES.items()}


class Crowding(StrEnum):
    """How staff and customers of an outlet stand to each other."""

    CROWDED = "crowded"
    IDLE = "idle"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where an outlet counts as idle or crowded; both are shares, 0 to 1."""

    idle_below: float
    crowded_above: float


def crowding(sums: MonthSums, bounds: Bounds) -> Crowding | None:
    """Tell whether an outlet was crowded or idle; None: nobody can tell.

    Crowded: more than `crowded_above` of those called waited over ten minutes. Idle:
    not crowded, and of the staffed time less than `idle_below` went into serving. Fewer
    than LEAST_SERVED calls say nothing.
    """
    if sums.flow.served < LEAST_SERVED:
        return None
    if (sums.flow.share_over_600_s or 0) > bounds.crowded_above:
        return Crowding.CROWDED
    used = sums.utilisation
    if used is None:
        return None
    return Crowding.IDLE if used < bounds.idle_below else Crowding.NEITHER


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure lies among `count` outlets: quartiles, as `numpy.percentile`."""

    count: int
    lower: float
    median: float
    upper: float


def spread(values: Sequence[float | None]) -> Spread | None:
    """Return the quartiles of the known values; None with fewer than LEAST_PEERS."""
    known = [value for value in values if value is not None]
    if len(known) < LEAST_PEERS:
        return None
    lower, median, upper = np.percentile(known, (25, 50, 75)).tolist()
    return Spread(len(known), lower, median, upper)
