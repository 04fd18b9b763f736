"""The ranking of outlets and regions, from canonical lines to results."""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from evaluations.rankings.rules.intervals import rank_intervals
from evaluations.rankings.rules.people import Place
from evaluations.rankings.rules.place_scheme import (
    PartRule,
    PlaceRules,
    Way,
)
from evaluations.rankings.rules.ranks import competition_ranks, groups_of
from evaluations.rankings.rules.scheme import Level, canonical

PLACE_LEVELS = (Level.COUNTY, Level.CITY, Level.PROVINCE, Level.CLASS, Level.ALL)
REGION_LEVELS = (Level.COUNTY, Level.CITY, Level.PROVINCE)


class Pool(NamedTuple):
    """Entries of one component about an outlet, added up with their signs.

    `points` and `out_of` are in hundredths; `n` counts the records.
    """

    entries: int
    n: int
    points: int
    out_of: int


class Missing(StrEnum):
    """Why a part is left out."""

    NOTHING = "nothing"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class OutletInput:
    """What a ranking knows of one outlet.

    `scores` are those of its ranked people in hundredths, sorted; `people` counts all
    who are listed there. `pools` gives, by component, the sums of what is about the
    outlet.
    """

    code: str
    place: Place
    people: int
    scores: tuple[int, ...]
    pools: Mapping[str, Pool] = field(default_factory=dict)

    def line(self) -> str:
        """Return the canonical line: sorted keys, no spaces."""
        return canonical(
            {
                "code": self.code,
                "people": self.people,
                "place": {
                    "city": self.place.city,
                    "class": self.place.outlet_class,
                    "county": self.place.county,
                    "province": self.place.province,
                    "region": self.place.region,
                },
                "pools": {code: [*pool] for code, pool in self.pools.items()},
                "scores": sorted(self.scores),
            }
        )

    @classmethod
    def parse(cls, line: str) -> "OutletInput":
        """Read a canonical line.

        Raises:
            ValueError, KeyError, TypeError: the line is not one of ours.
        """
        data = json.loads(line)
        place = data["place"]
        return cls(
            code=data["code"],
            place=Place(
                outlet=data["code"],
                region=place["region"],
                county=place["county"],
                city=place["city"],
                province=place["province"],
                outlet_class=place["class"],
            ),
            people=data["people"],
            scores=tuple(data["scores"]),
            pools={code: Pool(*pool) for code, pool in data["pools"].items()},
        )


@dataclass(frozen=True, slots=True)
class PlacePart:
    """One part of an outlet's score: its value, 0 to 100, over `n` records.

    `figure` is what the value was made of where that is another figure (complaints
    per 10,000 transactions). A part without a value says why in `missing`.
    """

    code: str
    weight: Fraction
    n: int = 0
    value: Fraction | None = None
    figure: Fraction | None = None
    missing: Missing | None = None

    def shown(self, weight_sum: Fraction) -> dict[str, Any]:
        """Return the part as answers give it; what counts has weight and points."""
        share = self.weight / weight_sum if weight_sum and self.weight else None
        counts = self.value is not None and share is not None
        return {
            "n": self.n,
            "value": None if self.value is None else float(self.value),
            "figure": None if self.figure is None else float(self.figure),
            "missing": self.missing,
            "weight": float(100 * share) if counts and share is not None else None,
            "points": float(share * self.value)
            if share is not None and self.value is not None
            else None,
        }


@dataclass(frozen=True, slots=True)
class OutletResult:
    """What a run says of one outlet. `score` is in hundredths; None: no score.

    `ranks` is by level, None where there is none; `low` and `high` bound the rank
    among all at 90 % confidence, as far as the staff mean makes it uncertain.
    """

    code: str
    score: int | None
    parts: Mapping[str, Mapping[str, Any]]
    ranks: Mapping[Level, int | None]
    low: int | None
    high: int | None

    def line(self) -> str:
        """Return what is hashed: exact figures and ranks, no interval."""
        return canonical(
            {
                "code": self.code,
                "ranks": {level: self.ranks[level] for level in PLACE_LEVELS},
                "score": self.score,
            }
        )


@dataclass(frozen=True, slots=True)
class RegionResult:
    """A region's score in hundredths, over `outlets` with a score and their people."""

    level: Level
    code: str
    score: int | None
    outlets: int
    people: int
    rank: int | None
    rank_province: int | None

    def line(self) -> str:
        return canonical(
            {
                "code": self.code,
                "level": self.level,
                "outlets": self.outlets,
                "people": self.people,
                "rank": self.rank,
                "rank_province": self.rank_province,
                "score": self.score,
            }
        )


@dataclass(frozen=True, slots=True)
class PlaceRanking:
    outlets: list[OutletResult]
    regions: list[RegionResult]


def rounded(value: Fraction) -> int:
    """Return a value of 0 or more in hundredths, halves rounded up."""
    return (value * 200 + 1).__floor__() // 2


def part_of(outlet: OutletInput, rule: PartRule) -> PlacePart:
    """Return one part of an outlet's score; what does not apply is left out."""
    if rule.way is Way.STAFF:
        n = len(outlet.scores)
        if n < rule.least_n:
            return _missing(rule, n)
        return PlacePart(
            rule.code, rule.weight, n, Fraction(sum(outlet.scores), n * 100)
        )
    pool = outlet.pools.get(rule.component, Pool(0, 0, 0, 0))
    if rule.way is Way.RATE:
        base = outlet.pools.get(rule.per, Pool(0, 0, 0, 0)).n
        if base < rule.least_n:
            return _missing(rule, base)
        rate = Fraction(max(0, pool.n) * 10_000, base)
        value = max(Fraction(0), 100 - 100 * rate / rule.worst)
        return PlacePart(rule.code, rule.weight, base, value, rate)
    n = pool.entries if rule.way is Way.MEAN else pool.n
    if n < rule.least_n or pool.out_of <= 0:
        return _missing(rule, max(0, n))
    value = Fraction(100 * pool.points, pool.out_of)
    return PlacePart(
        rule.code, rule.weight, n, min(Fraction(100), max(Fraction(0), value))
    )


