from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.targets.rules import (
    Cliff,
    base_challenge_score,
    cliff_score,
    hundredths,
    shortfall,
    successive_declines,
    weak_point_score,
    yearly_score,
)

CLIFF = Cliff()
percents = st.fractions(0, 100, max_denominator=10_000)


@pytest.mark.parametrize(
    ("percent", "score"),
    [
        ("0", 0),
        ("59.99", 0),
        ("60", 90),
        ("66", 92),
        ("75", 95),
        ("90", 100),
        ("100", 100),
    ],
)
def test_cliff_score_of_the_handbook(percent, score):
    assert cliff_score(Fraction(percent), CLIFF) == score


@given(percents, percents)
def test_cliff_score_never_falls_where_the_value_rises(one, other):
    low, high = sorted((one, other))
    assert cliff_score(low, CLIFF) <= cliff_score(high, CLIFF) <= 100


@pytest.mark.parametrize(
    ("value", "base", "challenge", "score"),
    [
        (50, 100, 120, 45),
        (100, 100, 120, 90),
        (110, 100, 120, 95),
        (120, 100, 120, 100),
        (500, 100, 120, 100),
        (100, 100, 100, 100),
        (99, 100, 100, Fraction(891, 10)),
        (100, 100, None, 100),
    ],
)
def test_base_challenge_score(value, base, challenge, score):
    challenge = None if challenge is None else Fraction(challenge)
    assert base_challenge_score(Fraction(value), Fraction(base), challenge) == score


@pytest.mark.parametrize("base", [None, Fraction(0)])
def test_no_base_is_no_score(base):
    assert base_challenge_score(Fraction(10), base, Fraction(20)) is None


@given(percents, percents, st.fractions(1, 100), st.fractions(0, 100))
def test_base_challenge_score_rises_within_bounds(one, other, base, room):
    low, high = sorted((one, other))
    scores = [base_challenge_score(value, base, base + room) for value in (low, high)]
    assert 0 <= scores[0] <= scores[1] <= 100


def test_weak_point_is_half_overall_half_mean_of_its_parts():
    parts = [Fraction(60), Fraction(70)]
    assert weak_point_score(Fraction(90), parts, Fraction(50)) == Fraction(155, 2)


@pytest.mark.parametrize(
    ("overall", "parts"), [(None, [Fraction(1)]), (Fraction(1), [])]
)
def test_weak_point_needs_both_sides(overall, parts):
    assert weak_point_score(overall, parts, Fraction(50)) is None


def test_year_is_the_sum_of_weights_times_scores():
    weights = {month: Fraction(5) for month in range(1, 12)} | {12: Fraction(45)}
    scores = {month: Fraction(80) for month in range(1, 12)} | {12: Fraction(100)}
    year = yearly_score(scores, weights)
    assert (year.points, year.weight, year.complete) == (89, 100, True)


def test_year_so_far_says_what_its_months_weigh():
    year = yearly_score({1: Fraction(90)}, {1: Fraction(40), 2: Fraction(60)})
    assert (year.points, year.weight, year.complete) == (36, 40, False)


def test_year_without_weights_is_the_mean_of_its_months():
    assert yearly_score({1: Fraction(90), 7: Fraction(95)}, {}).points == Fraction(
        185, 2
    )
    assert yearly_score({}, {}).weight == 0


@pytest.mark.parametrize(
    ("values", "declines"),
    [
        ([], 0),
        ([79], 0),
        ([80, 79, 78, 77], 3),
        ([80, 79, 78], 2),
        ([80, 79, 79, 78], 1),
        ([80, 79, 78, 79], 0),
        ([80, None, 78, 77], 1),
        ([81, 80, 79, 78, 77], 4),
    ],
)
def test_successive_declines_to_the_newest(values, declines):
    figures = [None if value is None else Fraction(value) for value in values]
    assert successive_declines(figures) == declines


@pytest.mark.parametrize(
    ("parent", "children", "short"),
    [
        (100, [60, 40], 0),
        (100, [60, 50], 0),
        (100, [60, 30], 10),
        (100, [60, None], 40),
        (100, [], 0),
        (None, [10], 0),
    ],
)
def test_shortfall_of_what_was_handed_down(parent, children, short):
    assert shortfall(parent, children) == short


@given(st.fractions(0, 1000))
def test_hundredths_round_half_up(value):
    whole = hundredths(value)
    assert Fraction(whole, 100) - value <= Fraction(1, 200)
    assert value - Fraction(whole, 100) < Fraction(1, 200)
