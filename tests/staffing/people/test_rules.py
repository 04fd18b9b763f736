from datetime import date

import pytest

from staffing.people.rules import agency_key, holds

DAY = date(2026, 10, 15)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "held"),
    [
        (date(2026, 10, 15), None, True),
        (date(2026, 10, 16), None, False),
        (date(2026, 10, 1), date(2026, 10, 14), False),
        (date(2026, 10, 1), date(2026, 10, 15), True),
    ],
)
def test_first_and_last_day_both_count(starts_on, ends_on, held):
    assert holds(DAY, starts_on, ends_on) is held


def test_the_key_of_an_agency_is_stable_and_tells_nothing():
    key = agency_key("Clear Eyes")
    assert key == agency_key("  clear   EYES ")
    assert key != agency_key("Clear Eye")
    assert key == "agency:" + key[-16:]
    assert "lear" not in key
    assert agency_key(" ") == ""
