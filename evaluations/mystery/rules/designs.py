"""How narrow the intervals of outlets become when certain shoppers visit them.

Pure. A visit says mu + outlet + shopper + chance; outlets, shoppers and chance are
normal with given deviations. What matters is each outlet against the mean of all
outlets planned together. See docs/mystery.md for the formulas and their source.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Z90 = 1.6448536269514722
# Of the other slots this many are tried for an exchange at a time.
MOST_PARTNERS = 48
# Below this share of what is left to win a change is not worth making.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations in points of 100; all above 0."""

    severity: float
    outlet: float
    visit: float

    def __post_init__(self) -> None:
        if min(self.severity, self.outlet, self.visit) <= 0:
            raise ValueError("standard deviations are above 0")

    @property
    def of_shoppers(self) -> float:
        """The variance of chance in that of severity."""
        return (self.visit / self.severity) ** 2

    @property
    def of_outlets(self) -> float:
        """The variance of chance in that of outlets."""
        return (self.visit / self.outlet) ** 2


class Design:
    """Which shopper visits which outlet, and what that tells.

    Rows are visits: `outlet[v]` and `shopper[v]` are positions from 0. `before` is the
    covariance of the shoppers' severities as former visits tell it (`known_before`),
    None: nothing is known of anybody.

    With the outlets absorbed, `inverse` is the covariance of (mu, shoppers) in units of
    the variance of chance, `weight` what it is weighed with in the sum of the outlets'
    variances, and `pull` the part of `weight` that comes from centring.
    """

    def __init__(
        self,
        outlet: Ints,
        shopper: Ints,
        *,
        outlets: int,
        shoppers: int,
        spread: Spread,
        before: Floats | None = None,
    ) -> None:
        self.outlet, self.shopper = outlet, shopper.copy()
        self.outlets, self.shoppers, self.spread = outlets, shoppers, spread
        self.prior: Floats = np.eye(shoppers) * spread.of_shoppers
        if before is not None:
            self.prior[:] = np.linalg.inv(before)
        self.count = np.bincount(outlet, minlength=outlets).astype(float)
        self.shrink = 1 / (self.count + spread.of_outlets)
        self.visits_of: list[list[int]] = [[] for _ in range(outlets)]
        for visit, place in enumerate(outlet.tolist()):
            self.visits_of[place].append(visit)
        most = max(map(len, self.visits_of), default=0)
        self._visits = np.full((outlets, most), -1, np.int64)
        for place, visits in enumerate(self.visits_of):
            self._visits[place, : len(visits)] = visits
        self.refresh()

    def _rows(self) -> Floats:
        """Return per outlet its visits and, from column 1 on, those of each shopper."""
        rows = np.zeros((self.outlets, self.shoppers + 1))
        rows[:, 0] = self.count
        np.add.at(rows, (self.outlet, self.shopper + 1), 1.0)
        return rows

    def refresh(self) -> None:
        """Work everything out anew from the assignment."""
        rows = self._rows()
        load = rows[:, 1:].sum(axis=0)
        information = -rows.T @ (self.shrink[:, None] * rows)
        information[0, 0] += self.count.sum()
        information[0, 1:] += load
        information[1:, 0] += load
        own = np.arange(1, self.shoppers + 1)
        information[own, own] += load
        information[1:, 1:] += self.prior
        self.inverse: Floats = np.asarray(np.linalg.inv(information), float)
        self.pull = self.shrink @ rows
        weight = rows.T @ (self.shrink[:, None] ** 2 * rows)
        weight -= np.outer(self.pull, self.pull) / self.outlets
        self.weighed: Floats = self.inverse @ weight @ self.inverse
        self.pulled: Floats = self.inverse @ self.pull
        self.trace = float(np.sum(self.inverse * weight))

    def standard_errors(self) -> Floats:
        """Return per outlet the one of its value against the mean of all, in points.

        Its own value is not taken to be near the others'. Infinite: nobody comes.
        """
        rows = self._rows()
        shared = self.shrink[:, None] * rows
        spread = shared @ self.inverse
        own = self.shrink + np.einsum("ij,ij->i", spread, shared)
        with_mean = (self.shrink + spread @ self.pull) / self.outlets
        of_mean = float(with_mean.sum()) / self.outlets
        return freed_errors(own, with_mean, of_mean, self.spread)

    def half_width(self) -> float:
        """Return the mean half width of the outlets' 90 % intervals, in points."""
        errors = self.standard_errors()[self.count > 0]
        return Z90 * float(errors.mean()) if len(errors) else 0.0

    # --- What a change would bring ---------------------------------------------------

    def best_move(self, visit: int, to: Ints) -> tuple[float, int]:
        """Return the most that giving a visit to one of `to` wins, and whose it is.

        What is won is in the sum of variances; nobody in `to` visits the outlet yet.
        """
        change = self._move(visit)
        index = np.empty((len(to), len(change.index) + 1), np.int64)
        index[:, :-1] = change.index
        index[:, -1] = to + 1
        gains = self._gains(change, index)
        best = int(np.argmax(gains))
        return float(gains[best]), int(to[best])

    def move(self, visit: int, to: int) -> None:
        """Give a visit to another shopper."""
        change = self._move(visit)
        self._apply(change, np.append(change.index, to + 1))
        self.shopper[visit] = to

    def best_swap(self, visit: int, others: Ints) -> tuple[float, int]:
        """Return the most that exchanging shoppers with one of `others` wins.

        None of `others` is at the same outlet, and neither shopper visits both.
        """
        best, found = -np.inf, -1
        counts = self.count[self.outlet[others]]
        for count in np.unique(counts):
            those = others[counts == count]
            change = self._swap(visit, int(those[0]))
            index = self._swap_index(visit, those)
            gains = self._gains(change, index)
            if gains.max() > best:
                best = float(gains.max())
                found = int(those[int(np.argmax(gains))])
        return best, found

    def swap(self, visit: int, other: int) -> None:
        """Exchange the shoppers of two visits."""
        change = self._swap(visit, other)
        self._apply(change, self._swap_index(visit, np.array([other]))[0])
        self.shopper[[visit, other]] = self.shopper[[other, visit]]

    def _first(self, visits: Ints) -> Ints:
        """Return per visit the columns of its outlet's shoppers, its own first.

        The outlets of all of them get as many visits.
        """
        places = self.outlet[visits]
        here = self._visits[places, : int(self.count[places[0]])]
        columns = self.shopper[here] + 1
        row, own = np.arange(len(visits)), np.argmax(here == visits[:, None], axis=1)
        columns[row, own] = columns[:, 0]
        columns[:, 0] = self.shopper[visits] + 1
        return np.asarray(columns)

    def _move(self, visit: int) -> "_Change":
        """Index: mu, the outlet's shoppers with the one who leaves first, who comes."""
        place = self.outlet[visit]
        index = np.append(0, self._first(np.array([visit])))
        size = len(index) + 1
        before, after = np.ones(size), np.ones(size)
        before[0] = after[0] = self.count[place]
        before[-1] = after[1] = 0
        change = _row_change(before, after, self.shrink[place])
        for at, sign in ((1, -1.0), (size - 1, 1.0)):
            change.information[at, at] += sign
            change.information[0, at] += sign
            change.information[at, 0] += sign
        change.index = index
        return change

    def _swap_index(self, visit: int, others: Ints) -> Ints:
        here = self._first(np.array([visit]))
        index = np.zeros((len(others), 1), np.int64)
        own = np.repeat(here, len(others), axis=0)
        return np.hstack([index, own, self._first(others)])

    def _swap(self, visit: int, other: int) -> "_Change":
        place, elsewhere = self.outlet[visit], self.outlet[other]
        here, there = int(self.count[place]), int(self.count[elsewhere])
        size = 1 + here + there
        first, second = np.zeros(size), np.zeros(size)
        first[0], first[1 : here + 1] = here, 1
        second[0], second[here + 1 :] = there, 1
        given = np.zeros(size)
        given[1], given[here + 1] = -1, 1
        one = _row_change(first, first + given, self.shrink[place])
        two = _row_change(second, second - given, self.shrink[elsewhere])
        return _Change(
            one.information + two.information,
            one.weight + two.weight,
            one.pull + two.pull,
        )

    def _gains(self, change: "_Change", index: Ints) -> Floats:
        """Return what one change wins at each row of `index`, in the sum of variances.

        Woodbury's identity on as many rows as the change touches.
        """
        inverse = self.inverse[index[:, :, None], index[:, None, :]]
        weighed = self.weighed[index[:, :, None], index[:, None, :]]
        pulled = self.pulled[index]
        size = index.shape[1]
        kernel = change.information @ np.linalg.inv(
            np.eye(size) + inverse @ change.information
        )
        after = inverse - inverse @ kernel @ inverse
        lost = np.einsum("bij,bji->b", kernel, weighed)
        added = np.einsum("bij,ji->b", after, change.weight)
        pulled_after = pulled - np.einsum("bij,bj->bi", inverse @ kernel, pulled)
        centred = 2 * pulled_after @ change.pull + np.einsum(
            "i,bij,j->b", change.pull, after, change.pull
        )
        return np.asarray(lost - added + centred / self.outlets)

    def _apply(self, change: "_Change", index: Ints) -> None:
        """Make a change: everything follows by updates of low rank."""
        touched = self.inverse[:, index]
        kernel = change.information @ np.linalg.inv(
            np.eye(len(index)) + touched[index] @ change.information
        )
        left = touched @ kernel
        cross = left @ self.weighed[index]
        self.weighed = (
            self.weighed
            - cross
            - cross.T
            + left @ self.weighed[np.ix_(index, index)] @ left.T
        )
        self.inverse = self.inverse - left @ touched.T
        pulled = self.pulled - left @ self.pulled[index]
        touched = self.inverse[:, index]
        moved = touched @ change.pull
        self.weighed += touched @ change.weight @ touched.T
        self.weighed -= (
            np.outer(pulled, moved) + np.outer(moved, pulled) + np.outer(moved, moved)
        ) / self.outlets
        np.add.at(self.pull, index, change.pull)
        self.pulled = pulled + moved


