from dataclasses import replace

import numpy as np
import pytest

from evaluations.rankings.rules.effects import (
    effects,
    entering,
    leaving,
    movement,
)
from evaluations.rankings.rules.ranks import competition_ranks
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.rules.whatif import Outcome


def outcome(scores, won, level=Level.ALL) -> Outcome:
    """Return people of one list with these scores; `won` names the rows that win."""
    score = np.array(scores, dtype=np.int64)
    size = len(scores)
    winners = np.zeros(size, dtype=bool)
    winners[list(won)] = True
    ranks = competition_ranks(score, np.zeros(size, dtype=np.int64))
    places = np.argsort(np.argsort(-score, kind="stable")) + 1
    return Outcome(
        raw=score,
        adjusted=None,
        score=score,
        ranks={Level.ALL: ranks},
        position=places,
        tied_position=places,
        reasons={},
        eligible=score >= 0,
        winners={level: winners},
    )


def test_entering_and_leaving_name_rows_best_first():
    before = outcome([900, 800, 700, 600], {0, 1})
    after = outcome([500, 700, 900, 800], {2, 3})
    assert entering(before, after)[Level.ALL].tolist() == [2, 3]
    assert leaving(before, after)[Level.ALL].tolist() == [0, 1]


def test_level_that_only_one_side_has_moves_all_its_winners():
    before = outcome([900, 800], {0}, Level.COUNTY)
    after = outcome([900, 800], {1}, Level.ALL)
    assert {k: v.tolist() for k, v in entering(before, after).items()} == {
        Level.ALL: [1]
    }
    assert {k: v.tolist() for k, v in leaving(before, after).items()} == {
        Level.COUNTY: [0]
    }


def test_movement_counts_movers_and_correlates_whom_both_rank():
    before = outcome([900, 800, 700, -1], {0})
    after = outcome([900, 700, 800, 600], {0})
    moved = movement(before, after)
    assert (moved.people, moved.ranked_before, moved.ranked_after) == (4, 3, 4)
    assert moved.movers == 3  # two change places, one has a rank only now
    assert moved.correlation == pytest.approx(0.5)
    assert movement(before, before).correlation == pytest.approx(1)
    turned = outcome([700, 800, 900, -1], {2})
    assert movement(before, turned).correlation == pytest.approx(-1)


def test_movement_of_equals_has_no_correlation():
    same = outcome([700, 700], {0, 1})
    assert movement(same, same).correlation is None
    assert movement(outcome([], ()), outcome([], ())).correlation is None


def test_effects_give_shares_rates_and_mean_change():
    before = outcome([100] * 5 + [90] * 10, {0, 1, 2, 5})
    after = replace(
        outcome([110] * 5 + [85] * 10, {0, 5, 6, 7}),
    )
    group = np.array([0] * 5 + [1] * 10)
    first, second = effects(before, after, ["a", "b"], group)
    assert (first.people, first.won_before, first.won_after) == (5, 3, 1)
    assert (first.share_before, first.share_after) == (75.0, 25.0)
    assert (first.rate_before, first.rate_after) == (60.0, 20.0)
    assert first.change == pytest.approx(0.1)
    assert second.change == pytest.approx(-0.05)
    assert second.rate_after == 30.0
    assert (first.ratio, second.ratio) == (pytest.approx(2 / 3), 1.0)
    assert (first.below_four_fifths, second.below_four_fifths) == (True, False)


def test_effects_mask_few_people_and_whoever_would_tell_of_them():
    same = outcome([100] * 24, {0})
    group = np.array([0] * 4 + [1] * 6 + [2] * 14)
    small, next_small, large = effects(same, same, ["a", "b", "c"], group)
    assert small.masked
    assert (small.won_after, small.ratio) == (None, None)
    assert next_small.masked  # the total less the largest group would tell the small
    assert (large.masked, large.people) == (False, 14)


def test_effects_mask_two_small_groups_and_no_third():
    same = outcome([100] * 20, {0})
    group = np.array([0] * 4 + [1] * 4 + [2] * 12)
    rows = effects(same, same, ["a", "b", "c"], group)
    assert [row.masked for row in rows] == [True, True, False]


def test_effects_leave_out_groups_without_a_score_and_mask_a_lone_small_one():
    before = outcome([100, 90, -1], {0})
    rows = effects(before, before, ["a", "b"], np.array([0, 0, 1]))
    assert [(row.name, row.masked) for row in rows] == [("a", True)]


def test_change_of_few_compared_people_is_not_told():
    before = outcome([100] * 4 + [-1] * 4, {0})
    after = outcome([100] * 8, {0})
    (row,) = effects(before, after, ["a"], np.zeros(8, dtype=np.int64))
    assert (row.people, row.compared, row.change) == (8, 4, None)
