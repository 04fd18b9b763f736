"""Whom the system asks: drawn under a seed, in its windows, and read from a reply."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.feedback import asking
from evaluations.feedback.asking import Reply

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
KEYS = st.lists(st.text("ABC0123456789", min_size=1, max_size=5), max_size=30)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("5", Reply(5, False)),
        (" 4 ", Reply(4, False)),
        ("5A", Reply(5, True)),
        ("5 a", Reply(5, True)),
        ("３", Reply(3, False)),
        ("５Ａ", Reply(5, True)),
        ("2 太慢了", Reply(2, False)),
        ("1分", Reply(1, False)),
        ("10", None),
        ("0", None),
        ("6", None),
        ("55", None),
        ("满意", None),
        ("", None),
        ("A5", None),
        ("5 Apples", Reply(5, False)),
        ("TD", None),
    ],
)
def test_a_reply_begins_with_one_mark(text, reply):
    assert asking.read_reply(text, asks=True) == reply


def test_who_was_not_asked_said_nothing_about_it_unless_she_did():
    assert asking.read_reply("5", asks=False) == Reply(5, None)
    assert asking.read_reply("5A", asks=False) == Reply(5, True)


@pytest.mark.parametrize(
    ("local", "inside"),
    [
        ("2026-11-23T15:29:59", False),  # a Monday
        ("2026-11-23T15:30:00", True),
        ("2026-11-23T19:29:59", True),
        ("2026-11-23T19:30:00", False),
        ("2026-11-24T16:00:00", False),
        ("2026-11-25T16:00:00", True),
        ("2026-11-26T16:00:00", False),
        ("2026-11-27T16:00:00", True),
        ("2026-11-28T16:00:00", False),
    ],
)
def test_the_windows_are_three_afternoons(local, inside):
    assert asking.in_window(datetime.fromisoformat(local)) is inside


def test_a_sample_is_spread_over_the_days_left():
    # November 2026 has thirteen days for calls; its last is Monday the 30th.
    assert asking.call_days_left(date(2026, 11, 1)) == 13
    assert asking.how_many_today(date(2026, 11, 2), 5, 0) == 1
    assert asking.how_many_today(date(2026, 11, 27), 5, 0) == 3
    assert asking.how_many_today(date(2026, 11, 30), 5, 1) == 4
    assert asking.how_many_today(date(2026, 11, 30), 5, 5) == 0


@given(DAYS, st.integers(0, 40))
def test_the_whole_month_reaches_its_sample_and_no_more(on, sample):
    first, drawn = on.replace(day=1), 0
    for number in range(31):
        day = first + timedelta(days=number)
        if day.month == first.month and asking.is_call_day(day):
            drawn += asking.how_many_today(day, sample, drawn)
    assert drawn == sample


@given(KEYS, st.integers(0, 5))
def test_a_draw_is_the_same_in_any_order_and_takes_no_more_than_wanted(keys, most):
    seed = asking.seed_of("secret", "call-backs", "GZ-001", date(2026, 11, 23))
    drawn = asking.draw_calls(seed, {"7": keys}, {"7": most})
    assert drawn == asking.draw_calls(seed, {"7": keys[::-1]}, {"7": most})
    assert len(drawn.get("7", [])) == min(most, len(set(keys)))
    assert set(drawn.get("7", [])) <= set(keys)


@given(st.integers(0, 99), st.text(max_size=8))
def test_who_is_asked_at_a_share_is_asked_at_every_larger_one(percent, ticket):
    smaller = asking.is_asked("5eed", ticket, percent)
    assert not smaller or asking.is_asked("5eed", ticket, percent + 1)
    assert asking.is_asked("5eed", ticket, 100)
    assert not asking.is_asked("5eed", ticket, 0)


def test_nobody_foresees_a_seed_without_the_secret_and_each_day_has_its_own():
    day = date(2026, 11, 23)
    seed = asking.seed_of("secret", "sms", "GZ-001", day)
    others = {
        asking.seed_of("other", "sms", "GZ-001", day),
        asking.seed_of("secret", "call-backs", "GZ-001", day),
        asking.seed_of("secret", "sms", "GZ-002", day),
        asking.seed_of("secret", "sms", "GZ-001", day + timedelta(days=1)),
    }
    assert len(others | {seed}) == 5


def test_a_message_is_tried_five_times_and_then_given_up():
    now = datetime(2026, 11, 23, 12, 0)
    waits = [asking.next_try(n, now) for n in range(1, 6)]
    minutes = [1, 5, 30, 120]
    assert waits == [*(now + timedelta(minutes=m) for m in minutes), None]
