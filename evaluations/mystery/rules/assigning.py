"""Who can visit what at all: an assignment that leaves as little open as possible.

Pure. Places need visits, shoppers have room; nobody visits the same place twice.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# Places looked at, in all, to find room by moving others about: what bounds the time
# of a large programme. Small ones never come near.
MOST_LOOKS = 100_000

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Filling:
    """An assignment that grows: `visitors[place]` are positions of shoppers."""

    def __init__(self, may: Bools, need: Ints, room: Ints) -> None:
        self.may, self.need, self.room = may, need, room.copy()
        self.load = np.zeros_like(room)
        self.visitors: list[set[int]] = [set() for _place in need]
        self._places: list[set[int]] = [set() for _shopper in room]
        self._looks = 0
        self._stuck_places: set[int] = set()
        self._stuck_shoppers = np.zeros(len(room), bool)

    def add(self, place: int, shopper: int) -> None:
        self.visitors[place].add(shopper)
        self._places[shopper].add(place)
        self.room[shopper] -= 1
        self.load[shopper] += 1

    def free_for(self, place: int) -> Ints:
        """Return who may come, has room, and does not come yet."""
        free = self.may[place] & (self.room > 0)
        free[list(self.visitors[place])] = False
        return np.flatnonzero(free)

    def augment(self, place: int) -> bool:
        """Find one more visitor for a place, moving others about; False: impossible.

        What a search in vain has reached is never searched again: nothing that
        happens later leads out of there.
        """
        if place in self._stuck_places or self._looks >= MOST_LOOKS:
            return False
        came: dict[int, int] = {}  # shopper: the place that asks for her
        gave: dict[int, int | None] = {place: None}  # place: the shopper asked of it
        queue = deque([place])
        seen = self._stuck_shoppers.copy()
        if self._settled(place, came, gave, seen):
            return True
        while queue:
            here = queue.popleft()
            asked = self._askable(here, seen)
            seen |= asked
            for shopper in np.flatnonzero(asked).tolist():
                came[shopper] = here
                for there in sorted(self._places[shopper]):
                    if there in gave or there in self._stuck_places:
                        continue
                    gave[there] = shopper
                    if self._settled(there, came, gave, seen):
                        return True
                    queue.append(there)
        self._stuck_places.update(gave)
        self._stuck_shoppers = seen
        return False

    def _askable(self, place: int, seen: Bools) -> Bools:
        asked = self.may[place] & ~seen
        asked[list(self.visitors[place])] = False
        return np.asarray(asked)

    def _settled(
        self,
        place: int,
        came: dict[int, int],
        gave: dict[int, int | None],
        seen: Bools,
    ) -> bool:
        """Let somebody with room come, if there is one, and the others move up."""
        self._looks += 1
        idle = np.flatnonzero(self._askable(place, seen) & (self.room > 0))
        if not len(idle):
            return False
        came[int(idle[0])] = place
        self._shift(int(idle[0]), came, gave)
        return True

    def _shift(
        self, shopper: int, came: dict[int, int], gave: dict[int, int | None]
    ) -> None:
        """Give the last shopper to who asked, and so on back to the first place."""
        self.room[shopper] -= 1
        self.load[shopper] += 1
        one: int | None = shopper
        while one is not None:
            here = came[one]
            self.visitors[here].add(one)
            self._places[one].add(here)
            one = gave[here]
            if one is not None:
                self.visitors[here].discard(one)
                self._places[one].discard(here)


def fill(
    may: Bools,
    need: Sequence[int],
    room: Ints,
    *,
    order: Sequence[int],
    gather: bool,
    draw: np.random.Generator,
) -> Filling:
    """Assign as many visits as can be assigned at all.

    Args:
        may: `[place, shopper]`, who may come where.
        need: visits wanted per place.
        room: visits per shopper at most.
        order: places in the order in which they choose.
        gather: take who is busiest already, instead of anybody.
    """
    filling = Filling(may, np.asarray(need, np.int64), room)
    rank = draw.permutation(len(room))
    for place in order:
        for _visit in range(need[place]):
            free = filling.free_for(place)
            if not len(free):
                break
            if gather:
                busiest = np.lexsort((rank[free], -filling.load[free]))
                filling.add(place, int(free[busiest[0]]))
            else:
                filling.add(place, int(draw.choice(free)))
    for place in order:
        while len(filling.visitors[place]) < need[place]:
            if not filling.augment(place):
                break
    return filling
