"""Who is where in the line: states from events, the fair order, expected waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from outlets.flow.desk.line import (
    State,
    expected_wait_s,
    in_fair_order,
    in_minutes,
    next_number,
    standing_of,
)
from outlets.flow.events import Event, Happening

NINE = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)


def told(*happened):
    """Return the standing after events given as (minute, what) or with more."""
    events = [
        Event(NINE + timedelta(minutes=minute), Happening(what), f"k{n}", **more)
        for n, (minute, what, *rest) in enumerate(happened)
        for more in [rest[0] if rest else {}]
    ]
    return standing_of("D001", events)


ARRIVED = (0, "arrive", {"service": "pay", "priority": "none"})
CALLED = (5, "call", {"employee_number": "E1", "counter": "3"})


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ([], State.WAITING),
        ([CALLED], State.CALLED),
        ([CALLED, (6, "start")], State.SERVING),
        ([CALLED, (6, "start"), (9, "finish")], State.FINISHED),
        ([CALLED, (7, "no_show")], State.NO_SHOW),
        ([CALLED, (7, "no_show"), (8, "start")], State.SERVING),
        ([CALLED, (7, "no_show"), (8, "call")], State.CALLED),
        ([CALLED, (7, "no_show"), (8, "finish")], State.NO_SHOW),
        ([(3, "abandon")], State.LEFT),
        ([(3, "abandon"), CALLED], State.LEFT),
        ([CALLED, (6, "start"), (8, "transfer", {"service": "card"})], State.WAITING),
    ],
)
def test_a_ticket_stands_where_its_events_left_it(happened, state):
    assert told(ARRIVED, *happened).state is state


def test_who_is_called_is_at_a_counter_with_somebody():
    standing = told(ARRIVED, CALLED)
    assert (standing.called_at, standing.counter, standing.employee_number) == (
        NINE + timedelta(minutes=5),
        "3",
        "E1",
    )
    assert (standing.key, standing.since) == ("k0", NINE + timedelta(minutes=5))


def test_who_is_handed_on_waits_for_the_other_service_from_her_arrival():
    standing = told(ARRIVED, CALLED, (8, "transfer", {"service": "card"}))
    assert (standing.service, standing.arrived_at) == ("card", NINE)
    assert (standing.called_at, standing.counter, standing.employee_number) == (
        None,
        "",
        "",
    )


def test_of_one_moment_what_came_last_counts():
    standing = told(ARRIVED, CALLED, (8, "transfer", {"service": "card"}), (8, "call"))
    assert standing.state is State.CALLED


def test_without_an_arrival_nothing_is_known():
    assert told(CALLED) is None
    assert told((1, "call"), (2, "arrive"), (3, "call")).called_at == (
        NINE + timedelta(minutes=3)
    )


def test_priority_first_and_else_who_came_first():
    plain = told(ARRIVED)
    line = [
        replace(plain, number="D004", arrived_at=NINE + timedelta(minutes=2)),
        replace(plain, number="D002"),
        replace(plain, number="D001"),
        replace(plain, number="D006", state=State.CALLED),
        replace(
            plain, number="D005", priority=True, arrived_at=NINE + timedelta(minutes=9)
        ),
        replace(
            plain, number="D003", priority=True, arrived_at=NINE + timedelta(minutes=4)
        ),
    ]
    assert [one.number for one in in_fair_order(line)] == [
        *("D003", "D005"),
        *("D001", "D002", "D004"),
    ]


@pytest.mark.parametrize(
    ("kind", "is_priority"),
    [("elderly", True), ("weak", True), ("vip", False), ("none", False), ("", False)],
)
def test_a_vip_is_no_priority_customer(kind, is_priority):
    assert told((0, "arrive", {"priority": kind})).priority is is_priority


@pytest.mark.parametrize(
    ("before", "serving", "busy", "wait"),
    [
        (0, 2, 1, 0),  # somebody is free
        (0, 2, 2, 150),
        (3, 2, 2, 600),
        (3, 2, 1, 450),
        (1, 1, 3, 200),  # more are busy than have called lately
        (0, 0, 0, None),
    ],
)
def test_the_line_moves_on_by_one_per_service_and_server(before, serving, busy, wait):
    found = expected_wait_s(before, serving=serving, busy=busy, service_s=300)
    assert found == wait


def test_without_a_known_service_time_no_wait_is_told():
    assert expected_wait_s(3, serving=2, busy=2, service_s=None) is None


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(None, None), (0, 0), (1, 1), (60, 1), (61, 2)]
)
def test_waits_are_told_in_whole_minutes_rounded_up(seconds, minutes):
    assert in_minutes(seconds) == minutes


@pytest.mark.parametrize(
    ("taken", "number"),
    [
        ([], "D001"),
        (["D001", "D002"], "D003"),
        (["D009", "D010"], "D011"),
        (["D999"], "D1000"),
        (["A007", "D-5", "Dx", "D٣"], "D001"),
    ],
)
def test_numbers_of_other_machines_are_passed_over(taken, number):
    assert next_number(taken, "D") == number
