"""Everybody ranked again by other rules, from the matrix of a computed month.

The figures are those of a real run of the same rules: scores in float64, exact where
rounding could go either way, ranks and winners by the same functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.eligibility import (
    NOT_ON_DUTY,
    TOO_FEW_COMPONENTS,
    TOO_FEW_DAYS,
)
from evaluations.rankings.rules.matrix import LARGEST, Flags, Matrix
from evaluations.rankings.rules.ranks import (
    NOBODY,
    Ints,
    competition_ranks,
    positions,
)
from evaluations.rankings.rules.scheme import (
    Basis,
    ComponentRule,
    Gate,
    Level,
    Preference,
    Quota,
    SchemeRules,
)
from evaluations.rankings.rules.scores import EDGE, exact_score, whole_weights


class RulesNotCovered(ValueError):
    """The rules ask for something that the matrix does not hold."""


class NotFitted(RulesNotCovered):
    """An adjusted value is missing: `code` with `least_n` was never estimated."""

    def __init__(self, code: str, least_n: int) -> None:
        super().__init__(f"{code} is not adjusted for {least_n} records")
        self.code, self.least_n = code, least_n


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everybody ranked by some rules, parallel to the matrix.

    `raw` and `score` (the one that makes the rank) are in hundredths, `adjusted` in
    millionths of a point; -1 without a score. Rank 0 is none. `reasons` tells whom each
    of them keeps out; `winners` goes by the levels that have a quota.
    """

    raw: Ints
    adjusted: Ints | None
    score: Ints
    ranks: Mapping[Level, Ints]
    position: Ints
    tied_position: Ints
    reasons: Mapping[str, Flags]
    eligible: Flags
    winners: Mapping[Level, Flags]

    @property
    def won(self) -> Flags:
        """Tell who wins anything."""
        none = np.zeros(len(self.score), dtype=bool)
        return np.logical_or.reduce([none, *self.winners.values()])


