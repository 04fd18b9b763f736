"""Which hours can be drawn, and that a seed draws one of them for ever."""

from datetime import date, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.checks.drawing import (
    drawn_minute,
    moment,
    seal,
    seed_of,
    steps,
)
from outlets.places.rules import Span, parse_hours

THURSDAY = date(2026, 10, 15)
MINUTES = st.integers(0, 24 * 60 - 1)


@given(opens=MINUTES, length=st.integers(1, 1440), split=st.integers(0, 1440))
def test_no_hour_falls_into_the_first_or_the_last_or_a_break(opens, length, split):
    closes = opens + length
    spans = [Span(4, opens, closes)]
    if 0 < split < length:
        # A break of a quarter of an hour, as far as it fits.
        spans = [Span(4, opens, opens + split)]
        if split + 15 < length:
            spans.append(Span(4, opens + split + 15, closes))
    closes = spans[-1].closes
    for minute in steps(spans, THURSDAY):
        assert minute % 5 == 0
        assert opens + 60 <= minute < closes - 30
        assert any(span.opens <= minute < span.closes for span in spans)
        assert minute < 24 * 60  # the day starts at midnight


def test_the_steps_of_a_usual_day_are_every_five_minutes_of_it():
    among = steps(parse_hours("Mon-Fri 09:00-18:00"), THURSDAY)
    assert (among[0], among[-1], len(among)) == (10 * 60, 17 * 60 + 25, 90)


@pytest.mark.parametrize(
    "hours", ["", "Mon 09:00-18:00", "Thu 09:00-10:30", "Mon-Sun closed"]
)
def test_nothing_is_drawn_where_the_outlet_is_not_open_long_enough(hours):
    assert steps(parse_hours(hours), THURSDAY) == ()


def test_an_evening_past_midnight_stays_on_its_trading_day():
    spans = parse_hours("Thu 22:00-03:00")
    assert steps(spans, THURSDAY)[-1] == 23 * 60 + 55
    assert steps(spans, THURSDAY, time(4))[-1] == 26 * 60 + 25
    last = moment(THURSDAY, 26 * 60 + 25, ZoneInfo("Asia/Shanghai"))
    assert f"{last:%F %H:%M %z}" == "2026-10-16 02:25 +0800"


@given(
    seed=st.text("0123456789abcdef", min_size=64, max_size=64),
    days=st.integers(0, 1000),
    size=st.integers(1, 288),
)
def test_a_seed_draws_what_its_formula_says(seed, days, size):
    on = THURSDAY + timedelta(days=days)
    among = range(600, 600 + 5 * size, 5)
    digest = sha256(f"{seed}:GZ-001|{on:%F}".encode()).hexdigest()
    expected = among[int(digest, 16) % size]
    assert drawn_minute(seed, "GZ-001", on, among) == expected


def test_the_draw_of_a_known_day_stays_what_it_was():
    seed = seed_of("a secret", "GZ-001", THURSDAY)
    assert seed.startswith("f67fd6fb1ef97ea4")
    among = steps(parse_hours("Mon-Fri 09:00-18:00"), THURSDAY)
    assert drawn_minute(seed, "GZ-001", THURSDAY, among) == 13 * 60 + 30


def test_every_outlet_and_day_has_a_seed_of_its_own():
    days = [THURSDAY + timedelta(days=n) for n in range(50)]
    seeds = {seed_of("s", code, on) for code in ("A", "B") for on in days}
    assert len(seeds) == 100
    assert seed_of("t", "A", THURSDAY) not in seeds


def test_hours_spread_over_the_whole_day():
    among = steps(parse_hours("Mon-Sun 09:00-18:00"), THURSDAY)
    days = [THURSDAY + timedelta(days=n) for n in range(2000)]
    drawn = [drawn_minute(seed_of("s", "A", on), "A", on, among) for on in days]
    assert set(drawn) == set(among)
    # 22 each on average; 60 would be eight standard deviations off.
    assert max(drawn.count(minute) for minute in among) < 60


def test_nothing_to_draw_from_is_an_error():
    with pytest.raises(ValueError, match="no minute"):
        drawn_minute("0" * 64, "A", THURSDAY, ())


def test_a_seal_fits_its_own_step_only():
    made = seal("salt", 17)
    assert [step for step in range(90) if seal("salt", step) == made] == [17]
    assert seal("other", 17) != made
