"""Adjusted scores of a period, and how sure the ranks by them are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.adjusting import AdjustedMonth, adjust_month
from evaluations.rankings.rules.column import whole
from evaluations.rankings.rules.columns import MonthColumns
from evaluations.rankings.rules.crossed import Floats, Ints
from evaluations.rankings.rules.everybody import Everybody
from evaluations.rankings.rules.fits import Fit
from evaluations.rankings.rules.intervals import Lists, bands
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.ranks import NOBODY
from evaluations.rankings.rules.scheme import Level, Quota, SchemeRules
from evaluations.rankings.rules.scores import (
    Part,
    month_parts,
    period_parts,
    period_score,
)
from evaluations.rankings.rules.values import Value, mean_value

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class MonthResult:
    """One month of a person: the values that count, and the score in hundredths."""

    version: int
    rules: SchemeRules
    values: Mapping[str, Value]
    score: int | None
    weights: Mapping[str, int]

    @classmethod
    def of(cls, month: MonthColumns, own: int) -> "MonthResult":
        """Return the month of the person whose row in the columns is `own`."""
        score, post = int(month.score[own]), month.posts[own]
        return cls(
            version=month.version,
            rules=month.of_post(post),
            values=month.values(own),
            score=None if score == NOBODY else score,
            weights=month.weights(post),
        )

    @property
    def kept(self) -> Decimal | None:
        """The score in points, as it is kept."""
        return None if self.score is None else Decimal(self.score).scaleb(-2)

    @property
    def parts(self) -> dict[str, Part]:
        return month_parts(
            self.values,
            self.rules,
            scored=self.score is not None,
            weights=self.weights,
        )


def period_result(
    frame: Frame, months: Mapping[str, MonthResult]
) -> tuple[int | None, dict[str, Part], dict[str, Value]]:
    """Return (score in hundredths, parts, exact values) of a person's whole period."""
    if frame.period.kind is PeriodKind.MONTH:
        month = months.get(frame.period.code)
        if month is None:
            return None, {}, {}
        return month.score, month.parts, dict(month.values)
    ranked = [month for month in months.values() if month.score is not None]
    enough = len(ranked) >= frame.rules.least_months[frame.period.kind]
    score = (
        period_score([month.score for month in ranked if month.score is not None])
        if enough
        else None
    )
    parts = period_parts(
        [(month.values, month.parts) for month in ranked], scored=enough
    )
    values = {
        code: mean_value(month.values[code] for month in ranked if code in month.values)
        for code in parts
    }
    return score, parts, values


@dataclass(frozen=True, slots=True)
class AdjustedPeriod:
    """Adjusted scores of a period, parallel to everybody.

    `score` and its standard deviation are in millionths of a point, 0 where `there` is
    not: nobody has a score without a ranked month. `months` are the adjusted months by
    code, `at` gives everybody's row in them (-1: not ranked then).
    """

    score: Ints
    deviation: Ints
    there: NDArray[np.bool_]
    months: Mapping[str, AdjustedMonth]
    at: Mapping[str, Ints]

    @property
    def fits(self) -> dict[str, Mapping[str, Fit]]:
        return {code: month.fits for code, month in self.months.items()}

    def shown(self, row: int) -> dict[str, dict[str, Any]]:
        """Return by code what answers show beside a person's raw parts."""
        ranked = [
            (self.months[code], int(at[row]))
            for code, at in self.at.items()
            if at[row] != NOBODY
        ]
        codes = dict.fromkeys(code for month, _ in ranked for code in month.components)
        return {
            code: found
            for code in codes
            if (found := _component(code, ranked)) is not None
        }


def adjust_period(
    everybody: Everybody, fitted: Mapping[str, Mapping[str, Fit]] | None = None
) -> AdjustedPeriod:
    """Adjust every month of the period, and take the mean of the ranked ones.

    Months are taken as independent, so that the variance of the mean of k months is
    the sum of theirs ÷ k². `fitted` gives the estimates of an earlier computation.
    """
    size = len(everybody)
    total, variance, count = np.zeros(size), np.zeros(size), np.zeros(size)
    months: dict[str, AdjustedMonth] = {}
    at: dict[str, Ints] = {}
    for code, month in everybody.months.items():
        given = (fitted or {}).get(code, {}) if fitted is not None else None
        done = months[code] = adjust_month(month, given)
        ranked = np.flatnonzero(month.score != NOBODY)
        rows = whole(month.rows)[ranked]
        at[code] = np.full(size, NOBODY, dtype=np.int64)
        at[code][rows] = ranked
        total[rows] += done.score[ranked]
        variance[rows] += done.variance[ranked]
        count[rows] += 1
    there = count > 0
    often = np.where(there, count, 1)
    return AdjustedPeriod(
        score=np.rint(total / often * MILLION).astype(np.int64),
        deviation=np.rint(np.sqrt(variance) / often * MILLION).astype(np.int64),
        there=there,
        months=months,
        at=at,
    )


def _component(
    code: str, ranked: Sequence[tuple[AdjustedMonth, int]]
) -> dict[str, Any] | None:
    """Return the mean over the months that have the component, and what moved it."""
    having = []
    notes = []
    for month, row in ranked:
        of = month.components.get(code)
        # Not a number: she has no value that month.
        if of is None or np.isnan(of.value[row]):
            continue
        figures = (of.value, of.reliability, of.severity, of.load, month.points[code])
        having.append([float(column[row]) for column in figures])
        if of.note[row]:
            notes.append(of.note[row])
    if not having:
        return None
    *figures_of, points = zip(*having, strict=True)
    means = [round(sum(of) / len(of), 6) for of in figures_of]
    # A month without the component adds nothing, and counts in the mean all the same.
    adds = round(sum(one for one in points if one == one) / len(ranked), 6)
    return dict(zip(ADJUSTED, means, strict=True)) | {
        "adjusted_points": adds,
        "notes": sorted(set(notes)),
    }


ADJUSTED = ("adjusted", "reliability", "severity", "load")


@dataclass(frozen=True, slots=True)
class LevelSurety:
    """How sure the ranks of one level are, parallel to the people."""

    low: Ints
    high: Ints
    band: Ints
    chance: Floats | None

    def texts(self, rows: slice) -> list[str]:
        """Return [best rank, worst rank, band, chance of the quota] as JSON texts."""
        low, high = self.low[rows].tolist(), self.high[rows].tolist()
        band: list[int] = self.band[rows].tolist()
        if self.chance is None:
            return [
                f"[{best},{worst},{of},null]"
                for best, worst, of in zip(low, high, band, strict=True)
            ]
        chance = [round(one, 4) for one in self.chance[rows].tolist()]
        return [
            f"[{best},{worst},{of},{likely!r}]"
            for best, worst, of, likely in zip(low, high, band, chance, strict=True)
        ]


def level_intervals(
    quotas: Sequence[Quota],
    groups: Mapping[Level, Ints],
    ranks: Mapping[Level, Ints],
    adjusted: AdjustedPeriod,
) -> dict[Level, LevelSurety]:
    """Return intervals, bands and chances at every level, for who has a rank there."""
    mean, deviation = adjusted.score / MILLION, adjusted.deviation / MILLION
    places = {quota.level: quota.places for quota in quotas}
    found: dict[Level, LevelSurety] = {}
    for level, group in groups.items():
        listed = np.where(ranks[level] > 0, group, -1)
        lists = Lists(mean, deviation, listed)
        low, high = lists.intervals()
        chance = lists.chances(places[level]) if level in places else None
        found[level] = LevelSurety(low, high, bands(mean, deviation, listed), chance)
    return found
