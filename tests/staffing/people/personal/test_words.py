from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.people.personal.rules import months_before
from staffing.people.personal.words import (
    pattern_of,
    spellings,
    strike,
    strike_long_numbers,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("李小梅", ["李小梅"]),
        ("李小梅 Li Xiaomei", ["李小梅 Li Xiaomei", "李小梅", "Li Xiaomei"]),
        ("Li Na", ["Li Na"]),
        ("X", []),
        ("", []),
    ],
)
def test_spellings_are_the_whole_name_and_each_script(name, expected):
    assert spellings(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Li Na was kind", "[…] was kind"),
        ("li na and LI NA", "[…] and […]"),
        ("Li Nathan was not", "Li Nathan was not"),
        ("对李娜很满意", "对[…]很满意"),
        ("E-47 and E-471", "[…] and E-471"),
    ],
)
def test_strike_takes_whole_words(text, expected):
    assert strike(text, pattern_of(["Li Na", "李娜", "E-47"])) == expected


def test_without_words_nothing_is_struck():
    assert pattern_of([""]) is None
    assert strike("as it was", None) == "as it was"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call 13800138000 now", "call […] now"),
        ("138 0013 8000", "[…]"),
        ("12 of 3456", "12 of 3456"),
    ],
)
def test_long_numbers_are_struck(text, expected):
    assert strike_long_numbers(text) == expected


@given(st.text(max_size=40), st.text(min_size=2, max_size=10))
def test_striking_twice_changes_nothing_more(text, word):
    pattern = pattern_of([word])
    once = strike(text, pattern)
    if "…" not in word and "[" not in word and "]" not in word:
        assert strike(once, pattern) == once


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-25", 1, "2026-10-25"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-11-25", 36, "2023-11-25"),
        ("2026-11-25", 0, "2026-11-25"),
    ],
)
def test_months_before_keeps_the_day_where_it_exists(day, months, expected):
    found = months_before(date.fromisoformat(day), months)
    assert found == date.fromisoformat(expected)


def test_months_are_not_counted_ahead():
    with pytest.raises(ValueError, match="counted back"):
        months_before(date(2026, 1, 1), -1)
