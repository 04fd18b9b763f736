"""Curves: how many points a value earns, exactly.

A value may earn other points than itself: nothing below a threshold, and a line from
there on; or points by a base target and a challenge target. Points run from 0 to 100
and are given exactly; values are in the unit of the curve's bounds. Both what posts to
the ledger (KPIs) and what reads it (schemes) earn by them.
"""

from dataclasses import dataclass
from fractions import Fraction

# What reaching a base target earns, and what passing the challenge earns.
BASE_SCORE = Fraction(90)
FULL_SCORE = Fraction(100)


def challenge_score(
    value: Fraction, *, base: Fraction | None, challenge: Fraction | None
) -> Fraction | None:
    """Return what a result earns against a base and a challenge target.

    Below the base 90 × value ÷ base, from base to challenge a straight line from 90
    to 100, from the challenge on 100. Where both are the same, reaching it earns 100.
    None: there is no base, or a base of 0, so nothing can be said. A missing challenge
    is the base itself, and so is one that lies below it.
    """
    if base is None or base <= 0:
        return None
    top = base if challenge is None else max(base, challenge)
    if value >= top:
        return FULL_SCORE
    if value < base:
        return max(BASE_SCORE * value / base, Fraction(0))
    return BASE_SCORE + (FULL_SCORE - BASE_SCORE) * (value - base) / (top - base)


@dataclass(frozen=True, slots=True)
class Piecewise:
    """A threshold indicator: a cliff, a line, a plateau.

    Below `lower` a value earns `below_score`; at `lower` it earns `lower_score`, from
    there a straight line to `upper_score` at `upper` and beyond.

    Raises:
        ValueError: `lower` does not lie below `upper`, or a better value earns less.
    """

    lower: Fraction
    lower_score: Fraction
    upper: Fraction
    upper_score: Fraction
    below_score: Fraction

    def __post_init__(self) -> None:
        if not self.lower < self.upper:
            raise ValueError("the lower threshold lies below the upper one")
        if not self.below_score <= self.lower_score <= self.upper_score:
            raise ValueError("the better value earns no fewer points")

    def exact(self, value: Fraction) -> Fraction:
        if value < self.lower:
            return self.below_score
        if value >= self.upper:
            return self.upper_score
        share = (value - self.lower) / (self.upper - self.lower)
        return self.lower_score + share * (self.upper_score - self.lower_score)

    def slope(self, value: float) -> float:
        """Return the points that one point of the value is worth, 0 where it is flat.

        On the edge itself it is the slope to the right. The cliff has none.
        """
        if not float(self.lower) <= value < float(self.upper):
            return 0.0
        rise = (self.upper_score - self.lower_score) / (self.upper - self.lower)
        return float(rise)


@dataclass(frozen=True, slots=True)
class Challenge:
    """The curve of a base and a challenge target; see `challenge_score`."""

    base: Fraction
    challenge: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.base <= self.challenge:
            raise ValueError("the base lies above 0 and not above the challenge")

    def exact(self, value: Fraction) -> Fraction:
        found = challenge_score(value, base=self.base, challenge=self.challenge)
        assert found is not None  # noqa: S101 the base lies above 0
        return found

    def slope(self, value: float) -> float:
        """Return the points that one point of the value is worth; see `Piecewise`."""
        if value >= float(self.challenge) or value < 0:
            return 0.0
        if value < float(self.base):
            return float(BASE_SCORE / self.base)
        return float((FULL_SCORE - BASE_SCORE) / (self.challenge - self.base))


Curve = Piecewise | Challenge


def earned(curve: Curve | None, value: Fraction) -> Fraction:
    """Return the points that a value earns; without a curve it earns itself."""
    return value if curve is None else curve.exact(value)


def earned_float(curve: Curve | None, value: float) -> float:
    """Return the points of a value that is no exact one, such as an adjusted value."""
    return value if curve is None else float(curve.exact(Fraction(value)))


def slope_at(curve: Curve | None, value: float) -> float:
    """Return the local slope; without a curve a point is worth a point."""
    return 1.0 if curve is None else curve.slope(value)
