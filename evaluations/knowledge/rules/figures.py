"""How questions do: difficulty and corrected discrimination.

Discrimination is the point-biserial correlation between an item, 0 or 1, and the score
of the same person on the other items ("corrected" for the item's own part in the total;
Henrysson, S. (1963), Correction of item-total correlations in item analysis,
Psychometrika 28, 211-218). People meet different questions, so that the score on the
others is a share, not a sum.
"""

from dataclasses import dataclass
from math import sqrt

# Sums of fractions differ in their last digits with the order in which they are added.
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Limits:
    """What makes a question odd.

    Nothing is flagged with fewer than `least` answers. `too_hard` and `too_easy` are
    shares of right answers, 0 to 1; `too_weak` is a discrimination, 0 to 1.
    """

    least: int
    too_hard: float
    too_easy: float
    too_weak: float


@dataclass(frozen=True, slots=True)
class ItemSums:
    """What the figures of one question are made of; `item` is any key.

    `right` of `answers` were right. Over the answers in tests that had other questions:
    `varies` tells whether both sides do, right or wrong and the share of the weight of
    the others; the sums are of the products of what either differs from its mean, and
    of their squares.
    """

    item: int
    answers: int
    right: int
    varies: bool = False
    products: float = 0.0
    right_squares: float = 0.0
    rest_squares: float = 0.0

    @property
    def figures(self) -> "ItemFigures":
        return ItemFigures(
            self.item, self.answers, self.right / self.answers, self._correlation
        )

    @property
    def _correlation(self) -> float | None:
        """Return Pearson's r; None where one side does not vary."""
        spread = self.right_squares * self.rest_squares
        if not self.varies or spread <= 0:
            return None
        r = round(self.products / sqrt(spread), DIGITS)
        return max(-1.0, min(1.0, r)) + 0.0  # no minus zero


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """Figures of one question.

    `difficulty` is the share that answered it rightly, 0 to 1. `discrimination` is -1
    to 1; None where everybody did alike, or a test had no other question.
    """

    item: int
    answers: int
    difficulty: float
    discrimination: float | None

    def flags(self, limits: Limits) -> list[str]:
        """Return the codes of what is odd."""
        if self.answers < limits.least:
            return []
        found = []
        if self.difficulty < limits.too_hard:
            found.append("hard")
        if self.difficulty > limits.too_easy:
            found.append("easy")
        if self.discrimination is not None and self.discrimination < limits.too_weak:
            found.append("misleading" if self.discrimination < 0 else "weak")
        return found
