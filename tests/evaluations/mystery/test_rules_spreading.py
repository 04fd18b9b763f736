"""What a class of outlets is due, how its visits lie, and who plays which part."""

from collections import Counter
from datetime import date, timedelta

import pytest

from evaluations.mystery.rules.spreading import (
    spread_scenarios,
    usual_visits,
    windows,
)
from tests.evaluations.mystery.programme import CLOSES, OPENS


@pytest.mark.parametrize(
    ("letter", "opens", "closes", "visits"),
    [
        ("A", date(2026, 10, 1), date(2026, 10, 31), 1),
        ("B", date(2026, 10, 15), date(2026, 12, 1), 3),
        ("C", date(2026, 10, 1), date(2026, 10, 31), 0),
        ("C", date(2026, 12, 1), date(2026, 12, 31), 1),
        ("D", date(2026, 10, 1), date(2027, 3, 31), 2),
        ("A", date(2026, 12, 1), date(2027, 1, 31), 2),
        ("", date(2026, 10, 1), date(2026, 12, 31), 0),
    ],
)
def test_classes_are_due_their_visits(letter, opens, closes, visits):
    assert usual_visits(letter, opens, closes) == visits


def test_visits_to_one_outlet_lie_apart():
    day = OPENS
    assert windows(OPENS, CLOSES, 1) == [(OPENS, CLOSES)]
    assert windows(OPENS, OPENS + timedelta(29), 3) == [
        (day, day + timedelta(6)),
        (day + timedelta(10), day + timedelta(16)),
        (day + timedelta(20), day + timedelta(29)),
    ]
    assert windows(OPENS, OPENS, 2) == [(OPENS, OPENS)] * 2


def test_scenarios_are_played_equally_often_by_everybody():
    visits = [(n % 7, n % 4) for n in range(30)]
    found = spread_scenarios(visits, 3, seed=1)
    assert found == spread_scenarios(visits, 3, seed=1)
    assert sorted(Counter(found).values()) == [10, 10, 10]
    for shopper in range(4):
        hers = Counter(
            part
            for part, (_at, who) in zip(found, visits, strict=True)
            if who == shopper
        )
        assert max(hers.values()) - min(hers.values()) <= 1
