"""What a place scheme says: the parts of an outlet's score and what each weighs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any

from evaluations.rankings.rules.scheme import SchemeError


class Way(StrEnum):
    """How the value of a part follows."""

    STAFF = "staff"  # mean of the scores of the people ranked there
    POOLED = "pooled"  # all points over all that could be had
    MEAN = "mean"  # mean of entries that share one `out_of`
    RATE = "rate"  # records per 10,000 of another component, fewer is better


@dataclass(frozen=True, slots=True)
class PartRule:
    """A part counts from `least_n` records on; weight 0 is shown and not scored.

    Of a rate `per` is the component counted in the denominator, whose records
    `least_n` asks for, and `worst` the rate per 10,000 that scores 0.
    """

    code: str
    weight: Fraction
    way: Way
    least_n: int
    component: str = ""
    per: str = ""
    worst: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """Without parts that weigh `least_weight` of 100 together an outlet has no score.

    `winners` is how many of the best of each city are named to everybody; 0: none.
    """

    parts: tuple[PartRule, ...]
    least_weight: Fraction
    winners: int

    @property
    def read_components(self) -> tuple[str, ...]:
        """Every component of the ledger that the rules look at, sorted."""
        read = {part.component for part in self.parts} | {p.per for p in self.parts}
        return tuple(sorted(read - {""}))

    @classmethod
    def parse(cls, data: Any) -> "PlaceRules":
        """Read rules from their JSON.

        Raises:
            SchemeError: something is missing, unknown or does not add up.
        """
        try:
            known = {"parts", "least_weight", "winners"}
            if unknown := set(data) - known:
                raise SchemeError(f"rules: unknown {', '.join(sorted(unknown))}")
            rules = cls(
                parts=tuple(_part(part) for part in data["parts"]),
                least_weight=_number(data["least_weight"]),
                winners=int(data["winners"]),
            )
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            if isinstance(error, SchemeError):
                raise
            raise SchemeError(f"rules: {error!r}") from error
        _check(rules)
        return rules


def _number(found: Any) -> Fraction:
    return Fraction(Decimal(str(found)))


def _part(data: Mapping[str, Any]) -> PartRule:
    known = {"code", "weight", "way", "least_n", "component", "per", "worst"}
    if unknown := set(data) - known:
        raise SchemeError(f"rules.parts: unknown {', '.join(sorted(unknown))}")
    return PartRule(
        code=str(data["code"]),
        weight=_number(data["weight"]),
        way=Way(data["way"]),
        least_n=int(data["least_n"]),
        component=str(data.get("component", "")),
        per=str(data.get("per", "")),
        worst=_number(data.get("worst", 1)),
    )


def _check(rules: PlaceRules) -> None:
    codes = [part.code for part in rules.parts]
    if len(set(codes)) != len(codes):
        raise SchemeError("rules.parts: name each part once")
    if any(part.weight < 0 or part.least_n < 1 for part in rules.parts):
        raise SchemeError("rules.parts: no weight below 0, at least one record")
    if sum(part.weight for part in rules.parts) != 100:
        raise SchemeError("rules.parts: the weights do not add up to 100")
    if not 0 < rules.least_weight <= 100 or rules.winners < 0:
        raise SchemeError("rules.least_weight: above 0 and up to 100")
    for part in rules.parts:
        if (part.way is Way.STAFF) == bool(part.component):
            raise SchemeError(
                f"rules.parts.{part.code}: names its component or is staff"
            )
        if part.way is Way.RATE and (not part.per or part.worst <= 0):
            raise SchemeError(f"rules.parts.{part.code}: a rate needs per and worst")
    if sum(part.way is Way.STAFF for part in rules.parts) > 1:
        raise SchemeError("rules.parts: one part of the staff's scores")
