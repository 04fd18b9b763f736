"""One component of a month as a column: what was measured, and what follows from it.

What is noted of a person are the sums of the ledger; the values follow for everybody
at once when the column is closed. Exact values stay exact: numerators and denominators
are whole numbers, and what does not fit 62 bits is kept beside the column.
"""

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluations.rankings.rules.ranks import NOBODY, Ints, value_order
from evaluations.rankings.rules.scheme import ComponentRule, Measure
from evaluations.rankings.rules.values import Sums, Value, component_value

Floats = NDArray[np.float64]
LARGEST = 2**62
# Whole numbers up to here are the same in float64, so that quotients round correctly.
EXACT = 2**53


def whole(numbers: "array[int]") -> Ints:
    return np.frombuffer(numbers, dtype=np.int64)


def real(numbers: "array[float]") -> Floats:
    return np.frombuffer(numbers, dtype=np.float64)


def _wholes() -> "array[int]":
    return array("q")


def _reals() -> "array[float]":
    return array("d")


class Ratings:
    """What raters said of people: a cell per person and rater once it is closed.

    `row` and `rater` number them; `count` judgements have the sum `total` in points and
    the sum of squares `squares`.
    """

    def __init__(self) -> None:
        self._noted = _wholes()
        self.row: Ints = np.array([], dtype=np.int64)
        self.rater: Ints = self.row
        self.count: Floats = np.array([])
        self.total: Floats = self.count
        self.squares: Floats = self.count

    def note(
        self, row: int, rater: int, out_of: int, entries: int, points: int, squares: int
    ) -> None:
        self._noted.extend((row, rater, out_of, entries, points, squares))

    def close(self, number: Ints | None, people: Ints) -> None:
        """Add up by person and rater, of `people` alone.

        `number` gives everybody's row anew.
        """
        table = whole(self._noted).reshape(-1, 6)
        row = table[:, 0] if number is None else number[table[:, 0]]
        counting = np.isin(row, people)
        row = row[counting]
        _row, rater, out_of, entries, points, squares = table[counting].T
        cells = row * (int(rater.max(initial=0)) + 1) + rater
        _cells, first, cell = np.unique(cells, return_index=True, return_inverse=True)
        # People in order, and the raters of each in the order in which they came.
        order = np.lexsort((first, row[first]))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        cell = place[cell]
        count, total, spread = (
            np.bincount(cell, of, len(order)).astype(np.float64)
            for of in (
                entries,
                _quotients(100, points, out_of),
                _quotients(10_000, squares, out_of, 2),
            )
        )
        kept = count > 0
        at = first[order][kept]
        self.row, self.rater, self.count = row[at], rater[at], count[kept]
        self.total, self.squares = total[kept], spread[kept]
        self._noted = _wholes()


def _quotients(factor: int, above: Ints, below: Ints, power: int = 1) -> Floats:
    """Return factor × above ÷ below ** power, each rounded once only."""
    found = np.zeros(len(above))
    plain = (factor * np.abs(above.astype(np.float64)) < EXACT) & (
        np.abs(below.astype(np.float64)) ** power < EXACT
    )
    found[plain] = factor * above[plain] / below[plain] ** power
    for at in np.flatnonzero(~plain).tolist():
        found[at] = factor * int(above[at]) / int(below[at]) ** power
    return found


