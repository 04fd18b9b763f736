"""Values, what they earn, the scores of months, and of quarters and years from them."""

from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from .file import Json

EXTRAS = ("bonus", "deduction")


class Value(NamedTuple):
    """A component's value, 0 to 100, over `n` records."""

    exact: Fraction
    n: int


def value_of(sums: list[list[int]], measure: str) -> Value | None:
    """Return a component's value, None where nothing was judged.

    `sums` are groups of [out_of, entries, n, points, squares].
    """
    judged = [one for one in sums if one[0] > 0]
    if measure == "pooled":
        out_of = sum(one[0] * one[1] for one in judged)
        if out_of <= 0:
            return None
        points = sum(one[3] for one in judged)
        return Value(Fraction(100 * points, out_of), sum(one[2] for one in judged))
    entries = sum(one[1] for one in judged)
    if entries <= 0:
        return None
    total = sum((Fraction(100 * one[3], one[0]) for one in judged), Fraction())
    return Value(total / entries, entries)


def exactly(number: Any) -> Fraction:
    """Return a number of the rules as it is written, 33.3 as 333/10."""
    return Fraction(str(number))


def half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


# --- Curves -----------------------------------------------------------------------


def earned(curve: Json | None, value: Fraction) -> Fraction:
    """Return the points that a value earns; without a curve it earns itself."""
    if curve is None:
        return value
    if curve["kind"] == "challenge":
        base, top = exactly(curve["base"]), exactly(curve["challenge"])
        if value >= top:
            return Fraction(100)
        if value < base:
            return max(Fraction(0), 90 * value / base)
        return 90 + 10 * (value - base) / (top - base)
    if curve["kind"] != "piecewise":
        raise ValueError(f"curve {curve['kind']} is not known here")
    lower, upper = exactly(curve["lower"]), exactly(curve["upper"])
    if value < lower:
        return exactly(curve["below_score"])
    start, end = exactly(curve["lower_score"]), exactly(curve["upper_score"])
    if value >= upper:
        return end
    return start + (end - start) * (value - lower) / (upper - lower)


def slope(curve: Json | None, value: Fraction) -> Fraction:
    """Return the slope to the right of a value, 0 where the curve is flat."""
    if curve is None:
        return Fraction(1)
    if curve["kind"] == "challenge":
        base, top = exactly(curve["base"]), exactly(curve["challenge"])
        if value < 0 or value >= top:
            return Fraction(0)
        return 90 / base if value < base else 10 / (top - base)
    lower, upper = exactly(curve["lower"]), exactly(curve["upper"])
    if not lower <= value < upper:
        return Fraction(0)
    return (exactly(curve["upper_score"]) - exactly(curve["lower_score"])) / (
        upper - lower
    )


# --- Months -----------------------------------------------------------------------


def is_scored(rules: Json, post: str) -> bool:
    posts = rules.get("posts") or []
    return not posts or post in posts


def of_post(rules: Json, post: str) -> list[Json]:
    """Return the components that count for a post, with the weights they have there."""
    weights = rules.get("variants", {}).get(post)
    if weights is None:
        return [dict(one) for one in rules["components"]]
    return [
        {**one, "weight": weights[one["code"]]}
        for one in rules["components"]
        if one["code"] in weights
    ]


