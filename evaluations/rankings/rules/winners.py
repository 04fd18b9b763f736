"""Who wins by quota."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple


class Candidate(NamedTuple):
    """One person with a score, as the quota of a level sees her.

    `place` is the list she is in; `order` is her place among all, shared with those
    whom even the tie-breaks leave equal; `key` names her to the caller.
    """

    key: Hashable
    place: Hashable
    order: int
    eligible: bool


def select(
    candidates: Iterable[Candidate], *, places: int, least_ranked: int
) -> list[Candidate]:
    """Return the best `places` eligible of each list, lists in order of first sight.

    A list needs `least_ranked` people with a score, eligible or not. Who is equal to
    the last winner by every tie-break wins as well.
    """
    lists: dict[Hashable, list[Candidate]] = {}
    for candidate in candidates:
        lists.setdefault(candidate.place, []).append(candidate)
    winners: list[Candidate] = []
    for people in lists.values():
        if len(people) >= least_ranked:
            winners += _best([one for one in people if one.eligible], places)
    return winners


def _best(eligible: Sequence[Candidate], places: int) -> list[Candidate]:
    ordered = sorted(eligible, key=lambda one: one.order)
    if len(ordered) <= places:
        return ordered
    last = ordered[places - 1].order
    return [one for one in ordered if one.order <= last]
