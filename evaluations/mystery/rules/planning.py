"""Who visits which outlet, so that the outlets' values become as certain as can be.

Pure, and the same for the same seed. A first assignment leaves as few visits open as
possible; then visits are given to other shoppers, and shoppers exchanged, as long as
the outlets' variances fall (A-optimality). See docs/mystery.md.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from evaluations.mystery.rules.assigning import Filling, fill
from evaluations.mystery.rules.designs import (
    Design,
    Floats,
    Ints,
    Spread,
    improve,
    known_before,
)

Bools = npt.NDArray[np.bool_]
Pair = tuple[int, int]

# A programme of more visits is planned in blocks of regions: a block's outlets are
# compared with one another, and its time does not grow with the chain.
MOST_IN_BLOCK = 800
# So many shoppers at most are tried in a block beside those who already visit there.
MOST_TRIED = 250
MOST_ROUNDS = 6
# Visits looked at in all, over all blocks and rounds: what bounds the time.
MOST_LOOKS = 20_000
COMPARISONS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """An outlet to be visited; `path` is its region's, the codes from the root on."""

    key: int
    path: str
    visits: int


@dataclass(frozen=True, slots=True)
class Pool:
    """A shopper: `room` visits at most; `regions` are paths, none: anywhere."""

    key: int
    room: int
    regions: frozenset[str] = frozenset()
    avoids: frozenset[int] = frozenset()


class Reason(StrEnum):
    """Why a visit has nobody."""

    NOBODY = "nobody"  # no shopper goes there
    LOCKED_OUT = "locked_out"  # whoever goes there was there not long ago
    ALL_COME = "all_come"  # whoever may come already does: nobody comes twice
    FULL = "full"  # whoever may come has as many visits as she takes


@dataclass(frozen=True, slots=True)
class Open:
    """Visits to an outlet that nobody can take."""

    place: int
    visits: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned, and what it is expected to tell.

    `assignments` are (outlet, shopper), one per visit, in the order of the places.
    `half_width` is the mean half width of the 90 % intervals of the outlets' values
    against their mean, in points of 100; `at_random` the same of as many random
    assignments. Zero and empty when nothing is assigned.
    """

    assignments: Sequence[Pair]
    open: Sequence[Open]
    half_width: float
    at_random: Sequence[float] = field(default=())

    @property
    def random_mean(self) -> float:
        return sum(self.at_random) / len(self.at_random) if self.at_random else 0.0

    @property
    def ratio(self) -> float | None:
        """The expected width as a share of random assignment's; None: nothing to."""
        return self.half_width / self.random_mean if self.random_mean else None


def blocks_of(places: Sequence[Place], most: int = MOST_IN_BLOCK) -> list[list[int]]:
    """Return positions of places in blocks of at most `most` visits.

    One block if all fit; else the subtrees of the regions, small neighbours together.
    """
    found: list[list[int]] = []
    _split(places, list(range(len(places))), "", most, found)
    packed: list[list[int]] = []
    for block in found:
        if packed and _visits(places, packed[-1]) + _visits(places, block) <= most:
            packed[-1].extend(block)
        else:
            packed.append(block)
    return packed


def _visits(places: Sequence[Place], block: Sequence[int]) -> int:
    return sum(places[at].visits for at in block)


def _split(
    places: Sequence[Place],
    block: list[int],
    path: str,
    most: int,
    found: list[list[int]],
) -> None:
    if _visits(places, block) <= most or len(block) == 1:
        found.append(block)
        return
    beneath = defaultdict(list)
    for at in block:
        rest = places[at].path.removeprefix(path)
        beneath[rest.partition("/")[0]].append(at)
    for name in sorted(beneath):
        if name:
            _split(places, beneath[name], f"{path}{name}/", most, found)
        else:
            found.extend(_cut(places, beneath[name], most))


def _cut(places: Sequence[Place], block: list[int], most: int) -> list[list[int]]:
    """Cut what one region holds in pieces: there is nothing below to go by."""
    pieces: list[list[int]] = [[]]
    for at in block:
        if pieces[-1] and _visits(places, [*pieces[-1], at]) > most:
            pieces.append([])
        pieces[-1].append(at)
    return pieces