class Month:
    """One month of one person by the rules of that month."""

    def __init__(self, sums: Json, rules: Json, post: str) -> None:
        self.values: dict[str, Value] = {}
        self.weights: dict[str, Fraction] = {}
        self.earned: dict[str, Fraction] = {}
        self.extras: dict[str, Value] = {}
        self.score: int | None = None
        self.curves: dict[str, Json | None] = {}
        if not is_scored(rules, post):
            return
        components = of_post(rules, post)
        for one in components:
            code = one["code"]
            value = value_of(sums.get(code, []), one["measure"])
            if value is not None and value.n >= one["least_n"]:
                self.values[code] = value
                self.curves[code] = one.get("curve")
                self.earned[code] = earned(one.get("curve"), value.exact)
        for code in EXTRAS:
            limit = rules.get(f"{code}_limit", 0)
            points = sum(one[3] for one in sums.get(code, [])) if limit else 0
            points = min(points, limit) if code == "bonus" else max(points, -limit)
            if points:
                n = sum(one[2] for one in sums[code])
                self.extras[code] = Value(Fraction(points, 100), n)
        least = min(rules["least_components"], len(components))
        needed = {one["code"] for one in components if one["required"]}
        if len(self.values) < least or not needed <= set(self.values):
            return
        here = [one for one in components if one["code"] in self.values]
        total = sum((exactly(one["weight"]) for one in here), Fraction())
        self.weights = {one["code"]: exactly(one["weight"]) / total for one in here}
        exact = sum(
            (self.weights[code] * self.earned[code] for code in self.weights),
            Fraction(),
        )
        self.score = half_up(100 * exact)
        if any(rules.get(f"{code}_limit", 0) for code in EXTRAS):
            self.score = max(0, self.score + int(100 * self.extra))

    @property
    def extra(self) -> Fraction:
        """The points that bonus and deduction add."""
        return sum((value.exact for value in self.extras.values()), Fraction())

    def part(self, code: str) -> Json:
        """Return what a component adds: figures by the names of the file."""
        ranked = self.score is not None
        if code in self.extras:
            value = self.extras[code]
            return {
                "raw": value.exact,
                "n": value.n,
                "weight": Fraction(0),
                "points": value.exact if ranked else None,
            }
        value = self.values[code]
        part: Json = {
            "raw": value.exact,
            "n": value.n,
            "weight": 100 * self.weights[code] if ranked else None,
            "points": self.weights[code] * self.earned[code] if ranked else None,
        }
        if self.curves[code] is not None:
            part["earned"] = self.earned[code]
        return part


class Person:
    """The whole period of one person: score in hundredths, parts, exact values."""

    def __init__(self, head: Json, given: Json) -> None:
        self.given = given
        self.months = {
            code: Month(given["months"][code], of["rules"], given["post"])
            for code, of in sorted(head["months"].items())
            if code in given["months"] and is_scored(of["rules"], given["post"])
        }
        rules, months = head["rules"], list(self.months.values())
        self.ranked_months = [one for one in months if one.score is not None]
        self.score: int | None
        if len(head["months"]) == 1:
            self.score = months[0].score if months else None
            self.parts = (
                {
                    code: months[0].part(code)
                    for code in (*months[0].values, *months[0].extras)
                }
                if months
                else {}
            )
            self.values = {code: part["raw"] for code, part in self.parts.items()}
            return
        kind = "quarter" if len(head["months"]) == 3 else "year"
        scores = [one.score for one in self.ranked_months if one.score is not None]
        enough = len(scores) >= rules["least_months"][kind]
        self.score = half_up(Fraction(sum(scores), len(scores))) if enough else None
        self.parts = {}
        codes = [c for one in self.ranked_months for c in (*one.values, *one.extras)]
        for code in dict.fromkeys(codes):
            self.parts[code] = self._mean(code, enough)
        self.values = {code: part["raw"] for code, part in self.parts.items()}

    def _mean(self, code: str, ranked: bool) -> Json:
        having = [
            one.part(code)
            for one in self.ranked_months
            if code in one.values or code in one.extras
        ]
        all_months = len(self.ranked_months)
        part: Json = {
            "raw": sum(one["raw"] for one in having) / len(having),
            "n": sum(one["n"] for one in having),
        }
        for name in ("weight", "points"):
            total = sum((one[name] or Fraction(0) for one in having), Fraction())
            part[name] = total / all_months if ranked else None
        curved = [one["earned"] for one in having if "earned" in one]
        if curved:
            part["earned"] = sum(curved, Fraction()) / len(curved)
        return part
