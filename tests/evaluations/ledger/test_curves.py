from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.ledger.curves import (
    Challenge,
    Piecewise,
    challenge_score,
    earned,
    earned_float,
    slope_at,
)

CLIFF = Piecewise(*map(Fraction, (60, 90, 90, 100, 0)))
TARGETS = Challenge(Fraction(80), Fraction(95))
percents = st.fractions(min_value=0, max_value=100, max_denominator=10_000)


@st.composite
def piecewises(draw):
    low, high = sorted(
        draw(st.lists(percents, min_size=2, max_size=2, unique=True)),
    )
    scores = sorted(draw(st.lists(percents, min_size=3, max_size=3)))
    return Piecewise(low, scores[1], high, scores[2], scores[0])


@st.composite
def challenges(draw):
    base, challenge = sorted(
        draw(st.lists(percents.filter(bool), min_size=2, max_size=2))
    )
    return Challenge(base, challenge)


curves = st.one_of(st.none(), piecewises(), challenges())


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (0, 0),
        (Fraction("59.9999"), 0),
        (60, 90),
        (66, 92),
        (75, 95),
        (Fraction("89.7"), Fraction("99.9")),
        (90, 100),
        (100, 100),
    ],
)
def test_thresholds_earn_a_cliff_a_line_and_a_plateau(value, points):
    assert earned(CLIFF, Fraction(value)) == points


@pytest.mark.parametrize(
    ("value", "points"),
    [(-5, 0), (0, 0), (40, 45), (80, 90), (Fraction("87.5"), 95), (95, 100), (99, 100)],
)
def test_targets_earn_in_proportion_then_a_line(value, points):
    assert earned(TARGETS, Fraction(value)) == points


def test_reaching_a_base_that_is_the_challenge_earns_everything():
    same = Challenge(Fraction(80), Fraction(80))
    assert earned(same, Fraction(80)) == 100
    assert earned(same, Fraction(40)) == 45


def test_without_a_base_nothing_is_said():
    for base in (None, Fraction(0), Fraction(-1)):
        assert challenge_score(Fraction(5), base=base, challenge=Fraction(9)) is None


@pytest.mark.parametrize("challenge", [None, Fraction(9), Fraction(8)])
def test_without_a_challenge_above_it_the_base_is_the_whole_target(challenge):
    scores = [
        challenge_score(Fraction(value), base=Fraction(9), challenge=challenge)
        for value in (3, 8, 9, 50)
    ]
    assert scores == [30, 80, 100, 100]


def test_targets_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="above the challenge"):
        Challenge(Fraction(9), Fraction(8))
    with pytest.raises(ValueError, match="below the upper"):
        Piecewise(*map(Fraction, (90, 90, 60, 100, 0)))
    with pytest.raises(ValueError, match="no fewer points"):
        Piecewise(*map(Fraction, (60, 90, 90, 80, 0)))


def test_without_a_curve_a_value_earns_itself():
    assert earned(None, Fraction(1, 3)) == Fraction(1, 3)
    assert earned_float(None, 12.5) == 12.5
    assert slope_at(None, 12.5) == 1


def test_slopes_are_those_of_the_line_one_is_on():
    thirds = [slope_at(CLIFF, value) for value in (59.9, 60, 75, 90, 95)]
    assert thirds == [0, 1 / 3, 1 / 3, 0, 0]
    assert [slope_at(TARGETS, value) for value in (-1, 40, 80, 94, 95)] == [
        *(0, 90 / 80, 10 / 15, 10 / 15, 0)
    ]


@given(curves, percents, percents)
def test_a_better_value_never_earns_less(curve, one, other):
    low, high = sorted((one, other))
    assert earned(curve, low) <= earned(curve, high)


@given(curves, percents)
def test_points_stay_between_0_and_100(curve, value):
    assert 0 <= earned(curve, value) <= 100


@given(curves, percents)
def test_floats_earn_what_fractions_earn(curve, value):
    number = float(value)
    assert earned_float(curve, number) == float(earned(curve, Fraction(number)))


@given(piecewises(), percents)
def test_the_line_lies_between_its_ends(curve, value):
    points = earned(curve, value)
    if value < curve.lower:
        assert points == curve.below_score
    else:
        assert curve.lower_score <= points <= curve.upper_score
