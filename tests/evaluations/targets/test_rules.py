from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.targets.rules import (
    hundredths,
    shortfall,
    successive_declines,
    weak_point_score,
    yearly_score,
)

percents = st.fractions(0, 100, max_denominator=10_000)


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
