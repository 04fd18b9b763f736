"""Waits, hours and what is counted in them: values in, values out.

Waits are whole seconds. They are counted in fixed bins, which add up across hours,
outlets and regions; an edge belongs to the lower bin, so a share over an edge is exact.
"""

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Self

import numpy as np
import numpy.typing as npt

# Upper edges in seconds, finest around 20 s and 1, 5, 6 and 10 minutes; what is longer
# than the last falls into one more bin. Changing them needs new columns and a rebuild.
WAIT_EDGES = (
    *(0, 5, 10, 15, 20, 30, 45, 60, 75, 120, 180, 240, 270, 300, 330, 360, 390),
    *(480, 570, 600, 630, 720, 900, 1200, 1800, 3600, 7200),
)
WAIT_BINS = len(WAIT_EDGES) + 1
WAIT_COLUMNS = (
    *(f"wait_to_{edge}" for edge in WAIT_EDGES),
    f"wait_over_{WAIT_EDGES[-1]}",
)
LONG_WAIT_S = 600
# Ten minutes is a goal and not a rule: pages mark where more than one in ten waited
# longer, that is, where the 90th percentile misses it.
LONG_WAITS_MARKED = 0.1
SHORT_WAIT_S = 20

# Priority customers (老弱病残孕) are to be finished within six minutes; a vip is none.
PRIORITIES = frozenset({"elderly", "weak", "sick", "disabled", "pregnant"})
VIP = "vip"
PRIORITY_LIMIT_S = 360

_EDGES = np.array(WAIT_EDGES)
_FLOORS = (0, *(edge + 1 for edge in WAIT_EDGES))
Seconds = npt.NDArray[np.int64]


