"""Curves, weights by post, bonus and deduction: to the hundredth."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.ledger.curves import Piecewise
from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.ledger.services import put
from evaluations.rankings.models import SchemeVersion, Standing
from evaluations.rankings.rules.earning import on_curve
from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.rules.ranking import rank_people
from evaluations.rankings.rules.scheme import SchemeError, SchemeRules, canonical
from evaluations.rankings.rules.scores import exact_score, month_scores
from evaluations.rankings.rules.values import Sums, Value, month_values
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.factories import (
    SOURCE,
    line,
    post_month,
    ranked,
    worker,
)
from tests.evaluations.rankings.people import frame, month, person

CLIFF = {
    "kind": "piecewise",
    **{"lower": 60, "lower_score": 90, "upper": 90, "upper_score": 100},
    "below_score": 0,
}
TARGETS = {"kind": "challenge", "base": 80, "challenge": 95}
WORKED = {
    "daily": Value(100, 1, 20),
    "knowledge": Value(353, 4, 4),
    "mystery": Value(84, 1, 1),
    "onsite": Value(95, 1, 100),
    "callback": Value(90, 1, 100),
}


def rules(**changed) -> SchemeRules:
    """Return the Service Star's rules; `curve_onsite` and the like set curves."""
    data = rules_of("service_star-1")
    for component in data["components"]:
        if curve := changed.pop(f"curve_{component['code']}", None):
            component["curve"] = curve
    return SchemeRules.parse(data | changed)


def result(of: SchemeRules, **fields):
    lines = [person(**fields).line()]
    return next(iter(rank_people(frame(rules=of), lines).results))


def test_the_worked_examples_stay_without_the_new_rules():
    assert exact_score(WORKED, rules()) == 9108
    assert month_scores([WORKED], rules()) == [9108]


def test_a_curve_turns_the_value_into_points_before_weighting():
    # 15 + 10 + 8.825 + 21 + 25×100/100 + 25×(90 + (90-80)/15×10)/100
    of = rules(curve_onsite=CLIFF, curve_callback=TARGETS)
    exact = Fraction("15") + Fraction("8.825") + 21 + 25
    exact += Fraction(25, 100) * (90 + Fraction(100, 15))
    assert exact_score(WORKED, of) == round(float(exact) * 100) == 9399
    assert month_scores([WORKED], of) == [9399]


def test_the_cliff_is_exact():
    of = rules(curve_onsite=CLIFF)
    reached = WORKED | {"onsite": Value(60, 1, 100)}
    missed = WORKED | {"onsite": Value(6_000_000_000 - 1, 100_000_000, 100)}
    assert month_scores([reached, missed], of) == [8983, 6733]
    assert [exact_score(own, of) for own in (reached, missed)] == [8983, 6733]


def test_a_part_shows_the_value_and_what_it_earned():
    shown = result(rules(curve_onsite=CLIFF), months={"2026-10": month(onsite=75.0)})
    part = shown.components["onsite"]
    assert (part["raw"], part["earned"]) == (75.0, 95.0)
    assert part["points"] == 95 * 25 / 50
    assert "earned" not in shown.components["daily"]
    assert shown.raw == (15 * 100 + 10 * 90 + 25 * 95) * 100 // 50


def test_people_of_a_post_are_weighed_by_their_own_weights():
    of = rules(variants={"supervisor": {"daily": 30, "knowledge": 20, "onsite": 50}})
    months = {"2026-10": month(daily=90.0, knowledge=80.0, onsite=70.0, mystery=10.0)}
    clerk = result(of, months=months)
    assert clerk.raw == round((15 * 90 + 10 * 80 + 25 * 70 + 25 * 10) / 75 * 100)
    supervisor = result(of, months=months, post="supervisor")
    assert supervisor.raw == 30 * 90 + 20 * 80 + 50 * 70
    assert supervisor.components["onsite"]["weight"] == 50
    assert supervisor.components["mystery"] is None
    assert supervisor.eligible


def test_adjusted_scores_use_the_weights_of_the_post():
    of = rules(variants={"supervisor": {"daily": 50, "onsite": 50}})
    people = [
        person(uuid=f"{post}{n}", post=post, months={"2026-10": month(onsite=80.0 + n)})
        for post in ("clerk", "supervisor")
        for n in range(5)
    ]
    given = frame(rules=of)
    results = rank_people(given, [one.line() for one in people]).results
    for one, found in zip(people, results, strict=True):
        weights = (
            {"daily": 50, "onsite": 50}
            if one.post == "supervisor"
            else {"daily": 15, "knowledge": 10, "onsite": 25}
        )
        values = {code: found.components[code]["adjusted"] for code in weights}
        mean = sum(weights[code] * values[code] for code in weights)
        assert found.adjusted / 1e6 == pytest.approx(mean / sum(weights.values()))


