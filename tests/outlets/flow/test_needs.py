"""The need per half hour from what the last four weeks say."""

from datetime import date, datetime, timedelta

import pytest

from outlets.flow.queueing import Load, outcome, people_needed
from outlets.flow.selectors.needs import HalfHourNeed, staffing_need
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


def day_of(outlet, day, count, at="09:00", service_time=240, **given):
    """`count` tickets in one half hour, each called at once."""
    begin = datetime.fromisoformat(f"{day}T{at}")
    return [
        ticket(
            outlet,
            f"{day}-{at}-{n}",
            (begin + timedelta(seconds=n)).isoformat(),
            **({"wait": 0, "service_time": service_time} | given),
        )
        for n in range(count)
    ]


@pytest.fixture
def outlet():
    return OutletFactory(code="P1")


def test_the_mean_of_the_weekday_gives_the_need(outlet):
    take(
        "tickets",
        [
            *day_of(outlet, MONDAY, 20),
            *day_of(outlet, MONDAY + timedelta(7), 40),
            *day_of(outlet, MONDAY + timedelta(8), 6, at="14:30"),
        ],
    )
    found = staffing_need(outlet, MONDAY + timedelta(14), MONDAY + timedelta(15))
    load = Load(30 / 1800, 240)
    assert people_needed(load, target=0.9, limit_s=600) == 5
    assert found == [
        HalfHourNeed(
            date=date(2026, 3, 16),
            start_minute=540,
            arrivals=30,
            service_minutes=4,
            people=5,
            share_within=outcome(load, 5, 600).within,
            basis="same weekday",
        ),
        HalfHourNeed(
            date=date(2026, 3, 17),
            start_minute=870,
            arrivals=6,
            service_minutes=4,
            people=2,
            share_within=outcome(Load(6 / 1800, 240), 2, 600).within,
            basis="same weekday",
        ),
    ]


def test_only_four_weeks_before_count(outlet):
    take(
        "tickets",
        [
            *day_of(outlet, MONDAY - timedelta(28), 99),
            *day_of(outlet, MONDAY, 20),
            *day_of(outlet, MONDAY + timedelta(7), 50),
        ],
    )
    (need,) = staffing_need(outlet, MONDAY + timedelta(7), MONDAY + timedelta(7))
    assert need.arrivals == 20


def test_a_half_hour_empty_on_one_of_two_days_is_half(outlet):
    take(
        "tickets",
        [
            *day_of(outlet, MONDAY, 10),
            *day_of(outlet, MONDAY + timedelta(7), 3, at="18:00"),
        ],
    )
    day = MONDAY + timedelta(14)
    found = [(n.start_minute, n.arrivals) for n in staffing_need(outlet, day, day)]
    assert found == [(540, 5.0), (1080, 1.5)]


def test_patience_counts_once_enough_have_left(outlet):
    many = day_of(outlet, MONDAY, 40, wait=60)
    left = [
        ticket(outlet, f"L{n}", "2026-03-02T09:10", left=120, service="x")
        for n in range(20)
    ]
    day = MONDAY + timedelta(7)
    take("tickets", [*many, *left[:19]])
    (before,) = staffing_need(outlet, day, day)
    take("tickets", left)
    (after,) = staffing_need(outlet, day, day)
    assert (before.people, after.people) == (9, 9)
    assert before.share_within == outcome(Load(59 / 1800, 240), 9, 600).within
    patient = Load(60 / 1800, 240, (40 * 60 + 20 * 120) / 20)
    assert after.share_within == outcome(patient, 9, 600).within


def test_the_target_is_a_setting(outlet, settings):
    take("tickets", day_of(outlet, MONDAY, 60))
    day = MONDAY + timedelta(7)
    assert [n.people for n in staffing_need(outlet, day, day)] == [9]
    settings.FLOW_WAIT_LIMIT_MINUTES = 1
    settings.FLOW_SERVED_WITHIN_SHARE = 0.99
    assert [n.people for n in staffing_need(outlet, day, day)] == [
        people_needed(Load(60 / 1800, 240), target=0.99, limit_s=60)
    ]


def test_what_is_unknown_gives_no_need(outlet):
    assert staffing_need(outlet, MONDAY, MONDAY) == []
    take("tickets", [ticket(outlet, "A", "2026-03-02T09:00", wait=3)])
    day = MONDAY + timedelta(7)
    assert staffing_need(outlet, day, day) == [], "no service time is known"


def test_a_closed_outlet_needs_nobody(outlet):
    take("tickets", day_of(outlet, MONDAY, 20))
    outlet.closed_on = MONDAY + timedelta(3)
    outlet.save()
    day = MONDAY + timedelta(7)
    assert staffing_need(outlet, day, day) == []


def test_the_night_belongs_to_the_trading_day(outlet):
    outlet.day_starts_at = "04:00"
    outlet.save()
    outlet.refresh_from_db()
    row = ticket(outlet, "A", "2026-03-03T00:40", wait=0, service_time=60)
    take("tickets", [row | {"date": MONDAY}])
    day = MONDAY + timedelta(7)
    (need,) = staffing_need(outlet, day, day)
    assert (need.date, need.start_minute, need.people) == (day, 24 * 60 + 30, 1)


def test_four_queries_for_a_day_and_a_month(outlet, django_assert_num_queries):
    take("tickets", day_of(outlet, MONDAY, 20))
    for days in (1, 30):
        with django_assert_num_queries(4):
            staffing_need(outlet, MONDAY + timedelta(1), MONDAY + timedelta(days))
