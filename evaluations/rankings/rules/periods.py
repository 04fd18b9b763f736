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

    @property
    def kept(self) -> Decimal | None:
        """The score in points, as it is kept."""
        return None if self.score is None else Decimal(self.score).scaleb(-2)

    @property
    def parts(self) -> dict[str, Part]:
        return month_parts(self.values, self.rules, scored=self.score is not None)


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
    of_month: dict[str, tuple[AdjustedMonth, dict[int, int]]] = {}
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
        of_month[code] = done, {row: at for at, row in enumerate(rows)}
        fits[code] = done.fits
    found = [
        _mean(
            [
                (of_month[code][0], of_month[code][1][row])
                for code, result in own.items()
                if result.score is not None
            ]
        )
        for row, own in enumerate(months)
    ]
    return found, fits


def _mean(ranked: Sequence[tuple[AdjustedMonth, int]]) -> Adjusted:
    if not ranked:
        return Adjusted()
    scores = [float(month.score[row]) for month, row in ranked]
    variance = sum(float(month.variance[row]) for month, row in ranked)
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
    code: str, ranked: Sequence[tuple[AdjustedMonth, int]]
) -> dict[str, Any] | None:
    """Return the mean over the months that have the component, and what moved it."""
    having = [
        (month.components[code], row)
        for month, row in ranked
        if code in month.components and not np.isnan(month.components[code].value[row])
    ]
    if not having:
        return None

    def mean(name: str) -> float:
        values = [float(getattr(of, name)[row]) for of, row in having]
        return round(sum(values) / len(values), 6)

    points = [
        float(month.points[code][row])
        for month, row in ranked
        if code in month.points and not np.isnan(month.points[code][row])
    ]
    notes = sorted({of.note[row] for of, row in having if of.note[row]})
    return {
        "adjusted": mean("value"),
        "adjusted_points": round(sum(points) / len(ranked), 6),
        "reliability": mean("reliability"),
        "severity": mean("severity"),
        "load": mean("load"),
        "notes": notes,
    }


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
