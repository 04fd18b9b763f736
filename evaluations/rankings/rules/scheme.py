"""A scheme's rules: what counts, how much, who may win and how many."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any

from evaluations.ledger.periods import PeriodKind

# Components that every answer names, missing ones as null.
STANDARD_COMPONENTS = ("daily", "knowledge", "mystery", "onsite", "callback")


class SchemeError(ValueError):
    """The rules do not hold together; the message says where."""


class Basis(StrEnum):
    """Which of the two scores makes the rank."""

    RAW = "raw"
    ADJUSTED = "adjusted"


class Measure(StrEnum):
    """How a component's value follows from its entries."""

    MEAN = "mean"  # mean of the entries' ratios: days, tests, visits weigh alike
    POOLED = "pooled"  # all points over all that could be had: ratings weigh alike


class Level(StrEnum):
    """A list of peers. `class` is the outlet class within a province."""

    OUTLET = "outlet"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    CLASS = "class"
    ALL = "all"


class Peers(StrEnum):
    """Whose mean a small sample is drawn to."""

    ALL = "all"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    CLASS = "class"
    POST = "post"


class Preference(StrEnum):
    """How a tie-break prefers one of two people."""

    HIGHER = "higher"  # the value of a component; a missing one loses
    FEWER = "fewer"  # the records of a component of weight zero
    EARLIER = "earlier"  # the day hired; an unknown one loses


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """`least_n` records make the component count; without a required one, no score.

    The rest concerns the adjusted value: whose mean it is drawn to, which component of
    the ledger tells the raters' severity ("" corrects none), and whether crowded days
    are allowed for.
    """

    code: str
    weight: Fraction
    measure: Measure
    least_n: int
    required: bool
    peers: Peers = Peers.ALL
    severity: str = ""
    load: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """The pooled share of `component` must reach `least` percent."""

    component: str
    least: Fraction


@dataclass(frozen=True, slots=True)
class Gate:
    """Keeps a person from winning, never from the list; open where `needs` is empty."""

    code: str
    needs: str
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class TieBreak:
    preference: Preference
    of: str


@dataclass(frozen=True, slots=True)
class Quota:
    """`places` winners in each place of `level` where `least_ranked` have a score."""

    level: Level
    places: int
    least_ranked: int


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """What a version of a scheme says; `parse` reads it, a run stores it.

    `least_days` = (component, records) asks for so many in a month; None asks nothing.
    `least_months` gives the ranked months that a quarter and a year need.
    """

    basis: Basis
    components: tuple[ComponentRule, ...]
    least_components: int
    least_days: tuple[str, int] | None
    least_months: Mapping[PeriodKind, int]
    gates: tuple[Gate, ...]
    bars: tuple[str, ...]
    tie_breaks: tuple[TieBreak, ...]
    least_ranked_in_outlet: int
    quotas: Mapping[PeriodKind, tuple[Quota, ...]]
    title: str

    @property
    def shown_components(self) -> tuple[str, ...]:
        """The components that an answer names, in a fixed order."""
        own = (component.code for component in self.components)
        return tuple(dict.fromkeys((*STANDARD_COMPONENTS, *own)))

    @property
    def read_components(self) -> tuple[str, ...]:
        """Every component of the ledger that the rules look at, sorted."""
        read = {component.code for component in self.components}
        for gate in self.gates:
            read |= {gate.needs, *(limit.component for limit in gate.limits)}
        read |= {
            rule.of
            for rule in self.tie_breaks
            if rule.preference is not Preference.EARLIER
        }
        if self.least_days is not None:
            read.add(self.least_days[0])
        return tuple(sorted(read))

    @property
    def counted_components(self) -> frozenset[str]:
        """The components whose entries are told apart; of others sums suffice."""
        means = {
            component.code
            for component in self.components
            if component.measure is Measure.MEAN
        }
        return frozenset(means | ({self.least_days[0]} if self.least_days else set()))

    @property
    def rated_components(self) -> tuple[str, ...]:
        """The components of the ledger that are read rater by rater, sorted."""
        return tuple(sorted({one.severity for one in self.components if one.severity}))

    @property
    def loaded_components(self) -> tuple[str, ...]:
        """The components that are read day by day beside the queue, sorted."""
        return tuple(sorted(one.code for one in self.components if one.load))

    def component(self, code: str) -> ComponentRule | None:
        return next((rule for rule in self.components if rule.code == code), None)

    @classmethod
    def parse(cls, data: object) -> "SchemeRules":
        """Read rules from their JSON.

        Raises:
            SchemeError: something is missing, unknown or does not add up.
        """
        reader = _Reader(data, "rules")
        rules = cls(
            basis=reader.choice("basis", Basis),
            components=tuple(map(_component, reader.parts("components"))),
            least_components=reader.count("least_components", least=1),
            least_days=_least_days(reader),
            least_months=_least_months(reader.part("least_months")),
            gates=tuple(map(_gate, reader.parts("gates"))),
            bars=tuple(reader.texts("bars")),
            tie_breaks=tuple(map(_tie_break, reader.texts("tie_breaks"))),
            least_ranked_in_outlet=reader.count("least_ranked_in_outlet", least=1),
            quotas=_quotas(reader.part("quotas")),
            title=reader.text("title"),
        )
        reader.finish()
        _check(rules)
        return rules


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(data: object) -> str:
    """Return JSON with sorted keys and no spaces: one text for one meaning."""
    return _CANONICAL.encode(data)


