from datetime import date

import pytest

from evaluations.standards.rules import (
    OUTLET,
    PERSON,
    ItemRule,
    Judged,
    Validity,
    applicable,
    in_force,
)

FIRST = Validity(1, 1, None)
SECOND = Validity(2, 2, date(2026, 3, 1))
THIRD = Validity(3, 3, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(1999, 1, 1), 1),
        (date(2026, 2, 28), 1),
        (date(2026, 3, 1), 3),
        (date(2030, 1, 1), 3),
    ],
)
def test_in_force_is_the_newest_version_that_is_valid_already(on, number):
    assert in_force([THIRD, FIRST, SECOND], on).number == number


def test_in_force_is_nothing_where_there_is_no_version():
    assert in_force([], date(2026, 1, 1)) is None


@pytest.mark.parametrize(("gender", "codes"), [("F", "A W"), ("M", "A M"), ("", "A")])
def test_items_for_women_or_men_leave_where_the_gender_is_unknown(gender, codes):
    items = [
        ItemRule("A", applies_to=PERSON),
        ItemRule("W", applies_to=PERSON, who="F"),
        ItemRule("M", applies_to=PERSON, who="M"),
        ItemRule("E", applies_to=OUTLET),
    ]
    found = applicable(items, Judged(PERSON, gender))
    assert [rule.code for rule in found] == codes.split()


def test_an_item_that_names_no_subject_judges_both():
    both = ItemRule("X")
    assert applicable([both], Judged(PERSON, "F")) == (both,)
    assert applicable([both], Judged(OUTLET)) == (both,)


def test_an_item_for_some_posts_and_rounds_is_asked_of_nobody_else():
    item = ItemRule("X", posts=("flow_consultant", "supervisor"), slots=("opening",))
    asked = Judged(PERSON, post="supervisor", slot="opening")
    assert item.applies(asked)
    assert not item.applies(Judged(PERSON, post="clerk", slot="opening"))
    assert not item.applies(Judged(PERSON, post="supervisor", slot="floor"))
    assert not item.applies(Judged(PERSON, post="", slot=""))
