"""What moves between two outcomes of the same people, and whom it moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from evaluations.rankings.rules.crossed import Ints
from evaluations.rankings.rules.matrix import Flags
from evaluations.rankings.rules.ranks import NOBODY
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.rules.whatif import Outcome

# Fewer people than that are not shown as a group.
LEAST_SHOWN = 5
# A group that wins less than this part of the best group's rate deserves a look.
FOUR_FIFTHS = 0.8


@dataclass(frozen=True, slots=True)
class Movement:
    """How much the order changes.

    `movers` have another rank in the whole list, or one only before or after;
    `correlation` is Spearman's, -1 to 1, of those ranked both times; None with fewer
    than two of them or where all are equal.
    """

    people: int
    ranked_before: int
    ranked_after: int
    eligible_before: int
    eligible_after: int
    movers: int
    correlation: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the change means for the people of one trait, all figures of the chain.

    `people` have a score before or after; `won_before` and `won_after` count who wins
    anything; shares are percent of all winners, rates percent of `people`. `change` is
    the mean change of the score in points over `compared` people with a score both
    times. `ratio` is the rate after to the best rate of any group that is shown. All
    are None where the group is `masked`: so few people are nobody's statistic.
    """

    name: str
    people: int | None
    won_before: int | None = None
    won_after: int | None = None
    share_before: float | None = None
    share_after: float | None = None
    rate_before: float | None = None
    rate_after: float | None = None
    compared: int | None = None
    change: float | None = None
    ratio: float | None = None

    @property
    def masked(self) -> bool:
        return self.people is None

    @property
    def below_four_fifths(self) -> bool:
        return self.ratio is not None and self.ratio < FOUR_FIFTHS


def movement(before: Outcome, after: Outcome) -> Movement:
    both = (before.score != NOBODY) & (after.score != NOBODY)
    return Movement(
        people=len(both),
        ranked_before=int((before.score != NOBODY).sum()),
        ranked_after=int((after.score != NOBODY).sum()),
        eligible_before=int(before.eligible.sum()),
        eligible_after=int(after.eligible.sum()),
        movers=int((before.ranks[Level.ALL] != after.ranks[Level.ALL]).sum()),
        correlation=_spearman(before.score[both], after.score[both]),
    )


def _spearman(before: Ints, after: Ints) -> float | None:
    if len(before) < 2 or np.ptp(before) == 0 or np.ptp(after) == 0:
        return None
    return float(np.corrcoef(rankdata(before), rankdata(after))[0, 1])


def entering(before: Outcome, after: Outcome) -> dict[Level, Ints]:
    """Return the rows that win at a level only after the change, best first."""
    return _gained(before, after)


def leaving(before: Outcome, after: Outcome) -> dict[Level, Ints]:
    """Return the rows that win at a level only before the change, best first."""
    return _gained(after, before)


def _gained(without: Outcome, having: Outcome) -> dict[Level, Ints]:
    found: dict[Level, Ints] = {}
    for level in Level:
        if level not in having.winners:
            continue
        other = without.winners.get(level)
        rows = np.flatnonzero(
            having.winners[level] if other is None else having.winners[level] & ~other
        )
        found[level] = rows[np.argsort(having.tied_position[rows], kind="stable")]
    return found


def effects(
    before: Outcome, after: Outcome, names: Sequence[str], group: Ints
) -> list[Effect]:
    """Return the effect on each group that has people with a score, in that order.

    `group` numbers everybody's name in `names`. Where exactly one group is too small
    to show, the next smallest is masked as well: the total would tell it.
    """
    size = len(names)
    scored = (before.score != NOBODY) | (after.score != NOBODY)
    both = (before.score != NOBODY) & (after.score != NOBODY)
    people = np.bincount(group[scored], minlength=size)
    compared = np.bincount(group[both], minlength=size)
    moved = (after.score[both] - before.score[both]) / 100
    change = np.bincount(group[both], moved, minlength=size)
    won_before, won_after = _won(before, group, size), _won(after, group, size)
    hidden = _hidden(people)
    rates = np.where(hidden, 0.0, won_after / np.maximum(people, 1))
    best = float(rates.max(initial=0.0))
    found = []
    for number in np.flatnonzero(people).tolist():
        if hidden[number]:
            found.append(Effect(names[number], None))
            continue
        count = int(people[number])
        found.append(
            Effect(
                name=names[number],
                people=count,
                won_before=int(won_before[number]),
                won_after=int(won_after[number]),
                share_before=_percent(won_before[number], won_before.sum()),
                share_after=_percent(won_after[number], won_after.sum()),
                rate_before=_percent(won_before[number], count),
                rate_after=_percent(won_after[number], count),
                compared=int(compared[number]),
                change=float(change[number] / compared[number])
                if compared[number] >= LEAST_SHOWN
                else None,
                ratio=float(rates[number] / best) if best else None,
            )
        )
    return found


def _won(outcome: Outcome, group: Ints, size: int) -> Ints:
    return np.bincount(group[outcome.won], minlength=size)


def _hidden(people: Ints) -> Flags:
    hidden = (people > 0) & (people < LEAST_SHOWN)
    if hidden.sum() == 1:
        rest = np.where((people > 0) & ~hidden, people, np.iinfo(np.int64).max)
        if (people >= LEAST_SHOWN).any():
            hidden[int(rest.argmin())] = True
    return hidden


def _percent(part: int, whole: int) -> float | None:
    return 100 * int(part) / int(whole) if whole else None
