from datetime import date, time

import pytest

from evaluations.mystery.rules.filling import (
    Lack,
    Needs,
    Why,
    Window,
    is_late,
    lacking,
    untimely,
)
from evaluations.mystery.rules.scoring import Condition, QuestionRule

WINDOW = Window(date(2026, 10, 1), date(2026, 10, 15), slack=3)
NOON = (date(2026, 10, 12), time(12, 0))


def question(code, kind="yes_no", *, required=True, evidence="", asked_if=None):
    condition = Condition(asked_if, frozenset({"yes"})) if asked_if else None
    rule = QuestionRule(code, "process", kind, choices={"x": 100}, condition=condition)
    return Needs(rule, required, evidence)


@pytest.mark.parametrize(
    ("kind", "answer", "why"),
    [
        ("yes_no", "yes", None),
        ("yes_no", "na", None),
        ("yes_no", "", Why.MISSING),
        ("yes_no", "maybe", Why.CHOICE),
        ("scale", "0", None),
        ("scale", "6", Why.SCALE),
        ("choice", "x", None),
        ("choice", "y", Why.CHOICE),
        ("number", "2.5", None),
        ("number", "-1", Why.NUMBER),
        ("number", "five", Why.NUMBER),
        ("number", "1" * 2001, Why.WORDS),
        ("text", "words", None),
        ("text", "w" * 2001, Why.WORDS),
        ("evidence", "", Why.EVIDENCE),
        ("evidence", "na", None),
    ],
)
def test_an_answer_fits_its_question_or_it_is_said_why_not(kind, answer, why):
    found = lacking([question("A", kind)], {"A": answer}, {})
    assert found == ([Lack("A", why)] if why else [])


def test_what_need_not_be_answered_may_be_left_out_but_not_answered_wrongly():
    free = question("A", "scale", required=False, evidence="photo")
    assert lacking([free], {}, {}) == []
    assert lacking([free], {"A": "9"}, {}) == [Lack("A", Why.SCALE)]


def test_evidence_of_another_kind_is_not_what_was_asked_for():
    asks = [question("A", evidence="receipt")]
    assert lacking(asks, {"A": "no"}, {}) == [Lack("A", Why.EVIDENCE)]
    assert lacking(asks, {"A": "no"}, {"A": {"photo"}}) == [Lack("A", Why.EVIDENCE)]
    assert lacking(asks, {"A": "no"}, {"A": {"receipt"}}) == []
    assert lacking(asks, {"A": "na"}, {}) == []


def test_what_is_not_asked_lacks_nothing():
    chain = [
        question("A"),
        question("B", asked_if="A"),
        question("C", asked_if="B"),
    ]
    assert lacking(chain, {"A": "no", "B": "wrong"}, {}) == []
    assert lacking(chain, {"A": "yes"}, {}) == [Lack("B", Why.MISSING)]
    assert lacking(chain, {"A": "yes", "B": "yes"}, {}) == [Lack("C", Why.MISSING)]


def test_an_answer_to_no_question_is_said():
    found = lacking([question("A")], {"A": "no", "Z": "yes", "Y": ""}, {})
    assert found == [Lack("Z", Why.UNKNOWN)]


@pytest.mark.parametrize(
    ("on", "arrived", "left", "lacks"),
    [
        (date(2026, 10, 12), time(10), time(11), []),
        (date(2026, 10, 1), time(10), time(10), []),
        (date(2026, 9, 30), time(10), time(11), [("visited_on", Why.EARLY)]),
        (date(2026, 10, 13), time(10), time(11), [("visited_on", Why.FUTURE)]),
        (None, time(10), time(11), [("visited_on", Why.NO_DAY)]),
        (
            date(2026, 10, 2),
            None,
            None,
            [("arrived_at", Why.NO_TIME), ("left_at", Why.NO_TIME)],
        ),
        (date(2026, 10, 2), time(11), time(10, 59), [("left_at", Why.ORDER)]),
        (date(2026, 10, 12), time(11), time(12, 15), []),
        (date(2026, 10, 12), time(11), time(12, 16), [("left_at", Why.FUTURE)]),
    ],
)
def test_day_and_times_can_be(on, arrived, left, lacks):
    found = untimely(WINDOW, on, arrived, left, NOON)
    assert found == [Lack(where, why) for where, why in lacks]


@pytest.mark.parametrize(
    ("on", "why"), [(date(2026, 10, 18), None), (date(2026, 10, 19), Why.OVER)]
)
def test_so_many_days_after_the_last_are_forgiven(on, why):
    later = (date(2026, 11, 30), time(12))
    found = untimely(WINDOW, on, time(10), time(11), later)
    assert found == ([Lack("visited_on", why)] if why else [])


@pytest.mark.parametrize(
    ("on", "sent_on", "late"),
    [
        (date(2026, 10, 15), date(2026, 10, 18), False),
        (date(2026, 10, 15), date(2026, 10, 19), True),
        (date(2026, 10, 16), date(2026, 10, 16), True),
    ],
)
def test_a_visit_or_its_report_is_late(on, sent_on, late):
    assert is_late(WINDOW, on, sent_on) is late
