"""A score as a sum of steps that anybody can add up on paper.

`score = Σ steps + Σ extras + rounding`, exactly, for a month and for a longer period: a
step of a period is the mean of the months' steps, a month without the component adding
nothing. Weights are rescaled, so that those of a score with parts missing are 100 too.
Extras are what comes on top of the weighted parts: bonus, deduction, and what the floor
gave back where more was deducted than there was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.periods import MonthResult
from evaluations.rankings.rules.scheme import BONUS, DEDUCTION

# What the rule that no score falls below 0 gave back.
FLOOR = "floor"
ADJUSTED_POINTS = "adjusted_points"
_HALF = Fraction(1, 2)
# What is printed: ten-thousandths of a point.
_PRINTED = 10_000
# Stored figures are millionths: what is missing beyond this is no rounding.
_ROUNDED_AWAY = Fraction(1, _PRINTED)


@dataclass(frozen=True, slots=True)
class Step:
    """`points` out of `weight` (points that could be had) from one component.

    `curved` tells that a curve made the points of the value.
    """

    code: str
    points: Fraction
    weight: Fraction
    curved: bool = False

    @property
    def value(self) -> Fraction:
        """The points that the component's mean value earned, as it weighs, 0 to 100.

        Without a curve the value itself.
        """
        return 100 * self.points / self.weight


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps to a score; `extras` are signed points that no weight goes with."""

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
        left = self.score - _sum(steps) - _sum(extras)
        return Waterfall(steps, extras, left, self.score)


def raw_waterfall(
    frame: Frame, months: Mapping[str, MonthResult], score: Decimal | None
) -> Waterfall | None:
    """Return the steps to the score as written; None without a score.

    `months` are the person's months with anything in them, `score` the kept score of
    the period.
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
    return _closed(steps, _mean_extras(ranked), Fraction(score))


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
    extras = {step.code: step.points for step in raw.extras if step.code != FLOOR}
    exact = Fraction(score)
    # The floor may have caught the one score and not the other.
    given_back = exact - _sum(steps) - sum(extras.values(), Fraction())
    if given_back > _ROUNDED_AWAY:
        extras[FLOOR] = given_back
    return _closed(steps, extras, Fraction(floor(exact * 100 + _HALF), 100))


def _mean_extras(ranked: Sequence[MonthResult]) -> dict[str, Fraction]:
    """Return what months added and took beyond their parts, as means over them all."""
    found: dict[str, Fraction] = {}
    for month in ranked:
        for code, points in _extras(month).items():
            found[code] = found.get(code, Fraction()) + points / len(ranked)
    return found


def _extras(month: MonthResult) -> dict[str, Fraction]:
    found = {
        code: month.values[code].exact
        for code in (BONUS, DEDUCTION)
        if code in month.values
    }
    if found and month.score is not None:
        # The weighted parts are rounded before bonus and deduction come on top.
        parts = Fraction(floor(_sum(_steps(month).values()) * 100 + _HALF), 100)
        given_back = Fraction(month.score, 100) - parts - sum(found.values())
        if given_back:
            found[FLOOR] = given_back
    return found


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
            curved=rule.curve is not None,
        )
        for rule in counting
    }


def _mean(code: str, ranked: Sequence[MonthResult]) -> Step:
    of_months = [of for month in ranked if (of := _steps(month).get(code)) is not None]
    return Step(
        code=code,
        points=sum((of.points for of in of_months), Fraction()) / len(ranked),
        weight=sum((of.weight for of in of_months), Fraction()) / len(ranked),
        curved=any(of.curved for of in of_months),
    )


def _closed(
    steps: tuple[Step, ...], extras: Mapping[str, Fraction], score: Fraction
) -> Waterfall:
    added = tuple(Step(code, points, Fraction()) for code, points in extras.items())
    return Waterfall(steps, added, score - _sum(steps) - _sum(added), score)


def _sum(steps: Iterable[Step]) -> Fraction:
    return sum((step.points for step in steps), Fraction())


def _printed(step: Step) -> Step:
    return replace(step, points=Fraction(round(step.points * _PRINTED), _PRINTED))
