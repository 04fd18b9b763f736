"""A score as a sum of steps that anybody can add up on paper.

`score = Σ steps + Σ extras + rounding`, exactly, for a month and for a longer period: a
step of a period is the mean of the months' steps, a month without the component adding
nothing. Weights are rescaled, so that those of a score with parts missing are 100 too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.periods import MonthResult

ADJUSTED_POINTS = "adjusted_points"
_HALF = Fraction(1, 2)
# What is printed: ten-thousandths of a point.
_PRINTED = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """`points` out of `weight` (points that could be had) from one component."""

    code: str
    points: Fraction
    weight: Fraction

    @property
    def value(self) -> Fraction:
        """The component's mean value, 0 to 100, as it weighs in the score."""
        return 100 * self.points / self.weight


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps to a score; `extras` are signed points of bonus and deduction."""

    steps: tuple[Step, ...]
    extras: tuple[Step, ...]
    rounding: Fraction
    score: Fraction

    def step(self, code: str) -> Step | None:
        return next((step for step in self.steps if step.code == code), None)

    def printed(self) -> "Waterfall":
        """Return it with steps in ten-thousandths; what that loses is rounding too."""
        steps, extras = (
            tuple(map(_printed, self.steps)),
            tuple(map(_printed, self.extras)),
        )
        return Waterfall(steps, extras, _left(self.score, steps, extras), self.score)


def raw_waterfall(
    frame: Frame,
    months: Mapping[str, MonthResult],
    score: Decimal | None,
    extras: Mapping[str, Fraction] | None = None,
) -> Waterfall | None:
    """Return the steps to the score as written; None without a score.

    `months` are the person's months with anything in them, `score` the kept score of
    the period, `extras` what was added or taken beyond the components.
    """
    if score is None:
        return None
    if frame.period.kind is PeriodKind.MONTH:
        months = {code: of for code, of in months.items() if code == frame.period.code}
    ranked = [of for of in months.values() if of.score is not None]
    if not ranked:
        return None
    codes = dict.fromkeys(code for month in ranked for code in _steps(month))
    steps = tuple(_mean(code, ranked) for code in codes)
    return _closed(steps, extras, Fraction(score))


def adjusted_waterfall(
    raw: Waterfall | None,
    components: Mapping[str, Mapping[str, Any] | None],
    score: Decimal | None,
) -> Waterfall | None:
    """Return the steps to the adjusted score, rounded half up to two decimals.

    `components` are those of the standing; None where it has no adjusted figures, or
    where they are older than the points that add up.
    """
    if raw is None or score is None:
        return None
    points = {
        step.code: part[ADJUSTED_POINTS]
        for step in raw.steps
        if (part := components.get(step.code)) and ADJUSTED_POINTS in part
    }
    if len(points) < len(raw.steps):
        return None
    steps = tuple(
        replace(step, points=Fraction(str(points[step.code]))) for step in raw.steps
    )
    extras = {step.code: step.points for step in raw.extras}
    rounded = Fraction(floor(Fraction(score) * 100 + _HALF), 100)
    return _closed(steps, extras, rounded)


def _steps(month: MonthResult) -> dict[str, Step]:
    counting = [
        rule
        for rule in month.rules.components
        if rule.code in month.values and rule.weight
    ]
    total = sum((rule.weight for rule in counting), Fraction())
    return {
        rule.code: Step(
            code=rule.code,
            points=rule.weight
            * month.values[rule.code].earned(rule.curve).exact
            / total,
            weight=100 * rule.weight / total,
        )
        for rule in counting
    }


def _mean(code: str, ranked: Sequence[MonthResult]) -> Step:
    of_months = [of for month in ranked if (of := _steps(month).get(code)) is not None]
    return Step(
        code=code,
        points=sum((of.points for of in of_months), Fraction()) / len(ranked),
        weight=sum((of.weight for of in of_months), Fraction()) / len(ranked),
    )


def _closed(
    steps: tuple[Step, ...], extras: Mapping[str, Fraction] | None, score: Fraction
) -> Waterfall:
    added = tuple(
        Step(code, points, Fraction()) for code, points in (extras or {}).items()
    )
    return Waterfall(steps, added, _left(score, steps, added), score)


def _left(score: Fraction, *parts: Sequence[Step]) -> Fraction:
    return score - sum((step.points for of in parts for step in of), Fraction())


def _printed(step: Step) -> Step:
    return replace(step, points=Fraction(round(step.points * _PRINTED), _PRINTED))
