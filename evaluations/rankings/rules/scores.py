"""Scores in hundredths: fast in float64, exact where rounding could go either way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, lcm

import numpy as np
from numpy.typing import NDArray

from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.values import Value, extra_hundredths, mean_value

# Points of the score: nearer to a rounding edge than this, floats do not decide.
EDGE = 1e-6


def exact_score(
    values: Mapping[str, Value],
    rules: SchemeRules,
    weights: Mapping[str, int] | None = None,
) -> int | None:
    """Return a month's score in hundredths by whole numbers alone; None without one.

    Bonus and deduction are whole hundredths and come on top of the rounded mean; no
    score falls below 0. `weights` are the rules' `whole_weights`, for who has them at
    hand.
    """
    if not has_score(values, rules):
        return None
    if weights is None:
        weights = whole_weights(rules)
    earned = {
        rule.code: values[rule.code].earned(rule.curve)
        for rule in rules.components
        if rule.code in values
    }
    common = lcm(*(value.denominator for value in earned.values()))
    points = sum(
        weights[code] * value.numerator * (common // value.denominator)
        for code, value in earned.items()
    )
    whole = common * sum(weights[code] for code in earned)
    # Half up, in hundredths.
    return _with_extras((200 * points + whole) // (2 * whole), values)


def _with_extras(score: int, values: Mapping[str, Value]) -> int:
    return max(score + extra_hundredths(values), 0)


def has_score(values: Mapping[str, Value], rules: SchemeRules) -> bool:
    """Tell whether enough components count, the required ones among them."""
    counting = [rule for rule in rules.components if rule.code in values]
    return len(counting) >= rules.least_components and all(
        rule.code in values for rule in rules.components if rule.required
    )


def month_scores(
    people: Sequence[Mapping[str, Value]], rules: SchemeRules
) -> list[int | None]:
    """Return everybody's score of one month in hundredths, in the order given."""
    columns = [(rule.code, rule.curve) for rule in rules.components]
    table = np.full((len(people), len(columns)), np.nan)
    for row, values in enumerate(people):
        for column, (code, curve) in enumerate(columns):
            if code in values:
                table[row, column] = float(values[code].earned(curve))
    return table_scores(table, rules, people.__getitem__)


def table_scores(
    table: NDArray[np.float64],
    rules: SchemeRules,
    values_of: Callable[[int], Mapping[str, Value]],
) -> list[int | None]:
    """Return the scores of a month in hundredths, row by row.

    `table` gives what each component earns, a column for each in the rules' order, NaN
    where it does not count. `values_of` gives the exact values of a row; only rows on a
    rounding edge, or with bonus and deduction, are asked for.
    """
    counting = ~np.isnan(table)
    required = np.array([rule.required for rule in rules.components])
    scored = (counting.sum(axis=1) >= rules.least_components) & (
        counting | ~required
    ).all(axis=1)
    weights = np.array([float(rule.weight) for rule in rules.components])
    points = np.where(counting, table, 0.0) @ weights
    totals = np.where(scored, counting @ weights, 1.0)
    scaled = points / totals * 100
    rounded = np.floor(scaled + 0.5)
    near = np.abs(scaled - np.floor(scaled) - 0.5) <= EDGE * 100
    scores = [
        int(score) if ok else None for score, ok in zip(rounded, scored, strict=True)
    ]
    if rules.extras:
        scores = [
            None if score is None else _with_extras(score, values_of(row))
            for row, score in enumerate(scores)
        ]
    exactly = whole_weights(rules)
    for row in np.flatnonzero(near & scored).tolist():
        scores[row] = exact_score(values_of(row), rules, exactly)
    return scores


def period_score(months: Sequence[int]) -> int:
    """Return the mean of kept month scores, all in hundredths, rounded half up."""
    return (2 * sum(months) + len(months)) // (2 * len(months))


@dataclass(frozen=True, slots=True)
class Part:
    """What one component adds to a score. `weight` is the rescaled one, in percent.

    `weight` and `points` are None where there is no score to add to. `earned` are the
    points of the whole that the value earns by its curve, None where it has none.
    """

    raw: float
    n: int
    weight: float | None
    points: float | None
    earned: float | None = None

    def shown(self) -> dict[str, float | int | None]:
        """Return the part as answers give it, before anything is adjusted."""
        shown = {
            "raw": self.raw,
            "adjusted": None,
            "n": self.n,
            "weight": self.weight,
            "points": self.points,
        }
        return shown if self.earned is None else shown | {"earned": self.earned}


def whole_weights(rules: SchemeRules) -> dict[str, int]:
    """Return the components' weights as whole numbers in the same proportion."""
    scale = lcm(*(rule.weight.denominator for rule in rules.components))
    return {rule.code: int(rule.weight * scale) for rule in rules.components}


def month_parts(
    values: Mapping[str, Value],
    rules: SchemeRules,
    *,
    scored: bool,
    weights: Mapping[str, int] | None = None,
) -> dict[str, Part]:
    """Return the parts of a month's score; `points` add up to it before rounding.

    `weights` are the rules' `whole_weights`, for who has them at hand.
    """
    if weights is None:
        weights = whole_weights(rules)
    counting = {rule.code: rule for rule in rules.components if rule.code in values}
    weights = {code: weights[code] for code in counting}
    total = sum(weights.values())
    parts: dict[str, Part] = {}
    for code, weight in weights.items():
        curve = counting[code].curve
        earned = values[code].earned(curve)
        parts[code] = Part(
            raw=float(values[code]),
            n=values[code].n,
            weight=100 * weight / total if scored else None,
            points=(
                weight * earned.numerator / (total * earned.denominator)
                if scored
                else None
            ),
            earned=None if curve is None else float(earned),
        )
    for code in rules.extras:
        if code in values:
            points = float(values[code])
            parts[code] = Part(points, values[code].n, 0.0, points if scored else None)
    return parts


def period_parts(
    months: Sequence[tuple[Mapping[str, Value], Mapping[str, Part]]], *, scored: bool
) -> dict[str, Part]:
    """Return the parts of a quarter's or year's score from its ranked months.

    A component shows the mean over the months that have it. Weights and points are
    means over all ranked months, so that they add up to 100 and to the mean of the
    months' unrounded scores.
    """
    parts: dict[str, Part] = {}
    for code in dict.fromkeys(code for values, _parts in months for code in values):
        value = mean_value(values[code] for values, _ in months if code in values)
        of_months = [month[code] for _, month in months if code in month]
        parts[code] = Part(
            raw=float(value),
            n=value.n,
            weight=_mean([part.weight for part in of_months], len(months), scored),
            points=_mean([part.points for part in of_months], len(months), scored),
            earned=_mean_earned(of_months),
        )
    return parts


def _mean_earned(parts: Sequence[Part]) -> float | None:
    """Return the mean over the months with a curve; None where none has one."""
    earned = [part.earned for part in parts if part.earned is not None]
    return fsum(earned) / len(earned) if earned else None


def _mean(numbers: Sequence[float | None], months: int, scored: bool) -> float | None:
    if not scored:
        return None
    return fsum(number or 0.0 for number in numbers) / months
