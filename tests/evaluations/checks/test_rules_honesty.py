"""Drawing, signs and agreement: worked examples, and properties that hold always."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.checks.agreement import (
    TooFewPairs,
    agreement_of_table,
    weighted_kappa,
)
from evaluations.checks.signs import (
    Elsewhere,
    Pace,
    Run,
    Shot,
    Tap,
    chance_of_clean,
    deserves_a_look,
    outside_hours,
    pace,
    reused,
    run_of_same,
    tells_scenes_apart,
    too_quick,
)
from evaluations.ledger.lots import chosen, how_many, is_drawn
from outlets.places.rules import parse_hours

NINE = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)


# Drawing ----------------------------------------------------------------------------


def test_a_draw_is_what_it_was_when_it_was_written_down():
    """Worked out with sha256sum: another answer would break every draw on record."""
    keys = [f"K{n}" for n in range(8)]
    assert chosen("00ff", keys, 3) == ["K1", "K6", "K0"]
    assert [n for n in range(12) if is_drawn("00ff", f"OUT-{n}", 3)] == [6, 7, 9]


@given(SEEDS, st.sets(st.text(max_size=8), max_size=12), st.integers(0, 12))
def test_the_order_in_which_names_go_in_changes_no_draw(seed, keys, most):
    drawn = chosen(seed, sorted(keys), most)
    assert drawn == chosen(seed, sorted(keys, reverse=True), most)
    assert len(drawn) == min(most, len(keys))
    assert set(drawn) <= keys


@given(SEEDS, st.sets(st.text(max_size=8), min_size=2, max_size=12))
def test_who_was_not_drawn_can_leave_without_changing_the_draw(seed, keys):
    drawn = chosen(seed, keys, 1)
    assert chosen(seed, {*drawn, *sorted(keys)[:1]}, 1) == drawn


def test_one_in_five_days_is_about_one_in_five_and_zero_is_never():
    days = [is_drawn(f"seed{n}", "OUT-1", 5) for n in range(5000)]
    assert abs(sum(days) - 1000) < 120  # four standard deviations
    assert not any(is_drawn(f"seed{n}", "OUT-1", 0) for n in range(100))
    assert {how_many(f"seed{n}", 2) for n in range(50)} == {1, 2}
    assert how_many("seed", 0) == 0


# Time per person ----------------------------------------------------------------------


def taps(*seconds, recorded=False):
    at, found = NINE, []
    for gap in seconds:
        at += timedelta(seconds=gap)
        found.append(Tap(at, gap if recorded else None))
    return found


def test_pace_is_the_median_of_the_gaps_and_one_long_look_does_not_hide_it():
    """Worked example: gaps 2, 2, 2, 2, 60; the first tap has none before it."""
    assert pace(taps(9, 2, 2, 2, 2, 60)) == Pace(people=5, seconds=2.0)


def test_what_the_tablet_recorded_counts_rather_than_the_gap():
    assert pace(taps(8, 10, 12, recorded=True)) == Pace(people=3, seconds=10.0)


def test_nobody_or_one_without_a_record_gives_no_pace():
    assert pace([]) is None
    assert pace(taps(3)) is None


@pytest.mark.parametrize(
    ("people", "seconds", "asked"),
    [(5, 2.9, True), (5, 3.0, False), (4, 0.5, False), (12, 1.0, True)],
)
def test_only_quick_cards_of_enough_people_are_asked_about(people, seconds, asked):
    found = Pace(people, seconds)
    assert too_quick(found, least_seconds=3, least_people=5) is asked


# The same marks -----------------------------------------------------------------------

CLEAN = {1: {}, 2: {}, 3: {}}
BADGE = {1: {"G03": "failed"}, 2: {"G03": "failed"}, 3: {"G03": "failed"}}
MIXED = {1: {}, 2: {"G03": "failed"}, 3: {}}
LOOK = {"least_days": 5, "least_others": 20, "least_chance": 0.01}


def test_a_run_ends_where_somebody_got_something_else():
    run = run_of_same([CLEAN, MIXED, CLEAN, CLEAN], least_people=3)
    assert run == Run(days=2, checks=6, marks=frozenset())
    assert run_of_same([CLEAN, MIXED], least_people=3) is None
    assert run_of_same([CLEAN, BADGE], least_people=3).days == 1
    assert run_of_same([{1: {}, 2: {}}], least_people=3) is None  # too few to tell


def test_a_truly_good_outlet_is_never_asked_however_long_it_is_good():
    run = Run(days=50, checks=600, marks=frozenset())
    nobody_else_looked = Elsewhere()
    others_found_nothing = Elsewhere(checks=200, with_failure=0)
    assert not deserves_a_look(run, nobody_else_looked, **LOOK)
    assert not deserves_a_look(run, others_found_nothing, **LOOK)


def test_all_passed_is_asked_about_where_others_find_failures_usual():
    """Worked example: others found something in 6 of 24; 5 days of 4 people.

    0.75 ** 20 = 0.32 %, below 1 %.
    """
    run = Run(days=5, checks=20, marks=frozenset())
    others = Elsewhere(checks=24, with_failure=6)
    assert chance_of_clean(20, others) == pytest.approx(0.0031712, abs=1e-7)
    assert deserves_a_look(run, others, **LOOK)
    # 4 people on one day of it fewer than others need, or a failure in 24: not asked.
    assert not deserves_a_look(run, Elsewhere(19, 6), **LOOK)
    assert not deserves_a_look(run, Elsewhere(24, 1), **LOOK)


def test_the_same_failures_for_everybody_are_asked_about_every_fifth_day():
    marks = frozenset({("G03", "failed")})
    asked = [
        days
        for days in range(1, 16)
        if deserves_a_look(Run(days, 3 * days, marks), Elsewhere(), **LOOK)
    ]
    assert asked == [5, 10, 15]


# Photos -------------------------------------------------------------------------------

SCENE = "0f1e2d3c4b5a6978"


def shot(key, phash=SCENE, owner=None, sha="x"):
    return Shot(
        key, owner or f"check-{key}", f"{sha}{key}" if sha == "x" else sha, phash
    )


def test_a_photo_is_the_same_again_up_to_the_bits_that_are_allowed():
    near = f"{int(SCENE, 16) ^ 0b1111:016x}"  # 4 bits
    far = f"{int(SCENE, 16) ^ 0b11111:016x}"  # 5 bits
    [found] = reused([shot("new")], [shot("far", far), shot("near", near)], 4)
    assert (found.earlier.key, found.bits, found.same_file) == ("near", 4, False)
    assert reused([shot("new")], [shot("far", far)], 4) == []


def test_two_photos_of_one_check_may_show_the_same():
    assert reused([shot("b", owner="C")], [shot("a", owner="C")], 4) == []


def test_bare_walls_match_nothing_but_the_very_same_file_does():
    wall = "0" * 16
    assert not tells_scenes_apart(wall)
    assert not tells_scenes_apart("f" * 16)
    assert reused([shot("b", wall)], [shot("a", wall)], 4) == []
    [found] = reused([shot("b", wall, sha="s")], [shot("a", wall, sha="s")], 4)
    assert found.same_file


# Hours --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "outside"),
    [
        ("2026-10-15T07:00", False),  # two hours before the doors open
        ("2026-10-15T06:44", True),
        ("2026-10-15T19:30", False),
        ("2026-10-15T20:01", True),
        ("2026-10-18T12:00", True),  # Sunday, closed
    ],
)
def test_outside_hours_allows_for_the_margin(local, outside):
    spans = parse_hours("Mon-Sat 09:00-18:00; Sun closed")
    at = datetime.fromisoformat(local)
    assert outside_hours(spans, at, timedelta(hours=2)) is outside


def test_unknown_hours_are_never_outside_and_a_night_may_pass_midnight():
    at = datetime.fromisoformat("2026-10-16T00:20")
    assert not outside_hours((), at, timedelta(0))
    assert not outside_hours(parse_hours("Thu 18:00-00:30"), at, timedelta(0))


# Agreement ----------------------------------------------------------------------------

# Answers of 91 couples, 4 ordered grades: A. Agresti, "Categorical Data Analysis"
# (1990), after Hout et al. 1987. The R package vcd, whose data set it is too, gives
# with linear weights, 0.2374 with a standard error of 0.07832; scikit-learn's
# cohen_kappa_score(weights="linear") 0.23738062755798.
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]


def test_weighted_kappa_is_that_of_the_literature():
    found = agreement_of_table(np.array(COUPLES, dtype=float))
    assert found.pairs == 91
    assert found.kappa == pytest.approx(0.2373806275579809, abs=1e-12)
    error = (found.high - found.kappa) / 1.959963984540054
    assert error == pytest.approx(0.07832, abs=5e-6)


def test_with_two_grades_it_is_cohens_kappa():
    """Worked example: 20 and 15 of 50 alike; by chance 50 %: (0.7 − 0.5) ÷ 0.5."""
    first = ["pass"] * 25 + ["fail"] * 25
    second = ["pass"] * 20 + ["fail"] * 5 + ["pass"] * 10 + ["fail"] * 15
    found = weighted_kappa(first, second, ("pass", "fail"))
    assert found.observed == 0.7
    assert found.kappa == pytest.approx(0.4)
    # SE = 0.12699… by the same formula, worked by hand.
    assert (found.low, found.high) == pytest.approx((0.1511, 0.6489), abs=5e-4)


def test_too_few_pairs_are_refused_and_say_how_many_it_takes():
    with pytest.raises(TooFewPairs) as refusal:
        weighted_kappa(["a"] * 29, ["b"] * 29, ("a", "b"), least_pairs=30)
    assert (refusal.value.pairs, refusal.value.least) == (29, 30)
    with pytest.raises(TooFewPairs):
        weighted_kappa([], [], ("a", "b"))


def test_where_both_said_one_and_the_same_there_is_no_kappa():
    found = weighted_kappa(["a"] * 40, ["a"] * 40, ("a", "b"))
    assert (found.observed, found.kappa, found.low, found.high) == (1, None, None, None)


def test_where_one_said_the_same_of_everything_nothing_lies_beyond_chance():
    """The formula would give 0 with an interval of no width: that says nothing."""
    found = weighted_kappa(["a"] * 40, ["a"] * 38 + ["b"] * 2, ("a", "b"))
    assert (found.observed, found.kappa, found.low) == (0.95, None, None)


@pytest.mark.parametrize(
    ("first", "second", "grades"),
    [(["a"], ["a", "b"], "ab"), (["a"], ["c"], "ab"), (["a"], ["a"], "a")],
)
def test_what_cannot_be_compared_is_refused(first, second, grades):
    with pytest.raises(ValueError, match="judge|grade"):
        weighted_kappa(first, second, tuple(grades))


PAIRS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60
)


@given(PAIRS)
def test_kappa_does_not_mind_who_was_first_nor_which_way_the_grades_run(pairs):
    first, second = zip(*pairs, strict=True)
    one = weighted_kappa(first, second, (0, 1, 2, 3))
    for other in (
        weighted_kappa(second, first, (0, 1, 2, 3)),
        weighted_kappa(first, second, (3, 2, 1, 0)),
    ):
        assert (one.kappa is None) == (other.kappa is None)
        if one.kappa is not None:
            assert other.kappa == pytest.approx(one.kappa)
            assert -1 <= one.low <= one.kappa + 1e-9
            assert one.kappa - 1e-9 <= one.high <= 1
