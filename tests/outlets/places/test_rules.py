from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from outlets.exchange.clock import LocalTimeMissing, local_instant
from outlets.places.models import Outlet
from outlets.places.rules import Span, is_open, parse_hours, paths_above, trading_day
from outlets.places.words import opening_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def test_trading_day_is_the_outlets_local_date():
    instant = datetime(2026, 10, 4, 16, 30, tzinfo=UTC)
    assert trading_day(instant, SHANGHAI) == date(2026, 10, 5)
    assert trading_day(instant, NEW_YORK) == date(2026, 10, 4)


def test_trading_day_after_midnight_belongs_to_the_evening_before():
    half_past_midnight = datetime(2026, 10, 5, 0, 30, tzinfo=SHANGHAI)
    assert trading_day(half_past_midnight, SHANGHAI, time(4)) == date(2026, 10, 4)
    four = datetime(2026, 10, 5, 4, 0, tzinfo=SHANGHAI)
    assert trading_day(four, SHANGHAI, time(4)) == date(2026, 10, 5)


def test_local_instant_takes_the_first_pass_of_a_repeated_hour():
    assert local_instant(datetime(2026, 11, 1, 1, 30), NEW_YORK) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


def test_local_instant_refuses_a_time_that_does_not_exist():
    with pytest.raises(LocalTimeMissing):
        local_instant(datetime(2026, 3, 8, 2, 30), NEW_YORK)


def test_parse_hours_reads_ranges_single_days_breaks_and_closed():
    assert parse_hours(
        "Mon-Tue 09:00-12:00, 13:00-18:00; Sat 10:00-16:00; Sun closed"
    ) == (
        Span(1, 540, 720),
        Span(1, 780, 1080),
        Span(2, 540, 720),
        Span(2, 780, 1080),
        Span(6, 600, 960),
    )


def test_parse_hours_wraps_round_the_week_and_past_midnight():
    assert parse_hours("Sun-Mon 18:00-02:00") == (
        Span(1, 1080, 1560),
        Span(7, 1080, 1560),
    )


@pytest.mark.parametrize(
    "text", ["always", "Mon", "Mon 9-18", "Xyz 09:00-18:00", "Mon 25:00-26:00"]
)
def test_parse_hours_refuses_what_it_cannot_read(text):
    with pytest.raises(ValueError, match="“"):
        parse_hours(text)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        (datetime(2026, 10, 5, 8, 59), False),
        (datetime(2026, 10, 5, 9, 0), True),
        (datetime(2026, 10, 5, 17, 59), True),
        (datetime(2026, 10, 5, 18, 0), False),
        (datetime(2026, 10, 11, 12, 0), False),
    ],
)
def test_is_open_from_the_opening_until_before_the_closing(moment, open_):
    assert is_open(parse_hours("Mon-Sat 09:00-18:00; Sun closed"), moment) is open_


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Mon-Fri 09:00-18:00; Sat 10:00-12:00, 13:00-16:00; Sun closed"),
        (
            "zh-hans",
            "星期一-星期五 09:00-18:00; 星期六 10:00-12:00, 13:00-16:00; 星期日 休息",
        ),
    ],
)
def test_opening_hours_are_written_in_the_readers_language(language, written):
    text = "Mon-Fri 09:00-18:00; Sat 10:00-12:00, 13:00-16:00; Sun closed"
    with override(language):
        assert opening_hours(text) == written


def test_is_open_after_midnight_of_the_day_before():
    spans = parse_hours("Sat 18:00-02:00")
    assert is_open(spans, datetime(2026, 10, 11, 1, 59))
    assert not is_open(spans, datetime(2026, 10, 11, 2, 0))


@pytest.mark.parametrize(
    ("opened", "closed", "first", "last", "trades"),
    [
        (None, None, 5, None, True),
        (5, 5, 5, None, True),
        (6, None, 5, None, False),
        (None, 4, 5, None, False),
        (7, None, 5, 7, True),
        (8, None, 5, 7, False),
        (None, 5, 5, 7, True),
        (None, 4, 5, 7, False),
    ],
)
def test_an_outlet_trades_from_its_first_day_to_its_last(
    opened, closed, first, last, trades
):
    def day(number):
        return number and date(2026, 10, number)

    outlet = Outlet(opened_on=day(opened), closed_on=day(closed))
    assert outlet.is_in_business(day(first), day(last)) is trades


def test_paths_above_begin_with_the_nearest():
    assert paths_above("GD/GD-SZ/NS/") == ["GD/GD-SZ/NS/", "GD/GD-SZ/", "GD/"]
    assert paths_above("GD/") == ["GD/"]
