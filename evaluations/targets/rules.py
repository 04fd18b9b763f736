"""How KPIs' figures become scores: composites, yearly results, trends.

Scores run from 0 to 100 and stay exact; only what is kept or shown is rounded. Curves
stand in `evaluations.ledger.curves`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

FULL = Fraction(100)
# So many successive declines of an index raise the alert.
DECLINES = 3


def weak_point_score(
    overall: Fraction | None, parts: Sequence[Fraction], overall_share: Fraction
) -> Fraction | None:
    """Return the overall result combined with the mean of its key sub-items.

    `overall_share` is the percentage of the overall result. None unless both sides
    are known: half a composite would be another figure under the same name.
    """
    if overall is None or not parts:
        return None
    mean = sum(parts, Fraction()) / len(parts)
    return (overall_share * overall + (100 - overall_share) * mean) / 100


@dataclass(frozen=True, slots=True)
class Yearly:
    """A year's KPI so far: `points` out of `weight`, both in points of 100."""

    points: Fraction
    weight: Fraction

    @property
    def complete(self) -> bool:
        return self.weight == FULL


def yearly_score(
    scores: Mapping[int, Fraction], weights: Mapping[int, Fraction]
) -> Yearly:
    """Return Σ month weight × month score ÷ 100 over the months that have a score.

    Both go by the month, 1 to 12. Without weights the months with a score weigh alike:
    the year is their mean.
    """
    if not weights:
        if not scores:
            return Yearly(Fraction(0), Fraction(0))
        return Yearly(sum(scores.values(), Fraction()) / len(scores), FULL)
    counted = {month: weights.get(month, Fraction(0)) for month in scores}
    points = sum((counted[m] * scores[m] for m in counted), Fraction()) / 100
    return Yearly(points, sum(counted.values(), Fraction()))


def successive_declines(values: Sequence[Fraction | None]) -> int:
    """Return how many times in a row the newest values fell; oldest value first.

    A month without a value ends the row: nobody knows what happened there.
    """
    fallen = 0
    for before, after in zip(reversed(values[:-1]), reversed(values[1:]), strict=True):
        if before is None or after is None or after >= before:
            break
        fallen += 1
    return fallen


def shortfall(parent: int | None, children: Sequence[int | None]) -> int:
    """Return what the children's targets miss of the parent's, 0 where nothing.

    A child without a target adds nothing. Without a child or a parent's target there
    is nothing to compare.
    """
    if parent is None or not children:
        return 0
    return max(0, parent - sum(child or 0 for child in children))


def hundredths(score: Fraction) -> int:
    """Return a score or figure of 0 or more in hundredths, halves rounded up."""
    return (score * 200 + 1).__floor__() // 2
