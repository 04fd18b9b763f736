"""What answers are worth, to the hundredth of a point."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.mystery.rules.scoring import (
    Band,
    Condition,
    QuestionRule,
    Worth,
    asked,
    fault,
    score,
)

GREETED = QuestionRule("A1", "process", "yes_no", weight=2)
SMILED = QuestionRule("A2", "process", "scale", weight=3)
WAITED = QuestionRule(
    "B1",
    "speed",
    "number",
    weight=4,
    bands=(Band(Decimal(5), 100), Band(Decimal(10), 50), Band(None, 0)),
)
SOLVED = QuestionRule(
    "C1", "resolution", "choice", weight=5, choices={"all": 100, "part": 40, "no": 0}
)
WHY_NOT = QuestionRule(
    "C2",
    "resolution",
    "yes_no",
    condition=Condition("C1", frozenset({"part", "no"})),
)
ALL = (GREETED, SMILED, WAITED, SOLVED, WHY_NOT)


def test_a_visit_is_the_sum_of_what_counted():
    found = score(ALL, {"A1": "yes", "A2": "4", "B1": "7.5", "C1": "part", "C2": "no"})
    assert found.total == Worth(200 + 240 + 200 + 200 + 0, 200 + 300 + 400 + 500 + 100)
    assert found.sections == {
        "process": Worth(440, 500),
        "speed": Worth(200, 400),
        "resolution": Worth(200, 600),
    }


def test_what_was_not_met_or_not_answered_leaves_both_sides():
    found = score(ALL, {"A1": "na", "A2": "5", "C1": "all"})
    assert found.total == Worth(300 + 500, 300 + 500)


def test_an_answer_to_a_question_that_was_not_asked_counts_for_nothing():
    found = score(ALL, {"C1": "all", "C2": "no"})
    assert found.total == Worth(500, 500)
    assert [one.code for one in asked(ALL, {"C1": "all"})] == ["A1", "A2", "B1", "C1"]


def test_a_question_behind_one_that_was_not_asked_is_not_asked_either():
    behind = QuestionRule(
        "C3", "resolution", "yes_no", condition=Condition("C2", frozenset({"yes"}))
    )
    found = asked((*ALL, behind), {"C1": "all", "C2": "yes"})
    assert behind not in found


def test_a_critical_question_that_earns_nothing_takes_its_section_only():
    critical = QuestionRule("A3", "process", "yes_no", weight=1, critical=True)
    found = score((GREETED, critical, SOLVED), {"A1": "yes", "A3": "no", "C1": "all"})
    assert found.failed == {"process"}
    assert found.sections["process"] == Worth(0, 300)
    assert found.total == Worth(500, 800)


def test_a_bonus_adds_points_but_never_more_than_could_be_had():
    bonus = QuestionRule("A4", "process", "yes_no", weight=1, bonus=True)
    half = score((SMILED, bonus), {"A2": "3", "A4": "yes"})
    full = score((SMILED, bonus), {"A2": "5", "A4": "yes"})
    assert half.total == Worth(180 + 100, 300)
    assert full.total == Worth(300, 300)


@pytest.mark.parametrize(
    ("minutes", "points"),
    [("0", 400), ("5", 400), ("5.01", 200), ("10", 200), ("11", 0)],
)
def test_the_edge_of_a_band_belongs_to_the_lower_one(minutes, points):
    assert score((WAITED,), {"B1": minutes}).total == Worth(points, 400)


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (GREETED, "maybe", "choice"),
        (SMILED, "6", "scale"),
        (SMILED, "²", "scale"),
        (WAITED, "-1", "number"),
        (WAITED, "NaN", "number"),
        (SOLVED, "some", "choice"),
        (QuestionRule("T", "mood", "text"), "x" * 2001, "words"),
        (GREETED, "na", ""),
        (SOLVED, "", ""),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why(question, answer, code):
    assert fault(question, answer) == code


ANSWERS = st.fixed_dictionaries(
    {
        "A1": st.sampled_from(["", "yes", "no", "na"]),
        "A2": st.sampled_from(["", "0", "1", "2", "3", "4", "5", "na"]),
        "B1": st.sampled_from(["", "0", "5", "6", "30", "na"]),
        "C1": st.sampled_from(["", "all", "part", "no", "na"]),
        "C2": st.sampled_from(["", "yes", "no", "na"]),
    }
)


@given(ANSWERS)
def test_points_lie_between_nothing_and_what_could_be_had(answers):
    found = score(ALL, answers)
    assert 0 <= found.total.points <= found.total.out_of
    assert found.total.out_of == sum(one.out_of for one in found.sections.values())


@given(ANSWERS, st.sampled_from(["A1", "C2"]))
def test_a_better_answer_never_lowers_the_points(answers, code):
    worse = score(ALL, answers | {code: "no"}).total
    better = score(ALL, answers | {code: "yes"}).total
    assert better.points >= worse.points
    assert better.out_of == worse.out_of
