from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.feedback.rules import (
    is_satisfied,
    mean_score,
    ranks_by_share,
    ranks_by_wilson,
    satisfied_percent,
    wilson_low,
)

COUNTS = st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_four_and_five_are_satisfied():
    assert [is_satisfied(score) for score in (1, 2, 3, 4, 5)] == [
        False,
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("satisfied", "n", "percent"),
    [
        (7, 11, "63.64"),
        (0, 10, "0.00"),
        (10, 10, "100.00"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        # 12.345 exactly: half goes up, whatever the nearest float is.
        (2469, 20_000, "12.35"),
    ],
)
def test_satisfied_percent_rounds_half_up_exactly(satisfied, n, percent):
    assert satisfied_percent(satisfied, n) == Decimal(percent)


def test_nothing_is_said_about_no_ratings():
    assert satisfied_percent(0, 0) is None
    assert wilson_low(0, 0) is None
    assert mean_score(0, 0) is None


def test_mean_score_has_two_decimals():
    assert mean_score(41, 11) == Decimal("3.73")


def test_wilson_low_of_known_cases():
    assert wilson_low(7, 11) == pytest.approx(0.353801, rel=1e-5)
    assert wilson_low(16, 18) == pytest.approx(0.672002, rel=1e-5)
    assert wilson_low(0, 10) == 0.0
    assert wilson_low(10, 10) == pytest.approx(0.722467, rel=1e-5)


def test_wilson_low_refuses_more_satisfied_than_ratings():
    with pytest.raises(ValueError, match="some of the ratings"):
        wilson_low(3, 2)


@given(COUNTS)
def test_wilson_low_lies_between_zero_and_the_share(counts):
    satisfied, n = counts
    low = wilson_low(satisfied, n)
    if n:
        assert 0 <= low <= satisfied / n


@given(COUNTS.filter(lambda counts: counts[0] > 0))
def test_wilson_low_rises_with_more_of_the_same(counts):
    satisfied, n = counts
    assert wilson_low(2 * satisfied, 2 * n) > wilson_low(satisfied, n)


def test_equal_fractions_share_a_place_and_the_next_is_skipped():
    assert ranks_by_share([(10, 20), (15, 20), (20, 40), (1, 20)]) == [2, 1, 2, 4]


def test_few_ratings_take_no_place_by_share_but_one_by_wilson():
    counts = [(9, 9), (5, 10), (0, 0)]
    assert ranks_by_share(counts) == [None, 1, None]
    assert ranks_by_wilson(counts) == [1, 2, None]
