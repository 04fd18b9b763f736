"""A scheme's rules: what counts, how much, who may win and how many."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any

from evaluations.ledger.curves import Challenge, Curve, Piecewise
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.choices import Basis as Basis
from evaluations.rankings.rules.choices import Level as Level
from evaluations.rankings.rules.choices import Measure as Measure
from evaluations.rankings.rules.choices import Peers as Peers
from evaluations.rankings.rules.choices import Preference as Preference
from evaluations.rankings.rules.reader import Reader, SchemeError

# Components that every answer names, missing ones as null.
STANDARD_COMPONENTS = ("daily", "knowledge", "mystery", "onsite", "callback")


# What the limits let in from the ledger, beside the components.
BONUS, DEDUCTION = "bonus", "deduction"


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """`least_n` records make the component count; without a required one, no score.

    `curve` turns the value into points; None: it earns itself. The rest concerns the
    adjusted value: whose mean it is drawn to, which component of the ledger tells the
    raters' severity ("" corrects none), and whether crowded days are allowed for.
    """

    code: str
    weight: Fraction
    measure: Measure
    least_n: int
    required: bool
    peers: Peers = Peers.ALL
    severity: str = ""
    load: bool = False
    curve: Curve | None = None


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
    `least_months` gives the ranked months that a quarter and a year need. `posts` are
    those who are scored, everybody where it is empty. `variants` gives, by post, the
    weights of the components that count there, where they are not the common ones.
    `bonus_limit` and `deduction_limit` are hundredths of a point a month; 0 takes none.
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
    titles: Mapping[PeriodKind, str] = field(default_factory=dict)
    posts: tuple[str, ...] = ()
    variants: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    bonus_limit: int = 0
    deduction_limit: int = 0

    @property
    def extras(self) -> tuple[str, ...]:
        """What counts beside the components: bonus, deduction, both or none."""
        limits = ((BONUS, self.bonus_limit), (DEDUCTION, self.deduction_limit))
        return tuple(code for code, limit in limits if limit)

    def title_of(self, kind: PeriodKind) -> str:
        """Return the title that the winners of a kind of period get."""
        return self.titles.get(kind, self.title)

    def scores(self, post: str) -> bool:
        """Tell whether people of a post are scored at all."""
        return not self.posts or post in self.posts

    def of_post(self, post: str) -> "SchemeRules":
        """Return the rules as they are for one post: its components, its weights."""
        weights = self.variants.get(post)
        if weights is None:
            return self
        components = tuple(
            replace(rule, weight=weights[rule.code])
            for rule in self.components
            if rule.code in weights
        )
        least = min(self.least_components, len(components))
        return replace(self, components=components, least_components=least)

    @property
    def shown_components(self) -> tuple[str, ...]:
        """The components that an answer names, in a fixed order."""
        own = (component.code for component in self.components)
        return tuple(dict.fromkeys((*STANDARD_COMPONENTS, *own, *self.extras)))

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
        reader = Reader(data, "rules")
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
            titles=_titles(reader),
            posts=tuple(reader.texts("posts")) if reader.has("posts") else (),
            variants=_variants(reader),
            bonus_limit=_limit(reader, "bonus_limit"),
            deduction_limit=_limit(reader, "deduction_limit"),
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
    if {BONUS, DEDUCTION} & {*codes, *rules.read_components}:
        raise SchemeError("rules: bonus and deduction are no components")
    for post, weights in rules.variants.items():
        where = f"rules.variants.{post}"
        if unknown := sorted(weights.keys() - set(codes)):
            raise SchemeError(f"{where}: {', '.join(unknown)} is no component")
        if sum(weights.values()) != 100:
            raise SchemeError(f"{where}: the weights do not add up to 100")
        if not rules.scores(post):
            raise SchemeError(f"{where}: the post is not scored by this scheme")


def _component(reader: Reader) -> ComponentRule:
    component = ComponentRule(
        code=reader.text("code"),
        weight=reader.number("weight"),
        measure=reader.choice("measure", Measure),
        least_n=reader.count("least_n", least=1),
        required=reader.flag("required"),
        peers=reader.choice("peers", Peers) if reader.has("peers") else Peers.ALL,
        severity=reader.text("severity") if reader.has("severity") else "",
        load=reader.flag("load") if reader.has("load") else False,
        curve=_curve(reader.part("curve")) if reader.has("curve") else None,
    )
    reader.finish()
    return component


def _curve(reader: Reader) -> Curve:
    kind = reader.text("kind")
    makers: Mapping[str, Callable[..., Curve]] = {
        "piecewise": Piecewise,
        "challenge": Challenge,
    }
    if kind not in makers:
        raise SchemeError(f"{reader.where}.kind: unknown {kind}")
    names = [one.name for one in fields(makers[kind])]  # type: ignore[arg-type]
    try:
        curve = makers[kind](**{name: reader.number(name, zero=True) for name in names})
    except SchemeError:
        raise
    except ValueError as error:
        raise SchemeError(f"{reader.where}: {error}") from error
    reader.finish()
    return curve


def _titles(reader: Reader) -> dict[PeriodKind, str]:
    if not reader.has("titles"):
        return {}
    part = reader.part("titles")
    titles = {kind: part.text(kind) for kind in PeriodKind if part.has(kind)}
    part.finish()
    return titles


def _variants(reader: Reader) -> dict[str, dict[str, Fraction]]:
    if not reader.has("variants"):
        return {}
    part = reader.part("variants")
    found: dict[str, dict[str, Fraction]] = {}
    for post in part.keys():  # noqa: SIM118 the reader is no mapping
        weights = part.part(post)
        found[post] = {code: weights.number(code) for code in weights.keys()}  # noqa: SIM118
    return found


def _limit(reader: Reader, key: str) -> int:
    """Read a limit in hundredths of a point; more than 100 points is a slip."""
    limit = reader.count(key, least=0) if reader.has(key) else 0
    if limit > 10_000:
        raise SchemeError(f"{reader.where}.{key}: more than 100 points")
    return limit


def _least_days(reader: Reader) -> tuple[str, int] | None:
    found = reader.take("least_days")
    if found is None:
        return None
    part = Reader(found, f"{reader.where}.least_days")
    least = (part.text("component"), part.count("n", least=1))
    part.finish()
    return least


def _least_months(reader: Reader) -> dict[PeriodKind, int]:
    least = {
        kind: reader.count(kind, least=1)
        for kind in (PeriodKind.QUARTER, PeriodKind.YEAR)
    }
    reader.finish()
    return least


def _gate(reader: Reader) -> Gate:
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


def _quotas(reader: Reader) -> dict[PeriodKind, tuple[Quota, ...]]:
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


def _finished(reader: Reader, made: Any) -> Any:
    reader.finish()
    return made