def freed_errors(
    own: Floats, with_mean: Floats, of_mean: float, spread: Spread
) -> Floats:
    """Return standard errors of outlets against their mean, each freed of its prior.

    `own` are the outlets' posterior variances in units of that of chance, `with_mean`
    their covariances with the mean of all outlets, `of_mean` the variance of that.
    """
    centred = own - with_mean
    left = 1 - spread.of_outlets * own
    with np.errstate(divide="ignore", invalid="ignore"):
        freed = spread.of_outlets * centred**2 / left
    variance = own - 2 * with_mean + of_mean + freed
    known = left > TOLERANCE
    return np.where(known, spread.visit * np.sqrt(np.maximum(variance, 0)), np.inf)


def freed_values(
    deviations: Floats, own: Floats, with_mean: Floats, spread: Spread
) -> Floats:
    """Return outlets against their mean, each freed of its prior, in points.

    `deviations` are predicted with the prior; the rest is that of `freed_errors`.
    """
    left = 1 - spread.of_outlets * own
    freed = spread.of_outlets * (own - with_mean) * deviations / left
    return np.asarray(deviations - deviations.mean() + freed)


@dataclass(slots=True)
class _Change:
    """What a change adds to information, weight and pull at a few columns."""

    information: Floats
    weight: Floats
    pull: Floats
    index: Ints = None  # type: ignore[assignment]


