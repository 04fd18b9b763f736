"""A month as a calendar: weeks, shades, holidays and days with faults."""

import csv
from datetime import UTC, date, datetime, time
from io import StringIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from outlets.flow.calendars import shade, touched_days, weeks_of
from outlets.flow.models import Fault, Holiday
from outlets.flow.rules import Month
from outlets.flow.selectors.calendars import calendar_days
from outlets.flow.selectors.scopes import Scope
from outlets.places.models import Outlet
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARCH = Month(date(2026, 3, 1))
AT = datetime(2026, 3, 20, tzinfo=UTC)


def test_weeks_begin_on_monday_and_are_filled_up():
    weeks = weeks_of(MARCH)  # 1 March 2026 is a Sunday
    assert [len(week) for week in weeks] == [7] * 6
    assert weeks[0] == [None] * 6 + [date(2026, 3, 1)]
    assert weeks[-1] == [date(2026, 3, 30), date(2026, 3, 31)] + [None] * 5
    assert [len(w) for w in weeks_of(Month(date(2027, 2, 1)))] == [7] * 4


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (None, None),
        (0.0, 0),
        (0.05, 0),
        (0.051, 1),
        (0.1, 1),
        (0.2, 2),
        (0.4, 3),
        (0.41, 4),
        (1.0, 4),
    ],
)
def test_an_edge_belongs_to_the_lighter_shade(share, expected):
    assert shade(share) == expected


def local(text):
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("14T10:00", "14T11:00", [14]),
        ("14T10:00", "14T10:00", [14]),
        ("14T22:00", "15T00:00", [14]),
        ("14T22:00", "15T00:01", [14, 15]),
        ("14T00:00", "16T09:00", [14, 15, 16]),
    ],
)
def test_what_is_over_as_a_day_begins_did_not_touch_it(start, end, days):
    found = touched_days(local(start), local(end), SHANGHAI, time.min)
    assert list(found) == [date(2026, 3, day) for day in days]


def test_a_fault_of_the_night_touches_the_trading_day_before():
    found = touched_days(local("15T01:00"), local("15T02:00"), SHANGHAI, time(4))
    assert list(found) == [date(2026, 3, 14)]


def test_a_fault_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="ends after it starts"):
        list(touched_days(local("14T10:00"), local("14T09:00"), SHANGHAI, time.min))


def fault(outlet, start, end=None, kind="boss"):
    return Fault.objects.create(
        uuid=uuid4(),
        outlet=outlet,
        kind=kind,
        thing=str(uuid4())[:8],
        started_at=local(start),
        restored_at=end and local(end),
    )


