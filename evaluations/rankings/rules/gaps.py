"""What would have closed the gap to a threshold, from one's own sums alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from evaluations.rankings.rules.periods import MonthResult
from evaluations.rankings.rules.scheme import Measure


@dataclass(frozen=True, slots=True)
class Way:
    """`more` good ones among the `n` that there were: calls, ratings or days."""

    code: str
    more: int
    n: int


def ways_to_close(
    month: MonthResult, gap: Fraction, reliability: Mapping[str, float] | None = None
) -> tuple[Way, ...]:
    """Return what would each alone have closed a `gap` of points, the easiest first.

    Only records that are good or not are asked: pooled shares and checked days; a test
    or a visit has no such step. `reliability` (by component) says how much of a change
    an adjusted score takes over; None for the score as written. Empty where even
    everything good would not have done.
    """
    if gap <= 0:
        return ()
    counting = [rule for rule in month.rules.components if rule.code in month.values]
    total = sum((rule.weight for rule in counting), Fraction())
    found: list[Way] = []
    for rule in counting:
        value = month.values[rule.code]
        good = value.exact * value.n / 100
        # On a curve, one record more is worth something else at every level.
        if not is_counted(rule.code, rule.measure) or good.denominator != 1:
            continue
        if rule.curve is not None:
            continue
        kept = Fraction(1 if reliability is None else reliability.get(rule.code, 1))
        each = rule.weight / total * Fraction(100, value.n) * kept
        if each <= 0:
            continue
        more = ceil(gap / each)
        if more <= value.n - good:
            found.append(Way(rule.code, more, value.n))
    return tuple(sorted(found, key=lambda way: (Fraction(way.more, way.n), way.code)))


def is_counted(code: str, measure: Measure) -> bool:
    """Tell whether a component counts records that are good or not."""
    return measure is Measure.POOLED or code == "daily"