def wait_bin(waits_s: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return the bin, 0 to WAIT_BINS - 1, of each wait."""
    return np.searchsorted(_EDGES, np.asarray(waits_s), side="left")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a number of customers waited, as fixed bins keep it.

    `bins` are counts, `total_s` is the sum of all waits, `longest_s` the longest of
    them (0 with none).
    """

    bins: tuple[int, ...] = (0,) * WAIT_BINS
    total_s: int = 0
    longest_s: int = 0

    @classmethod
    def of(cls, waits_s: Sequence[int] | Seconds) -> Self:
        """Count waits of whole seconds, none negative."""
        waits = np.asarray(waits_s, dtype=np.int64)
        if not waits.size:
            return cls()
        counts = np.bincount(wait_bin(waits), minlength=WAIT_BINS)
        return cls(tuple(counts.tolist()), int(waits.sum()), int(waits.max()))

    def __add__(self, other: Self) -> Self:
        return type(self)(
            tuple(a + b for a, b in zip(self.bins, other.bins, strict=True)),
            self.total_s + other.total_s,
            max(self.longest_s, other.longest_s),
        )

    @property
    def count(self) -> int:
        return sum(self.bins)

    @property
    def mean_s(self) -> float | None:
        """The mean in seconds; None with nobody."""
        return ratio(self.total_s, self.count)

    def count_over(self, edge_s: int) -> int:
        """Return how many waited strictly longer.

        Raises:
            ValueError: `edge_s` is no edge, so the bins cannot tell.
        """
        if edge_s not in WAIT_EDGES:
            raise ValueError(f"{edge_s} s is no edge of the wait bins")
        return sum(self.bins[WAIT_EDGES.index(edge_s) + 1 :])

    def share_over(self, edge_s: int) -> float | None:
        """Return the share, 0 to 1, that waited strictly longer; None with nobody.

        Raises:
            ValueError: `edge_s` is no edge, so the bins cannot tell.
        """
        return ratio(self.count_over(edge_s), self.count)

    def percentile_s(self, fraction: float) -> float | None:
        """Return the wait that `fraction` (0 to 1) of the customers do not exceed.

        Interpolates linearly between the two waits around the position, as
        `numpy.percentile` does; each of the two lies in its true bin, so the result is
        within one bin of the exact one. None with nobody.
        """
        count = self.count
        if not count:
            return None
        position = (count - 1) * fraction
        below = int(position)
        lower = self._wait_at(below)
        if position == below:
            return lower
        return lower + (self._wait_at(below + 1) - lower) * (position - below)

    def _wait_at(self, rank: int) -> float:
        """Estimate the wait of one customer, 0 being the shortest.

        The longest is known. The others are spread over their bins such that they add
        up to what is known of their sum: a bin whose waits crowd at its foot tells.
        """
        if rank == self.count - 1:
            return float(self.longest_s)
        others = list(self.bins)
        others[int(wait_bin(self.longest_s))] -= 1
        ceilings = [min(edge, self.longest_s) for edge in WAIT_EDGES]
        spans = [
            max(ceiling - floor, 0)
            for floor, ceiling in zip(_FLOORS, (*ceilings, self.longest_s), strict=True)
        ]
        at_foot = sum(n * floor for n, floor in zip(others, _FLOORS, strict=True))
        room = sum(n * span for n, span in zip(others, spans, strict=True))
        rest = self.total_s - self.longest_s - at_foot
        height = min(max(rest / room, 0.0), 1.0) if room else 0.0
        passed = 0
        for count, floor, span in zip(others, _FLOORS, spans, strict=True):
            if rank < passed + count:
                return floor + span * _mean_height(rank - passed, count, height)
            passed += count
        return float(self.longest_s)


def _mean_height(index: int, count: int, height: float) -> float:
    """Return how high, 0 to 1, the `index`-th of `count` stands in a bin.

    The heights follow a power curve and have the mean `height`.
    """
    if height == 0:
        return 0.0
    steepness = 1 / height
    upper, lower = ((index + 1) / count) ** steepness, (index / count) ** steepness
    return min(height * count * (upper - lower), 1.0)


def ratio(part: float, whole: float) -> float | None:
    """Return part ÷ whole; None where there is nothing to divide by."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Flow:
    """What is known of the tickets of some hours: counts and sums that add up.

    Everything belongs to the hour of arrival. `served` tickets were called, of whom
    `no_shows` did not come; `finished` ones have a service time. Sums are seconds.
    """

    arrivals: int = 0
    served: int = 0
    abandoned: int = 0
    abandoned_wait_sum_s: int = 0
    no_shows: int = 0
    finished: int = 0
    service_sum_s: int = 0
    priority_arrivals: int = 0
    priority_finished: int = 0
    priority_late: int = 0
    waits: Waits = field(default_factory=Waits)

    def __add__(self, other: "Flow") -> "Flow":
        names = (item.name for item in fields(self))
        return Flow(**{n: getattr(self, n) + getattr(other, n) for n in names})

    @property
    def wait_mean_s(self) -> float | None:
        return self.waits.mean_s

    @property
    def wait_p50_s(self) -> float | None:
        return self.waits.percentile_s(0.5)

    @property
    def wait_p90_s(self) -> float | None:
        return self.waits.percentile_s(0.9)

    @property
    def share_over_600_s(self) -> float | None:
        return self.waits.share_over(LONG_WAIT_S)

    @property
    def over_600_s(self) -> int:
        """How many of those called waited over ten minutes."""
        return self.waits.count_over(LONG_WAIT_S)

    @property
    def misses_goal(self) -> bool:
        """Whether so many waited over ten minutes that pages mark it."""
        return (self.share_over_600_s or 0) > LONG_WAITS_MARKED

    @property
    def share_over_20_s(self) -> float | None:
        return self.waits.share_over(SHORT_WAIT_S)

    @property
    def abandoned_wait_mean_s(self) -> float | None:
        return ratio(self.abandoned_wait_sum_s, self.abandoned)

    @property
    def abandoned_share(self) -> float | None:
        """Abandoned ÷ arrivals, 0 to 1."""
        return ratio(self.abandoned, self.arrivals)

    @property
    def service_mean_s(self) -> float | None:
        return ratio(self.service_sum_s, self.finished)

    @property
    def priority_late_share(self) -> float | None:
        """Late ÷ finished priority customers, 0 to 1."""
        return ratio(self.priority_late, self.priority_finished)


FLOW_COUNTS = tuple(item.name for item in fields(Flow) if item.name != "waits")


def merged(flows: Iterable[Flow]) -> Flow:
    """Add up any number of flows; none make an empty one."""
    total = Flow()
    for flow in flows:
        total += flow
    return total


@dataclass(frozen=True, slots=True)
class TicketTimes:
    """One ticket: when it was taken, and seconds from then on; None: not happened.

    `clock_s` is the local time of arrival in seconds after midnight, 0 to 86,399.
    """

    date: date
    clock_s: int
    service: str
    priority: str
    employee_number: str
    called_s: int | None
    finished_s: int | None
    abandoned_s: int | None
    no_show: bool = False

    @property
    def hour(self) -> int:
        """The local hour of arrival, 0 to 23."""
        return self.clock_s // 3600


HourKey = tuple[date, int, str]


def roll_up_hours(tickets: Iterable[TicketTimes]) -> dict[HourKey, Flow]:
    """Count tickets by trading day, local hour of arrival and service."""
    groups: dict[HourKey, list[TicketTimes]] = defaultdict(list)
    for ticket in tickets:
        groups[ticket.date, ticket.hour, ticket.service].append(ticket)
    return {key: _flow_of(group) for key, group in groups.items()}


def _flow_of(tickets: Sequence[TicketTimes]) -> Flow:
    abandoned = [t.abandoned_s for t in tickets if t.abandoned_s is not None]
    finished = [
        t.finished_s - t.called_s
        for t in tickets
        if t.finished_s is not None and t.called_s is not None
    ]
    waits = [t.called_s for t in tickets if t.called_s is not None]
    priority = [t.finished_s for t in tickets if t.priority in PRIORITIES]
    cared_for = [seconds for seconds in priority if seconds is not None]
    return Flow(
        arrivals=len(tickets),
        served=len(waits),
        abandoned=len(abandoned),
        abandoned_wait_sum_s=sum(abandoned),
        no_shows=sum(t.no_show for t in tickets),
        finished=len(finished),
        service_sum_s=sum(finished),
        priority_arrivals=len(priority),
        priority_finished=len(cared_for),
        priority_late=sum(seconds > PRIORITY_LIMIT_S for seconds in cared_for),
        waits=Waits.of(waits),
    )


@dataclass(frozen=True, slots=True)
class Served:
    """What one server did on one day; `with_service_time` were also finished."""

    served: int = 0
    with_service_time: int = 0
    service_sum_s: int = 0
    vip_served: int = 0


def roll_up_servers(tickets: Iterable[TicketTimes]) -> dict[tuple[date, str], Served]:
    """Count the called tickets of named servers by trading day and number as sent."""
    groups: dict[tuple[date, str], list[TicketTimes]] = defaultdict(list)
    for ticket in tickets:
        if ticket.employee_number and ticket.called_s is not None:
            groups[ticket.date, ticket.employee_number].append(ticket)
    return {key: _served_of(group) for key, group in groups.items()}


def _served_of(tickets: Sequence[TicketTimes]) -> Served:
    times = [
        t.finished_s - t.called_s
        for t in tickets
        if t.finished_s is not None and t.called_s is not None
    ]
    return Served(
        served=len(tickets),
        with_service_time=len(times),
        service_sum_s=sum(times),
        vip_served=sum(t.priority == VIP for t in tickets),
    )


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month by its first day."""

    first: date

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, code: str) -> Self:
        """Return the month written as `2026-10`.

        Raises:
            ValueError: the text is no month.
        """
        match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", code)
        if match is None:
            raise ValueError(f"“{code}” is no month such as 2026-10")
        return cls(date(int(match[1]), int(match[2]), 1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        length = calendar.monthrange(self.first.year, self.first.month)[1]
        return self.first.replace(day=length)

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.first, self.last

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first.replace(day=n + 1) for n in range(self.last.day))

    @property
    def previous(self) -> Self:
        """The month before; the first month that there is has none but itself."""
        if self.first == date.min:
            return self
        return self.of(self.first - timedelta(days=1))

    @property
    def next(self) -> Self:
        if self.last == date.max:
            return self
        return self.of(self.last + timedelta(days=1))