class Column:
    """The values of one component that count, a row for each person who has one.

    `row` numbers the people of the month in ascending order. `squares` adds squared
    judgements, in squared points. `load` holds (row, six sums of `load.LoadSums`).
    """

    def __init__(self) -> None:
        self.row = _wholes()
        self.numerator, self.denominator, self.n = _wholes(), _wholes(), _wholes()
        self.value, self.squares = _reals(), _reals()
        self.large: dict[int, Value] = {}
        self.ratings = Ratings()
        self.load: tuple[array[int], array[float]] = (_wholes(), _reals())
        self._noted = _wholes()

    def note(self, row: int, sums: Sequence[Sums], rule: ComponentRule) -> None:
        """Note what a person's value follows from; `close` works it out."""
        if len(sums) == 1:
            before = len(self._noted)
            try:
                self._noted.extend((row, *sums[0]))
            except OverflowError:
                del self._noted[before:]
            else:
                return
        self._work_out(row, sums, rule)

    def _work_out(self, row: int, sums: Sequence[Sums], rule: ComponentRule) -> None:
        value = component_value(sums, rule.measure)
        if value is not None and value.n >= rule.least_n:
            self.add(row, value, squared(sums, rule.measure))

    def add(self, row: int, value: Value, squares: float) -> None:
        self.row.append(row)
        self.value.append(value.numerator / value.denominator)
        self.n.append(value.n)
        self.squares.append(squares)
        if max(abs(value.numerator), value.denominator) < LARGEST:
            self.numerator.append(value.numerator)
            self.denominator.append(value.denominator)
        else:
            self.large[len(self.numerator)] = value
            self.numerator.append(0)
            self.denominator.append(1)

    def close(self, rule: ComponentRule | None, number: Ints | None) -> None:
        """Work out what was noted; `number` gives everybody's row anew.

        `rule` None: nothing was noted (bonus and deduction).
        """
        if rule is not None:
            self._work_out_noted(rule)
        rows = whole(self.row) if number is None else number[whole(self.row)]
        if np.any(rows[1:] < rows[:-1]):
            self._put_in_order(rows)
        elif number is not None:
            self.row = array("q", rows.tobytes())
        self.ratings.close(number, whole(self.row))
        if len(self.load[0]):
            self._close_load(number)

    def _work_out_noted(self, rule: ComponentRule) -> None:
        table = whole(self._noted).reshape(-1, 6)
        row, out_of, entries, n, points, squares = table.T
        pooled = rule.measure is Measure.POOLED
        count = n if pooled else entries
        judged = (out_of > 0) & (entries > 0) & (count >= rule.least_n)
        plain = judged & _small(points, n, squares, out_of, entries)
        for at in np.flatnonzero(judged & ~plain).tolist():
            self._work_out(int(row[at]), (Sums(*table[at, 1:].tolist()),), rule)
        row, out_of, entries, n, points, squares = table[plain].T
        above, below = 100 * points, out_of * entries
        self.row.extend(array("q", row.tobytes()))
        self.numerator.extend(array("q", above.tobytes()))
        self.denominator.extend(array("q", below.tobytes()))
        self.n.extend(array("q", (n if pooled else entries).tobytes()))
        self.value.extend(array("d", (above / below).tobytes()))
        # A pooled record was satisfied or was not.
        spread = 10_000 * n * points / below if pooled else 10_000 * squares / out_of**2
        self.squares.extend(array("d", (spread + 0.0).tobytes()))
        self._noted = _wholes()

    def _put_in_order(self, rows: Ints) -> None:
        order = np.argsort(rows, kind="stable")
        place = {
            old: new for new, old in enumerate(order.tolist()) if old in self.large
        }
        self.large = {place[old]: value for old, value in self.large.items()}
        self.row = array("q", rows[order].tobytes())
        for name in ("numerator", "denominator", "n"):
            setattr(self, name, array("q", whole(getattr(self, name))[order].tobytes()))
        for name in ("value", "squares"):
            setattr(self, name, array("d", real(getattr(self, name))[order].tobytes()))

    def _close_load(self, number: Ints | None) -> None:
        rows, figures = whole(self.load[0]), real(self.load[1]).reshape(-1, 6)
        if number is not None:
            rows = number[rows]
        order = np.argsort(rows, kind="stable")
        order = order[np.isin(rows[order], whole(self.row))]
        self.load = (
            array("q", rows[order].tobytes()),
            array("d", figures[order].tobytes()),
        )

    def __len__(self) -> int:
        return len(self.row)

    def exact(self, at: int) -> Value:
        """Return the value in place `at` of the column."""
        found = self.large.get(at)
        if found is None:
            return Value(self.numerator[at], self.denominator[at], self.n[at])
        return found

    def order(self) -> Ints:
        """Return a number for each value of the column that sorts like it."""
        value = real(self.value)
        order = np.argsort(value, kind="stable")
        equal = np.flatnonzero(np.diff(value[order]) == 0)
        if self._differ(order[equal], order[equal + 1]):
            return value_order([self.exact(at) for at in range(len(self))])
        return np.unique(value, return_inverse=True)[1].astype(np.int64)

    def _differ(self, one: Ints, other: Ints) -> bool:
        """Tell whether any of these pairs of equal floats are different values."""
        above, below = whole(self.numerator), whole(self.denominator)
        largest = int(np.abs(above).max(initial=0)) * int(below.max(initial=0))
        if self.large or largest >= LARGEST:
            pairs = zip(one.tolist(), other.tolist(), strict=True)
            return any(self.exact(a).exact != self.exact(b).exact for a, b in pairs)
        return bool((above[one] * below[other] != above[other] * below[one]).any())

    def full(self, size: int) -> tuple[Floats, Floats, Floats]:
        """Return (values, records, squares) of `size` people; NaN, 0, 0 for others."""
        value, count, squares = np.full(size, np.nan), np.zeros(size), np.zeros(size)
        rows = whole(self.row)
        value[rows], count[rows] = real(self.value), whole(self.n)
        squares[rows] = real(self.squares)
        return value, count, squares

    def places(self, size: int) -> Ints:
        """Return everybody's place in the column; -1 for who is not in it."""
        found = np.full(size, NOBODY, dtype=np.int64)
        found[whole(self.row)] = np.arange(len(self))
        return found


def _small(
    points: Ints, n: Ints, squares: Ints, out_of: Ints, entries: Ints
) -> NDArray[np.bool_]:
    """Tell where float64 holds every product that a value is made of."""
    reals = (one.astype(np.float64) for one in (points, n, squares, out_of, entries))
    had, often, squared_, possible, counted = reals
    products = (
        10_000 * np.maximum(np.abs(often), 1) * np.abs(had),
        10_000 * np.abs(squared_),
        possible**2,
        possible * np.abs(counted),
    )
    return np.all([product < EXACT for product in products], axis=0)


def squared(sums: Sequence[Sums], measure: Measure) -> float:
    """Return the sum of squared judgements, in squared points."""
    total = 0.0
    for one in sums:
        if one.out_of <= 0:
            continue
        if measure is not Measure.POOLED:
            total += 10_000 * one.squares / one.out_of**2
        elif one.entries:
            # A pooled record was satisfied or was not.
            total += 10_000 * one.n * one.points / (one.out_of * one.entries)
    return total