def _row_change(before: Floats, after: Floats, shrink: float) -> _Change:
    outer = np.outer(after, after) - np.outer(before, before)
    return _Change(-shrink * outer, shrink**2 * outer, shrink * (after - before))


def known_before(
    outlet: Ints, shopper: Ints, *, shoppers: int, spread: Spread
) -> Floats:
    """Return the covariance of shoppers' severities after former visits.

    In units of the variance of chance; `outlet` and `shopper` are positions from 0,
    one per visit. Shoppers at or above `shoppers` are not planned with, yet connect
    those who are. An outlet of then is not taken for what it is now: only severity
    stays.
    """
    if not len(outlet):
        return np.eye(shoppers) / spread.of_shoppers
    _places, place = np.unique(outlet, return_inverse=True)
    everybody = max(shoppers, int(shopper.max()) + 1)
    shape = (int(place.max()) + 1, everybody)
    rows = sparse.csr_array((np.ones(len(place)), (place, shopper)), shape=shape)
    count: Floats = np.asarray(rows.sum(axis=1))
    load: Floats = np.asarray(rows.sum(axis=0))
    shrink = 1 / (count + spread.of_outlets)
    weighed = sparse.diags_array(np.sqrt(shrink)) @ rows
    information = -(weighed.T @ weighed).toarray()
    information[np.diag_indices(everybody)] += load + spread.of_shoppers
    # The level of then is unknown as well.
    level = load - rows.T @ (shrink * count)
    information -= np.outer(level, level) / (count - shrink * count**2).sum()
    return np.asarray(np.linalg.inv(information)[:shoppers, :shoppers])


