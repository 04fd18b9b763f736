"""Competition ranks within groups, and the order that tie-breaks make."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluations.rankings.rules.values import Value

Ints = NDArray[np.int64]
NOBODY = -1


def groups_of(keys: Sequence[Hashable | None]) -> Ints:
    """Number equal keys alike; None (no such group) becomes -1."""
    numbers: dict[Hashable, int] = {}
    return np.array(
        [
            NOBODY if key is None else numbers.setdefault(key, len(numbers))
            for key in keys
        ],
        dtype=np.int64,
    )


def competition_ranks(scores: Ints, groups: Ints, *, least_ranked: int = 1) -> Ints:
    """Return each one's rank among equals of her group: 1, 1, 3; higher scores first.

    Score or group -1 takes no rank (0), nor does a group of fewer than `least_ranked`.
    """
    ranks = np.zeros(len(scores), dtype=np.int64)
    taking = np.flatnonzero((scores != NOBODY) & (groups != NOBODY))
    if not len(taking):
        return ranks
    order = taking[np.lexsort((-scores[taking], groups[taking]))]
    ordered_groups, ordered_scores = groups[order], scores[order]
    index = np.arange(len(order))
    new_group = np.r_[True, ordered_groups[1:] != ordered_groups[:-1]]
    new_score = new_group | np.r_[True, ordered_scores[1:] != ordered_scores[:-1]]
    group_start = np.maximum.accumulate(np.where(new_group, index, 0))
    score_start = np.maximum.accumulate(np.where(new_score, index, 0))
    sizes = np.bincount(groups[taking])
    large = sizes[ordered_groups] >= least_ranked
    ranks[order] = np.where(large, score_start - group_start + 1, 0)
    return ranks


def value_order(values: Sequence[Value | None]) -> Ints:
    """Return a number per value that sorts like it; a missing value gets -1."""
    fast = _float_order(values)
    if fast is not None:
        return fast
    distinct = {value.exact for value in values if value is not None}
    # Correct rounding keeps the order, so fractions only decide between equal floats.
    ordered = sorted(distinct, key=lambda exact: (float(exact), exact))
    numbers = {exact: number for number, exact in enumerate(ordered)}
    return np.array(
        [NOBODY if value is None else numbers[value.exact] for value in values],
        dtype=np.int64,
    )


def _float_order(values: Sequence[Value | None]) -> Ints | None:
    """Return `value_order` by floats; None where equal floats are not equal values."""
    known = [row for row, value in enumerate(values) if value is not None]
    given = [value for value in values if value is not None]
    floats = np.array([float(value) for value in given])
    order = np.argsort(floats, kind="stable")
    equal = np.flatnonzero(np.diff(floats[order]) == 0)
    for at in equal.tolist():
        one, other = given[order[at]], given[order[at + 1]]
        if one.numerator * other.denominator != other.numerator * one.denominator:
            return None
    found = np.full(len(values), NOBODY, dtype=np.int64)
    found[known] = np.unique(floats, return_inverse=True)[1]
    return found


def date_order(days: Sequence[str | None]) -> Ints:
    """Return a number per ISO date that sorts like it; an unknown one comes last."""
    ordered = sorted({day for day in days if day is not None})
    numbers = {day: number for number, day in enumerate(ordered)}
    return np.array(
        [len(ordered) if day is None else numbers[day] for day in days], dtype=np.int64
    )


def positions(
    scores: Ints, tie_keys: Sequence[Ints], names: Sequence[str]
) -> tuple[Ints, Ints]:
    """Return everybody's place in one unique order, and the place shared with equals.

    The order is by score, then by the tie keys (smaller first), then by `names`, which
    only make it unique; who has no score (-1) comes last. The shared place is that of
    the first one whom even the tie keys leave equal.
    """
    count = len(scores)
    by_name = np.argsort(np.array(names, dtype=object), kind="stable")
    name_keys = np.empty(count, dtype=np.int64)
    name_keys[by_name] = np.arange(count)
    keys: list[Any] = [-scores, *tie_keys]
    order = np.lexsort((name_keys, *reversed(keys)))
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(1, count + 1)
    shared = np.empty(count, dtype=np.int64)
    if count:
        differs = np.zeros(count - 1, dtype=bool)
        for key in keys:
            differs |= key[order][1:] != key[order][:-1]
        index = np.arange(count)
        start = np.maximum.accumulate(np.where(np.r_[True, differs], index, 0))
        shared[order] = start + 1
    return place, shared
