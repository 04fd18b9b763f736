"""The canonical input of a run: one line of JSON per person, and the head above them.

Lines hold what the ranking needs and no names. They are the stored input of a run:
whoever has them and the head can compute every figure again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import starmap
from json.encoder import encode_basestring
from typing import NamedTuple, TypeVar

from evaluations.ledger.periods import Period
from evaluations.rankings.rules.scheme import SchemeRules, canonical
from evaluations.rankings.rules.values import Sums

MonthSums = Mapping[str, tuple[Sums, ...]]
T = TypeVar("T")


class RaterSums(NamedTuple):
    """What one rater said of a person in entries that share an `out_of`.

    All in hundredths, added up with their signs; `squares` adds squared points.
    """

    rater: str
    out_of: int
    entries: int
    points: int
    squares: int


class LoadSums(NamedTuple):
    """Records of a person beside the queue of their days, added up.

    `n` records of which `points` (hundredths of a point) were had; `pressure` adds
    their days' pressure in hundredths, `pressures` its squares, `cross` pressure times
    points.
    """

    n: int
    points: int
    pressure: int
    pressures: int
    cross: int


@dataclass(frozen=True, slots=True)
class MonthEvidence:
    """What the adjusted values of a month need beyond the sums."""

    raters: Mapping[str, tuple[RaterSums, ...]] = field(default_factory=dict)
    load: Mapping[str, LoadSums] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.raters or self.load)

    def __or__(self, other: "MonthEvidence") -> "MonthEvidence":
        return MonthEvidence(
            {**self.raters, **other.raters}, {**self.load, **other.load}
        )


class Bar(NamedTuple):
    """Keeps somebody out of awards: of the period `scope`, or openly from `on`.

    Dates are ISO 8601. An open bar ends on `lifted_on` (None: it has not been lifted).
    """

    code: str
    scope: str
    on: str
    lifted_on: str | None

    def holds(self, period: Period) -> bool:
        """Tell whether the bar keeps the person out of the awards of `period`."""
        if self.scope:
            return self.scope == period.code
        last = period.last.isoformat()
        return self.on <= last and (self.lifted_on is None or self.lifted_on > last)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is listed, by code; None where there is no such ancestor."""

    outlet: str | None = None
    region: str | None = None
    county: str | None = None
    city: str | None = None
    province: str | None = None
    outlet_class: str = ""


# Texts of a canonical line, part by part: the encoder's work for 200,000 people would
# take most of the time of reading them.