def test_a_post_that_is_not_scored_is_listed_without_a_score():
    of = rules(posts=["clerk"])
    other = result(of, post="store_manager")
    assert (other.raw, other.reasons) == (None, ["other_post"])
    assert result(of).raw is not None


def test_adjusted_spread_follows_the_slope_of_the_curve():
    def spread(curve):
        of = rules(**({"curve_onsite": curve} if curve else {}))
        people = [
            person(uuid=str(n), months={"2026-10": month(onsite=70.0 + n)})
            for n in range(6)
        ]
        given = frame(rules=of)
        found = list(rank_people(given, [one.line() for one in people]).results)
        return found[2].deviation

    flat = {**CLIFF, "lower_score": 100}
    assert spread(flat) < spread(CLIFF) < spread(None)


# --- Bonus and deduction ---------


def with_extras(bonus=0, deduction=0, **limits) -> SchemeRules:
    of = rules(**limits)
    sums = dict(month(onsite=80.0))
    if bonus:
        sums["bonus"] = (Sums(0, 1, 1, bonus),)
    if deduction:
        sums["deduction"] = (Sums(0, 1, 1, -deduction),)
    return result(of, months={"2026-10": sums})


@pytest.mark.parametrize(
    ("bonus", "deduction", "limits", "score"),
    [
        (300, 100, {}, 8800),
        (300, 100, {"bonus_limit": 500}, 9100),
        (300, 100, {"bonus_limit": 250}, 9050),
        (300, 100, {"deduction_limit": 500}, 8700),
        (300, 100, {"bonus_limit": 250, "deduction_limit": 50}, 9000),
        (9999, 0, {"bonus_limit": 2000}, 10800),
        (0, 10_000, {"deduction_limit": 10_000}, 0),
    ],
)
def test_bonus_and_deduction_count_up_to_their_limits(bonus, deduction, limits, score):
    assert with_extras(bonus, deduction, **limits).raw == score


def test_bonus_and_deduction_are_parts_of_their_own():
    shown = with_extras(300, 100, bonus_limit=250, deduction_limit=100).components
    assert shown["bonus"]["points"] == 2.5
    assert shown["deduction"]["points"] == -1.0
    assert shown["bonus"]["weight"] == 0
    parts = [part["points"] for part in shown.values() if part]
    assert sum(parts) == pytest.approx(89.5)
    assert "bonus" not in with_extras(300, 100).components


def test_adjusted_scores_take_the_same_bonus():
    without = with_extras(0, 0, bonus_limit=250)
    assert with_extras(300, 0, bonus_limit=250).adjusted == without.adjusted + 2_500_000


def test_quarters_take_the_mean_of_months_with_their_bonus():
    of = rules(bonus_limit=300)
    plain = month(onsite=80.0)
    months = {
        "2026-07": {**plain, "bonus": (Sums(0, 1, 1, 300),)},
        "2026-08": plain,
        "2026-09": plain,
    }
    line_of = person(months=months).line()
    ranking = rank_people(frame("2026-Q3", rules=of), [line_of])
    quarter = next(iter(ranking.results))
    assert quarter.raw == 8900
    assert quarter.components["bonus"]["points"] == pytest.approx(1.0)
    points = [part["points"] for part in quarter.components.values() if part]
    assert sum(points) == pytest.approx(89.0)


hundredths = st.integers(0, 20_000)


@given(hundredths, hundredths, st.integers(0, 10_000), st.integers(0, 10_000))
def test_extras_move_a_score_by_no_more_than_their_limits(up, down, most, least):
    of = rules(bonus_limit=most, deduction_limit=least)
    sums = {"bonus": (Sums(0, 1, 1, up),), "deduction": (Sums(0, 1, 1, -down),)}
    values = WORKED | month_values(sums, of)
    expected = max(9108 + min(up, most) - min(down, least), 0)
    assert exact_score(values, of) == expected
    assert month_scores([values], of) == [expected]