def _check(rules: SchemeRules) -> None:
    codes = [component.code for component in rules.components]
    if not codes or len(set(codes)) != len(codes):
        raise SchemeError("rules.components: name each component once, at least one")
    if sum(component.weight for component in rules.components) != 100:
        raise SchemeError("rules.components: the weights do not add up to 100")
    if rules.least_components > len(codes):
        raise SchemeError("rules.least_components: more than there are components")
    for rule in rules.tie_breaks:
        if rule.preference is Preference.HIGHER and rule.of not in codes:
            raise SchemeError(f"rules.tie_breaks: {rule.of} is no component")


class _Reader:
    """One JSON object, read key by key; what nobody asked for is an error."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise SchemeError(f"{where}: not an object")
        self._data: dict[str, Any] = dict(data)
        self.where = where

    def take(self, key: str) -> Any:
        if key not in self._data:
            raise SchemeError(f"{self.where}.{key}: missing")
        return self._data.pop(key)

    def has(self, key: str) -> bool:
        return key in self._data

    def finish(self) -> None:
        if self._data:
            raise SchemeError(f"{self.where}: unknown {', '.join(sorted(self._data))}")

    def text(self, key: str) -> str:
        found = self.take(key)
        if not isinstance(found, str) or not found:
            raise SchemeError(f"{self.where}.{key}: not a text")
        return found

    def texts(self, key: str) -> list[str]:
        return [
            item if isinstance(item, str) and item else self._refuse(key, "texts")
            for item in self._list(key)
        ]

    def count(self, key: str, *, least: int) -> int:
        found = self.take(key)
        if type(found) is not int or found < least:
            raise SchemeError(f"{self.where}.{key}: no whole number from {least}")
        return found

    def number(self, key: str) -> Fraction:
        """A number above 0 and up to 100; decimals are read as they are written."""
        found = self.take(key)
        try:
            exact = Fraction(Decimal(str(found)))
        except (InvalidOperation, ValueError, OverflowError):
            exact = Fraction(0)
        if isinstance(found, bool) or not 0 < exact <= 100:
            raise SchemeError(f"{self.where}.{key}: no number above 0 and up to 100")
        return exact

    def choice(self, key: str, choices: Callable[[str], Any]) -> Any:
        found = self.take(key)
        try:
            return choices(found)
        except ValueError:
            raise SchemeError(f"{self.where}.{key}: unknown {found}") from None

    def flag(self, key: str) -> bool:
        found = self.take(key)
        return found if isinstance(found, bool) else self._refuse(key, "true or false")

    def part(self, key: str) -> "_Reader":
        return _Reader(self.take(key), f"{self.where}.{key}")

    def parts(self, key: str) -> Iterable["_Reader"]:
        return [
            _Reader(item, f"{self.where}.{key}[{number}]")
            for number, item in enumerate(self._list(key))
        ]

    def _list(self, key: str) -> list[Any]:
        found = self.take(key)
        return found if isinstance(found, list) else self._refuse(key, "a list")

    def _refuse(self, key: str, wanted: str) -> Any:
        raise SchemeError(f"{self.where}.{key}: not {wanted}")


def _component(reader: _Reader) -> ComponentRule:
    component = ComponentRule(
        code=reader.text("code"),
        weight=reader.number("weight"),
        measure=reader.choice("measure", Measure),
        least_n=reader.count("least_n", least=1),
        required=reader.flag("required"),
        peers=reader.choice("peers", Peers) if reader.has("peers") else Peers.ALL,
        severity=reader.text("severity") if reader.has("severity") else "",
        load=reader.flag("load") if reader.has("load") else False,
    )
    reader.finish()
    return component


def _least_days(reader: _Reader) -> tuple[str, int] | None:
    found = reader.take("least_days")
    if found is None:
        return None
    part = _Reader(found, f"{reader.where}.least_days")
    least = (part.text("component"), part.count("n", least=1))
    part.finish()
    return least


def _least_months(reader: _Reader) -> dict[PeriodKind, int]:
    least = {
        kind: reader.count(kind, least=1)
        for kind in (PeriodKind.QUARTER, PeriodKind.YEAR)
    }
    reader.finish()
    return least


def _gate(reader: _Reader) -> Gate:
    gate = Gate(
        code=reader.text("code"),
        needs=reader.text("needs"),
        limits=tuple(
            _finished(limit, Limit(limit.text("component"), limit.number("least")))
            for limit in reader.parts("limits")
        ),
    )
    reader.finish()
    return gate


def _tie_break(text: str) -> TieBreak:
    preference, _, of = text.partition(" ")
    if preference not in set(Preference) or not of:
        raise SchemeError(f"rules.tie_breaks: “{text}” is not like “higher onsite”")
    found = TieBreak(Preference(preference), of)
    if found.preference is Preference.EARLIER and of != "hired_on":
        raise SchemeError("rules.tie_breaks: only hired_on can be earlier")
    return found


def _quotas(reader: _Reader) -> dict[PeriodKind, tuple[Quota, ...]]:
    quotas = {
        kind: tuple(
            _finished(
                part,
                Quota(
                    level=part.choice("level", Level),
                    places=part.count("places", least=1),
                    least_ranked=part.count("least_ranked", least=1),
                ),
            )
            for part in reader.parts(kind)
        )
        for kind in PeriodKind
    }
    reader.finish()
    return quotas


def _finished(reader: _Reader, made: Any) -> Any:
    reader.finish()
    return made
