"""State × action × role, the bonus of a month, and places from marks."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.growth.rules import contests, projects
from evaluations.growth.rules.bonus import bonus_points
from evaluations.growth.rules.marks import (
    customers_mean,
    mean_mark,
    places_of,
    shown_total,
)

# Rows that are not here are nobody's.
PROJECTS = """
submitted  edit      author
submitted  attach    author
scored     attach    author
submitted  withdraw  author
submitted  score     scorer
scored     score     scorer
rewarded   score     scorer
scored     correct   scorer
rewarded   correct   scorer
promoted   correct   scorer
declined   correct   scorer
scored     reward    decider
scored     reward    giver
rewarded   promote   decider
submitted  decline   scorer
scored     decline   scorer
"""
CONTESTS = """
drafted  edit     organiser
drafted  open     organiser
open     enter    staff
open     enter    lead
open     leave    contestant
open     leave    lead
open     seat     organiser
open     unseat   organiser
judging  unseat   organiser
open     start    organiser
judging  mark     judge
judging  count    organiser
judging  release  organiser
drafted  cancel   organiser
open     cancel   organiser
judging  cancel   organiser
"""


def rows(text):
    return {tuple(line.split()) for line in text.strip().splitlines()}


def seen(rules):
    return {
        (state, action, part)
        for state in rules.State
        for action in rules.Action
        for part in rules.Part
        if rules.may(action, state, {part})
    }


@pytest.mark.parametrize(
    ("rules", "stated"), [(projects, PROJECTS), (contests, CONTESTS)]
)
def test_who_may_do_what_in_which_state(rules, stated):
    assert seen(rules) == rows(stated)


@pytest.mark.parametrize("partial", [projects.Part.AUTHOR, projects.Part.CLOSE])
@pytest.mark.parametrize("action", sorted(projects.IMPARTIAL))
def test_nobody_judges_her_own_idea_or_her_outlets_whatever_else_she_is(
    partial, action
):
    parts = {*projects.Part} - {projects.Part.AUTHOR, projects.Part.CLOSE} | {partial}
    assert not projects.ever(action, parts)


@pytest.mark.parametrize("action", sorted(contests.IMPARTIAL))
def test_a_contestant_decides_nothing_whatever_else_she_is(action):
    assert not contests.ever(action, {*contests.Part})


@pytest.mark.parametrize(
    ("scores", "most", "points"),
    [
        ([], 200, 0),
        (["10"], 200, 200),
        (["8.5"], 200, 170),
        (["8.5", "8.5", "3.0"], 200, 170),
        (["0"], 200, 0),
        (["0.3"], 150, 5),  # 4.5, halves up
        (["10"], 0, 0),
    ],
)
def test_the_best_score_of_a_month_brings_its_share(scores, most, points):
    assert bonus_points([Decimal(one) for one in scores], most) == points


@pytest.mark.parametrize(("score", "most"), [("10.1", 200), ("-0.1", 200), ("5", -1)])
def test_a_bonus_of_what_is_no_score_is_refused(score, most):
    with pytest.raises(ValueError, match=r"scores are|takes nothing"):
        bonus_points([Decimal(score)], most)


@given(st.lists(st.decimals(0, 10, places=1), max_size=20))
def test_no_number_of_ideas_brings_more_than_two_points(scores):
    assert 0 <= bonus_points(scores, 200) <= 200


def marks(*given):
    return [Decimal(one) for one in given]


@pytest.mark.parametrize(
    ("given", "trims", "mean"),
    [
        (marks(), True, None),
        (marks("7", "8", "8"), False, Fraction(23, 3)),
        (marks("1", "8", "8", "9"), True, Fraction(26, 4)),  # four: nothing is left out
        (marks("1", "8", "8", "9", "10"), True, Fraction(25, 3)),
        (marks("1", "8", "8", "9", "10"), False, Fraction(36, 5)),
        (marks("10", "10", "10", "10", "10"), True, Fraction(10)),
    ],
)
def test_a_discipline_counts_the_mean_of_its_judges(given, trims, mean):
    assert mean_mark(given, trims=trims) == mean


def test_customers_count_by_the_mean_of_their_sum():
    assert customers_mean(Decimal("85.5"), 20) == Fraction(171, 40)


def test_equal_totals_share_a_place_and_the_next_is_left_out():
    third = Fraction(1, 3)
    totals = {"a": third * 3, "b": Fraction(1), "c": third, "d": Fraction(0)}
    assert places_of(totals) == {"a": 1, "b": 1, "c": 3, "d": 4}
    # What differs in the hundredth decimal is no tie, though it reads alike.
    near = {"a": Fraction(1), "b": Fraction(1) - Fraction(1, 10**100)}
    assert places_of(near) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        (Fraction(23, 3), "7.67"),
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 3), "0.33"),
        (Fraction(0), "0.00"),
        (Fraction(100), "100.00"),
    ],
)
def test_a_total_is_shown_with_two_decimals_halves_up(total, shown):
    assert str(shown_total(total)) == shown
