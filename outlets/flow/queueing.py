"""How many people a queue needs: Erlang C, and Erlang A where customers give up.

Both are the queue M/M/n+M: arrivals by chance around a rate, service times and patience
spread exponentially around their means, first come first served. Where nobody gives up
it is Erlang C. The formulas are those of Zeltyn and Mandelbaum, "Call Centers with
Impatient Customers: Many-Server Asymptotics of the M/M/n+G Queue" (Queueing Systems 51,
2005): the wait that a customer is offered is 0 with the probability that somebody is
free; above that it has the density λ π(n-1) exp(λ H(x) - n μ x), where H(x) is the mean
of patience cut off at x.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, exp, log

import numpy as np
import numpy.typing as npt

# The density is added up as far as it stays above e to the minus this of its top.
_NEGLIGIBLE = 40.0
_STEPS = 1000  # of Simpson's rule, on each side of the limit; even
Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Load:
    """What comes to a queue.

    `arrivals_per_s` is a rate, ≥ 0; `service_s` the mean seconds of a service, > 0;
    `patience_s` the mean seconds after which a waiting customer gives up, > 0; None:
    nobody does.

    Raises:
        ValueError: a figure is out of its range.
    """

    arrivals_per_s: float
    service_s: float
    patience_s: float | None = None

    def __post_init__(self) -> None:
        if self.arrivals_per_s < 0:
            raise ValueError("a rate of arrivals is not negative")
        if self.service_s <= 0:
            raise ValueError("a service takes time")
        if self.patience_s is not None and self.patience_s <= 0:
            raise ValueError("patience lasts for some time")

    @property
    def offered(self) -> float:
        """How many would be at work if there were always somebody free, in erlangs."""
        return self.arrivals_per_s * self.service_s

    def _log_density(self, people: int, wait_s: Seconds) -> Seconds:
        if self.patience_s is None:
            cut_off = wait_s
        else:
            cut_off = -self.patience_s * np.expm1(-wait_s / self.patience_s)
        return self.arrivals_per_s * cut_off - people / self.service_s * wait_s

    def _patient(self, wait_s: Seconds) -> Seconds:
        """Return the share, 0 to 1, of customers who would wait as long."""
        if self.patience_s is None:
            return np.ones_like(wait_s)
        return np.exp(-wait_s / self.patience_s)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of those who arrive; the shares are of the arrivals, 0 to 1.

    `within` are served within the limit: who gives up was not served in time.
    `abandoned` give up; `waiting` find nobody free. `occupancy`, 0 to 1, is how much of
    their time the people serve.
    """

    within: float
    abandoned: float
    waiting: float
    occupancy: float


def outcome(load: Load, people: int, limit_s: float) -> Outcome:
    """Return what becomes of the arrivals while `people` (≥ 1) serve.

    Where nobody gives up and no more people serve than are offered work, the queue
    grows without end, and nobody is served within any limit.

    Raises:
        ValueError: nobody serves, or the limit is negative.
    """
    if people < 1:
        raise ValueError("a queue without anybody to serve")
    if limit_s < 0:
        raise ValueError("a limit is not negative")
    if load.arrivals_per_s == 0:
        return Outcome(within=1.0, abandoned=0.0, waiting=0.0, occupancy=0.0)
    if load.patience_s is None and load.offered >= people:
        return Outcome(within=0.0, abandoned=0.0, waiting=1.0, occupancy=1.0)
    low, top, high = _reach(load, people)
    cut = min(max(limit_s, low), high)
    log_top = float(load._log_density(people, np.array(top)))
    parts = [
        _added_up(load, people, log_top, start, end)
        for start, end in ((low, cut), (cut, high))
    ]
    offered_wait = parts[0].all + parts[1].all
    waiting = _share_waiting(load, people, log_top, offered_wait)
    served_later = waiting * (parts[0].patient + parts[1].patient) / offered_wait
    within = 1 - waiting + waiting * parts[0].patient / offered_wait
    gives_up = load.patience_s is not None
    abandoned = max(waiting - served_later, 0.0) if gives_up else 0.0
    return Outcome(
        within=within,
        abandoned=abandoned,
        waiting=waiting,
        occupancy=load.offered * (1 - abandoned) / people,
    )