def _quoted(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


def _object(parts: Mapping[str, T], text_of: Callable[[T], str]) -> str:
    if len(parts) == 1:
        ((name, part),) = parts.items()
        return f"{{{encode_basestring(name)}:{text_of(part)}}}"
    texts = [
        f"{encode_basestring(name)}:{text_of(parts[name])}" for name in sorted(parts)
    ]
    return f"{{{','.join(texts)}}}"


def _months_text(sums: MonthSums) -> str:
    return _object(sums, _sums_text)


def _sums_text(groups: Sequence[Sums]) -> str:
    if len(groups) == 1:
        out_of, entries, n, points, squares = groups[0]
        return f"[[{out_of},{entries},{n},{points},{squares}]]"
    texts = [
        f"[{out_of},{entries},{n},{points},{squares}]"
        for out_of, entries, n, points, squares in sorted(groups)
    ]
    return f"[{','.join(texts)}]"


def _month_evidence_text(evidence: MonthEvidence) -> str:
    load = canonical(evidence.load) if evidence.load else "{}"
    return f'{{"load":{load},"raters":{_object(evidence.raters, _raters_text)}}}'


def _raters_text(raters: Sequence[RaterSums]) -> str:
    texts = [
        f"[{encode_basestring(by)},{out_of},{entries},{points},{squares}]"
        for by, out_of, entries, points, squares in sorted(raters)
    ]
    return f"[{','.join(texts)}]"


@lru_cache(maxsize=1000)
def _place_text(place: Place) -> str:
    return canonical(
        {
            "city": place.city,
            "class": place.outlet_class,
            "county": place.county,
            "outlet": place.outlet,
            "province": place.province,
            "region": place.region,
        }
    )


@dataclass(frozen=True, slots=True)
class PersonInput:
    """What a ranking knows of one person. Dates are ISO 8601; None means unknown.

    `months` gives the sums of each month with anything in it, by month code and then
    by component; `evidence` what only adjusted values need, by month code. `holds`
    names open cases; they change no figure.
    """

    uuid: str
    post: str
    on_duty: bool
    hired_on: str | None
    place: Place
    months: Mapping[str, MonthSums]
    bars: tuple[Bar, ...] = ()
    holds: tuple[str, ...] = ()
    evidence: Mapping[str, MonthEvidence] = field(default_factory=dict)

    def line(self) -> str:
        """Return the canonical line: sorted keys, no spaces."""
        return (
            f'{{"bars":{canonical(self.bars) if self.bars else "[]"}'
            f',"duty":{"true" if self.on_duty else "false"}'
            f',"evidence":{self._evidence_text()}'
            f',"hired":{_quoted(self.hired_on)}'
            f',"holds":{canonical(sorted(self.holds)) if self.holds else "[]"}'
            f',"months":{_object(self.months, _months_text)}'
            f',"place":{_place_text(self.place)}'
            f',"post":{_quoted(self.post)}'
            f',"uuid":{_quoted(self.uuid)}}}'
        )

    def _evidence_text(self) -> str:
        there = {month: one for month, one in self.evidence.items() if one}
        return _object(there, _month_evidence_text)

    @classmethod
    def parse(cls, line: str) -> "PersonInput":
        """Read a canonical line.

        Raises:
            ValueError, KeyError, TypeError: the line is not one of ours.
        """
        data = json.loads(line)
        place = data["place"]
        return cls(
            uuid=data["uuid"],
            post=data["post"],
            on_duty=data["duty"],
            hired_on=data["hired"],
            place=Place(
                outlet=place["outlet"],
                region=place["region"],
                county=place["county"],
                city=place["city"],
                province=place["province"],
                outlet_class=place["class"],
            ),
            months={
                month: {
                    component: tuple(starmap(Sums, groups))
                    for component, groups in sums.items()
                }
                for month, sums in data["months"].items()
            },
            bars=tuple(Bar(*bar) for bar in data["bars"]),
            holds=tuple(data["holds"]),
            evidence={
                month: MonthEvidence(
                    raters={
                        code: tuple(starmap(RaterSums, of))
                        for code, of in evidence["raters"].items()
                    },
                    load={code: LoadSums(*of) for code, of in evidence["load"].items()},
                )
                for month, evidence in data["evidence"].items()
            },
        )

    def total(self, component: str) -> tuple[Sums, ...]:
        """Return the sums of a component over all months of the period."""
        if len(self.months) == 1:
            (only,) = self.months.values()
            return only.get(component, ())
        return tuple(
            group
            for month in sorted(self.months)
            for group in self.months[month].get(component, ())
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """What a run is about: the period, its rules, and the rules of each month."""

    period: Period
    scheme: str
    version: int
    rules: SchemeRules
    months: Mapping[str, tuple[int, SchemeRules]] = field(default_factory=dict)

    @classmethod
    def parse(cls, head: str) -> "Frame":
        """Read a head.

        Raises:
            ValueError, KeyError, TypeError: the head is not one of ours.
        """
        data = json.loads(head)
        return cls(
            period=Period.parse(data["period"]),
            scheme=data["scheme"],
            version=data["version"],
            rules=SchemeRules.parse(data["rules"]),
            months={
                code: (month["version"], SchemeRules.parse(month["rules"]))
                for code, month in data["months"].items()
            },
        )


def head_line(
    *,
    period: Period,
    scheme: str,
    version: int | None,
    rules: object,
    months: Mapping[str, tuple[int | None, object]],
) -> str:
    """Return the first line of a run's input: what is computed, and by which rules.

    `rules` are the JSON of the scheme's version; `months` gives (version, rules) for
    each month of the period. A draft has no number yet.
    """
    return canonical(
        {
            "months": {
                code: {"rules": month_rules, "version": number}
                for code, (number, month_rules) in months.items()
            },
            "period": period.code,
            "rules": rules,
            "scheme": scheme,
            "version": version,
        }
    )


def on_duty(
    *, day: date, hired_on: date | None, left_on: date | None, assigned: bool
) -> bool:
    """Tell whether somebody is employed and assigned on `day`.

    `left_on` is the last day worked; leave is on duty; unknown dates hold nobody back.
    """
    return (
        assigned
        and (hired_on is None or hired_on <= day)
        and (left_on is None or left_on >= day)
    )
