"""What crowded days take from satisfaction."""

import numpy as np
import pytest

from evaluations.rankings.rules.load import (
    LoadSums,
    Slope,
    class_shift,
    estimate_slope,
    load_shift,
)


def sums_of(person, pressure, value):
    person, pressure = np.array(person), np.array(pressure, float)
    value = np.array(value, float)
    size = person.max() + 1
    columns = (
        np.ones(len(person)),
        value,
        value**2,
        pressure,
        pressure**2,
        pressure * value,
    )
    return LoadSums(*(np.bincount(person, column, size) for column in columns))


def crowded(slope, days=30, people=20, noise=0.0, seed=1):
    """Better people work on busier days, so that a plain regression would mislead."""
    stream = np.random.RandomState(seed)
    person = np.repeat(np.arange(people), days)
    pressure = 40 + person + stream.uniform(-20, 20, len(person))
    value = 70 + 2.0 * person + slope * pressure
    return sums_of(
        person, pressure, value + noise * stream.standard_normal(len(person))
    )


def test_the_slope_is_found_within_people():
    found = estimate_slope(crowded(-0.2))
    assert found.slope == pytest.approx(-0.2, abs=1e-9)
    assert found.error == pytest.approx(0.0, abs=1e-12)


def test_the_slope_comes_with_its_error():
    found = estimate_slope(crowded(-0.2, noise=10.0))
    assert found.slope == pytest.approx(-0.2, abs=3 * found.error**0.5)
    assert found.error**0.5 == pytest.approx(10 / (600 * 400 / 3) ** 0.5, rel=0.1)


def test_without_enough_days_there_is_no_slope():
    assert estimate_slope(sums_of([0, 0, 1, 1], [1, 2, 3, 4], [5, 6, 7, 8])) is None
    flat = sums_of([0] * 60, [50.0] * 60, list(range(60)))
    assert estimate_slope(flat) is None


def test_days_that_hardly_differ_say_nothing_of_a_slope():
    """Their differences are small, so that a slope by them could be anything."""
    person, turn = np.repeat(np.arange(20), 30), np.tile([-1.0, 1.0], 300)
    value = np.tile([40.0, 90.0, 60.0], 200)
    alike, apart = (sums_of(person, 50 + by * turn, value) for by in (0.9, 1.1))
    assert estimate_slope(alike) is None
    assert estimate_slope(apart) is not None


def test_who_served_on_busier_days_gains_what_the_crowd_took():
    sums = sums_of([0, 0, 1, 1], [60, 80, 20, 20], [80, 80, 90, 90])
    shift, error = load_shift(sums, Slope(slope=-0.2, error=0.01, pressure=45.0))
    assert shift == pytest.approx([5.0, -5.0])
    assert error == pytest.approx([6.25, 6.25])


def test_who_was_never_judged_is_left_alone():
    sums = LoadSums(*(np.array([0.0]) for _column in range(6)))
    shift, error = load_shift(sums, Slope(-0.2, 0.01, 45.0))
    assert shift.tolist() == [0.0]
    assert error.tolist() == [0.0]


def test_classes_are_put_at_the_mean_of_all():
    value = np.array([90.0, 80.0, np.nan, 60.0, 75.0])
    shift = class_shift(value, np.ones(5), np.array([0, 0, 0, 1, -1]))
    overall = (90 + 80 + 60) / 3
    assert shift == pytest.approx([overall - 85] * 3 + [overall - 60, 0.0])
