"""How questions do: difficulty and corrected discrimination.

Discrimination is the point-biserial correlation between an item, 0 or 1, and the score
of the same person on the other items ("corrected" for the item's own part in the total;
Henrysson, S. (1963), Correction of item-total correlations in item analysis,
Psychometrika 28, 211-218). People meet different questions, so that the score on the
others is a share, not a sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import correlation

# Fewer answers say nothing yet.
LEAST = 30
TOO_HARD, TOO_EASY, TOO_WEAK = 0.2, 0.95, 0.1


@dataclass(frozen=True, slots=True)
class Marked:
    """One question as one sitting answered it; `item` is any key."""

    sitting: int
    item: int
    weight: int
    right: bool


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

    @property
    def flags(self) -> list[str]:
        """Return the codes of what is odd; empty with fewer than `LEAST` answers."""
        if self.answers < LEAST:
            return []
        found = []
        if self.difficulty < TOO_HARD:
            found.append("hard")
        if self.difficulty > TOO_EASY:
            found.append("easy")
        if self.discrimination is not None and self.discrimination < TOO_WEAK:
            found.append("misleading" if self.discrimination < 0 else "weak")
        return found


def item_figures(marks: Iterable[Marked]) -> dict[int, ItemFigures]:
    """Return the figures of every item among the marks, by its key."""
    by_sitting: dict[int, list[Marked]] = defaultdict(list)
    for mark in marks:
        by_sitting[mark.sitting].append(mark)
    pairs: dict[int, list[tuple[int, float]]] = defaultdict(list)
    counts: dict[int, list[int]] = defaultdict(list)
    for sat in by_sitting.values():
        whole = sum(mark.weight for mark in sat)
        got = sum(mark.weight for mark in sat if mark.right)
        for mark in sat:
            counts[mark.item].append(int(mark.right))
            others = whole - mark.weight
            if others > 0:
                rest = (got - mark.weight * mark.right) / others
                pairs[mark.item].append((int(mark.right), rest))
    return {
        item: ItemFigures(
            item, len(rights), sum(rights) / len(rights), _correlation(pairs[item])
        )
        for item, rights in counts.items()
    }


def _correlation(pairs: Sequence[tuple[int, float]]) -> float | None:
    """Return Pearson's r; None where one side does not vary."""
    rights, rests = [x for x, _y in pairs], [y for _x, y in pairs]
    if len(set(rights)) < 2 or len(set(rests)) < 2:
        return None
    return max(-1.0, min(1.0, correlation(rights, rests)))
