"""Outlets whose own daily checks are kinder than visitors, beside the others.

Pure. Checks and visits ask other things, so a difference as such says nothing: what is
far above the usual difference does. Median and MAD hold although some are far off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# Of normally distributed differences 1.4826 MAD is one standard deviation.
MAD_TO_SD = 1.4826
# Points; where nearly all differ alike, a hair is not far.
LEAST_SPREAD = 2.0
LEAST_OUTLETS = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """What an outlet's own checks and its `n` visitors found, in percent."""

    outlet: int
    checks: float
    visits: float
    n: int

    @property
    def gap(self) -> float:
        """Points by which the own checks are kinder; below 0: harder."""
        return self.checks - self.visits


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual difference in points, and how far outlets lie around it."""

    median: float
    spread: float
    outlets: int

    def excess(self, gap: float) -> float:
        """Return how many spreads a difference lies above the usual one."""
        return (gap - self.median) / self.spread


def usual(gaps: Sequence[float]) -> Usual | None:
    """Return what is usual among outlets; None with fewer than `LEAST_OUTLETS`."""
    if len(gaps) < LEAST_OUTLETS:
        return None
    middle = median(gaps)
    spread = MAD_TO_SD * median(abs(gap - middle) for gap in gaps)
    return Usual(middle, max(spread, LEAST_SPREAD), len(gaps))
