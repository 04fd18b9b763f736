"""Rank intervals, chances of the top places and bands."""

import numpy as np
import pytest

from evaluations.rankings.rules import intervals
from evaluations.rankings.rules.intervals import bands, rank_intervals, top_chance

ONE = np.zeros(3, int)


def arrays(*values):
    return np.array(values, dtype=float)


def test_people_far_apart_have_one_rank_each():
    found = rank_intervals(arrays(90, 80, 70), arrays(1, 1, 1), ONE)
    assert found.low.tolist() == [1, 2, 3]
    assert found.high.tolist() == [1, 2, 3]


def test_people_alike_may_have_any_rank():
    found = rank_intervals(arrays(80, 80, 80), arrays(5, 5, 5), ONE)
    assert found.low.tolist() == [1, 1, 1]
    assert found.high.tolist() == [3, 3, 3]


def test_groups_are_ranked_apart_and_who_is_in_none_has_no_rank():
    group = np.array([0, 1, 0, -1])
    found = rank_intervals(arrays(70, 10, 90, 99), arrays(1, 1, 1, 1), group)
    assert found.low.tolist() == [2, 1, 1, 0]
    assert found.high.tolist() == [2, 1, 1, 0]


def test_nobody_at_all_has_no_interval():
    empty = np.array([])
    found = rank_intervals(empty, empty, np.array([], int))
    assert found.low.tolist() == []


@pytest.mark.parametrize(
    ("size", "seeds"), [(300, 20), (3000, 4)], ids=["one by one", "in bins"]
)
def test_ninety_percent_intervals_cover_nine_truths_in_ten(size, seeds):
    covered = []
    for seed in range(seeds):
        stream = np.random.RandomState(seed)
        truth = 4 * stream.standard_normal(size)
        error = np.exp(stream.uniform(0, 5, size))
        seen = truth + np.sqrt(error) * stream.standard_normal(size)
        kept = 16 / (16 + error)
        found = rank_intervals(kept * seen, np.sqrt(kept * error), np.zeros(size, int))
        rank = np.argsort(np.argsort(-truth)) + 1
        covered.append(((found.low <= rank) & (rank <= found.high)).mean())
    assert np.mean(covered) == pytest.approx(0.90, abs=0.02)


def test_bins_say_nearly_what_counting_one_by_one_says(monkeypatch):
    stream = np.random.RandomState(4)
    mean, spread = 80 + 4 * stream.standard_normal(1000), stream.uniform(1, 4, 1000)
    group = np.zeros(1000, int)
    exact = rank_intervals(mean, spread, group)
    monkeypatch.setattr(intervals, "EXACT", 10)
    binned = rank_intervals(mean, spread, group)
    assert np.abs(exact.low - binned.low).max() <= 3
    assert np.abs(exact.high - binned.high).max() <= 3


def test_chances_of_the_top_places_are_those_of_two_normal_variables():
    # P(A above B) with means 82 and 80, deviations 3 and 4: Φ(2 / 5) = 0.6554.
    found = top_chance(arrays(82, 80), arrays(3, 4), np.zeros(2, int), 1)
    assert found == pytest.approx([0.6554, 0.3446], abs=0.02)


def test_chances_of_the_top_places_add_up_to_the_places():
    stream = np.random.RandomState(9)
    mean, spread = 80 + 4 * stream.standard_normal(200), stream.uniform(1, 4, 200)
    found = top_chance(mean, spread, np.zeros(200, int), 10)
    assert found.sum() == pytest.approx(10, abs=0.05)


def test_a_band_ends_where_the_next_can_be_told_from_its_best():
    # 1.645 × √2 = 2.33: 90 and 88 are one band, 87 opens the next, 80 another.
    found = bands(arrays(88, 90, 80, 87), np.ones(4), np.zeros(4, int))
    assert found.tolist() == [1, 1, 3, 2]


def test_bands_begin_anew_in_every_group():
    group = np.array([1, 0, 1, 0, -1])
    found = bands(arrays(90, 50, 70, 20, 5), np.ones(5), group)
    assert found.tolist() == [1, 1, 2, 2, 0]