class Planner:
    """One programme's places and shoppers as matrices, and what can be done there."""

    def __init__(
        self,
        places: Sequence[Place],
        pool: Sequence[Pool],
        *,
        locked_out: Collection[Pair],
        former: Collection[Pair],
        spread: Spread,
        seed: int,
    ) -> None:
        self.places, self.pool, self.spread = places, pool, spread
        self.draw = np.random.default_rng(seed)
        self.need = [place.visits for place in places]
        self.room = np.array([one.room for one in pool], np.int64)
        self.goes = _goes(places, pool)
        self.may = self.goes.copy()
        at = {place.key: position for position, place in enumerate(places)}
        who = {one.key: position for position, one in enumerate(pool)}
        for place, shopper in locked_out:
            if place in at and shopper in who:
                self.may[at[place], who[shopper]] = False
        self.before = _before(former, who, spread)
        self.blocks = blocks_of(places)

    def fill(self, *, gather: bool) -> Filling:
        """Assign at random, or so that few shoppers do much, block by block.

        Places with few who may come choose first, so that others need not give way.
        """
        choice = self.may.sum(axis=1)
        order: list[int] = self.draw.permutation(len(self.places)).tolist()
        order.sort(key=lambda at: int(choice[at]))
        if gather:
            first = {at: turn for turn, at in enumerate(order)}
            blocks = sorted(
                self.blocks, key=lambda block: min(first[at] for at in block)
            )
            order = [
                at for block in blocks for at in sorted(block, key=first.__getitem__)
            ]
        return fill(
            self.may, self.need, self.room, order=order, gather=gather, draw=self.draw
        )

    def half_width(self, visitors: Sequence[Collection[int]]) -> float:
        """Return the mean over all outlets that somebody visits."""
        total, outlets = 0.0, 0
        for block in self.blocks:
            visited = sum(bool(visitors[at]) for at in block)
            if visited:
                design, _who = self.design(block, visitors)
                total += visited * design.half_width()
                outlets += visited
        return total / outlets if outlets else 0.0

    def design(
        self,
        block: Sequence[int],
        visitors: Sequence[Collection[int]],
        beside: Collection[int] = (),
    ) -> tuple[Design, Ints]:
        """Return the design of a block, and its shoppers; `beside` do not visit yet."""
        block = [at for at in block if visitors[at]]
        pairs = [
            (here, one) for here, at in enumerate(block) for one in sorted(visitors[at])
        ]
        outlet, shopper = np.array(pairs, np.int64).T
        who = np.union1d(shopper, np.array(sorted(beside), np.int64))
        before = None if self.before is None else self.before[np.ix_(who, who)]
        design = Design(
            outlet,
            np.searchsorted(who, shopper),
            outlets=len(block),
            shoppers=len(who),
            spread=self.spread,
            before=before,
        )
        return design, who

    def improve(self, filling: Filling) -> list[set[int]]:
        """Return who visits each place, better than `filling` says."""
        visitors = [set(those) for those in filling.visitors]
        rounds = min(MOST_LOOKS / sum(map(len, visitors)), MOST_ROUNDS)
        room = filling.room.copy()
        for block in self.blocks:
            here = [at for at in block if visitors[at]]
            if not here:
                continue
            tried = self._tried(here, visitors, room)
            design, who = self.design(here, visitors, tried)
            left = room[who]
            improve(
                design,
                may=self.may[here][:, who],
                room=left,
                looks=math.ceil(rounds * len(design.shopper)),
                draw=self.draw,
            )
            room[who] = left
            for position, at in enumerate(here):
                chosen = design.shopper[design.visits_of[position]]
                visitors[at] = set(who[chosen].tolist())
        return visitors

    def _tried(
        self, block: Sequence[int], visitors: Sequence[Collection[int]], room: Ints
    ) -> Ints:
        """Return those with room who go to most outlets of a block."""
        reached = self.may[block].sum(axis=0)
        reached[room <= 0] = 0
        order = np.argsort(-reached, kind="stable")[:MOST_TRIED]
        return np.asarray(order[reached[order] > 0])

    def open(self, filling: Filling) -> list[Open]:
        """Return what could not be assigned, and why."""
        found = []
        for at, place in enumerate(self.places):
            missing = place.visits - len(filling.visitors[at])
            if missing:
                found.append(Open(place.key, missing, self._reason(at, filling)))
        return found

    def _reason(self, at: int, filling: Filling) -> Reason:
        if not self.goes[at].any():
            return Reason.NOBODY
        if not self.may[at].any():
            return Reason.LOCKED_OUT
        if self.may[at].sum() == len(filling.visitors[at]):
            return Reason.ALL_COME
        return Reason.FULL