def rerank(matrix: Matrix, rules: SchemeRules) -> Outcome:
    """Rank everybody by `rules`.

    Raises:
        NotFitted: the basis is adjusted, and a component has other least records than
            those it was adjusted with.
        RulesNotCovered: a component, bar, gate or tie-break was never read.
    """
    counting = _counting(matrix, rules)
    raw = _raw_scores(matrix, rules, counting)
    adjusted = _adjusted_scores(matrix, rules, raw)
    if rules.basis is Basis.ADJUSTED:
        if adjusted is None:
            raise _first_not_fitted(matrix, rules)
        score = np.where(adjusted == NOBODY, NOBODY, (adjusted + 5000) // 10_000)
    else:
        score = raw
    ranks = {
        level: competition_ranks(
            score,
            groups,
            least_ranked=rules.least_ranked_in_outlet if level is Level.OUTLET else 1,
        )
        for level, groups in matrix.groups.items()
    }
    names: list[str] = matrix.name.tolist()
    place, shared = positions(score, _tie_keys(matrix, rules, counting), names)
    reasons = _reasons(matrix, rules, raw != NOBODY)
    none = np.zeros(len(matrix), dtype=bool)
    eligible = ~np.logical_or.reduce([none, *reasons.values()])
    return Outcome(
        raw=raw,
        adjusted=adjusted,
        score=score,
        ranks=ranks,
        position=place,
        tied_position=shared,
        reasons=reasons,
        eligible=eligible,
        winners={
            quota.level: winners_of(
                quota, matrix.groups[quota.level], score, shared, eligible
            )
            for quota in rules.quotas[PeriodKind.MONTH]
        },
    )


def _column(matrix: Matrix, code: str) -> int:
    try:
        return matrix.codes.index(code)
    except ValueError:
        raise RulesNotCovered(f"{code} was not read") from None


def _counting(matrix: Matrix, rules: SchemeRules) -> dict[str, Flags]:
    """Tell for each component of the rules who has enough of it."""
    found: dict[str, Flags] = {}
    for rule in rules.components:
        column = _column(matrix, rule.code)
        known = ~np.isnan(matrix.value[:, column])
        found[rule.code] = known & (matrix.count[:, column] >= rule.least_n)
    return found


def _raw_scores(
    matrix: Matrix, rules: SchemeRules, counting: Mapping[str, Flags]
) -> Ints:
    size = len(matrix)
    points, totals = np.zeros(size), np.zeros(size)
    components, required = np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    for rule in rules.components:
        counts, weight = counting[rule.code], float(rule.weight)
        value = matrix.value[:, _column(matrix, rule.code)]
        points += np.where(counts, weight * value, 0.0)
        totals += weight * counts
        components += counts
        if rule.required:
            required &= counts
    scored = (components >= rules.least_components) & required
    scaled = points / np.where(scored, totals, 1.0) * 100
    score = np.floor(scaled + 0.5)
    near = np.abs(scaled - np.floor(scaled) - 0.5) <= EDGE * 100
    found = np.where(scored, score, NOBODY).astype(np.int64)
    rows = np.flatnonzero(near & scored)
    found[rows], sure = _exact_scores(matrix, rules, counting, rows)
    weights = whole_weights(rules)
    for row in rows[~sure].tolist():
        values = {
            code: matrix.exact(row, _column(matrix, code))
            for code, counts in counting.items()
            if counts[row]
        }
        exact = exact_score(values, rules, weights)
        found[row] = NOBODY if exact is None else exact
    return found


def _exact_scores(
    matrix: Matrix, rules: SchemeRules, counting: Mapping[str, Flags], rows: Ints
) -> tuple[Ints, Flags]:
    """Return scores by whole numbers as `exact_score` does, and which of them fit."""
    weights = whole_weights(rules)
    codes = [rule.code for rule in rules.components]
    columns = [_column(matrix, code) for code in codes]
    counts = np.stack([counting[code][rows] for code in codes], axis=1)
    above = np.where(counts, matrix.numerator[rows][:, columns], 0)
    below = np.where(counts, matrix.denominator[rows][:, columns], 1)
    weight = counts * np.array([weights[code] for code in codes], dtype=np.int64)
    held = {row for row, _column in matrix.large}
    sure = np.array([row not in held for row in rows.tolist()], dtype=bool)
    # No more than a hundred points each: what is added up below stays within this.
    largest = 400.0 * max(sum(weights.values()), 1) * 100
    common = np.ones(len(rows), dtype=np.int64)
    for column in range(len(codes)):
        sure &= common.astype(float) * below[:, column] * largest < LARGEST
        common = np.where(sure, np.lcm(common, below[:, column]), 1)
    points = (weight * above * (common[:, None] // below)).sum(axis=1)
    total = np.maximum(common * weight.sum(axis=1), 1)
    sure &= (above <= 100 * below).all(axis=1) & (above >= 0).all(axis=1)
    return (200 * points + total) // (2 * total), sure


def _adjusted_scores(matrix: Matrix, rules: SchemeRules, raw: Ints) -> Ints | None:
    """Return adjusted scores; None where a component was not adjusted that way."""
    points, weights = np.zeros(len(matrix)), np.zeros(len(matrix))
    for rule in rules.components:
        value = matrix.adjusted.get((rule.code, rule.least_n))
        if value is None:
            return None
        # In the order and with the operations of `adjusting`, to the last bit.
        there = ~np.isnan(value)
        points[there] += float(rule.weight) * value[there]
        weights[there] += float(rule.weight)
    counts = (raw != NOBODY) & (weights > 0)
    score = np.full(len(matrix), NOBODY, dtype=np.int64)
    score[counts] = np.rint(points[counts] / weights[counts] * 1_000_000)
    return score


def _first_not_fitted(matrix: Matrix, rules: SchemeRules) -> NotFitted:
    missing: ComponentRule = next(
        rule
        for rule in rules.components
        if (rule.code, rule.least_n) not in matrix.adjusted
    )
    return NotFitted(missing.code, missing.least_n)


def _tie_keys(
    matrix: Matrix, rules: SchemeRules, counting: Mapping[str, Flags]
) -> list[Ints]:
    keys: list[Ints] = []
    for rule in rules.tie_breaks:
        if rule.preference is Preference.HIGHER:
            order = matrix.order[:, _column(matrix, rule.of)]
            keys.append(-np.where(counting[rule.of], order, NOBODY))
        elif rule.preference is Preference.EARLIER:
            keys.append(matrix.hired)
        elif rule.of in matrix.fewer:
            keys.append(matrix.fewer[rule.of])
        else:
            raise RulesNotCovered(f"{rule.of} was not read")
    return keys


def _reasons(matrix: Matrix, rules: SchemeRules, scored: Flags) -> dict[str, Flags]:
    """Tell whom each reason keeps out, in the order of `eligibility`."""
    found = {TOO_FEW_COMPONENTS: ~scored}
    if rules.least_days is not None:
        component, least = rules.least_days
        if component not in matrix.days:
            raise RulesNotCovered(f"days of {component} were not counted")
        found[TOO_FEW_DAYS] = matrix.days[component] < least
    for code in rules.bars:
        held = matrix.bars.get(code)
        # A bar that nobody has was not read: it holds nobody back.
        found[code] = np.zeros(len(matrix), dtype=bool) if held is None else held
    for gate in rules.gates:
        found[gate.code] = _shut(matrix, gate)
    found[NOT_ON_DUTY] = ~matrix.duty
    return found


def _shut(matrix: Matrix, gate: Gate) -> Flags:
    missing = {gate.needs, *(limit.component for limit in gate.limits)}
    if not missing <= matrix.measured.keys():
        raise RulesNotCovered(f"gate {gate.code} was not read")
    shut = np.zeros(len(matrix), dtype=bool)
    for limit in gate.limits:
        points, out_of = matrix.measured[limit.component]
        least = Fraction(limit.least)
        low = 100 * least.denominator * points < least.numerator * out_of
        shut |= (out_of > 0) & low
    return shut & (matrix.measured[gate.needs][1] > 0)


def winners_of(
    quota: Quota, groups: Ints, score: Ints, shared: Ints, eligible: Flags
) -> Flags:
    """Tell who is among the best `places` eligible of her list, equals included."""
    won = np.zeros(len(score), dtype=bool)
    listed = (score != NOBODY) & (groups != NOBODY)
    if not listed.any():
        return won
    sizes = np.bincount(groups[listed])
    rows = np.flatnonzero(listed & eligible)
    rows = rows[sizes[groups[rows]] >= quota.least_ranked]
    if not len(rows):
        return won
    rows = rows[np.lexsort((shared[rows], groups[rows]))]
    of = groups[rows]
    start = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    length = np.diff(np.r_[start, len(of)])
    last = start + np.minimum(quota.places, length) - 1
    won[rows] = shared[rows] <= np.repeat(shared[rows][last], length)
    return won
