"""Judgements of people whose true level is known, by raters of known severity."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_JUDGEMENTS = 200


@dataclass(frozen=True, slots=True)
class Judgements:
    """`truth` in points per person; `value`, parallel to `person` and `rater`."""

    truth: Floats
    person: Ints
    rater: Ints
    value: Floats


def visits(seed: int, *, people: int, raters: int, severity: float) -> Judgements:
    """Draw scored visits: a true level, a rater's severity, and chance.

    People differ by 4 points around 80, a visit by 18. Severities are uniform between
    -`severity` and `severity` points. Everybody meets three raters, one of them at
    home; judgements per person run from 1 to 200, evenly on a log scale.
    """
    stream = np.random.RandomState(seed)
    truth = 80 + 4 * stream.standard_normal(people)
    person = np.repeat(np.arange(people), _counts(stream, people))
    home = stream.randint(0, raters, people)
    away = (home[:, None] + stream.randint(1, raters, (people, 2))) % raters
    met = np.concatenate([home[:, None], away], axis=1)
    rater = met[person, stream.randint(0, 3, len(person))]
    # Drawn in any case, so that with and without severity all else is the same.
    effect = severity * stream.uniform(-1, 1, raters)
    noise = 18 * stream.standard_normal(len(person))
    return Judgements(truth, person, rater, truth[person] + effect[rater] + noise)


def ratings(seed: int, *, people: int) -> Judgements:
    """Draw satisfied (100) or not (0) by customers who are not known.

    True shares follow a beta distribution with mean 88 % and deviation 5 points.
    """
    stream = np.random.RandomState(seed)
    spread = 0.88 * 0.12 / 0.05**2 - 1
    truth = stream.beta(0.88 * spread, 0.12 * spread, people)
    person = np.repeat(np.arange(people), _counts(stream, people))
    satisfied = stream.uniform(size=len(person)) < truth[person]
    value: Floats = 100.0 * satisfied.astype(np.float64)
    return Judgements(100 * truth, person, np.zeros(len(person), np.int64), value)


def with_two_more(drawn: Judgements) -> Judgements:
    """Add two people: one judged 100 once, one sixty times 97 on average.

    They are the last two; nothing is known of their truth.
    """
    first = len(drawn.truth)
    satisfied = drawn.value.max() == 100 and set(np.unique(drawn.value)) == {0.0, 100.0}
    sixty = np.repeat([100.0, 0.0], [58, 2]) if satisfied else np.full(60, 97.0)
    return Judgements(
        truth=np.append(drawn.truth, [np.nan, np.nan]),
        person=np.concatenate([drawn.person, [first], np.full(60, first + 1)]),
        rater=np.concatenate([drawn.rater, [0], np.arange(60) % _raters(drawn)]),
        value=np.concatenate([drawn.value, [100.0], sixty]),
    )


def _raters(drawn: Judgements) -> int:
    return int(drawn.rater.max()) + 1


def _counts(stream: np.random.RandomState, people: int) -> Ints:
    counts = np.exp(stream.uniform(0, np.log(MOST_JUDGEMENTS), people)).round()
    return np.clip(counts, 1, MOST_JUDGEMENTS).astype(np.int64)
