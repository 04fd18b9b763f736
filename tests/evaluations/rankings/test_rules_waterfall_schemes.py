"""Steps add up under every kind of scheme: curves, limits, weights by post."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.rules.ranking import months_of, rank_people
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.values import Sums
from evaluations.rankings.rules.waterfall import (
    Waterfall,
    adjusted_waterfall,
    raw_waterfall,
)
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.people import frame, month, person

CLIFF = {
    "kind": "piecewise",
    **{"lower": 60, "lower_score": 90, "upper": 90, "upper_score": 100},
    "below_score": 0,
}
TARGETS = {"kind": "challenge", "base": 80, "challenge": 95}
BY_POST = {"supervisor": {"daily": 30, "knowledge": 20, "onsite": 50}}
PERIODS = {
    "2026-11": ["2026-11"],
    "2026-Q4": ["2026-10", "2026-11", "2026-12"],
    "2026": [f"2026-{number:02}" for number in range(1, 13)],
}


def total(of: Waterfall) -> Fraction:
    return sum((step.points for step in (*of.steps, *of.extras)), of.rounding)


def scheme(curves, **changed) -> SchemeRules:
    data = rules_of("service_star_fair-1") | changed
    for component in data["components"]:
        if curve := curves.get(component["code"]):
            component["curve"] = curve
    return SchemeRules.parse(data)


curve = st.sampled_from([None, CLIFF, TARGETS])
schemes = st.builds(
    scheme,
    st.fixed_dictionaries(
        dict.fromkeys(("daily", "knowledge", "onsite", "callback"), curve)
    ),
    bonus_limit=st.sampled_from([0, 150, 2000]),
    deduction_limit=st.sampled_from([0, 333, 10_000]),
    variants=st.sampled_from([{}, BY_POST]),
    basis=st.sampled_from(["raw", "adjusted"]),
)
percent = st.decimals(0, 100, places=2).map(float)


@st.composite
def months(draw):
    sums = draw(
        st.builds(
            month,
            daily=percent,
            knowledge=percent,
            onsite=st.none() | percent,
            mystery=st.none() | percent,
            callback=st.none() | percent,
            days=st.integers(1, 31),
        )
    )
    bonus = draw(st.sampled_from([0, 0, 100, 217, 5000]))
    deduction = draw(st.sampled_from([0, 0, 50, 9_999]))
    extras = {
        code: (Sums(0, 1, 1, points),)
        for code, points in (("bonus", bonus), ("deduction", -deduction))
        if points
    }
    return {**sums, **extras}


@st.composite
def crowds(draw, period) -> list[PersonInput]:
    few = draw(st.lists(months(), min_size=2, max_size=4))
    return [
        person(
            f"p{n:02}",
            post=draw(st.sampled_from(["clerk", "supervisor"])),
            months={code: draw(st.sampled_from(few)) for code in PERIODS[period]},
        )
        for n in range(draw(st.integers(1, 6)))
    ]


@pytest.mark.parametrize("period", PERIODS)
@settings(deadline=None, max_examples=40)
@given(data=st.data(), rules=schemes)
def test_steps_extras_and_one_rounding_are_the_score(period, data, rules):
    of = frame(period, rules)
    people = data.draw(crowds(period))
    results = rank_people(of, [one.line() for one in people]).results
    for own, result in zip(months_of(of, people), results, strict=True):
        if result.raw is None:
            continue
        raw = raw_waterfall(of, own, Decimal(result.raw).scaleb(-2))
        fair = adjusted_waterfall(
            raw, result.components, Decimal(result.adjusted).scaleb(-6)
        )
        for one in (raw, fair, raw.printed(), fair.printed()):
            assert total(one) == one.score
            assert sum(step.weight for step in one.steps) == 100
        made = {step.code for step in (*raw.steps, *raw.extras)}
        shown = {code for code, part in result.components.items() if part}
        assert made - {"floor"} == shown
        # Rounding is rounding: bonus, deduction and the floor are steps of their own.
        most = Fraction(1, 200) if len(of.months) == 1 else Fraction(1, 100)
        assert abs(raw.rounding) <= most
        assert abs(fair.rounding) <= Fraction(1, 200) + Fraction(1, 10_000)


def test_bonus_and_deduction_are_steps_of_their_own():
    of = frame(rules=scheme({}, bonus_limit=150, deduction_limit=200))
    sums = month(onsite=80.0) | {
        "bonus": (Sums(0, 2, 2, 300),),
        "deduction": (Sums(0, 1, 1, -50),),
    }
    own = months_of(of, [person(months={"2026-10": sums})])[0]
    fall = raw_waterfall(of, own, Decimal("89.00"))
    assert [(one.code, one.points, one.weight) for one in fall.extras] == [
        ("bonus", Fraction(3, 2), 0),
        ("deduction", Fraction(-1, 2), 0),
    ]
    assert (fall.rounding, total(fall)) == (0, 89)


def test_what_the_floor_gives_back_is_a_step_and_no_rounding():
    of = frame(rules=scheme({}, deduction_limit=10_000))
    sums = month(onsite=80.0) | {"deduction": (Sums(0, 1, 1, -9000),)}
    own = months_of(of, [person(months={"2026-10": sums})])[0]
    fall = raw_waterfall(of, own, Decimal("0.00"))
    assert [(one.code, one.points) for one in fall.extras] == [
        ("deduction", -90),
        ("floor", 2),
    ]
    assert fall.rounding == 0


def test_a_quarter_takes_the_mean_of_its_months_extras_and_floors():
    of = frame("2026-Q4", scheme({}, bonus_limit=300, deduction_limit=10_000))
    plain = month(onsite=80.0)
    months = {
        "2026-10": plain | {"bonus": (Sums(0, 1, 1, 300),)},
        "2026-11": plain | {"deduction": (Sums(0, 1, 1, -9100),)},
        "2026-12": plain,
    }
    own = months_of(of, [person(months=months)])[0]
    assert [own[code].score for code in months] == [9100, 0, 8800]
    fall = raw_waterfall(of, own, Decimal("59.67"))
    assert [(one.code, one.points) for one in fall.extras] == [
        ("bonus", 1),
        ("deduction", Fraction(-91, 3)),
        ("floor", 1),
    ]
    assert fall.rounding == Fraction("59.67") - Fraction(179, 3)


def test_a_curve_shows_the_value_that_it_made_of_another():
    of = frame(rules=scheme({"onsite": CLIFF}))
    own = months_of(of, [person(months={"2026-10": month(onsite=75.0)})])[0]
    fall = raw_waterfall(of, own, Decimal("95.50"))
    onsite, daily = fall.step("onsite"), fall.step("daily")
    assert (own["2026-10"].values["onsite"].exact, onsite.value) == (75, 95)
    assert (onsite.curved, daily.curved) == (True, False)
    assert total(fall) == Fraction("95.5")
