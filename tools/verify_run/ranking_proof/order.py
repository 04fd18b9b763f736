"""Ranks at every level, and the order that tie-breaks make among equals."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

from .file import Json
from .winning import pooled

LEVELS = ("outlet", "county", "city", "province", "class", "all")


def group_of(place: Json, level: str) -> Any:
    if level == "all":
        return "all"
    if level == "class":
        both = (place["province"], place["class"])
        return both if all(both) else None
    return place[level]


def competition(
    scores: Sequence[int | None],
    group: Callable[[int], Hashable | None],
    least: int = 1,
) -> list[int | None]:
    """Return everybody's rank within her group: 1, 1, 3.

    None without a score or a group, or in a group of fewer than `least` with a score.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for row, score in enumerate(scores):
        if score is not None and (key := group(row)) is not None:
            groups[key].append(row)
    ranks: list[int | None] = [None] * len(scores)
    for rows in groups.values():
        if len(rows) < least:
            continue
        better: dict[int | None, int] = {}
        for number, row in enumerate(sorted(rows, key=lambda row: -(scores[row] or 0))):
            ranks[row] = better.setdefault(scores[row], number) + 1
    return ranks


def ranks_of(
    people: list[Json], scores: Sequence[int | None], least_in_outlet: int
) -> list[Json]:
    of_level = {
        level: competition(
            scores,
            lambda row, level=level: group_of(people[row]["place"], level),  # type: ignore[misc]
            least_in_outlet if level == "outlet" else 1,
        )
        for level in LEVELS
    }
    return [
        {level: of_level[level][row] for level in LEVELS} for row in range(len(people))
    ]


def order_of(
    rules: Json, people: list[Json], scores: Sequence[int | None], values: list[Json]
) -> list[tuple[int, int]]:
    """Return everybody's (position, position shared with her equals)."""

    def keys(row: int) -> list[Any]:
        """Return what is compared, smaller first."""
        score = scores[row]
        found: list[Any] = [1 if score is None else -score]
        for rule in rules["tie_breaks"]:
            preference, _, of = rule.partition(" ")
            if preference == "higher":
                found.append(-values[row].get(of, Fraction(-(10**9))))
            elif preference == "fewer":
                found.append(pooled(people[row], of)[3])
            else:
                found.append(people[row]["hired"] or "9999")
        return found

    of = [keys(row) for row in range(len(people))]

    def compared(one: int, other: int) -> int:
        return (of[one] > of[other]) - (of[one] < of[other])

    by_uuid = sorted(range(len(people)), key=lambda row: people[row]["uuid"])
    ordered = sorted(by_uuid, key=cmp_to_key(compared))
    found = [(0, 0)] * len(people)
    shared = 0
    for number, row in enumerate(ordered, start=1):
        if number == 1 or of[ordered[number - 2]] != of[row]:
            shared = number
        found[row] = (number, shared)
    return found
