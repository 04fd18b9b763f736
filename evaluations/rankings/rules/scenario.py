"""Changes to a scheme's rules that somebody tries out, and the rules they make."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluations.ledger.periods import PeriodKind


@dataclass(frozen=True, slots=True)
class GateChoice:
    """Whether a gate holds, and the least percent of each of its limits."""

    on: bool
    least: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuotaChoice:
    """How many win in each place of a level; 0 places: nobody."""

    places: int
    least_ranked: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed; None, or a code that is not named, stays as it is.

    A component of weight 0 is left out of the score. `days` is the least number of
    checked days, 0 asks for none; `months` the least ranked months of a longer period.
    `bars` tells which of them hold. The limits are hundredths of a point a month.
    """

    weights: Mapping[str, Decimal] = field(default_factory=dict)
    least_n: Mapping[str, int] = field(default_factory=dict)
    least_components: int | None = None
    days: int | None = None
    months: int | None = None
    bonus_limit: int | None = None
    deduction_limit: int | None = None
    bars: Mapping[str, bool] = field(default_factory=dict)
    gates: Mapping[str, GateChoice] = field(default_factory=dict)
    basis: str | None = None
    least_ranked_in_outlet: int | None = None
    quotas: Mapping[str, QuotaChoice] = field(default_factory=dict)


class NothingWeighs(ValueError):
    """Every weight is zero: there would be no score."""


