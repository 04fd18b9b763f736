"""Columns say of everybody what is said of one person at a time."""

import random

import numpy as np
import pytest

from evaluations.rankings.rules import results
from evaluations.rankings.rules.columns import Column, MonthColumns
from evaluations.rankings.rules.ranking import months_of, rank_people
from evaluations.rankings.rules.ranks import value_order
from evaluations.rankings.rules.results import sixths
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.rules.values import Value
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.people import frame
from tests.evaluations.rankings.test_rules_speed import anybody

FAIR = SchemeRules.parse(rules_of("service_star_fair-1"))


def crowd(size=120, seed=3):
    chance = random.Random(seed)
    return [anybody(number, chance, ["2026-10"]) for number in range(size)]


def test_sixths_rounds_as_round_does():
    stream = np.random.RandomState(1)
    numbers = np.concatenate(
        [
            stream.uniform(-100, 100, 2_000),
            # Halfway between two decimals, as near as floats come.
            (stream.randint(-(10**8), 10**8, 2_000) + 0.5) / 1_000_000,
            [0.0, -0.0, -1e-9, 100.0, 2.5e-6, 0.1 + 0.2],
        ]
    )
    assert sixths(numbers) == [round(one, 6) for one in numbers.tolist()]
    assert str(sixths(np.array([-1e-9]))[0]) == "0.0"


def test_components_by_columns_are_those_made_one_by_one(monkeypatch):
    lines = [one.line() for one in crowd()]
    by_columns = list(rank_people(frame(rules=FAIR), lines).results)
    monkeypatch.setattr(results, "_is_plain", lambda month: False)
    one_by_one = list(rank_people(frame(rules=FAIR), lines).results)
    assert [one.line() for one in by_columns] == [one.line() for one in one_by_one]
    assert sum(part is not None for one in by_columns for part in [*one.components]) > 0


def test_values_and_scores_of_columns_are_those_of_single_people():
    people = crowd()
    about = frame(rules=FAIR)
    month = MonthColumns.of("2026-10", 1, FAIR, people)
    found = months_of(about, people)
    for own, row in enumerate(month.rows):
        one = results.MonthResult.of(month, own)
        assert one == found[row]["2026-10"]
    assert len(month) == sum("2026-10" in of for of in found)


@pytest.mark.parametrize("factor", [1, 2**61], ids=["small", "large"])
def test_order_of_a_column_is_that_of_its_exact_values(factor):
    column = Column()
    values = [
        Value(3 * factor, 4 * factor, 1),
        Value(6, 8, 1),
        Value(10**17 + 1, 10**17, 1),
        Value(10**17, 10**17, 1),
        Value(1, 3, 2),
    ]
    for row, value in enumerate(values):
        column.add(row, value, 0.0)
    assert column.order().tolist() == value_order(values).tolist() == [1, 1, 3, 2, 0]
    assert [column.exact(at) for at in range(5)] == values