@pytest.mark.django_db
class TestDays:
    @pytest.fixture
    def province(self):
        return RegionFactory(code="GD", name="Guangdong", level="province")

    @pytest.fixture
    def county(self, province):
        return RegionFactory(code="NS", name="Nanshan", parent=province)

    @pytest.fixture
    def outlet(self, county):
        return OutletFactory(code="P1", name="Market", region=county)

    @pytest.fixture
    def manager(self, client, outlet):
        client.force_login(staff_user("store_manager", outlet=outlet))
        return client

    def days(self, scope):
        found = calendar_days(scope, MARCH, at=AT)
        return {day.date.day: day for day in found}

    def of_outlet(self, outlet):
        return Scope(Outlet.objects.filter(pk=outlet.pk), outlet=outlet)

    def of_region(self, region):
        return Scope(Outlet.objects.beneath(region), region=region)

    def test_every_day_is_there_and_unknown_is_not_zero(self, outlet):
        take("tickets", [ticket(outlet, "A1", "2026-03-14T09:00", wait=700)])
        start = {"outlet_code": "P1", "start": "2026-03-15T09:00"}
        take("counts", [start | {"minutes": 60, "people": 0}])
        days = self.days(self.of_outlet(outlet))
        assert len(days) == 31
        assert (days[14].people, days[14].arrivals, days[14].shade) == (None, 1, 4)
        assert (days[15].people, days[15].arrivals, days[15].shade) == (0, None, None)
        assert (days[14].is_empty, days[15].is_empty, days[16].is_empty) == (
            False,
            False,
            True,
        )

    def test_the_holiday_of_a_county_hides_that_of_its_province(
        self, province, county, outlet
    ):
        for region, day, name in (
            (province, 8, "Women's Day"),
            (county, 8, "Fair"),
            (province, 9, "Rest"),
            (RegionFactory(), 10, "Elsewhere"),
        ):
            Holiday.objects.create(region=region, date=date(2026, 3, day), name=name)
        days = self.days(self.of_outlet(outlet))
        assert [days[n].holiday for n in (8, 9, 10)] == ["Fair", "Rest", ""]
        days = self.days(self.of_region(province))
        assert [days[n].holiday for n in (8, 9, 10)] == ["Women's Day", "Rest", ""]

    def test_faults_mark_their_days_but_those_that_slow_nobody(self, outlet):
        fault(outlet, "02T10:00", "03T10:00")
        fault(outlet, "03T12:00", "03T13:00", kind="network")
        fault(outlet, "05T12:00", "05T13:00", kind="trial_device")
        fault(outlet, "19T12:00")  # still broken at AT, 8 o'clock on the 20th
        days = self.days(self.of_outlet(outlet))
        marked = {n: day.faults.words for n, day in days.items() if day.faults}
        assert marked == {
            2: "business system (BOSS)",
            3: "business system (BOSS), network",
            19: "business system (BOSS)",
            20: "business system (BOSS)",
        }

    def test_a_region_counts_the_outlets_that_had_faults(self, county, outlet):
        other = OutletFactory(region=county)
        fault(outlet, "02T10:00", "02T11:00")
        fault(outlet, "02T12:00", "02T13:00")
        fault(other, "02T10:00", "02T11:00")
        fault(OutletFactory(), "02T10:00", "02T11:00")
        days = self.days(self.of_region(county))
        assert days[2].faults.outlets == 2

    def test_four_queries_however_many_outlets(
        self, county, outlet, django_assert_num_queries
    ):
        scope = self.of_region(county)
        with django_assert_num_queries(4):
            calendar_days(scope, MARCH, at=AT)
        for _ in range(5):
            fault(OutletFactory(region=county), "02T10:00", "02T11:00")
        with django_assert_num_queries(4):
            calendar_days(scope, MARCH, at=AT)

    def test_a_page_shows_what_happened_and_leads_on(self, manager, county, outlet):
        take("tickets", [ticket(outlet, "A1", "2026-03-14T09:00", wait=700)])
        Holiday.objects.create(region=county, date=date(2026, 3, 8), name="Fair")
        fault(outlet, "02T10:00", "02T11:00")
        url = reverse("flow:calendar")
        answer = manager.get(url, {"outlet": "P1", "month": "2026-03"})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Fair" in page
        assert "100.0%" in page
        assert "business system (BOSS)" in page
        assert "outlet=P1&amp;month=2026-02" in page
        assert "outlet=P1&amp;month=2026-04" in page
        assert 'style="' not in page

    def test_an_empty_month_leads_to_the_newest(self, manager, outlet):
        take("tickets", [ticket(outlet, "A1", "2026-03-14T09:00")])
        url = reverse("flow:calendar")
        page = manager.get(url, {"outlet": "P1", "month": "2025-01"}).content.decode()
        assert "Neither tickets nor door counts were sent in this month." in page
        assert "month=2026-03" in page

    @pytest.mark.parametrize("month", ["0001-01", "9999-12"])
    def test_the_ends_of_time_have_a_calendar(self, manager, outlet, month):
        fault(outlet, "02T10:00")
        url = reverse("flow:calendar")
        answer = manager.get(url, {"outlet": "P1", "month": month})
        assert answer.status_code == 200

    def test_the_file_holds_every_day(self, manager, county, outlet):
        take("tickets", [ticket(outlet, "A1", "2026-03-14T09:00", wait=700)])
        Holiday.objects.create(region=county, date=date(2026, 3, 14), name="=Fair")
        fault(outlet, "14T10:00", "14T11:00", kind="network")
        answer = manager.get(
            reverse("flow:calendar_file"), {"outlet": "P1", "month": "2026-03"}
        )
        text = answer.getvalue().decode("utf-8-sig")
        rows = list(csv.DictReader(StringIO(text)))
        assert len(rows) == 31
        assert rows[13] == {
            "date": "2026-03-14",
            "weekday": "6",
            "holiday": "'=Fair",
            "people": "",
            "arrivals": "1",
            "served": "1",
            "over_600_s": "1",
            "share_over_600_s": "1.0",
            "outlets_with_faults": "1",
            "faults": "network",
        }
        assert rows[14]["arrivals"] == ""

    def test_who_sees_no_flow_sees_no_calendar(self, client, outlet):
        url = reverse("flow:calendar") + "?outlet=P1"
        client.force_login(staff_user("clerk", outlet=outlet))
        assert client.get(url).status_code == 403
        client.force_login(staff_user("store_manager", outlet=OutletFactory()))
        assert client.get(url).status_code == 404

    def test_who_sees_all_has_a_calendar_of_all(self, client, province, outlet):
        today = timezone.localdate()
        Holiday.objects.create(region=province, date=today, name="Everywhere")
        client.force_login(granted_user("operations"))
        page = client.get(reverse("flow:calendar")).content.decode()
        assert "Everywhere" in page
