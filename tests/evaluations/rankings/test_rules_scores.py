"""Scores against an obvious implementation that knows nothing but fractions."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.scores import (
    EDGE,
    exact_score,
    month_parts,
    month_scores,
    period_parts,
    period_score,
)
from evaluations.rankings.rules.values import Value
from evaluations.rankings.shipped import rules_of

SERVICE_STAR = SchemeRules.parse(rules_of("service_star-1"))
WEIGHTS = {"daily": 15, "knowledge": 10, "mystery": 25, "onsite": 25, "callback": 25}


def values(**numbers) -> dict[str, Value]:
    """Return values as if each were the mean of ten records."""
    exact = {code: Fraction(str(number)) for code, number in numbers.items()}
    return {
        code: Value(number.numerator, number.denominator, 10)
        for code, number in exact.items()
    }


def slow_score(own: dict[str, Value]) -> Fraction | None:
    """Return the score in points, half up to two decimals, the long way."""
    if "daily" not in own or len(own) < 3:
        return None
    points = sum(
        WEIGHTS[code] * Fraction(value.numerator, value.denominator)
        for code, value in own.items()
    )
    score = points / sum(WEIGHTS[code] for code in own)
    return Fraction(floor(score * 100 + Fraction(1, 2)), 100)


@pytest.mark.parametrize(
    ("own", "score"),
    [
        (
            {"daily": 100, "knowledge": 96, "mystery": 96, "onsite": 90}
            | {"callback": 100},
            9610,
        ),
        # 91.075 is exactly half way, and lies below it in binary floats.
        (
            {"daily": 100, "knowledge": "88.25", "mystery": 84, "onsite": 95}
            | {"callback": 90},
            9108,
        ),
        (
            {"daily": 96, "knowledge": 88, "mystery": 84, "onsite": 95}
            | {"callback": 90},
            9045,
        ),
        # Without a mystery visit the other weights are scaled up.
        ({"daily": 96, "knowledge": 88, "onsite": 95, "callback": 90}, 9260),
        ({"daily": 0, "knowledge": 0, "mystery": 0}, 0),
        ({"daily": 96, "knowledge": 88}, None),
        ({"knowledge": 88, "mystery": 84, "onsite": 95, "callback": 90}, None),
        ({}, None),
    ],
)
def test_month_scores_of_the_worked_examples(own, score):
    assert month_scores([values(**own)], SERVICE_STAR) == [score]
    assert exact_score(values(**own), SERVICE_STAR) == score


def test_period_score_of_the_worked_example():
    assert period_score([8368, 7991]) == 8180  # 81.795
    assert period_score([8368]) == 8368
    assert period_score([1, 1, 2]) == 1  # 1.33
    assert period_score([1, 2, 2]) == 2  # 1.67


ratios = st.builds(
    lambda out_of, share, n: Value(100 * round(share * out_of), out_of, n),
    st.integers(1, 50_000),
    st.floats(0, 1),
    st.integers(1, 600),
)
# Values in hundredths meet rounding edges all the time.
round_values = st.builds(
    lambda hundredths: Value(hundredths, 100, 10), st.integers(0, 10_000)
)
people = st.lists(
    st.dictionaries(st.sampled_from(list(WEIGHTS)), st.one_of(ratios, round_values)),
    max_size=30,
)


@given(people)
def test_month_scores_are_those_of_plain_fractions(everybody):
    slow = [slow_score(own) for own in everybody]
    wanted = [None if score is None else int(score * 100) for score in slow]
    assert month_scores(everybody, SERVICE_STAR) == wanted


@given(st.integers(0, 10_000), st.integers(-3, 3))
def test_month_scores_decide_exactly_next_to_an_edge(hundredths, step):
    """A score half way between two hundredths, give or take far less than EDGE."""
    tiny = Fraction(step, 10**15)
    value = Fraction(2 * hundredths + 1, 200) + tiny
    assert abs(tiny) < EDGE
    same = Value(value.numerator, value.denominator, 10)
    own = {"daily": same, "knowledge": same, "onsite": same}
    assert month_scores([own], SERVICE_STAR) == [hundredths + (step >= 0)]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_period_score_is_the_mean_half_up(months):
    mean = Fraction(sum(months), len(months))
    assert period_score(months) == floor(mean + Fraction(1, 2))


@given(people)
def test_month_parts_add_up_to_the_score(everybody):
    for own, score in zip(
        everybody, month_scores(everybody, SERVICE_STAR), strict=True
    ):
        parts = month_parts(own, SERVICE_STAR, scored=score is not None)
        assert parts.keys() == own.keys()
        if score is None:
            assert all(part.points is None for part in parts.values())
            continue
        assert sum(part.weight for part in parts.values()) == pytest.approx(100)
        points = sum(part.points for part in parts.values())
        assert abs(points - score / 100) <= 0.005 + 1e-9


def test_month_parts_rescale_the_weights():
    own = values(daily=100, knowledge=90, onsite=80, callback=70)
    parts = month_parts(own, SERVICE_STAR, scored=True)
    assert [part.weight for part in parts.values()] == [
        20.0,
        1000 / 75,
        2500 / 75,
        2500 / 75,
    ]
    assert parts["daily"].points == 20.0
    assert parts["onsite"].raw == 80.0


def test_period_parts_average_the_months_that_have_a_component():
    first = values(daily=100, knowledge=90, onsite=80)
    second = values(daily=90, knowledge=70, onsite=60, mystery=50)
    months = [
        (own, month_parts(own, SERVICE_STAR, scored=True)) for own in (first, second)
    ]
    parts = period_parts(months, scored=True)
    assert parts["mystery"].raw == 50.0
    assert parts["mystery"].n == 10
    assert parts["mystery"].weight == pytest.approx(100 * 25 / 75 / 2)
    assert parts["daily"].raw == 95.0
    assert parts["daily"].n == 20
    assert sum(part.weight for part in parts.values()) == pytest.approx(100)
    scores = [sum(part.points for part in own.values()) for _, own in months]
    points = sum(part.points for part in parts.values())
    assert points == pytest.approx(sum(scores) / 2)


def test_period_parts_without_a_score_add_nothing():
    own = values(daily=100, knowledge=90, onsite=80)
    parts = period_parts(
        [(own, month_parts(own, SERVICE_STAR, scored=True))], scored=False
    )
    assert parts["daily"].raw == 100.0
    assert parts["daily"].weight is None
    assert parts["daily"].points is None
