"""Satisfaction on crowded days: what the queue took from people's values.

How much a busier day costs is estimated within people, by comparing each person's
crowded days with her own quiet ones (the fixed-effects, or within, estimator:
Wooldridge 2010, "Econometric Analysis of Cross Section and Panel Data", chapter 10), so
that a good clerk at a crowded outlet is not taken for a quiet one.
"""

from dataclasses import dataclass

import numpy as np

from evaluations.rankings.rules.crossed import Floats, Ints

# Fewer judgements than that beyond one mean per person say nothing of a slope.
LEAST_SPARE = 30
# Nor do days that differ, for the same person, by less than a point of pressure.
LEAST_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class LoadSums:
    """Sums over one person's judgements, as parallel arrays.

    `count` judgements with the values' sum `total` and sum of squares `squares`;
    `pressure` sums the pressure of the judgements' days (in points, 0 quiet to 100),
    `pressure_squares` its squares, `cross` pressure times value.
    """

    count: Floats
    total: Floats
    squares: Floats
    pressure: Floats
    pressure_squares: Floats
    cross: Floats


@dataclass(frozen=True, slots=True)
class Slope:
    """Points of satisfaction per point of pressure, with the variance of the estimate.

    `pressure` is the mean pressure that everybody is put at.
    """

    slope: float
    error: float
    pressure: float


def estimate_slope(sums: LoadSums) -> Slope | None:
    """Return the common slope within people; None where there is too little of it."""
    known = sums.count > 0
    count, total = sums.count[known], sums.total[known]
    pressure = sums.pressure[known]
    spare = float(count.sum()) - len(count) - 1
    moved = float((sums.pressure_squares[known] - pressure**2 / count).sum())
    if spare < LEAST_SPARE or moved < LEAST_SPREAD * spare:
        return None
    together = float((sums.cross[known] - pressure * total / count).sum())
    inner = float((sums.squares[known] - total**2 / count).sum())
    slope = together / moved
    residual = max(inner - slope * together, 0.0) / spare
    return Slope(slope, residual / moved, float(pressure.sum() / count.sum()))


def load_shift(sums: LoadSums, slope: Slope) -> tuple[Floats, Floats]:
    """Return what each value gains in points, and the variance that comes with it.

    Who was judged on busier days than the average gains where crowds cost; 0 where
    nobody judged her.
    """
    known = sums.count > 0
    mean = np.full(len(sums.count), slope.pressure)
    mean[known] = sums.pressure[known] / sums.count[known]
    off = mean - slope.pressure
    return -slope.slope * off, off**2 * slope.error


def class_shift(value: Floats, weight: Floats, outlet_class: Ints) -> Floats:
    """Return what puts each outlet class at the mean of all, in points.

    `value` is NaN where there is none; means are weighted; a class below 0 (unknown)
    is left where it is.
    """
    known = ~np.isnan(value) & (outlet_class >= 0) & (weight > 0)
    shift = np.zeros(len(value))
    if not known.any():
        return shift
    size = int(outlet_class[known].max()) + 1
    weights = np.bincount(outlet_class[known], weight[known], size)
    sums = np.bincount(outlet_class[known], weight[known] * value[known], size)
    overall = sums.sum() / weights.sum()
    means = np.divide(sums, weights, out=np.full(size, overall), where=weights > 0)
    rows = outlet_class >= 0
    inside = rows & (outlet_class < size)
    shift[inside] = overall - means[outlet_class[inside]]
    return shift
