"""The clocks against cases worked out by hand, and against what must always hold.

`closure.csv` and `reply.csv` are local times of their zone; one with an offset tells
the two hours apart that the end of summer time shows twice. Limits are hours of closure
and warning. An empty cell says that the clock stands before it gets there.
"""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.complaints import clocks
from evaluations.complaints.clocks import (
    ROUND_THE_CLOCK,
    CalendarError,
    Event,
    Happened,
    Limits,
    Timing,
    counted,
    escalations,
    instant,
    reached_at,
    read_calendar,
    used,
)

HERE = Path(__file__).parent
LUNCH = "Mon-Fri 09:00-12:00, 13:30-18:00"
CALENDARS = {
    "round": ROUND_THE_CLOCK,
    "office": read_calendar("Mon-Fri 09:00-18:00"),
    "lunch": read_calendar(LUNCH),
    "six days": read_calendar("Mon-Sat 08:30-17:30"),
    "holidays": read_calendar(
        LUNCH,
        "\n".join(f"2026-10-0{day} closed" for day in range(1, 8))
        + "\n2026-10-10 09:00-12:00, 13:30-18:00",
    ),
    "nights": read_calendar("Mon-Sun 18:00-02:00"),
    "nights off": read_calendar("Mon-Sun 18:00-02:00", "2026-03-03 closed"),
    "small hours": read_calendar("Mon-Sun 00:00-06:00"),
    "skipped": read_calendar("Mon-Sun 02:30-04:00"),
}


def rows(name):
    with (HERE / name).open() as file:
        return [pytest.param(row, id=row["name"]) for row in csv.DictReader(file)]


def moment(text, zone):
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=zone)


def happened(text, zone):
    parts = [part.split(" ") for part in text.split(" > ")]
    return [Event(moment(at, zone), Happened(what)) for what, at in parts]


def span(text):
    hours, minutes, seconds = (*map(int, text.split(":")), 0)[:3]
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def says(reading):
    return "breached" if reading.breached else "near" if reading.near else "in time"


@pytest.mark.parametrize("row", rows("closure.csv"))
def test_closure_clock_of_a_worked_case(row):
    zone = ZoneInfo(row["zone"])
    limit, warn = (timedelta(hours=int(h)) for h in row["limits"].split("/"))
    limits = Limits(closure=limit, warn_closure=warn)
    timing = Timing(zone, CALENDARS[row["calendar"]], limits)
    events, at = happened(row["events"], zone), moment(row["at"], zone)
    reading = clocks.closure(events, timing, at)
    assert used(events, timing, at) == span(row["used"])
    assert reading.due_at == moment(row["due"], zone)
    assert reading.warn_at == moment(row["warn"], zone)
    assert says(reading) == row["says"]


@pytest.mark.parametrize("row", rows("reply.csv"))
@pytest.mark.parametrize("calendar", ["round", "lunch"])
def test_reply_clock_of_a_worked_case(row, calendar):
    zone = ZoneInfo(row["zone"])
    timing = Timing(zone, CALENDARS[calendar])
    events, at = happened(row["events"], zone), moment(row["at"], zone)
    reading = clocks.reply(events, timing, at)
    assert reading.due_at == moment(row["due"], zone)
    assert reading.warn_at == moment(row["warn"], zone)
    assert says(reading) == row["says"]


SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def at(text, zone=SHANGHAI):
    return moment(text, zone)


def test_the_path_up_takes_a_day_more_for_each_level():
    events = happened("received 2026-03-02T10:00", SHANGHAI)
    assert escalations(events, Timing(SHANGHAI), 4) == (
        at("2026-03-04T10:00"),
        at("2026-03-05T10:00"),
        at("2026-03-06T10:00"),
        at("2026-03-07T10:00"),
    )


def test_a_pause_holds_the_path_up():
    text = "received 2026-03-02T10:00 > paused 2026-03-04T16:00"
    events = happened(text, SHANGHAI)
    assert escalations(events, Timing(SHANGHAI), 2) == (at("2026-03-04T10:00"), None)
    events += happened("resumed 2026-03-06T16:00", SHANGHAI)
    assert escalations(events, Timing(SHANGHAI), 2)[1] == at("2026-03-07T10:00")


@pytest.mark.parametrize("text", ["", "replied 2026-03-02T10:00"])
def test_a_case_that_does_not_begin_with_its_receipt_has_no_clock(text):
    events = happened(text, SHANGHAI) if text else []
    with pytest.raises(ValueError, match="begins with its receipt"):
        used(events, Timing(SHANGHAI), at("2026-03-03T10:00"))


def test_events_are_in_the_order_of_fact_and_not_of_the_wall():
    first = datetime(2026, 11, 1, 1, 45, tzinfo=NEW_YORK)
    second = datetime(2026, 11, 1, 1, 15, tzinfo=NEW_YORK, fold=1)
    events = [
        *happened("received 2026-10-31T22:00", NEW_YORK),
        Event(first, Happened.PAUSED),
        Event(second, Happened.RESUMED),
    ]
    read_at = at("2026-11-01T03:00", NEW_YORK)
    assert used(events, Timing(NEW_YORK), read_at) == timedelta(hours=5, minutes=30)


