"""How sure a rank is: intervals, the chance of the top places, and bands.

Scores are independent normal variables with a mean and a standard deviation each, as
Goldstein and Spiegelhalter (1996), "League tables and their limitations", J. R. Stat.
Soc. A 159(3), show them. The rank of somebody at score `x` has the mean `1 + S(x)` and
the variance `V(x)`, sums of `p` and `p (1 - p)` over the others, `p` being the chance
that another is above `x`. Nothing is drawn at random, so the figures are the same on
every machine.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy.signal import fftconvolve
from scipy.special import ndtr, ndtri

from evaluations.rankings.rules.crossed import Floats, Ints

CONFIDENCE = 0.9
# Larger groups are counted on a grid of scores instead of one by one.
EXACT = 250
_POINTS, _DEVIATIONS, _REACH = 2048, 16, 6.0
THREADS = min(os.cpu_count() or 1, 4)
# So many pairs of people are looked at together: they fit a core's cache.
_AT_ONCE = 60_000
_LEAST = 1e-9
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
# The outermost nodes weigh 1e-10 together: no figure that is shown changes by them.
_NODES, _WEIGHTS = _NODES[2:-2], _WEIGHTS[2:-2]


class Interval(NamedTuple):
    """The best and the worst rank within the confidence; 0 where there is no rank."""

    low: Ints
    high: Ints


def rank_intervals(
    mean: Floats, deviation: Floats, group: Ints, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval of everybody's rank in her group, better ranks first.

    `group` numbers the lists, below 0 for who is in none.
    """
    return Lists(mean, deviation, group).intervals(confidence)


def top_chance(mean: Floats, deviation: Floats, group: Ints, places: int) -> Floats:
    """Return everybody's chance, 0 to 1, to be among the best `places` of her group."""
    return Lists(mean, deviation, group).chances(places)


class Lists:
    """Groups of people laid out once for all that is asked of them.

    The groups are shared out among threads: nearly all of the work is NumPy's, which
    lets other threads run meanwhile, and no two groups write to the same places.
    """

    def __init__(self, mean: Floats, deviation: Floats, group: Ints) -> None:
        self._size = len(mean)
        self._parts = list(_parts(group))
        with ThreadPoolExecutor(THREADS) as pool:
            self._fields = list(
                pool.map(lambda rows: _field(mean[rows], deviation[rows]), self._parts)
            )

    def intervals(self, confidence: float = CONFIDENCE) -> Interval:
        """Return the interval of everybody's rank; see `rank_intervals`."""
        size = self._size
        found = Interval(np.zeros(size, np.int64), np.zeros(size, np.int64))
        z = float(ndtri((1 + confidence) / 2))

        def bound(rows: Ints, field: _Field) -> None:
            own, spread = field.mean, field.spread
            for bounds, sign in zip(found, (1, -1), strict=True):
                at = own + sign * z * spread
                reach = z * np.sqrt(1 + field.blur(at, own, spread))
                above = field.above(own + sign * reach * spread, own, spread)
                bounds[rows] = np.clip(np.ceil(above + 0.5), 1, rows.shape[1])

        self._each(bound)
        return found

    def chances(self, places: int) -> Floats:
        """Return everybody's chance of the best `places`; see `top_chance`."""
        chance = np.zeros(self._size)
        weights = _WEIGHTS / _WEIGHTS.sum()

        def add(rows: Ints, field: _Field) -> None:
            own, spread = field.mean, field.spread
            for node, weight in zip(_NODES, weights, strict=True):
                above, variance = field.others(own + node * spread, own, spread)
                room = places - 0.5 - above
                blur = np.sqrt(np.maximum(variance, 1e-6))
                chance[rows] += weight * ndtr(room / blur)

        self._each(add)
        return chance

    def _each(self, work: "Callable[[Ints, _Field], None]") -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            for _done in pool.map(work, self._parts, self._fields):
                pass


def bands(
    mean: Floats, deviation: Floats, group: Ints, confidence: float = CONFIDENCE
) -> Ints:
    """Return everybody's band in her group, from 1; 0 for who is in none.

    The best of a band and everybody else in it cannot be told apart: the difference
    of their scores is within the confidence. The first who can opens the next band.
    """
    found = np.zeros(len(mean), np.int64)
    z = float(ndtri((1 + confidence) / 2))
    order = np.lexsort((-mean, group))
    order = order[group[order] >= 0]
    current, band = -1, 0
    lead_mean = lead_variance = 0.0
    means, variances = mean[order].tolist(), (deviation[order] ** 2).tolist()
    of = group[order].tolist()
    numbers = []
    for value, variance, number in zip(means, variances, of, strict=True):
        if number != current:
            current, band = number, 0
        apart = lead_mean - value > z * (lead_variance + variance) ** 0.5
        if band == 0 or apart:
            band += 1
            lead_mean, lead_variance = value, variance
        numbers.append(band)
    found[order] = numbers
    return found


