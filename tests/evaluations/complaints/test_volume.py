"""When a day has more complaints than chance explains."""

import pytest

from evaluations.complaints.volume import DayCount, expectation, is_unusual
from outlets.flow.alerting import count_band


def days(*pairs):
    return [DayCount(*pair) for pair in pairs]


def test_with_fewer_than_four_weeks_nothing_is_unusual():
    past = days((2, 100), (3, 100), (1, 100))
    assert expectation(past, 100) is None
    assert not is_unusual(DayCount(50, 100), None)


def test_eight_weeks_of_two_make_seven_usual_and_eight_not():
    expected = expectation(days(*[(2, 0)] * 8), 0)
    assert (round(expected.usual, 4), expected.limit, expected.weeks) == (2.0625, 8, 8)
    assert not is_unusual(DayCount(8), expected)
    assert is_unusual(DayCount(9), expected)


def test_twice_the_business_makes_twice_as_many_usual():
    past = days(*[(10, 1000)] * 8)
    usual, double = expectation(past, 1000), expectation(past, 2000)
    assert (round(usual.usual, 3), round(double.usual, 3)) == (10.062, 20.125)
    assert (usual.limit, double.limit) == (22, 37)


def test_a_day_without_known_business_falls_back_to_days():
    past = days((10, 1000), *[(10, 0)] * 7)
    assert expectation(past, 1000) == expectation(days(*[(10, 0)] * 8), 0)
    assert expectation(days(*[(10, 500)] * 8), 0).usual == pytest.approx(10.0625)


def test_weeks_without_a_complaint_leave_a_limit_above_one():
    expected = expectation(days(*[(0, 0)] * 8), 0)
    assert is_unusual(DayCount(expected.limit + 1), expected)
    assert expected.limit >= 1


def test_equal_exposures_change_nothing_of_the_shared_rule():
    past = [3, 9, 4, 12, 7]
    assert count_band(past) == count_band(past, exposures=[4] * 5, exposure=4)


@pytest.mark.parametrize(
    ("exposures", "exposure"), [([1, 0], 1), ([1, 1], 0), ([1], 1), ([1, -1], 1)]
)
def test_an_exposure_is_above_zero(exposures, exposure):
    with pytest.raises(ValueError, match="exposure"):
        count_band([1, 2], exposures=exposures, exposure=exposure)
