"""Forecasts of outlets: from tickets to a row a night, and to the need."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from outlets.flow.forecasts import forecast_outlet, outlets_with_tickets, past_of
from outlets.flow.models import HalfHourFlow, Holiday, KeptForecast, OutletForecast
from outlets.flow.selectors.ahead import days_ahead, days_then
from outlets.flow.selectors.needs import (
    HalfHourSeen,
    staffing_need,
    staffing_seen,
)
from outlets.flow.tasks import forecast_outlets
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory, RegionFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 5)
WEEKS = 10
NEXT = MONDAY + timedelta(weeks=WEEKS)


@pytest.fixture
def outlet():
    """Twelve at nine and six at ten, every day but Sundays, for ten weeks."""
    outlet = OutletFactory(code="P1", region=RegionFactory(code="R1"))
    HalfHourFlow.objects.bulk_create(
        HalfHourFlow(
            outlet=outlet,
            date=MONDAY + timedelta(days=day),
            start_minute=minute,
            arrivals=arrivals,
            servers=1,
        )
        for day in range(WEEKS * 7)
        for minute, arrivals in ((540, 12), (600, 6))
        if day % 7 != 6
    )
    return outlet


def came(outlet, day, arrivals):
    HalfHourFlow.objects.create(
        outlet=outlet, date=day, start_minute=540, arrivals=arrivals, servers=1
    )


def served(outlet, day):
    at = datetime.combine(day, datetime.min.time())
    take(
        "tickets",
        [
            ticket(
                outlet,
                f"{day}{n}",
                at.replace(hour=9, second=n).isoformat(),
                wait=0,
                service_time=240,
                employee_number=f"E{n % 2}",
            )
            for n in range(12)
        ],
    )


def test_past_of_reads_half_hours_and_leaves_closed_days_unknown(outlet):
    past = past_of(outlet)
    assert (past.first, past.days) == (MONDAY, WEEKS * 7 - 1)
    assert past.counts[0, 18:21].tolist() == [12, 0, 6]
    assert past.counts[0].sum() == 18
    assert all(value != value for value in past.counts[6])


def test_a_forecast_is_kept_once_an_outlet(outlet):
    assert outlets_with_tickets() == [outlet.pk]
    for _turn in range(2):
        forecast_outlets([outlet.pk])
    row = OutletForecast.objects.get()
    assert row.first == NEXT - timedelta(days=1)
    assert row.origins == 1
    assert row.day_error == pytest.approx(0, abs=1e-9)
    assert row.rows_of(row.first) == [], "Sundays are closed"
    assert row.whole(row.first) is None
    assert row.rows_of(NEXT) == [(540, 12.0, 12.0, 12.0), (600, 6.0, 6.0, 6.0)]
    assert row.whole(NEXT) == (18.0, 18.0, 18.0)
    assert row.rows_of(NEXT + timedelta(days=60)) == []


def test_all_outlets_are_handed_out(outlet, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        forecast_outlets()
    assert OutletForecast.objects.count() == 1


def test_too_little_past_takes_the_forecast_away(outlet):
    forecast_outlet(outlet_id=outlet.pk)
    HalfHourFlow.objects.filter(date__gt=MONDAY + timedelta(days=20)).delete()
    assert forecast_outlet(outlet_id=outlet.pk) is None
    assert not OutletForecast.objects.exists()
    assert forecast_outlet(outlet_id=OutletFactory().pk) is None


def test_holidays_of_the_region_and_above_count(outlet):
    above = RegionFactory(code="R0", level="province")
    outlet.region.parent = above
    outlet.region.save()
    elsewhere = RegionFactory(code="R9")
    rows = [
        {"region_code": code, "date": str(day), "name": name}
        for code, day, name in (
            ("R0", MONDAY, "New Year"),
            ("R1", NEXT, "Town Day"),
            ("R0", NEXT, "State Day"),
            ("R9", NEXT + timedelta(1), "Other"),
        )
    ]
    assert take("holidays", rows).counts["created"] == 4
    assert Holiday.objects.filter(region=elsewhere).count() == 1
    assert past_of(outlet).holidays == {MONDAY: "New Year", NEXT: "Town Day"}


def test_the_need_follows_the_forecast_where_there_is_one(outlet):
    served(outlet, NEXT - timedelta(days=2))
    OutletForecast.objects.create(
        outlet=outlet,
        first=NEXT,
        origins=1,
        days={
            str(NEXT): {
                "whole": [30, 20, 40],
                "half_hours": [[570, 30.0, 20.0, 40.0]],
            }
        },
    )
    found = staffing_need(outlet, NEXT, NEXT + timedelta(days=28))
    assert [
        (need.date, need.start_minute, need.arrivals, need.people, need.basis)
        for need in found
    ] == [
        (NEXT, 570, 30.0, 5, "forecast"),
        (NEXT + timedelta(days=28), 540, 12.0, 3, "same weekday"),
        (NEXT + timedelta(days=28), 600, 6.0, 2, "same weekday"),
    ]


def test_days_ahead_tell_holidays_and_closed_days(outlet, django_assert_num_queries):
    served(outlet, NEXT - timedelta(days=2))
    forecast_outlet(outlet_id=outlet.pk)
    Holiday.objects.create(region=outlet.region, date=NEXT, name="Town Day")
    with django_assert_num_queries(7):
        ahead = days_ahead(outlet)
    assert len(ahead.days) == 28
    assert ahead.forecast.made_at <= timezone.now()
    sunday, monday = ahead.days[:2]
    assert (sunday.expected, sunday.most_people) == (None, None)
    assert (monday.holiday, monday.expected, monday.most_people) == ("Town Day", 18, 3)
    assert days_ahead(OutletFactory()) is None


def test_a_day_that_has_been_shows_who_served_beside_who_was_needed(outlet):
    day = NEXT
    served(outlet, day)
    assert staffing_seen(outlet, day) == [
        HalfHourSeen(start_minute=540, arrivals=12, servers=2, needed=3)
    ]
    assert staffing_seen(outlet, day)[0].lacking == 1
    assert staffing_seen(outlet, day + timedelta(days=1)) == []


def test_what_a_forecast_said_stays_and_who_came_stands_beside_it(
    outlet, django_assert_num_queries
):
    served(outlet, NEXT - timedelta(days=2))
    forecast_outlet(outlet_id=outlet.pk)
    first, said = NEXT - timedelta(days=1), days_ahead(outlet).days
    came(outlet, NEXT, 21)
    forecast_outlet(outlet_id=outlet.pk)
    assert days_ahead(outlet).forecast.first == NEXT + timedelta(days=1)
    with django_assert_num_queries(2):
        then = days_then(outlet, first)
    assert then.days == [said[0], replace(said[1], came=21), *said[2:]]
    assert (said[1].expected, said[1].most_people) == (18, 3)
    assert then.forecast.origins == 1
    assert days_then(outlet, first - timedelta(days=1)) is None
    assert days_then(OutletFactory(), first) is None


def test_what_a_forecast_said_goes_after_its_time(outlet, settings):
    settings.FLOW_FORECASTS_KEPT_DAYS = 2
    for more in (0, 1, 3):
        came(outlet, NEXT + timedelta(days=more), 18)
        forecast_outlet(outlet_id=outlet.pk)
    kept = KeptForecast.objects.values_list("first", flat=True)
    assert list(kept) == [NEXT + timedelta(days=4), NEXT + timedelta(days=2)]
