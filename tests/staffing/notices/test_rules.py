from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from staffing.notices.rules import is_quiet, shown_from

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (time(22), time(7))


@pytest.mark.parametrize(
    ("at", "begins", "ends", "quiet"),
    [
        (time(21, 59), *NIGHT, False),
        (time(22), *NIGHT, True),
        (time(3), *NIGHT, True),
        (time(6, 59), *NIGHT, True),
        (time(7), *NIGHT, False),
        (time(12), time(12), time(14), True),
        (time(14), time(12), time(14), False),
        (time(12), time(0), time(0), False),
    ],
)
def test_quiet_hours_may_pass_midnight(at, begins, ends, quiet):
    assert is_quiet(at, begins, ends) is quiet


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ((2026, 3, 14, 10, 0), (2026, 3, 14, 10, 0)),
        ((2026, 3, 14, 22, 30), (2026, 3, 15, 7, 0)),
        ((2026, 3, 15, 2, 0), (2026, 3, 15, 7, 0)),
        ((2026, 3, 15, 7, 0), (2026, 3, 15, 7, 0)),
    ],
)
def test_what_is_sent_in_quiet_hours_shows_when_they_end(sent, shown):
    sent_at = datetime(*sent, tzinfo=SHANGHAI)
    found = shown_from(sent_at, SHANGHAI, *NIGHT)
    assert found == datetime(*shown, tzinfo=SHANGHAI)


def test_it_goes_by_the_clock_of_the_place():
    sent_at = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)  # 23:00 there, 16:00 here
    assert shown_from(sent_at, BERLIN, *NIGHT) == sent_at
    assert shown_from(sent_at, SHANGHAI, *NIGHT) == datetime(
        2026, 3, 14, 23, tzinfo=UTC
    )


def test_the_night_on_which_clocks_change_ends_at_seven_all_the_same():
    sent_at = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # 23:30, one hour is left out
    shown = shown_from(sent_at, BERLIN, *NIGHT)
    assert shown == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)


def test_a_siesta_ends_the_same_day():
    sent_at = datetime(2026, 3, 14, 12, 30, tzinfo=SHANGHAI)
    shown = shown_from(sent_at, SHANGHAI, time(12), time(14))
    assert shown == datetime(2026, 3, 14, 14, 0, tzinfo=SHANGHAI)
