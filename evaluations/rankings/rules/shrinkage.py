"""Small samples are drawn towards the peers: empirical Bayes, component by component.

Each value `y` with error variance `v` is taken as a draw around the mean of its peers
with variance `t` between people. The best guess is `m + r (y - m)` with the reliability
`r = t / (t + v)`: Efron and Morris (1975), "Data analysis using Stein's estimator and
its generalizations", JASA 70. `t` is found by adjustment for density maximisation
(Morris and Tang 2011, "Estimating random effects via adjustment for density
maximization", Statistical Science 26(2)): the restricted likelihood times `t`, so that
chance alone never makes it 0. The variance of the guess carries the uncertainty of `m`
and of `t` (Kass and Steffey 1989, JASA 84).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from evaluations.rankings.rules.crossed import Floats, Ints

# Fewer peers than that do not tell how much people differ: all peers together do.
LEAST_PEERS = 10
ALL = -1


@dataclass(frozen=True, slots=True)
class Peers:
    """What a group of peers tells: its mean in points, the variance between people.

    `mean_error` and `between_error` are the variances of the two estimates.
    """

    mean: float
    between: float
    mean_error: float
    between_error: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Best guesses in points with their variances; `reliability` runs from 0 to 1.

    Arrays are parallel to the people; NaN where there is no value. `peers` gives the
    estimates by group, those of all people together under `ALL`.
    """

    value: Floats
    variance: Floats
    reliability: Floats
    peers: Mapping[int, Peers]


def within_variance(count: Floats, total: Floats, squares: Floats) -> float:
    """Return the variance of one judgement around its person's own mean.

    One-way analysis of variance: the squares within people ÷ (judgements − people)
    (Searle, Casella and McCulloch 1992, "Variance Components", chapter 3). People with
    one judgement tell nothing of it. 0 where nobody has two.
    """
    spare = float(count.sum()) - len(count)
    if spare <= 0:
        return 0.0
    inner = float(squares.sum() - (total * total / count).sum())
    return max(inner, 0.0) / spare


def estimate_peers(value: Floats, error: Floats) -> Peers | None:
    """Estimate mean and variance of a group; None with fewer than `LEAST_PEERS`.

    `error` are the error variances of the values, each above 0.
    """
    if len(value) < LEAST_PEERS:
        return None
    scale = float(np.ptp(value)) ** 2 + float(error.max())
    low, high = np.log(1e-12 * scale), np.log(1e6 * scale)

    def slope(log_between: float) -> float:
        between = np.exp(log_between)
        weight = 1 / (between + error)
        total = weight.sum()
        off = value - (weight @ value) / total
        squares = weight**2
        gain = -total + squares.sum() / total + squares @ off**2
        return float(between * gain / 2 + 1)

    between = float(np.exp(brentq(slope, low, high, xtol=1e-13, rtol=1e-14)))
    weight = 1 / (between + error)
    return Peers(
        mean=float(weight @ value / weight.sum()),
        between=between,
        mean_error=float(1 / weight.sum()),
        between_error=float(2 / (weight**2).sum()),
    )


def shrink(
    value: Floats,
    error: Floats,
    group: Ints,
    fitted: Mapping[int, Peers] | None = None,
) -> Shrunk:
    """Draw values towards the mean of their group.

    `value` is NaN where a person has none; `error` are error variances in squared
    points; `group` numbers the peers. Groups with fewer than `LEAST_PEERS` values are
    drawn to all people together; where those are too few as well, nothing is drawn.
    `fitted` gives the estimates of an earlier call instead of making them.
    """
    known = ~np.isnan(value)
    safe = np.maximum(error, 1e-9)
    peers = (
        dict(fitted) if fitted is not None else _estimates(value, safe, group, known)
    )
    shape = value.shape
    out = Shrunk(
        np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan), peers
    )
    for number in np.unique(group[known]).tolist():
        rows = np.flatnonzero(known & (group == number))
        of = peers.get(number) or peers.get(ALL)
        if of is None:
            out.value[rows], out.variance[rows] = value[rows], safe[rows]
            out.reliability[rows] = 1.0
            continue
        drawn = 1 - of.between / (of.between + safe[rows])
        off = value[rows] - of.mean
        change = safe[rows] / (of.between + safe[rows]) ** 2
        out.reliability[rows] = 1 - drawn
        out.value[rows] = of.mean + (1 - drawn) * off
        out.variance[rows] = (
            safe[rows] * (1 - drawn)
            + drawn**2 * of.mean_error
            + off**2 * change**2 * of.between_error
        )
    return out


def _estimates(
    value: Floats, error: Floats, group: Ints, known: "np.ndarray"
) -> dict[int, Peers]:
    found: dict[int, Peers] = {}
    for number in [ALL, *np.unique(group[known]).tolist()]:
        rows = known if number == ALL else known & (group == number)
        estimate = estimate_peers(value[rows], error[rows])
        if estimate is not None:
            found[number] = estimate
    return found