def _missing(rule: PartRule, n: int) -> PlacePart:
    why = Missing.TOO_FEW if n else Missing.NOTHING
    return PlacePart(rule.code, rule.weight, n, missing=why)


def outlet_score(
    parts: Iterable[PlacePart], least_weight: Fraction
) -> tuple[int | None, Fraction]:
    """Return (score in hundredths, weight of the parts that apply).

    None where the parts that apply carry less than `least_weight` of 100 together.
    """
    there = [part for part in parts if part.value is not None]
    weight = sum((part.weight for part in there), Fraction())
    if weight < least_weight or not weight:
        return None, weight
    total = sum((p.weight * p.value for p in there if p.value is not None), Fraction())
    return rounded(total / weight), weight


def rank_places(rules: PlaceRules, lines: Iterable[str]) -> PlaceRanking:
    """Rank outlets, given as canonical lines, and the regions above them."""
    outlets = [OutletInput.parse(line) for line in lines]
    parts = [[part_of(outlet, rule) for rule in rules.parts] for outlet in outlets]
    judged = [outlet_score(of, rules.least_weight) for of in parts]
    scores = np.array([-1 if s is None else s for s, _w in judged], dtype=np.int64)
    ranks = {
        level: competition_ranks(scores, groups_of(_keys(outlets, level)))
        for level in PLACE_LEVELS
    }
    low, high = _intervals(rules, outlets, judged)
    results = [
        OutletResult(
            code=outlet.code,
            score=score,
            parts={
                part.code: part.shown(weight if score is not None else Fraction())
                for part in of
            },
            ranks={level: int(ranks[level][i]) or None for level in PLACE_LEVELS},
            low=int(low[i]) or None,
            high=int(high[i]) or None,
        )
        for i, (outlet, of, (score, weight)) in enumerate(
            zip(outlets, parts, judged, strict=True)
        )
    ]
    return PlaceRanking(results, _regions(outlets, [score for score, _w in judged]))


def _keys(outlets: Sequence[OutletInput], level: Level) -> list[Hashable | None]:
    if level is Level.ALL:
        return [True] * len(outlets)
    if level is Level.CLASS:
        return [
            (one.place.province, one.place.outlet_class)
            if one.place.province and one.place.outlet_class
            else None
            for one in outlets
        ]
    return [getattr(one.place, level) for one in outlets]


def _intervals(
    rules: PlaceRules,
    outlets: Sequence[OutletInput],
    judged: Sequence[tuple[int | None, Fraction]],
) -> tuple[Any, Any]:
    """Bound every rank by how sure the staff mean is; the other parts are as counted.

    The spread of people within an outlet is pooled over all outlets, so that three
    people who happen to be close do not make a sure mean.
    """
    staff = next((rule for rule in rules.parts if rule.way is Way.STAFF), None)
    counted = [
        one.scores if staff is not None and len(one.scores) >= staff.least_n else ()
        for one in outlets
    ]
    squares = sum(
        float(np.var(np.array(scores) / 100)) * len(scores)
        for scores in counted
        if scores
    )
    freedom = sum(len(scores) - 1 for scores in counted if scores)
    variance = squares / freedom if freedom > 0 else 0.0
    mean = np.array([(score or 0) / 100 for score, _w in judged])
    deviation = np.zeros(len(outlets))
    for i, (scores, (score, weight)) in enumerate(zip(counted, judged, strict=True)):
        if staff is not None and scores and score is not None:
            share = float(staff.weight / weight)
            deviation[i] = share * (variance / len(scores)) ** 0.5
    group = np.array([-1 if s is None else 0 for s, _w in judged], dtype=np.int64)
    if not len(outlets):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return rank_intervals(mean, deviation, group)


def _regions(
    outlets: Sequence[OutletInput], scores: Sequence[int | None]
) -> list[RegionResult]:
    results: list[RegionResult] = []
    for level in REGION_LEVELS:
        inside: dict[str, list[tuple[OutletInput, int | None]]] = defaultdict(list)
        for outlet, score in zip(outlets, scores, strict=True):
            if (code := getattr(outlet.place, level)) is not None:
                inside[code].append((outlet, score))
        codes = sorted(inside)
        means = [region_score(inside[code]) for code in codes]
        figures = np.array([-1 if m is None else m for m in means], dtype=np.int64)
        provinces = [inside[code][0][0].place.province for code in codes]
        everywhere = competition_ranks(figures, groups_of([True] * len(codes)))
        within = competition_ranks(figures, groups_of(provinces))
        for i, code in enumerate(codes):
            scored = [one for one, score in inside[code] if score is not None]
            results.append(
                RegionResult(
                    level=level,
                    code=code,
                    score=means[i],
                    outlets=len(scored),
                    people=sum(one.people for one in scored),
                    rank=int(everywhere[i]) or None,
                    rank_province=int(within[i]) or None,
                )
            )
    return results


def region_score(inside: Iterable[tuple[OutletInput, int | None]]) -> int | None:
    """Return the mean of the outlets' scores weighted by the people listed there.

    None where no outlet with people has a score.
    """
    total = people = 0
    for outlet, score in inside:
        if score is not None:
            total += score * outlet.people
            people += outlet.people
    return rounded(Fraction(total, people * 100)) if people else None
