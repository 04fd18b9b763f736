"""Small samples are drawn towards the peers, by their own reliability."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fairness import overtaking_mean
from evaluations.rankings.rules.shrinkage import (
    ALL,
    Peers,
    estimate_peers,
    shrink,
    within_variance,
)

NO_GROUP = 0


def fitted(mean=90.0, between=16.0, **others):
    return {NO_GROUP: Peers(mean, between, 0.0, 0.0), **others}


def shrunk(value, error, group=None, peers=None):
    value = np.array(value, dtype=float)
    group = np.zeros(len(value), int) if group is None else np.array(group)
    return shrink(value, np.array(error, dtype=float), group, peers)


def test_a_value_keeps_its_reliable_share_of_the_distance_to_the_peers():
    # t = 16, v = 48: reliability 16 / 64 = 1/4; 90 + (98 - 90) / 4 = 92; 48 × 1/4 = 12.
    found = shrunk([98.0], [48.0], peers=fitted())
    assert found.reliability[0] == pytest.approx(0.25)
    assert found.value[0] == pytest.approx(92.0)
    assert found.variance[0] == pytest.approx(12.0)


def test_nobody_without_a_value_gets_one():
    found = shrunk([98.0, np.nan], [48.0, 48.0], peers=fitted())
    assert np.isnan(found.value[1])
    assert np.isnan(found.variance[1])


def test_few_peers_are_drawn_to_all_people_together():
    stream = np.random.RandomState(2)
    value = 85 + 5 * stream.standard_normal(43)
    group = np.array([0] * 40 + [1] * 3)
    found = shrunk(value, np.full(43, 25.0), group)
    assert set(found.peers) == {ALL, 0}
    mean = found.peers[ALL].mean
    reliable = found.reliability[42]
    assert found.value[42] == pytest.approx(mean + reliable * (value[42] - mean))


def test_too_few_people_altogether_are_not_drawn_at_all():
    found = shrunk([98.0, 70.0], [48.0, 12.0])
    assert found.value.tolist() == [98.0, 70.0]
    assert found.variance.tolist() == [48.0, 12.0]
    assert found.peers == {}


def test_within_variance_is_that_of_judgements_around_their_own_means():
    # People with 1, 3 and 4, 8: squares around their means 0, 2 and 8, two spare.
    found = within_variance(
        np.array([1.0, 2.0, 2.0]),
        np.array([5.0, 4.0, 12.0]),
        np.array([25.0, 10.0, 80.0]),
    )
    assert found == pytest.approx((2 + 8) / 2)
    alone = within_variance(np.array([1.0]), np.array([5.0]), np.array([25.0]))
    assert alone == 0.0


def test_the_spread_between_people_is_found_again():
    stream = np.random.RandomState(11)
    error = np.exp(stream.uniform(0, 4, 4000))
    value = 80 + 4 * stream.standard_normal(4000)
    value += np.sqrt(error) * stream.standard_normal(4000)
    found = estimate_peers(value, error)
    assert found.mean == pytest.approx(80, abs=0.3)
    assert found.between == pytest.approx(16, rel=0.1)


def test_chance_alone_never_makes_all_people_alike():
    same = estimate_peers(np.full(12, 90.0), np.full(12, 4.0))
    assert same.between > 0


@settings(max_examples=200, deadline=None)
@given(
    mean=st.floats(50, 96),
    between=st.floats(0.01, 400),
    share=st.floats(0.5, 0.99),
)
def test_one_hundred_percent_once_never_outranks_sixty_times_ninety_seven(
    mean, between, share
):
    # One judgement tells little: people differ by at most a tenth of its variance.
    judgement = share * (1 - share) * 10_000
    peers = fitted(mean, min(between, judgement / 10))
    found = shrunk([100.0, 97.0], [judgement, judgement / 60], peers=peers)
    assert found.value[0] < found.value[1]


@pytest.mark.parametrize(
    ("part", "mean"), [(10, "96.64"), (100, "96.92"), (10_000, "96.95")]
)
def test_above_so_high_a_mean_of_the_peers_it_does(part, mean):
    assert f"{overtaking_mean(1 / part):.2f}" == mean


@pytest.mark.parametrize("spread", [0.001, 1.0, 16.0])
def test_among_peers_above_97_sixty_times_97_is_below_average_by_any_bound(spread):
    # Nor would the lower bound of an interval change that where people differ little.
    peers = fitted(mean=99.0, between=spread)
    found = shrunk([100.0, 97.0], [300.0, 5.0], peers=peers)
    assert found.value[1] < 99 < found.value[0]
    bounds = found.value - 1.645 * np.sqrt(found.variance)
    assert (bounds[0] > bounds[1]) == (spread < 16)


@settings(max_examples=200, deadline=None)
@given(
    value=st.lists(st.floats(0, 100), min_size=12, max_size=40),
    error=st.floats(0.5, 300),
)
def test_a_drawn_value_lies_between_its_own_and_the_peers(value, error):
    found = shrunk(value, [error] * len(value))
    mean = found.peers[0].mean
    for own, drawn in zip(value, found.value, strict=True):
        assert min(own, mean) - 1e-9 <= drawn <= max(own, mean) + 1e-9


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(1, 500), min_size=2, max_size=20, unique=True))
def test_more_evidence_is_drawn_less(errors):
    found = shrunk([95.0] * len(errors), errors, peers=fitted())
    order = np.argsort(errors)
    assert (np.diff(found.value[order]) <= 0).all()
    assert (np.diff(found.variance[order]) >= 0).all()
