"""Adjusted scores of a period, and how sure the ranks by them are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import sqrt
from typing import Any

import numpy as np

from evaluations.rankings.rules.adjusting import AdjustedMonth, Fit, adjust_month
from evaluations.rankings.rules.crossed import Floats, Ints
from evaluations.rankings.rules.intervals import bands, rank_intervals, top_chance
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.scheme import Level, Quota, SchemeRules
from evaluations.rankings.rules.scores import Part, month_parts
from evaluations.rankings.rules.values import Value

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class MonthResult:
    """One month of a person: the values that count, and the score in hundredths."""

    version: int
    rules: SchemeRules
    values: Mapping[str, Value]
    score: int | None
    weights: Mapping[str, int]

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


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A person's adjusted score and its standard deviation, in millionths of a point.

    `components` gives, by code, what answers show beside the raw part. None: no score.
    """

    score: int | None = None
    deviation: int | None = None
    components: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def shown(self, code: str) -> Mapping[str, Any]:
        """Return the adjusted figures of a component; nothing where there are none."""
        return self.components.get(code, {})

    def unscored(self) -> "Adjusted":
        """Return the same without a score: the period has too few ranked months."""
        return Adjusted(None, None, self.components)


def adjust_period(
    frame: Frame,
    people: Sequence[PersonInput],
    months: Sequence[Mapping[str, MonthResult]],
    fitted: Mapping[str, Mapping[str, Fit]] | None,
) -> tuple[list[Adjusted], dict[str, Mapping[str, Fit]]]:
    """Adjust every month of the period, and take the mean of the ranked ones.

    Months are taken as independent, so that the variance of the mean of k months is
    the sum of theirs ÷ k².
    """
    columns: dict[str, _Columns] = {}
    at: dict[str, dict[int, int]] = {}
    fits: dict[str, Mapping[str, Fit]] = {}
    for code in sorted(frame.months):
        rows = [row for row, own in enumerate(months) if code in own]
        done = adjust_month(
            code,
            frame.months[code][1],
            [people[row] for row in rows],
            [months[row][code].values for row in rows],
            [months[row][code].score is not None for row in rows],
            (fitted or {}).get(code, {}) if fitted is not None else None,
        )
        columns[code] = _Columns.of(done)
        at[code] = {row: number for number, row in enumerate(rows)}
        fits[code] = done.fits
    found = [
        _mean(
            [
                (columns[code], at[code][row])
                for code, result in own.items()
                if result.score is not None
            ]
        )
        for row, own in enumerate(months)
    ]
    return found, fits


_Figures = tuple[list[float], list[float], list[float], list[float], list[float]]


@dataclass(frozen=True, slots=True)
class _Columns:
    """An adjusted month as lists: looking one figure up in an array costs more.

    `components` gives value, reliability, severity, load and what it adds to the score
    by code, and the notes.
    """

    score: list[float]
    variance: list[float]
    components: dict[str, tuple[_Figures, Sequence[str]]]

    @classmethod
    def of(cls, month: AdjustedMonth) -> "_Columns":
        return cls(
            month.score.tolist(),
            month.variance.tolist(),
            {
                code: (
                    (
                        one.value.tolist(),
                        one.reliability.tolist(),
                        one.severity.tolist(),
                        one.load.tolist(),
                        month.points[code].tolist(),
                    ),
                    one.note,
                )
                for code, one in month.components.items()
            },
        )


def _mean(ranked: Sequence[tuple[_Columns, int]]) -> Adjusted:
    if not ranked:
        return Adjusted()
    scores = [month.score[row] for month, row in ranked]
    variance = sum(month.variance[row] for month, row in ranked)
    codes = dict.fromkeys(code for month, _row in ranked for code in month.components)
    components = {
        code: shown for code in codes if (shown := _component(code, ranked)) is not None
    }
    return Adjusted(
        score=round(sum(scores) / len(scores) * MILLION),
        deviation=round(sqrt(variance) / len(scores) * MILLION),
        components=components,
    )


def _component(
    code: str, ranked: Sequence[tuple[_Columns, int]]
) -> dict[str, Any] | None:
    """Return the mean over the months that have the component, and what moved it."""
    having = []
    notes = []
    for month, row in ranked:
        figures, note = month.components.get(code, _NOTHING)
        # Not a number: she has no value that month.
        if figures[0] and figures[0][row] == figures[0][row]:
            having.append([column[row] for column in figures])
            if note[row]:
                notes.append(note[row])
    if not having:
        return None
    *figures_of, points = zip(*having, strict=True)
    if len(having) == 1:
        means = [round(0 + of[0], 6) for of in figures_of]
    else:
        means = [round(sum(of) / len(of), 6) for of in figures_of]
        notes = sorted(set(notes))
    # A month without the component adds nothing, and counts in the mean all the same.
    adds = round(sum(one for one in points if one == one) / len(ranked), 6)
    return dict(zip(_SHOWN, means, strict=True)) | {
        "adjusted_points": adds,
        "notes": notes,
    }


_SHOWN = ("adjusted", "reliability", "severity", "load")
_NOTHING: tuple[_Figures, Sequence[str]] = (([], [], [], [], []), ())


@dataclass(frozen=True, slots=True)
class LevelSurety:
    """How sure the ranks of one level are, parallel to the people."""

    low: Ints
    high: Ints
    band: Ints
    chance: Floats | None

    def of(self, row: int) -> list[Any]:
        """Return [best rank, worst rank, band, chance of the quota] of one person."""
        chance = None if self.chance is None else round(float(self.chance[row]), 4)
        return [int(self.low[row]), int(self.high[row]), int(self.band[row]), chance]


def level_intervals(
    quotas: Sequence[Quota],
    groups: Mapping[Level, Ints],
    ranks: Mapping[Level, Ints],
    adjusted: Sequence[Adjusted],
) -> dict[Level, LevelSurety]:
    """Return intervals, bands and chances at every level, for who has a rank there."""
    mean = np.array([(one.score or 0) / MILLION for one in adjusted])
    deviation = np.array([(one.deviation or 0) / MILLION for one in adjusted])
    places = {quota.level: quota.places for quota in quotas}
    found: dict[Level, LevelSurety] = {}
    for level, group in groups.items():
        listed = np.where(ranks[level] > 0, group, -1)
        low, high = rank_intervals(mean, deviation, listed)
        chance = (
            top_chance(mean, deviation, listed, places[level])
            if level in places
            else None
        )
        found[level] = LevelSurety(low, high, bands(mean, deviation, listed), chance)
    return found
