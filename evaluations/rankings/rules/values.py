"""Values of components from exact sums of the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from evaluations.ledger.curves import Curve
from evaluations.rankings.rules.scheme import (
    BONUS,
    DEDUCTION,
    ComponentRule,
    Measure,
    SchemeRules,
)


class Sums(NamedTuple):
    """Entries of one component that share an `out_of`, added up with their signs.

    `points` and `out_of` are in hundredths; `entries` counts reversals as minus one.
    Where entries need not be told apart, all of them are one with the whole `out_of`,
    and `squares`, the sum of squared points of single entries, is 0.
    """

    out_of: int
    entries: int
    n: int
    points: int
    squares: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A component's value, `numerator` ÷ `denominator` (0 to 100), over `n` records."""

    numerator: int
    denominator: int
    n: int

    def __float__(self) -> float:
        return self.numerator / self.denominator  # ints: correctly rounded

    @property
    def exact(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    def earned(self, curve: Curve | None) -> "Value":
        """Return the points that the value earns, over the same records."""
        if curve is None:
            return self
        points = curve.exact(self.exact)
        return Value(points.numerator, points.denominator, self.n)


def component_value(sums: Iterable[Sums], measure: Measure) -> Value | None:
    """Return the exact value of a component, None where nothing was judged.

    A mean counts its entries (days, tests, visits), a pooled share its records.
    """
    judged = [group for group in sums if group.out_of > 0]
    if len(judged) == 1:
        (only,) = judged
        n = only.n if measure is Measure.POOLED else only.entries
        if only.entries <= 0:
            return None
        return Value(100 * only.points, only.out_of * only.entries, n)
    if measure is Measure.POOLED:
        points, out_of = pooled(judged)
        return Value(100 * points, out_of, records(judged)) if out_of > 0 else None
    count = entries(judged)
    if count <= 0:
        return None
    common = lcm(*(group.out_of for group in judged))
    points = sum(group.points * (common // group.out_of) for group in judged)
    return Value(100 * points, common * count, count)


def counts(value: Value | None, rule: ComponentRule) -> bool:
    """Tell whether there is enough of a component for it to enter the score."""
    return value is not None and value.n >= rule.least_n


def month_values(
    sums: Mapping[str, tuple[Sums, ...]], rules: SchemeRules
) -> dict[str, Value]:
    """Return the values of a person's components that count in a month.

    Where the rules take them, bonus and deduction are among them, as points.
    """
    values: dict[str, Value] = {}
    for rule in rules.components:
        value = component_value(sums.get(rule.code, ()), rule.measure)
        if value is not None and counts(value, rule):
            values[rule.code] = value
    for code in rules.extras:
        if (extra := extra_value(sums.get(code, ()), code, rules)) is not None:
            values[code] = extra
    return values


def extra_value(sums: Iterable[Sums], code: str, rules: SchemeRules) -> Value | None:
    """Return the points of bonus or deduction within their limit; None: there are none.

    A deduction is negative.
    """
    groups = list(sums)
    points, n = sum(group.points for group in groups), records(groups)
    if code == BONUS:
        points = min(points, rules.bonus_limit)
    if code == DEDUCTION:
        points = max(points, -rules.deduction_limit)
    return Value(points, 100, n) if points else None


def extra_hundredths(values: Mapping[str, Value]) -> int:
    """Return what bonus and deduction add to a month's score, in hundredths."""
    return sum(values[code].numerator for code in (BONUS, DEDUCTION) if code in values)


def mean_value(values: Iterable[Value]) -> Value:
    """Return the exact mean of values, their records added up.

    Raises:
        ValueError: there are no values.
    """
    given = list(values)
    if not given:
        raise ValueError("a mean of nothing is not defined")
    if len(given) == 1:
        return given[0]
    common = lcm(*(value.denominator for value in given))
    numerator = sum(value.numerator * (common // value.denominator) for value in given)
    return Value(numerator, common * len(given), sum(value.n for value in given))


def records(sums: Iterable[Sums]) -> int:
    """Return how many records stand behind the sums."""
    return sum(group.n for group in sums)


def entries(sums: Iterable[Sums]) -> int:
    """Return how many entries hold: a reversed one and its reversal make none."""
    return sum(group.entries for group in sums)


def pooled(sums: Iterable[Sums]) -> tuple[int, int]:
    """Return (points, out_of) of a component, both in hundredths."""
    groups = list(sums)
    points = sum(group.points for group in groups if group.out_of > 0)
    return points, sum(group.out_of * group.entries for group in groups)
