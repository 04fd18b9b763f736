from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.scenario import (
    GateChoice,
    NothingWeighs,
    QuotaChoice,
    Scenario,
    balanced,
    rules_of_scenario,
)
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.shipped import rules_of

BASE = rules_of("service_star-1")


def weights_of(rules) -> dict:
    return {one["code"]: one["weight"] for one in rules["components"]}


def test_scenario_without_changes_is_the_rules_themselves():
    assert rules_of_scenario(BASE, Scenario()) == BASE
    assert rules_of_scenario(rules_of("service_star_fair-1"), Scenario()) == rules_of(
        "service_star_fair-1"
    )


@given(
    st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=8).filter(any),
)
def test_balanced_adds_up_to_a_hundred_and_keeps_proportions(given_weights):
    weights = {str(number): one for number, one in enumerate(given_weights)}
    found = balanced(weights)
    assert sum(found.values()) == 100
    total = sum(given_weights)
    for code, one in weights.items():
        assert abs(found[code] - 100 * one / total) <= Decimal("0.01")


def test_balanced_gives_what_rounding_leaves_to_the_largest_remainders():
    thirds = balanced({"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)})
    assert [*thirds.values()] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    with pytest.raises(NothingWeighs):
        balanced({"a": Decimal(0)})


def test_weight_of_zero_leaves_the_component_and_its_tie_break_out():
    rules = rules_of_scenario(
        BASE, Scenario(weights={"mystery": Decimal(0), "daily": Decimal(40)})
    )
    assert weights_of(rules) == {
        "daily": 40,
        "knowledge": 10,
        "onsite": 25,
        "callback": 25,
    }
    assert "higher mystery" not in rules["tie_breaks"]
    assert "higher onsite" in rules["tie_breaks"]
    SchemeRules.parse(rules)


def test_least_components_never_exceeds_what_is_left():
    only = {code: Decimal(0) for code in ("knowledge", "mystery", "onsite", "callback")}
    rules = rules_of_scenario(BASE, Scenario(weights=only))
    assert weights_of(rules) == {"daily": 100}
    assert rules["least_components"] == 1
    SchemeRules.parse(rules)


def test_scenario_changes_what_it_names_and_carries_the_rest_over():
    base = BASE | {"curves": {"daily": "s"}}
    rules = rules_of_scenario(
        base,
        Scenario(
            least_n={"onsite": 30},
            least_components=4,
            days=10,
            bars={"red_line": False},
            gates={
                "sms_gate": GateChoice(True, {"sms_reply": Decimal("12.5")}),
                "volume_gate": GateChoice(False),
            },
            basis="adjusted",
            least_ranked_in_outlet=2,
            quotas={"outlet": QuotaChoice(2, 4), "county": QuotaChoice(0, 1)},
        ),
    )
    changed = {key for key in base if base[key] != rules[key]}
    assert changed == {
        *("components", "least_components", "least_days", "bars", "gates", "basis"),
        *("least_ranked_in_outlet", "quotas"),
    }
    assert [one["least_n"] for one in rules["components"]] == [1, 1, 1, 30, 5]
    assert rules["least_days"] == {"component": "daily", "n": 10}
    assert rules["bars"] == ["attitude_complaint", "wrong_transaction"]
    (gate,) = rules["gates"]
    assert [limit["least"] for limit in gate["limits"]] == [12.5, 90]
    assert rules["quotas"]["month"] == [
        {"level": "outlet", "places": 2, "least_ranked": 4}
    ]
    assert rules["quotas"]["year"] == BASE["quotas"]["year"]
    assert rules_of_scenario(BASE, Scenario(days=0))["least_days"] is None
