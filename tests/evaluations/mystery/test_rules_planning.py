"""Who visits what: exact small cases, limits that are never broken, and the gain."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.mystery.rules import planning
from evaluations.mystery.rules.designs import Z90, Design, Spread, known_before
from evaluations.mystery.rules.planning import (
    Open,
    Place,
    Pool,
    Reason,
    blocks_of,
    plan,
)

SPREAD = Spread(severity=8, outlet=10, visit=8)
EVEN = Spread(severity=1, outlet=1, visit=1)


def dense_errors(outlet, shopper, outlets, shoppers, spread):
    """Return the standard errors by whole matrices, each outlet in turn without prior.

    y = mu + outlet + shopper + chance; what is asked is an outlet minus their mean.
    """
    found = []
    for asked in range(outlets):
        rows = np.column_stack(
            [
                np.ones(len(outlet)),
                np.eye(outlets)[outlet],
                np.eye(shoppers)[shopper],
            ]
        )
        information = rows.T @ rows
        for one in range(outlets):
            information[1 + one, 1 + one] += spread.of_outlets * (one != asked)
        own = np.arange(1 + outlets, 1 + outlets + shoppers)
        information[own, own] += spread.of_shoppers
        covariance = np.linalg.inv(information) * spread.visit**2
        contrast = np.zeros(1 + outlets + shoppers)
        contrast[1 : 1 + outlets] = -1 / outlets
        contrast[1 + asked] += 1
        found.append(np.sqrt(contrast @ covariance @ contrast))
    return np.array(found)


def a_design(seed=1, spread=SPREAD):
    draw = np.random.default_rng(seed)
    outlet = np.repeat(np.arange(8), 2)
    shopper = np.concatenate([draw.permutation(5)[:2] for _outlet in range(8)])
    return Design(outlet, shopper, outlets=8, shoppers=5, spread=spread)


def test_two_outlets_seen_once_by_one_shopper():
    """Her severity cancels out: only chance is left, 1 + 1 over 2².

    a - (a + b) / 2 is (a - b) / 2, of variance 2 / 4.
    """
    design = Design(
        np.array([0, 1]), np.array([0, 0]), outlets=2, shoppers=1, spread=EVEN
    )
    assert design.standard_errors() == pytest.approx([0.5**0.5] * 2)
    assert design.half_width() == pytest.approx(Z90 * 0.5**0.5)


def test_two_outlets_seen_once_by_two_shoppers():
    """Both severities stay in: (1 + 1 + 1 + 1) over 2²."""
    design = Design(
        np.array([0, 1]), np.array([0, 1]), outlets=2, shoppers=2, spread=EVEN
    )
    assert design.standard_errors() == pytest.approx([1, 1])


def test_of_two_shoppers_one_is_sent_to_both_outlets():
    places = [Place(1, "R/", 1), Place(2, "R/", 1)]
    pool = [Pool(7, 2), Pool(8, 2)]
    found = plan(places, pool, spread=EVEN, seed=3)
    assert len({shopper for _outlet, shopper in found.assignments}) == 1
    assert found.half_width == pytest.approx(Z90 * 0.5**0.5)


@pytest.mark.parametrize("seed", range(3))
def test_errors_are_those_of_whole_matrices(seed):
    design = a_design(seed)
    dense = dense_errors(design.outlet, design.shopper, 8, 5, SPREAD)
    assert design.standard_errors() == pytest.approx(dense)


def test_what_a_move_wins_is_what_it_wins():
    design = a_design()
    for visit in range(0, 16, 3):
        here = set(design.shopper[design.visits_of[design.outlet[visit]]].tolist())
        others = np.array([one for one in range(5) if one not in here])
        win, whom = design.best_move(visit, others)
        wins = []
        for one in others:
            shopper = design.shopper.copy()
            shopper[visit] = one
            after = Design(design.outlet, shopper, outlets=8, shoppers=5, spread=SPREAD)
            wins.append(design.trace - after.trace)
        assert win == pytest.approx(max(wins))
        assert wins[others.tolist().index(whom)] == pytest.approx(max(wins))
        design.move(visit, whom)
        assert_as_if_new(design)


def test_what_an_exchange_wins_is_what_it_wins():
    design = a_design()
    made = 0
    for visit in range(16):
        here = set(design.shopper[design.visits_of[design.outlet[visit]]].tolist())
        for other in range(16):
            there = design.visits_of[design.outlet[other]]
            if design.shopper[other] in here or (
                design.shopper[visit] in design.shopper[there]
            ):
                continue
            shopper = design.shopper.copy()
            shopper[[visit, other]] = shopper[[other, visit]]
            after = Design(design.outlet, shopper, outlets=8, shoppers=5, spread=SPREAD)
            win, found = design.best_swap(visit, np.array([other]))
            assert (win, found) == (pytest.approx(design.trace - after.trace), other)
            design.swap(visit, other)
            assert_as_if_new(design)
            made += 1
            break
    assert made > 5


def assert_as_if_new(design):
    inverse, weighed = design.inverse.copy(), design.weighed.copy()
    pulled, pull = design.pulled.copy(), design.pull.copy()
    design.refresh()
    assert np.allclose(inverse, design.inverse)
    assert np.allclose(weighed, design.weighed)
    assert np.allclose(pulled, design.pulled)
    assert np.allclose(pull, design.pull)


def test_former_visits_by_hand():
    """One outlet of then, seen by both: only half the difference is learned.

    Information without mu and outlet: all of it goes to the one outlet's level.
    """
    once = known_before(np.array([5]), np.array([0]), shoppers=1, spread=EVEN)
    assert once == pytest.approx(np.eye(1))
    # s0 - s1 is seen with variance 2, prior variance 2: half of it is left.
    both = known_before(np.array([5, 5]), np.array([0, 1]), shoppers=2, spread=EVEN)
    assert both[0, 0] - 2 * both[0, 1] + both[1, 1] == pytest.approx(1)
    assert both[0, 0] + 2 * both[0, 1] + both[1, 1] == pytest.approx(2)


def test_who_is_known_makes_intervals_narrower_and_is_sent():
    places = [Place(number, "R/", 1) for number in range(4)]
    pool = [Pool(key, 2) for key in (50, 51, 52, 53)]
    former = [(100 + one, shopper) for one in range(30) for shopper in (51, 52)]
    found = plan(places, pool, spread=SPREAD, seed=1, former=former)
    new = plan(places, pool, spread=SPREAD, seed=1)
    assert {shopper for _outlet, shopper in found.assignments} == {51, 52}
    assert found.half_width < new.half_width


@pytest.mark.parametrize(
    ("pool", "locked_out", "visits", "reason"),
    [
        ([Pool(1, 5, frozenset({"S/"}))], (), 1, Reason.NOBODY),
        ([Pool(1, 5, avoids=frozenset({9}))], (), 1, Reason.NOBODY),
        ([Pool(1, 5)], {(9, 1)}, 1, Reason.LOCKED_OUT),
        ([Pool(1, 5)], (), 2, Reason.ALL_COME),
        ([Pool(1, 0)], (), 1, Reason.FULL),
    ],
)
def test_what_cannot_be_assigned_is_left_and_says_why(pool, locked_out, visits, reason):
    places = [Place(9, "R/X/", visits)]
    found = plan(places, pool, spread=SPREAD, seed=1, locked_out=locked_out)
    done = 1 if reason is Reason.ALL_COME else 0
    assert found.open == [Open(9, visits - done, reason)]
    assert len(found.assignments) == done


def test_a_region_is_no_prefix_of_a_name():
    places = [Place(1, "GD/GD-1/", 1), Place(2, "GD/GD-10/", 1)]
    found = plan(places, [Pool(5, 9, frozenset({"GD/GD-1/"}))], spread=SPREAD, seed=1)
    assert found.assignments == [(1, 5)]
    assert found.open == [Open(2, 1, Reason.NOBODY)]


def test_visits_are_moved_about_until_as_many_as_possible_have_somebody():
    """Who goes anywhere has to leave the outlet that others reach, every time."""
    places = [Place(1, "A/", 1), Place(2, "B/", 1), Place(3, "C/", 1)]
    pool = [
        Pool(1, 1),
        Pool(2, 1, frozenset({"A/", "B/"})),
        Pool(3, 1, frozenset({"A/"})),
    ]
    for seed in range(10):
        found = plan(places, pool, spread=SPREAD, seed=seed)
        assert sorted(found.assignments) == [(1, 3), (2, 2), (3, 1)]


def test_nothing_to_plan_gives_an_empty_plan():
    found = plan([Place(1, "R/", 2)], [], spread=SPREAD, seed=1)
    assert (found.assignments, found.half_width, found.ratio) == ((), 0, None)
    assert found.open == [Open(1, 2, Reason.NOBODY)]
    assert plan([], [Pool(1, 1)], spread=SPREAD, seed=1).open == []


def test_large_programmes_are_cut_at_regions_and_small_neighbours_kept_together():
    places = [Place(n, f"P/{n % 4}/{n % 8}/", 2) for n in range(40)]
    assert blocks_of(places, most=80) == [list(range(40))]
    blocks = blocks_of(places, most=45)
    assert [len(block) for block in blocks] == [20, 20]
    assert {places[at].path[:4] for at in blocks[0]} == {"P/0/", "P/1/"}
    # Nothing below a county to cut at: pieces.
    one = [Place(n, "P/0/", 2) for n in range(10)]
    assert [len(block) for block in blocks_of(one, most=7)] == [3, 3, 3, 1]


def a_programme(draw):
    regions = draw(st.integers(1, 3))
    places = [
        Place(n, f"P/{n % regions}/", draw(st.integers(1, 3)))
        for n in range(draw(st.integers(1, 9)))
    ]
    paths = [f"P/{n}/" for n in range(regions)]
    pool = [
        Pool(
            100 + n,
            draw(st.integers(0, 4)),
            frozenset(draw(st.sets(st.sampled_from(paths), max_size=2))),
            frozenset(draw(st.sets(st.integers(0, 8), max_size=2))),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    pairs = st.tuples(st.integers(0, 8), st.integers(100, 105))
    return places, pool, draw(st.sets(pairs, max_size=6))


programmes = st.composite(a_programme)()


@settings(max_examples=30, deadline=None)
@given(programmes, st.integers(0, 2**32), st.integers(4, 40))
def test_no_limit_is_ever_broken(programme, seed, most):
    places, pool, locked_out = programme
    before, planning.MOST_IN_BLOCK = planning.MOST_IN_BLOCK, most
    try:
        found = plan(
            places, pool, spread=SPREAD, seed=seed, locked_out=locked_out, comparisons=2
        )
        again = plan(
            places, pool, spread=SPREAD, seed=seed, locked_out=locked_out, comparisons=2
        )
    finally:
        planning.MOST_IN_BLOCK = before
    assert found == again
    assert len(set(found.assignments)) == len(found.assignments)
    assert not set(found.assignments) & locked_out
    by_shopper = Counter(shopper for _outlet, shopper in found.assignments)
    by_outlet = Counter(outlet for outlet, _shopper in found.assignments)
    shoppers = {one.key: one for one in pool}
    paths = {place.key: place.path for place in places}
    assert all(by_shopper[key] <= one.room for key, one in shoppers.items())
    for outlet, shopper in found.assignments:
        one = shoppers[shopper]
        assert outlet not in one.avoids
        assert not one.regions or any(paths[outlet].startswith(r) for r in one.regions)
    left = {one.place: one.visits for one in found.open}
    for place in places:
        assert by_outlet[place.key] + left.get(place.key, 0) == place.visits
    if found.at_random:
        assert found.half_width <= found.at_random[0] + 1e-9


def test_the_plan_is_a_sixth_narrower_where_the_pool_is_wide():
    """One visit each, as a month asks for: fewer shoppers, each at more outlets."""
    places = [Place(n, f"P/{n % 6}/", 1) for n in range(60)]
    pool = [
        Pool(n, 15, frozenset({f"P/{n % 6}/", f"P/{(n + 1) % 6}/"})) for n in range(40)
    ]
    found = plan(places, pool, spread=SPREAD, seed=5)
    assert found.ratio < 0.85
    assert min(found.at_random) > found.half_width
    assert len(found.at_random) == 20


def test_what_is_no_deviation_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        Spread(severity=0, outlet=1, visit=1)