def balanced(weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return weights that add up to 100 in hundredths, in the same proportions.

    The largest remainders get what rounding leaves, the first of equals before others.

    Raises:
        NothingWeighs: no weight is above 0.
    """
    total = sum(map(Fraction, weights.values()))
    if total <= 0:
        raise NothingWeighs
    shares = {code: Fraction(one) * 10_000 / total for code, one in weights.items()}
    floors = {code: int(share) for code, share in shares.items()}
    left = 10_000 - sum(floors.values())
    by_rest = sorted(shares, key=lambda code: floors[code] - shares[code])
    for code in by_rest[:left]:
        floors[code] += 1
    return {code: Decimal(floor) / 100 for code, floor in floors.items()}


def changes_in(base: Mapping[str, Any], scenario: Scenario) -> Scenario:
    """Return a scenario of nothing but what differs from the rules `base`.

    So that rules of another version, as a quarter's month may have, keep the rest.
    """
    weights = {one["code"]: Decimal(str(one["weight"])) for one in base["components"]}
    least_n = {one["code"]: one["least_n"] for one in base["components"]}

    def other(given: int | None, key: str) -> int | None:
        return None if given == base.get(key, 0) else given

    return replace(
        scenario,
        weights={
            code: one for code, one in scenario.weights.items() if one != weights[code]
        },
        least_n={
            code: one for code, one in scenario.least_n.items() if one != least_n[code]
        },
        least_components=other(scenario.least_components, "least_components"),
        bonus_limit=other(scenario.bonus_limit, "bonus_limit"),
        deduction_limit=other(scenario.deduction_limit, "deduction_limit"),
    )


def head_of_scenario(
    head: Mapping[str, Any], scenario: Scenario, kind: PeriodKind
) -> dict[str, Any]:
    """Return the head of a run with the rules of its period and of its months changed.

    Raises:
        NothingWeighs: no weight is above 0.
    """
    months = changes_in(head["rules"], scenario)
    return {
        **head,
        "rules": rules_of_scenario(head["rules"], scenario, kind),
        "months": {
            code: {**of, "rules": rules_of_scenario(of["rules"], months, kind)}
            for code, of in head["months"].items()
        },
    }


def rules_of_scenario(
    base: Mapping[str, Any],
    scenario: Scenario,
    kind: PeriodKind = PeriodKind.MONTH,
) -> dict[str, Any]:
    """Return the JSON of a scheme's rules with the changes of `scenario` made.

    `base` is the JSON of the rules that are changed; what the scenario does not know
    is carried over. Tie-breaks on a component that is left out go with it, and posts
    with weights of their own share out its weight. `kind` is that of the period whose
    winners are asked for.

    Raises:
        NothingWeighs: no weight is above 0.
    """
    rules: dict[str, Any] = json.loads(json.dumps(base))
    _components(rules, scenario)
    if scenario.least_components is not None:
        rules["least_components"] = scenario.least_components
    rules["least_components"] = min(rules["least_components"], len(rules["components"]))
    if scenario.days is not None and rules["least_days"]:
        rules["least_days"] = (
            {**rules["least_days"], "n": scenario.days} if scenario.days else None
        )
    rules["bars"] = [code for code in rules["bars"] if scenario.bars.get(code, True)]
    rules["gates"] = [
        changed
        for gate in rules["gates"]
        if (changed := _gate(gate, scenario.gates.get(gate["code"])))
    ]
    if scenario.basis is not None:
        rules["basis"] = scenario.basis
    if scenario.least_ranked_in_outlet is not None:
        rules["least_ranked_in_outlet"] = scenario.least_ranked_in_outlet
    if scenario.months is not None:
        rules["least_months"][str(kind)] = scenario.months
    for key in ("bonus_limit", "deduction_limit"):
        if (limit := getattr(scenario, key)) is not None:
            rules[key] = limit
    rules["quotas"][str(kind)] = [
        changed
        for quota in rules["quotas"][str(kind)]
        if (changed := _quota(quota, scenario.quotas.get(quota["level"])))
    ]
    return rules


def _components(rules: dict[str, Any], scenario: Scenario) -> None:
    given = {one["code"]: Decimal(str(one["weight"])) for one in rules["components"]}
    changed = {code: scenario.weights.get(code, given[code]) for code in given}
    weights = given if changed == given else balanced(changed)
    kept = [one for one in rules["components"] if weights[one["code"]] > 0]
    for one in kept:
        weight = weights[one["code"]]
        if weight != given[one["code"]]:
            one["weight"] = int(weight) if weight == int(weight) else float(weight)
        one["least_n"] = scenario.least_n.get(one["code"], one["least_n"])
    rules["components"] = kept
    codes = {one["code"] for one in kept}
    if codes != given.keys() and "variants" in rules:
        rules["variants"] = _variants(rules["variants"], codes)
    rules["tie_breaks"] = [
        rule
        for rule in rules["tie_breaks"]
        if not rule.startswith("higher ") or rule.removeprefix("higher ") in codes
    ]


def _variants(
    variants: Mapping[str, Mapping[str, Any]], codes: Set[str]
) -> dict[str, dict[str, int | float]]:
    """Return the weights of posts without the components that are left out."""
    found: dict[str, dict[str, int | float]] = {}
    for post, weights in variants.items():
        kept = {
            code: Decimal(str(one)) for code, one in weights.items() if code in codes
        }
        if not kept:
            continue  # nothing of their own is left: they go by the common weights
        if len(kept) < len(weights):
            kept = balanced(kept)
        found[post] = {
            code: int(one) if one == int(one) else float(one)
            for code, one in kept.items()
        }
    return found


def _gate(gate: dict[str, Any], choice: GateChoice | None) -> dict[str, Any] | None:
    if choice is None:
        return gate
    if not choice.on:
        return None
    limits = [
        {**limit, "least": _number(choice.least.get(limit["component"]), limit)}
        for limit in gate["limits"]
    ]
    return {**gate, "limits": limits}


def _number(least: Decimal | None, limit: Mapping[str, Any]) -> int | float:
    if least is None or least == Decimal(str(limit["least"])):
        given: int | float = limit["least"]
        return given
    return int(least) if least == int(least) else float(least)


def _quota(quota: dict[str, Any], choice: QuotaChoice | None) -> dict[str, Any] | None:
    if choice is None:
        return quota
    if not choice.places:
        return None
    return {**quota, "places": choice.places, "least_ranked": choice.least_ranked}