def _goes(places: Sequence[Place], pool: Sequence[Pool]) -> Bools:
    """Return `[place, shopper]`: her regions hold it, and she is not known there."""
    of_region = defaultdict(list)
    for who, one in enumerate(pool):
        for path in one.regions or {""}:
            of_region[path].append(who)
    at = {place.key: position for position, place in enumerate(places)}
    goes = np.zeros((len(places), len(pool)), bool)
    for position, place in enumerate(places):
        for path in _above(place.path):
            goes[position, of_region.get(path, [])] = True
    for who, one in enumerate(pool):
        goes[[at[key] for key in one.avoids if key in at], who] = False
    return goes


def _above(path: str) -> list[str]:
    """Return a path and the paths above it: "", "GD/", "GD/GD-SZ/"."""
    codes = path.split("/")[:-1]
    return ["".join(f"{code}/" for code in codes[:n]) for n in range(len(codes) + 1)]


def _before(
    former: Collection[Pair], who: dict[int, int], spread: Spread
) -> Floats | None:
    """Return what former visits tell of the pool; None: nothing."""
    known = dict(who)
    pairs = sorted(former)
    if not any(shopper in who for _outlet, shopper in pairs):
        return None
    shoppers = [known.setdefault(shopper, len(known)) for _outlet, shopper in pairs]
    return known_before(
        np.array([outlet for outlet, _shopper in pairs], np.int64),
        np.array(shoppers, np.int64),
        shoppers=len(who),
        spread=spread,
    )


def plan(
    places: Sequence[Place],
    pool: Sequence[Pool],
    *,
    spread: Spread,
    seed: int,
    locked_out: Collection[Pair] = (),
    former: Collection[Pair] = (),
    comparisons: int = COMPARISONS,
) -> Plan:
    """Assign a shopper to as many visits as possible, then as tellingly as possible.

    Args:
        places: outlets with the visits each needs.
        pool: who carries out visits.
        locked_out: (outlet, shopper) that must not meet, keys of the above.
        former: (outlet, shopper) of visits made before, from which severities are
            known in part; one per visit, also of shoppers who are no longer there.
        comparisons: random assignments that the plan is compared with.

    Returns:
        A plan that keeps to all limits, never wider than the first random assignment;
        the same for the same arguments.
    """
    planner = Planner(
        places, pool, locked_out=locked_out, former=former, spread=spread, seed=seed
    )
    randoms = [planner.fill(gather=False) for _turn in range(max(comparisons, 1))]
    at_random = [planner.half_width(one.visitors) for one in randoms]
    if not any(randoms[0].visitors):
        return Plan((), planner.open(randoms[0]), 0.0)
    gathered = planner.fill(gather=True)
    visitors: Sequence[Collection[int]] = planner.improve(gathered)
    half_width = planner.half_width(visitors)
    if half_width > at_random[0]:
        visitors, half_width, gathered = randoms[0].visitors, at_random[0], randoms[0]
    assignments = [
        (place.key, pool[who].key)
        for at, place in enumerate(places)
        for who in sorted(visitors[at])
    ]
    return Plan(assignments, planner.open(gathered), half_width, at_random)
