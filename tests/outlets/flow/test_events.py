"""A ticket told from its events, in whatever order they come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlets.flow.events import Course, Event, Happening, course_of

NINE = datetime(2026, 3, 14, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def event(minutes, what, **given) -> Event:
    return Event(at(minutes), Happening(what), given.pop("key", ""), **given)


def course(*events, **expected) -> None:
    usual = {
        "arrived_at": NINE,
        "called_at": None,
        "finished_at": None,
        "abandoned_at": None,
        "no_show": False,
        "service": "",
        "priority": "",
        "employee_number": "",
    }
    assert course_of(events) == Course(**usual | expected)


def test_served():
    course(
        event(0, "arrive", service="pay", priority="weak"),
        event(5, "call", employee_number="E1"),
        event(6, "start", employee_number="E1"),
        event(9, "finish", employee_number="E1"),
        called_at=at(5),
        finished_at=at(9),
        service="pay",
        priority="weak",
        employee_number="E1",
    )


def test_handed_on_waits_once_and_ends_once():
    course(
        event(0, "arrive", service="pay"),
        event(5, "call", employee_number="E1"),
        event(7, "transfer", service="card", employee_number="E1"),
        event(12, "call", employee_number="E2"),
        event(20, "finish", employee_number="E2"),
        called_at=at(5),
        finished_at=at(20),
        service="pay",
        employee_number="E2",
    )


def test_left_before_the_call():
    course(
        event(0, "arrive"),
        event(4, "abandon"),
        event(5, "call", employee_number="E1"),
        event(6, "no_show", employee_number="E1"),
        abandoned_at=at(4),
    )


@pytest.mark.parametrize("went", ["no_show", "abandon"])
def test_called_and_nobody_came(went):
    course(
        event(0, "arrive"),
        event(4, "call", employee_number="E1"),
        event(6, went),
        called_at=at(4),
        no_show=True,
        employee_number="E1",
    )


def test_who_was_served_after_all_has_shown():
    course(
        event(0, "arrive"),
        event(4, "call"),
        event(6, "no_show"),
        event(8, "call"),
        event(9, "start"),
        called_at=at(4),
    )


def test_a_service_that_began_without_a_call():
    course(
        event(0, "arrive"),
        event(2, "start"),
        event(3, "finish"),
        called_at=at(2),
        finished_at=at(3),
    )


def test_at_one_moment_things_happen_in_their_order():
    course(
        event(0, "finish"),
        event(0, "call"),
        event(0, "arrive"),
        called_at=NINE,
        finished_at=NINE,
    )


def test_what_is_dated_before_the_arrival_does_not_count():
    course(event(-3, "call"), event(0, "arrive"), event(-1, "abandon"))


def test_nothing_is_told_before_an_arrival_is_known():
    assert course_of([]) is None
    assert course_of([event(3, "call"), event(5, "finish")]) is None


EVENTS = st.lists(
    st.builds(
        event,
        st.integers(-5, 30),
        st.sampled_from(list(Happening)),
        key=st.sampled_from("abcdefgh"),
        service=st.sampled_from(["", "pay", "card"]),
        employee_number=st.sampled_from(["", "E1", "E2"]),
    ),
    max_size=9,
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_coming_and_repeats_say_nothing(events, random):
    shuffled = events * 2
    random.shuffle(shuffled)
    assert course_of(shuffled) == course_of(events)


@given(EVENTS)
def test_a_course_is_one_that_a_ticket_may_have(events):
    found = course_of(events)
    if found is None:
        return
    assert found.called_at is None or found.abandoned_at is None
    for name in ("called_at", "abandoned_at"):
        assert (getattr(found, name) or found.arrived_at) >= found.arrived_at
    if found.finished_at:
        assert found.called_at <= found.finished_at
    assert not (found.no_show and found.finished_at)
