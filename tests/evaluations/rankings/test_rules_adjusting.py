"""How far a correction may take a value, and what is left of it then."""

import numpy as np

from evaluations.rankings.rules.adjusting import bounded
from evaluations.rankings.rules.earning import on_curve


def test_a_correction_takes_no_more_than_a_value_can_have():
    shift, error = bounded(
        np.array([-250.0, -3.0, 0.0, 140.0]), np.array([1e12, 4.0, 0.0, 10_001.0])
    )
    assert shift.tolist() == [-100.0, -3.0, 0.0, 100.0]
    assert error.tolist() == [10_000.0, 4.0, 0.0, 10_000.0]


def test_a_value_below_nothing_earns_nothing_and_one_above_all_keeps_it():
    earned, variance = on_curve(None, np.array([-20.0, 40.0, 103.5]), np.full(3, 9.0))
    assert earned.tolist() == [0.0, 40.0, 103.5]
    assert variance.tolist() == [9.0, 9.0, 9.0]
