from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evaluations.rankings.rules.ranks import (
    competition_ranks,
    date_order,
    groups_of,
    positions,
    value_order,
)
from evaluations.rankings.rules.values import Value

scored = st.lists(st.tuples(st.integers(-1, 5), st.integers(-1, 3)), max_size=40)


@given(scored, st.integers(1, 4))
def test_competition_ranks_count_who_is_better(people, least):
    scores = np.array([score for score, _group in people], dtype=np.int64)
    groups = np.array([group for _score, group in people], dtype=np.int64)
    found = competition_ranks(scores, groups, least_ranked=least)
    for (score, group), rank in zip(people, found, strict=True):
        peers = [s for s, g in people if g == group and s >= 0]
        if score < 0 or group < 0 or len(peers) < least:
            assert rank == 0
        else:
            assert rank == 1 + sum(peer > score for peer in peers)


def test_competition_ranks_skip_after_a_tie():
    scores = np.array([90, 95, 95, 80])
    one_group = np.zeros(4, dtype=np.int64)
    assert competition_ranks(scores, one_group).tolist() == [3, 1, 1, 4]


def test_groups_of_none_is_no_group():
    assert groups_of(["b", None, "a", "b"]).tolist() == [0, -1, 1, 0]


@given(
    st.lists(
        st.none() | st.tuples(st.integers(0, 300), st.integers(1, 300)), max_size=30
    )
)
def test_value_order_sorts_like_the_fractions(pairs):
    values = [pair and Value(*pair, 1) for pair in pairs]
    order = value_order(values)
    for value, number in zip(values, order, strict=True):
        assert (number == -1) == (value is None)
        for other, others in zip(values, order, strict=True):
            if value is not None and other is not None:
                assert (number < others) == (value.exact < other.exact)
                assert (number == others) == (value.exact == other.exact)


def test_value_order_tells_fractions_apart_that_floats_do_not():
    near = Fraction(1, 3) + Fraction(1, 10**30)
    values = [Value(near.numerator, near.denominator, 1), Value(1, 3, 1)]
    assert float(values[0]) == float(values[1])
    assert value_order(values).tolist() == [1, 0]


def test_date_order_puts_the_unknown_last():
    assert date_order(["2020-01-02", None, "2019-05-01"]).tolist() == [1, 2, 0]


@given(
    st.lists(
        st.tuples(st.integers(-1, 3), st.integers(0, 2), st.integers(0, 2)), max_size=30
    )
)
def test_positions_sort_by_score_then_ties_then_name(people):
    names = [f"{index * 7 % 31:02}" for index in range(len(people))]
    columns = [np.array(c, dtype=np.int64) for c in zip(*people, strict=True)] or [
        np.array([], dtype=np.int64)
    ] * 3
    place, shared = positions(columns[0], columns[1:], names)
    keys = [(-score, first, second) for score, first, second in people]
    wanted = sorted(range(len(people)), key=lambda index: (keys[index], names[index]))
    assert [wanted.index(index) + 1 for index in range(len(people))] == place.tolist()
    for index, key in enumerate(keys):
        assert shared[index] == 1 + sum(other < key for other in keys)