class _Field:
    """The people of groups of one size, a row for each group, counted one by one."""

    def __init__(self, mean: Floats, deviation: Floats) -> None:
        self.mean, self.spread = mean, np.maximum(deviation, _LEAST)
        self.weight = np.ones(mean.shape[1])

    def others(self, at: Floats, own: Floats, spread: Floats) -> tuple[Floats, Floats]:
        """Return mean and variance of how many others lie above `at`.

        `own` and `spread` are the mean and deviation of the one who stands at `at`.
        """
        above, variance = self._sums(at)
        self_above = ndtr((own - at) / spread)
        return above - self_above, variance - self_above * (1 - self_above)

    def above(self, at: Floats, own: Floats, spread: Floats) -> Floats:
        """Return the mean alone of how many others lie above `at`."""
        above: Floats = self._chance(at) @ self.weight - ndtr((own - at) / spread)
        return above

    def _chance(self, at: Floats) -> Floats:
        """Return the chance of each to lie above each of `at`, group by group."""
        off = self.mean[:, None, :] - at[:, :, None]
        off /= self.spread[:, None, :]
        chance: Floats = ndtr(off, out=off)
        return chance

    def _sums(self, at: Floats) -> tuple[Floats, Floats]:
        chance = self._chance(at)
        above = chance @ self.weight
        chance *= 1 - chance
        return above, chance @ self.weight

    def blur(self, at: Floats, own: Floats, spread: Floats) -> Floats:
        """Return how much the others blur a rank, relative to one's own deviation.

        The variance of the rank at `at` ÷ the square of the ranks that one deviation
        of her own score passes there.
        """
        _above, variance = self.others(at, own, spread)
        up = self.above(at + spread / 2, own, spread)
        down = self.above(at - spread / 2, own, spread)
        return np.maximum(variance, 0) / np.maximum(down - up, 0.5) ** 2


class _Curve(_Field):
    """One large group, summed once on a grid of scores and read off between its points.

    People are put into classes of like deviation. Within one, the chances of all to be
    above a score are a convolution of how many stand where with the normal curve.
    """

    def __init__(self, mean: Floats, deviation: Floats) -> None:
        super().__init__(mean, deviation)
        mean, spread = self.mean[0], self.spread[0]
        reach = _REACH * float(spread.max())
        self.grid = np.linspace(mean.min() - reach, mean.max() + reach, _POINTS)
        step = float(self.grid[1] - self.grid[0])
        place = (mean - self.grid[0]) / step
        left = np.minimum(place.astype(np.int64), _POINTS - 2)
        share = place - left
        edges = np.quantile(spread, np.linspace(0, 1, _DEVIATIONS + 1)[1:-1])
        row = np.searchsorted(edges, spread)
        steps = np.arange(1 - _POINTS, _POINTS) * step
        self.aboves, self.variances = np.zeros(_POINTS), np.zeros(_POINTS)
        for number in np.unique(row).tolist():
            of = row == number
            there = np.bincount(left[of], 1 - share[of], _POINTS)
            there += np.bincount(left[of] + 1, share[of], _POINTS)
            chance = ndtr(steps / spread[of].mean())
            # The curve of the grid's first point stands at its far end, and so on.
            both = np.array([chance, chance * (1 - chance)])[:, ::-1]
            above, variance = fftconvolve(there[None, :], both, "valid", axes=1)
            self.aboves += above
            self.variances += variance

    def above(self, at: Floats, own: Floats, spread: Floats) -> Floats:
        above: Floats = np.interp(at, self.grid, self.aboves)
        return above - ndtr((own - at) / spread)

    def _sums(self, at: Floats) -> tuple[Floats, Floats]:
        return (
            np.interp(at, self.grid, self.aboves),
            np.interp(at, self.grid, self.variances),
        )


def _field(mean: Floats, deviation: Floats) -> _Field:
    return (_Curve if mean.shape[1] > EXACT else _Field)(mean, deviation)


def _parts(group: Ints) -> Iterator[Ints]:
    """Yield people, those of one group in each row; groups of one size together."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] >= 0]
    if len(order) == 0:
        return
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    for size in np.unique(sizes).tolist():
        of_size = order[starts[sizes == size, None] + np.arange(size)]
        batch = 1 if size > EXACT else max(1, _AT_ONCE // size**2)
        for start in range(0, len(of_size), batch):
            yield of_size[start : start + batch]
