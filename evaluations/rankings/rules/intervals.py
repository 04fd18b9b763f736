"""How sure a rank is: intervals, the chance of the top places, and bands.

Scores are independent normal variables with a mean and a standard deviation each, as
Goldstein and Spiegelhalter (1996), "League tables and their limitations", J. R. Stat.
Soc. A 159(3), show them. The rank of somebody at score `x` has the mean `1 + S(x)` and
the variance `V(x)`, sums of `p` and `p (1 - p)` over the others, `p` being the chance
that another is above `x`. Nothing is drawn at random, so the figures are the same on
every machine.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.signal import fftconvolve
from scipy.special import ndtr, ndtri

from evaluations.rankings.rules.crossed import Floats, Ints

CONFIDENCE = 0.9
# Larger groups are counted on a grid of scores instead of one by one.
EXACT = 250
_POINTS, _DEVIATIONS, _REACH = 2048, 16, 6.0
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
    low, high = np.zeros(len(mean), np.int64), np.zeros(len(mean), np.int64)
    z = float(ndtri((1 + confidence) / 2))
    for rows, field in _fields(mean, deviation, group):
        own, spread = mean[rows], np.maximum(deviation[rows], _LEAST)
        for bound, sign in ((low, 1), (high, -1)):
            reach = z * np.sqrt(1 + field.blur(own + sign * z * spread, own, spread))
            above, _variance = field.others(own + sign * reach * spread, own, spread)
            bound[rows] = np.clip(np.ceil(above + 0.5), 1, rows.shape[1])
    return Interval(low, high)


def top_chance(mean: Floats, deviation: Floats, group: Ints, places: int) -> Floats:
    """Return everybody's chance, 0 to 1, to be among the best `places` of her group."""
    chance = np.zeros(len(mean))
    weights = _WEIGHTS / _WEIGHTS.sum()
    for rows, field in _fields(mean, deviation, group):
        own, spread = mean[rows], np.maximum(deviation[rows], _LEAST)
        for node, weight in zip(_NODES, weights, strict=True):
            above, variance = field.others(own + node * spread, own, spread)
            room = places - 0.5 - above
            chance[rows] += weight * ndtr(room / np.sqrt(np.maximum(variance, 1e-6)))
    return chance


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

    def _sums(self, at: Floats) -> tuple[Floats, Floats]:
        chance = ndtr(
            (self.mean[:, None, :] - at[:, :, None]) / self.spread[:, None, :]
        )
        return chance @ self.weight, (chance * (1 - chance)) @ self.weight

    def blur(self, at: Floats, own: Floats, spread: Floats) -> Floats:
        """Return how much the others blur a rank, relative to one's own deviation.

        The variance of the rank at `at` ÷ the square of the ranks that one deviation
        of her own score passes there.
        """
        _above, variance = self.others(at, own, spread)
        up, _ = self.others(at + spread / 2, own, spread)
        down, _ = self.others(at - spread / 2, own, spread)
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
        self.above, self.variance = np.zeros(_POINTS), np.zeros(_POINTS)
        for number in np.unique(row).tolist():
            of = row == number
            there = np.bincount(left[of], 1 - share[of], _POINTS)
            there += np.bincount(left[of] + 1, share[of], _POINTS)
            chance = ndtr(steps / spread[of].mean())
            # The curve of the grid's first point stands at its far end, and so on.
            both = np.array([chance, chance * (1 - chance)])[:, ::-1]
            above, variance = fftconvolve(there[None, :], both, "valid", axes=1)
            self.above += above
            self.variance += variance

    def _sums(self, at: Floats) -> tuple[Floats, Floats]:
        return (
            np.interp(at, self.grid, self.above),
            np.interp(at, self.grid, self.variance),
        )


def _fields(
    mean: Floats, deviation: Floats, group: Ints
) -> Iterator[tuple[Ints, _Field]]:
    """Yield (people, field), the people of one group in each row."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] >= 0]
    if len(order) == 0:
        return
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    for size in np.unique(sizes).tolist():
        of_size = order[starts[sizes == size, None] + np.arange(size)]
        batch = 1 if size > EXACT else max(1, _AT_ONCE // size**2)
        kind = _Curve if size > EXACT else _Field
        for start in range(0, len(of_size), batch):
            rows = of_size[start : start + batch]
            yield rows, kind(mean[rows], deviation[rows])
