from datetime import date

import pytest

from evaluations.mystery.rules.clocks import working_day_after


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 10, 14), 5, date(2026, 10, 21)),  # Wednesday to Wednesday
        (date(2026, 10, 16), 1, date(2026, 10, 19)),  # Friday to Monday
        (date(2026, 10, 17), 1, date(2026, 10, 19)),  # Saturday to Monday
        (date(2026, 10, 14), 0, date(2026, 10, 14)),
    ],
)
def test_weekends_do_not_count(day, count, last):
    assert working_day_after(day, count, ()) == last


def test_holidays_do_not_count():
    week = {date(2026, 10, day) for day in range(1, 8)}
    assert working_day_after(date(2026, 9, 30), 1, week) == date(2026, 10, 8)