def people_needed(load: Load, *, target: float, limit_s: float) -> int:
    """Return the fewest people of whom `target` of the arrivals are served in time.

    0 where nobody arrives. `target` is a share, above 0 and below 1; `limit_s` ≥ 0.

    Raises:
        ValueError: the target is no such share.
    """
    if not 0 < target < 1:
        raise ValueError("a target is a share above 0 and below 1")
    if load.arrivals_per_s == 0:
        return 0
    # Fewer could not even serve so many: n people serve at most n ÷ offered of them.
    people = max(1, ceil(load.offered * target))
    while outcome(load, people, limit_s).within < target:
        people += 1
    return people


# How many services of an hour weigh as much as the outlet's mean.
SERVICES_TO_BELIEVE = 50


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """Mean seconds of a service, by the hour of arrival where the hour has many.

    Mornings with pensioners last longer than evenings with top-ups, but a handful of
    services says little: the mean of an hour is drawn towards `overall_s` as if
    `SERVICES_TO_BELIEVE` of that length had been seen too.
    """

    overall_s: float
    by_hour_s: Mapping[int, float]

    @classmethod
    def of(cls, hours: Mapping[int, tuple[int, int]]) -> "ServiceTimes | None":
        """Read (services, their seconds) of local hours; None: no time is known."""
        count = sum(services for services, _seconds in hours.values())
        total = sum(seconds for _services, seconds in hours.values())
        if not total:
            return None
        mean = total / count
        return cls(
            mean,
            {
                hour: (seconds + SERVICES_TO_BELIEVE * mean)
                / (services + SERVICES_TO_BELIEVE)
                for hour, (services, seconds) in hours.items()
            },
        )

    def at(self, hour: int) -> float:
        """Return the mean seconds of a service at a local hour, 0 to 23."""
        return self.by_hour_s.get(hour, self.overall_s)


def mean_patience_s(
    waited_s: float, abandoned: int, *, at_least: int = 1
) -> float | None:
    """Return the mean patience that waits bear out; None: nobody is known to give up.

    `waited_s` adds up the waits of all, served or not: who was served showed patience
    for as long, and then it was no longer put to the test. That sum ÷ `abandoned` is
    the maximum-likelihood mean of exponential patience cut off by service. With fewer
    than `at_least` who gave up it is None: a few say little.
    """
    if abandoned < max(at_least, 1) or waited_s <= 0:
        return None
    return waited_s / abandoned


@dataclass(frozen=True, slots=True)
class _Part:
    """Of one stretch of offered waits: all, and those whose customer would stay."""

    all: float
    patient: float


def _reach(load: Load, people: int) -> tuple[float, float, float]:
    """Return between which waits the density counts, and where it is highest."""
    served_per_s = people / load.service_s
    top = 0.0
    if load.patience_s is not None and load.arrivals_per_s > served_per_s:
        top = load.patience_s * log(load.arrivals_per_s / served_per_s)

    def counts(wait_s: float) -> bool:
        waits = np.array([wait_s, top])
        here, highest = load._log_density(people, waits)
        return bool(here > highest - _NEGLIGIBLE)

    step = load.service_s / people
    while counts(top + step):
        step *= 2
    low = 0.0 if counts(0.0) else _edge(counts, inside=top, outside=0.0)
    return low, top, _edge(counts, inside=top, outside=top + step)


def _edge(counts: Callable[[float], bool], *, inside: float, outside: float) -> float:
    for _half in range(20):
        middle = (inside + outside) / 2
        if counts(middle):
            inside = middle
        else:
            outside = middle
    return outside


def _added_up(
    load: Load, people: int, log_top: float, start: float, end: float
) -> _Part:
    """Integrate the density, its top being 1, by Simpson's rule."""
    waits = np.linspace(start, end, _STEPS + 1)
    density = np.exp(load._log_density(people, waits) - log_top)
    weights = np.full(_STEPS + 1, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    weights *= (end - start) / _STEPS / 3
    return _Part(
        all=float(weights @ density),
        patient=float(weights @ (density * load._patient(waits))),
    )


def _share_waiting(
    load: Load, people: int, log_top: float, offered_wait: float
) -> float:
    """Return the probability that an arrival finds nobody free.

    With n - 1 at work as the unit, `free` is what the states with somebody free weigh,
    kept as its inverse, which cannot overflow.
    """
    inverse = 1.0
    for at_work in range(1, people):
        inverse = 1 / (1 + at_work / (load.offered * inverse)) if inverse else 0.0
    if inverse == 0:
        return 0.0
    odds = log(inverse) + log_top + log(load.arrivals_per_s * offered_wait)
    return 1 / (1 + exp(-odds)) if odds > -700 else 0.0
