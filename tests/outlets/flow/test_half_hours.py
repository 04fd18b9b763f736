"""Who came in a half hour, and how many served in it."""

from datetime import date

import pytest

from outlets.flow.half_hours import HalfHour, half_hour_of, roll_up_half_hours
from outlets.flow.rules import TicketTimes

DAY = date(2026, 3, 14)


def ticket(clock: str, number: str = "", called=None, finished=None) -> TicketTimes:
    hours, minutes = map(int, clock.split(":"))
    return TicketTimes(
        date=DAY,
        clock_s=hours * 3600 + minutes * 60,
        service="",
        priority="",
        employee_number=number,
        called_s=called,
        finished_s=finished,
        abandoned_s=None,
    )


@pytest.mark.parametrize(
    ("clock_s", "minute"),
    [(0, 0), (1799, 0), (1800, 30), (86_399, 1410), (86_400, 0), (88_200, 30)],
)
def test_half_hour_of(clock_s, minute):
    assert half_hour_of(clock_s) == minute


def test_arrivals_are_counted_where_they_came():
    found = roll_up_half_hours([ticket("9:00"), ticket("9:29"), ticket("9:30")])
    assert found == {(DAY, 540): HalfHour(2, 0), (DAY, 570): HalfHour(1, 0)}


def test_servers_are_counted_wherever_they_served():
    found = roll_up_half_hours(
        [
            ticket("9:20", "E1", called=0, finished=3600),
            ticket("9:25", "E1", called=60, finished=120),
            ticket("9:25", "E2", called=300, finished=360),
            ticket("10:00", "", called=0, finished=60),
            ticket("10:01", "E3", called=0),
        ]
    )
    assert found == {
        (DAY, 540): HalfHour(3, 1),
        (DAY, 570): HalfHour(0, 2),
        (DAY, 600): HalfHour(2, 2),
    }


def test_a_service_past_midnight_is_of_the_same_trading_day():
    found = roll_up_half_hours([ticket("23:50", "E1", called=60, finished=1200)])
    assert found == {(DAY, 1410): HalfHour(1, 1), (DAY, 0): HalfHour(0, 1)}


def test_a_ticket_left_open_for_days_says_no_more_than_a_day():
    found = roll_up_half_hours([ticket("9:00", "E1", called=0, finished=10**7)])
    assert len(found) == 48
    assert {half.servers for half in found.values()} == {1}
