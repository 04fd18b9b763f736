"""How far two judges agree, beyond what chance alone would make them agree.

Cohen's kappa, and its weighted form for ordered grades. Values in, values out.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

# Standard normal quantile of a two-sided interval of 95 %.
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two judges agree over `pairs` things that both judged.

    `observed` is the share judged alike, 0 to 1. `kappa` is −1 to 1: 1 is full
    agreement, 0 what chance gives, below that less; None: one of them gave everything
    one and the same grade, so that nothing could lie beyond chance. `low` and `high`
    bound it at 95 %; None with `kappa` None.
    """

    pairs: int
    observed: float
    kappa: float | None
    low: float | None
    high: float | None


class TooFewPairs(ValueError):
    """Fewer pairs than it takes; `pairs` of `least`."""

    def __init__(self, pairs: int, least: int) -> None:
        super().__init__(f"{pairs} pairs, and it takes {least}")
        self.pairs = pairs
        self.least = least


def weighted_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    grades: Sequence[Hashable],
    *,
    least_pairs: int = 1,
) -> Agreement:
    """Return the agreement of two judges with linear weights.

    Args:
        first: the grades that one judge gave, in the order of the things.
        second: those of the other judge, of the same things.
        grades: every grade there is, worst to best or best to worst; two judges who
            are `d` grades apart agree by 1 − d ÷ (number of grades − 1). With two
            grades the weights change nothing: it is Cohen's kappa.
        least_pairs: refuse fewer.

    Source: J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968) 213–220. The
    interval is kappa ± 1.96 standard errors, cut off at −1 and 1, by the formula for
    large samples of J. L. Fleiss, J. Cohen and B. S. Everitt, Psychological Bulletin 72
    (1969) 323–327; with few pairs it is too narrow.

    Raises:
        TooFewPairs: fewer than `least_pairs`, or none.
        ValueError: a grade is not among `grades`, the judges judged different numbers
            of things, or there are fewer than two grades.
    """
    if len(first) != len(second):
        raise ValueError("both judges judge the same things")
    if len(grades) < 2:
        raise ValueError("it takes two grades to disagree")
    pairs = len(first)
    if pairs < max(least_pairs, 1):
        raise TooFewPairs(pairs, max(least_pairs, 1))
    place = {grade: n for n, grade in enumerate(grades)}
    if unknown := {*first, *second} - place.keys():
        raise ValueError(f"no such grade: {sorted(map(str, unknown))}")
    counts = np.zeros((len(grades), len(grades)))
    for one, other in zip(first, second, strict=True):
        counts[place[one], place[other]] += 1
    return agreement_of_table(counts)


def agreement_of_table(counts: np.ndarray) -> Agreement:
    """Return the agreement of a square table: one judge's grades down, one's across."""
    size = len(counts)
    pairs = counts.sum()
    shares = counts / pairs
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    weights = 1 - steps / (size - 1)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    by_chance = float((weights * np.outer(rows, columns)).sum())
    alike = float(np.trace(shares))
    if 1 in (np.count_nonzero(rows), np.count_nonzero(columns)):
        return Agreement(int(pairs), alike, None, None, None)
    kappa = (float((weights * shares).sum()) - by_chance) / (1 - by_chance)
    expected = np.add.outer(weights @ columns, rows @ weights)
    spread = (shares * (weights - expected * (1 - kappa)) ** 2).sum()
    centre = (kappa - by_chance * (1 - kappa)) ** 2
    error = float(np.sqrt(max(spread - centre, 0) / pairs)) / (1 - by_chance)
    low, high = max(kappa - Z95 * error, -1.0), min(kappa + Z95 * error, 1.0)
    return Agreement(int(pairs), alike, kappa, low, high)
