"""Where the difference between two scores comes from, and whether it is chance.

With weights that add up to 1 on both sides, `Σ w₂v₂ − Σ w₁v₁` does not change when the
same level `R` is taken off every value; `R` is the mean of both sums. So a component
that both have is split, exactly, into the change of its value at the mean weight and
the change of its weight at the mean distance from `R`; one that only one side has
counts with that distance. Kitagawa (1955), "Components of a difference between two
rates", JASA 50, splits rates in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from evaluations.rankings.rules.waterfall import Step, Waterfall

# 90 % of the differences that chance makes lie within so many standard deviations.
WITHIN_CHANCE = 1.645


@dataclass(frozen=True, slots=True)
class Effect:
    """Points of the difference that one component made.

    `value` through what was achieved, `weight` through counting more, less, or at one
    of the two times only.
    """

    code: str
    value: Fraction
    weight: Fraction

    @property
    def points(self) -> Fraction:
        return self.value + self.weight


@dataclass(frozen=True, slots=True)
class Change:
    """`difference = Σ effects + extras + rounding`, in points; below 0: fewer."""

    effects: tuple[Effect, ...]
    extras: Fraction
    rounding: Fraction
    difference: Fraction

    @property
    def leading(self) -> tuple[Effect, ...]:
        """The effects in the direction of the difference, the largest first."""
        if not self.difference:
            return ()
        along = [one for one in self.effects if one.points * self.difference > 0]
        return tuple(sorted(along, key=lambda one: (-abs(one.points), one.code)))


def change_between(before: Waterfall, now: Waterfall) -> Change:
    """Split the difference of two scores into what each component made of it."""
    level = (_weighted(before) + _weighted(now)) / 2
    codes = dict.fromkeys(step.code for step in (*now.steps, *before.steps))
    effects = tuple(_effect(code, before, now, level) for code in codes)
    return Change(
        effects=effects,
        extras=_sum(now.extras) - _sum(before.extras),
        rounding=now.rounding - before.rounding,
        difference=now.score - before.score,
    )


def is_chance(difference: float, before: float, now: float) -> bool:
    """Tell whether a difference of adjusted scores is within chance at 90 %.

    `before` and `now` are the standard deviations of the two scores, in points; the
    periods are taken as independent.
    """
    return abs(difference) <= WITHIN_CHANCE * sqrt(before**2 + now**2)


def _effect(code: str, before: Waterfall, now: Waterfall, level: Fraction) -> Effect:
    old, new = before.step(code), now.step(code)
    if old is None or new is None:
        came = _off(new, level) if new else Fraction()
        went = _off(old, level) if old else Fraction()
        return Effect(code, Fraction(), came - went)
    weight, value = (old.weight + new.weight) / 200, (old.value + new.value) / 2
    return Effect(
        code=code,
        value=weight * (new.value - old.value),
        weight=(new.weight - old.weight) / 100 * (value - level),
    )


def _off(step: Step, level: Fraction) -> Fraction:
    return step.points - step.weight * level / 100


def _weighted(of: Waterfall) -> Fraction:
    return _sum(of.steps)


def _sum(steps: Sequence[Step]) -> Fraction:
    return sum((step.points for step in steps), Fraction())