# --- What a scheme may not say ---------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"variants": {"clerk": {"daily": 99}}}, "variants.clerk: the weights do not"),
        ({"variants": {"clerk": {"luck": 100}}}, "luck is no component"),
        (
            {"variants": {"clerk": {"daily": 100}}, "posts": ["supervisor"]},
            "the post is not scored",
        ),
        ({"bonus_limit": 10_001}, "more than 100 points"),
        ({"bonus_limit": -1}, "no whole number"),
        ({"titles": {"week": "x"}}, "unknown week"),
        ({"curve_onsite": {"kind": "steps"}}, "unknown steps"),
        ({"curve_onsite": {**TARGETS, "base": 0}}, "base lies above 0"),
        ({"curve_onsite": {**CLIFF, "upper": 60}}, "below the upper"),
        ({"curve_onsite": {**CLIFF, "more": 1}}, "unknown more"),
    ],
)
def test_rules_that_do_not_hold_together_are_refused(changed, message):
    with pytest.raises(SchemeError, match=message):
        rules(**changed)


def test_titles_go_by_the_kind_of_period():
    of = rules(titles={"year": "excellent_staff"})
    assert of.title_of(PeriodKind.YEAR) == "excellent_staff"
    assert of.title_of(PeriodKind.MONTH) == "service_star"


def test_shipped_rules_say_nothing_new():
    new = {"titles", "posts", "variants", "bonus_limit", "deduction_limit", "curve"}
    for name in ("service_star-1", "onsite-1", "service_star_fair-1"):
        text = canonical(rules_of(name))
        assert not [key for key in new if f'"{key}"' in text]


# --- From the ledger ---------


def adjust(employee, points, on, **fields):
    given = line(
        employee, "daily", on, points=points, kind=EntryKind.ADJUSTMENT, **fields
    )
    put(source=SOURCE, lines=[given])
    return given


@pytest.fixture
def taking():
    """The Service Star takes up to 3 points of bonus and 5 of deduction."""
    version = SchemeVersion.objects.get(scheme__code="service_star")
    limits = {"bonus_limit": 300, "deduction_limit": 500}
    SchemeVersion.objects.filter(pk=version.pk).update(rules=version.rules | limits)


def standing_of(employee) -> Standing:
    return ranked().standings.get(employee=employee)


@pytest.mark.django_db
def test_a_run_takes_bonus_and_deduction_of_the_ledger(taking):
    employee, other = worker(), worker()
    for one in (employee, other):
        post_month(one, onsite=(80, 100))
    adjust(employee, 200, date(2026, 10, 3))
    adjust(employee, 250, date(2026, 10, 31))
    adjust(employee, -120, date(2026, 10, 9))
    adjust(employee, 100, date(2026, 11, 1))
    found = standing_of(employee)
    assert found.raw_score == Decimal("89.80")
    assert found.components["bonus"]["points"] == 3.0
    assert found.components["bonus"]["n"] == 2
    assert found.components["deduction"]["points"] == -1.2
    assert found.components["onsite"]["n"] == 100
    assert standing_of(other).raw_score == Decimal("88.00")
    assert standing_of(other).components["bonus"] is None


@pytest.mark.django_db
def test_a_bonus_taken_back_is_no_deduction(taking):
    employee = worker()
    post_month(employee, onsite=(80, 100))
    given = adjust(employee, 200, date(2026, 10, 3))
    put(source=SOURCE, lines=[], withdrawn=[given.source_id])
    assert Entry.objects.filter(kind=EntryKind.ADJUSTMENT).count() == 2
    found = standing_of(employee)
    assert found.raw_score == Decimal("88.00")
    assert (found.components["bonus"], found.components["deduction"]) == (None, None)


@pytest.mark.django_db
def test_a_scheme_without_limits_reads_no_bonus():
    employee = worker()
    post_month(employee, onsite=(80, 100))
    adjust(employee, 200, date(2026, 10, 3))
    found = standing_of(employee)
    assert found.raw_score == Decimal("88.00")
    assert set(PersonInput.parse(found.input).months["2026-10"]) == {
        *("daily", "knowledge", "onsite")
    }
    assert Period.parse("2026-10").code in found.input


def test_points_on_the_steepest_curve_vary_no_more_than_points_can():
    cliff = Piecewise(*map(Fraction, ("60", "0", "60.01", "100", "0")))
    points, variance = on_curve(cliff, np.array([60.005]), np.array([4.0]))
    assert points[0] == pytest.approx(50)
    assert variance[0] == 2500  # not (10,000 × 2)²
    flat = Piecewise(*map(Fraction, (60, 90, 90, 100, 0)))
    assert on_curve(flat, np.array([75.0]), np.array([9.0]))[1][0] == pytest.approx(1)