def improve(
    design: Design,
    *,
    may: npt.NDArray[np.bool_],
    room: Ints,
    looks: int,
    draw: np.random.Generator,
) -> None:
    """Exchange shoppers as long as the sum of variances falls.

    Visits are looked at in rounds, `looks` of them at most, over and over again.
    `may[outlet, shopper]` says who may visit; `room` is how many more visits each
    shopper takes, and is changed along.
    """
    visits = len(design.shopper)
    taken = np.zeros_like(may)
    taken[design.outlet, design.shopper] = True
    while looks > 0:
        least = TOLERANCE * design.trace
        changed = False
        for visit in draw.permutation(visits)[:looks].tolist():
            changed |= _better(design, visit, may, taken, room, least, draw)
        looks -= visits
        design.refresh()
        if not changed:
            return


def _better(
    design: Design,
    visit: int,
    may: npt.NDArray[np.bool_],
    taken: npt.NDArray[np.bool_],
    room: Ints,
    least: float,
    draw: np.random.Generator,
) -> bool:
    """Make the change to one visit that wins most; False: none wins `least`."""
    here, mine = design.outlet[visit], design.shopper[visit]
    to = np.flatnonzero(may[here] & ~taken[here] & (room > 0))
    win, whom = design.best_move(visit, to) if len(to) else (0.0, -1)
    others = _partners(design, visit, may, taken, draw)
    traded, other = design.best_swap(visit, others) if len(others) else (0.0, -1)
    if max(win, traded) <= least:
        return False
    taken[here, mine] = False
    if win >= traded:
        room[mine] += 1
        room[whom] -= 1
        taken[here, whom] = True
        design.move(visit, whom)
    else:
        there, theirs = design.outlet[other], design.shopper[other]
        taken[there, theirs] = False
        taken[here, theirs] = taken[there, mine] = True
        design.swap(visit, other)
    return True


def _partners(
    design: Design,
    visit: int,
    may: npt.NDArray[np.bool_],
    taken: npt.NDArray[np.bool_],
    draw: np.random.Generator,
) -> Ints:
    """Return visits whose shoppers could be exchanged with this one's."""
    tried = draw.integers(len(design.shopper), size=2 * MOST_PARTNERS)
    here, mine = design.outlet[visit], design.shopper[visit]
    there, theirs = design.outlet[tried], design.shopper[tried]
    fits = may[here, theirs] & ~taken[here, theirs] & may[there, mine]
    fits &= ~taken[there, mine]
    return np.asarray(tried[fits][:MOST_PARTNERS])
