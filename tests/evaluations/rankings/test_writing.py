"""Standings are written as texts; they are those that the hash is checked by."""

import json

import pytest

from evaluations.rankings.models import Standing
from evaluations.rankings.rules.scheme import canonical
from evaluations.rankings.services.hashing import plain
from evaluations.rankings.services.writing import (
    COLUMNS,
    decimal_text,
    odd_codes,
    whole_numbers,
)

NUMBERS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    100.0,
    0.5,
    -0.5,
    10.05,
    -0.05,
    1e-07,
    1e16,
    1e22,
    7,
    None,
]


@pytest.mark.parametrize("number", NUMBERS)
def test_whole_numbers_writes_what_plain_says(number):
    data = {"daily": {"a": number, "list": [number, 2.0, number]}, "last": number}
    assert whole_numbers(canonical(data)) == canonical(plain(data))


def test_whole_numbers_leaves_texts_alone():
    data = {"v1.0,x": {"notes": ["from 1.0, 2.0]", "2.0"], "raw": 3.0}}
    text = whole_numbers(canonical(data), odd=odd_codes(data))
    assert json.loads(text) == data
    assert '"raw":3}' in text


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (None, 2, None),
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (9610, 2, "96.10"),
        (10_000, 2, "100.00"),
        (-5, 6, "-0.000005"),
        (-12_345_678, 6, "-12.345678"),
    ],
)
def test_decimal_text_of_whole_parts(number, places, text):
    assert decimal_text(number, places) == text


def test_every_column_of_a_standing_is_written():
    fields = Standing._meta.concrete_fields
    assert sorted(COLUMNS) == sorted(
        field.attname for field in fields if not field.primary_key
    )