def test_a_limit_of_nothing_is_refused():
    events = happened("received 2026-03-02T10:00", SHANGHAI)
    with pytest.raises(ValueError, match="longer than nothing"):
        reached_at(events, Timing(SHANGHAI), timedelta())


@pytest.mark.parametrize(
    ("hours", "days", "why", "line"),
    [
        ("Monday 9-5", "", "hours", "Monday 9-5"),
        ("Mon-Sun closed", "", "never", "Mon-Sun closed"),
        ("", "01.10.2026 closed", "day", "01.10.2026 closed"),
        ("", "2026-10-01", "day", "2026-10-01"),
        ("", "2026-02-30 closed", "day", "2026-02-30 closed"),
        ("", "2026-10-10 nine to five", "day", "2026-10-10 nine to five"),
        ("", "2026-10-01 closed\n2026-10-01 09:00-12:00", "twice", "2026-10-01 09"),
    ],
)
def test_a_calendar_that_cannot_be_read_names_the_line(hours, days, why, line):
    with pytest.raises(CalendarError) as refused:
        read_calendar(hours, days)
    assert refused.value.why == why
    assert refused.value.line.startswith(line)


def test_blank_lines_of_a_calendar_say_nothing():
    read = read_calendar("", "\n 2026-10-01 closed \n\n")
    assert read.openings(date(2026, 10, 1)) == ()
    assert read.openings(date(2026, 10, 2)) == ((0, 1440),)


def test_openings_that_overlap_count_once():
    timing = Timing(SHANGHAI, read_calendar("Mon-Sun 08:00-12:00, 10:00-14:00"))
    day = at("2026-03-02T00:00"), at("2026-03-03T00:00")
    assert counted(timing, *day) == timedelta(hours=6)


ZONES = st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Australia/Lord_Howe")])
CALENDAR = st.sampled_from(sorted(CALENDARS))
# Around both changes of the clocks in New York and Lord Howe, and the holidays.
MOMENT = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 10)).map(
    lambda value: value.replace(microsecond=0, tzinfo=UTC)
)
MINUTES = st.integers(1, 5 * 24 * 60).map(lambda n: timedelta(minutes=n))
STEPS = (Happened.PAUSED, Happened.RESUMED, Happened.CLOSED, Happened.REOPENED)


@st.composite
def histories(draw):
    """Return what happened to a case: a receipt, then any steps in any order."""
    now = draw(MOMENT)
    events = [Event(now, Happened.RECEIVED)]
    for gap in draw(st.lists(MINUTES, max_size=6)):
        now += gap
        events.append(Event(now, draw(st.sampled_from(STEPS))))
    return events


@given(histories(), ZONES, CALENDAR, MOMENT, MINUTES)
def test_what_is_used_never_shrinks_nor_outruns_the_time(
    events, zone, calendar, start, later
):
    timing = Timing(zone, CALENDARS[calendar])
    before, after = used(events, timing, start), used(events, timing, start + later)
    assert timedelta() <= after - before <= later


@given(histories(), ZONES, CALENDAR, st.integers(1, 60 * 60))
def test_it_is_due_exactly_when_the_limit_is_used(events, zone, calendar, minutes):
    timing = Timing(zone, CALENDARS[calendar])
    limit = timedelta(minutes=minutes)
    due = reached_at(events, timing, limit)
    if due is None:
        assert used(events, timing, events[-1].at + timedelta(days=900)) < limit
        return
    assert used(events, timing, due) == limit
    just_before = due - timedelta(seconds=1)
    assert used(events, timing, just_before) == limit - timedelta(seconds=1)


@given(MOMENT, ZONES, MINUTES, MINUTES)
def test_a_pause_moves_the_limit_by_itself_round_the_clock(start, zone, wait, pause):
    timing = Timing(zone)
    received = [Event(start, Happened.RECEIVED)]
    paused = [
        *received,
        Event(start + wait, Happened.PAUSED),
        Event(start + wait + pause, Happened.RESUMED),
    ]
    limit = wait + timedelta(hours=1)
    moved = reached_at(paused, timing, limit) - reached_at(received, timing, limit)
    assert moved == pause


@given(MOMENT, ZONES, CALENDAR, MINUTES, MINUTES)
def test_parts_of_a_stretch_add_up_to_it(start, zone, calendar, first, second):
    timing = Timing(zone, CALENDARS[calendar])
    middle, end = start + first, start + first + second
    parts = counted(timing, start, middle) + counted(timing, middle, end)
    assert parts == counted(timing, start, end)


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.integers(0, 2880),
    st.integers(0, 2880),
    ZONES,
)
def test_later_on_the_wall_is_never_earlier_in_fact(day, one, other, zone):
    first, second = sorted((one, other))
    assert instant(day, first, zone) <= instant(day, second, zone)


@given(histories(), ZONES, CALENDAR)
def test_to_give_a_case_to_somebody_else_changes_no_clock(events, zone, calendar):
    timing = Timing(zone, CALENDARS[calendar])
    given_away = sorted(
        [*events, Event(events[-1].at + timedelta(hours=1), Happened.REASSIGNED)],
        key=lambda event: event.at,
    )
    read_at = events[-1].at + timedelta(days=3)
    assert clocks.closure(given_away, timing, read_at) == clocks.closure(
        events, timing, read_at
    )
