"""The pages of need and forecast, and their charts and files."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from outlets.flow.forecasts import forecast_outlet
from outlets.flow.models import HalfHourFlow, Holiday
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 5)
SEEN = MONDAY + timedelta(weeks=8)


@pytest.fixture
def outlet():
    outlet = OutletFactory(code="P1")
    HalfHourFlow.objects.bulk_create(
        HalfHourFlow(
            outlet=outlet,
            date=MONDAY + timedelta(days=day),
            start_minute=540,
            arrivals=10,
            servers=1,
        )
        for day in range(56)
    )
    take(
        "tickets",
        [
            ticket(
                outlet,
                str(n),
                f"{SEEN}T09:00:{n:02}",
                wait=0,
                service_time=240,
                employee_number="E1",
            )
            for n in range(10)
        ],
    )
    forecast_outlet(outlet_id=outlet.pk)
    return outlet


@pytest.fixture
def page(client, outlet):
    user = UserFactory()
    RoleGrantFactory(user=user, role="store_manager", outlet=outlet)
    client.force_login(user)

    def get(name, **query):
        return client.get(reverse(f"flow:{name}", args=["P1"]), query)

    return get


def lines(response) -> list[str]:
    return b"".join(response).decode("utf-8-sig").splitlines()


def test_a_day_that_has_been(page):
    text = page("need", day=str(SEEN)).content.decode()
    assert "Needed for those who came, beside those who served." in text
    assert "2 too few" in text
    assert lines(page("need_file", day=str(SEEN))) == [
        "date,start,arrivals,arrivals_are,service_minutes,people_needed,people_serving",
        f"{SEEN},09:00,10,counted,,3,1",
    ]
    chart = page("need_chart", day=str(SEEN)).json()
    assert chart["x"]["labels"] == ["09:00"]
    assert [one["values"] for one in chart["series"]] == [[3], [1]]


def test_a_day_ahead(page):
    day = str(SEEN + timedelta(days=7))
    text = page("need", day=day).content.decode()
    assert "Needed for the customers that the forecast expects." in text
    assert lines(page("need_file", day=day))[1:] == [
        f"{day},09:00,10.0,forecast,4.0,3,"
    ]
    assert [one["values"] for one in page("need_chart", day=day).json()["series"]] == [
        [3]
    ]


def test_a_day_of_which_nothing_is_known(page):
    text = page("need", day="2020-01-01").content.decode()
    assert "Nobody knows whom this day needs" in text


def test_the_next_four_weeks(page, outlet):
    first = SEEN + timedelta(days=1)
    Holiday.objects.create(region=outlet.region, date=first, name="Town Day")
    text = page("ahead").content.decode()
    assert "Tried once on the past, a day was off by &lt; 0.1% on average" in text
    assert "Town Day" in text
    found = lines(page("ahead_file"))
    assert found[:2] == [
        "date,holiday,expected,low,high,people_needed_at_most,came",
        f"{first},Town Day,10.0,10.0,10.0,3,",
    ]
    assert len(found) == 29
    chart = page("ahead_chart").json()
    assert [one["values"][0] for one in chart["series"]] == [10.0, 10.0, 10.0]


def test_a_link_to_what_was_forecast_leads_there_when_a_newer_one_stands(page, outlet):
    first = SEEN + timedelta(days=1)
    assert f'href="?first={first}"' in page("ahead").content.decode()
    HalfHourFlow.objects.create(
        outlet=outlet, date=first, start_minute=540, arrivals=17, servers=1
    )
    forecast_outlet(outlet_id=outlet.pk)
    assert "Came" not in page("ahead").content.decode()
    text = page("ahead", first=str(first)).content.decode()
    assert '<td class="num">17</td>' in text
    assert f"ahead.json?first={first}" in text
    found = page("ahead_file", first=str(first))
    assert f"flow-ahead-P1-{first}.csv" in found["Content-Disposition"]
    assert lines(found)[1] == f"{first},,10.0,10.0,10.0,3,17"
    chart = page("ahead_chart", first=str(first)).json()
    assert [one["name"] for one in chart["series"]] == [
        "Expected",
        "Low",
        "High",
        "Came",
    ]
    assert chart["series"][3]["values"] == [17] + [None] * 27


def test_a_forecast_that_is_not_kept_is_said_to_be_gone(page):
    text = page("ahead", first="2020-01-01").content.decode()
    assert "No forecast from 1 Jan 2020 on is kept" in text
    assert "What a forecast said is kept for 60 days." in text
    assert page("ahead_file", first="2020-01-01").status_code == 404
    assert page("ahead_chart", first="2020-01-01").json()["series"][0]["values"] == []
    assert "Enter a valid date." in page("ahead", first="soon").content.decode()


def test_no_forecast_yet(page, outlet):
    outlet.forecast.delete()
    assert "No forecast yet" in page("ahead").content.decode()
    assert page("ahead_chart").json()["series"][0]["values"] == []
    assert page("ahead_workbook").status_code == 200
    assert page("need_workbook", day=str(SEEN)).status_code == 200
