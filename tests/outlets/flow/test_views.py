"""The pages, what the charts read, and the files: for whom, and what they say."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db

REGION = [
    "region",
    "outlets_file",
    "outlets_workbook",
    "days_chart",
    "days_file",
    "days_workbook",
    "week_chart",
    "week_file",
    "week_workbook",
]
OUTLET = ["outlet", "hours_chart", "hours_file", "hours_workbook"]


@pytest.fixture
def county():
    return RegionFactory(code="NS", name="Nanshan")


@pytest.fixture
def outlet(county):
    return OutletFactory(code="P1", name="Market Street", region=county)


def read(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer


def table(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))


class TestOutlet:
    @pytest.fixture
    def manager(self, client, outlet):
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00", wait=700, service_time=60),
                ticket(outlet, "A2", "2026-03-14T09:10", wait=100, priority="weak"),
                ticket(outlet, "A3", "2026-03-14T11:00", left=30),
                ticket(outlet, "A4", "2026-03-15T10:00", wait=5),
            ],
        )
        client.force_login(staff_user("store_manager", outlet=outlet))
        return client

    def test_the_newest_day_is_shown_first(self, manager, outlet):
        answer = read(manager, reverse("flow:outlet", args=["P1"]))
        assert answer.context["day"].isoformat() == "2026-03-15"
        assert answer.context["total"].arrivals == 1

    def test_a_day_by_hour_with_its_month_around_it(self, manager, outlet):
        url = reverse("flow:outlet", args=["P1"])
        answer = read(manager, url, day="2026-03-14")
        assert [row.hour for row in answer.context["hours"]] == [9, 11]
        total = answer.context["total"]
        assert (total.arrivals, total.served, total.abandoned) == (3, 2, 1)
        assert (total.wait_mean_s, total.share_over_600_s) == (400.0, 0.5)
        assert [day.flow.arrivals for day in answer.context["days"]] == [3, 1]
        page = answer.content.decode()
        assert "Market Street" in page
        assert "6:40" in page
        assert "50.0%" in page
        assert 'style="' not in page

    def test_an_empty_day_leads_to_the_newest_one(self, manager):
        url = reverse("flow:outlet", args=["P1"])
        page = read(manager, url, day="2026-03-20").content.decode()
        assert "No customer flow on this day" in page
        assert "?day=2026-03-15" in page

    def test_a_day_that_is_none_is_said_so(self, manager):
        answer = read(manager, reverse("flow:outlet", args=["P1"]), day="yesterday")
        assert "Enter a valid date." in answer.content.decode()
        assert answer.context["day"].isoformat() == "2026-03-15"

    def test_the_charts_read_the_same_figures(self, manager):
        url = reverse("flow:hours_chart", args=["P1"])
        spec = read(manager, url, day="2026-03-14", figure="arrivals").json()
        assert spec["x"]["labels"] == ["9:00", "10:00", "11:00"]
        assert spec["series"][0]["values"] == [2, None, 0]
        spec = read(manager, url, day="2026-03-14", figure="waits").json()
        assert spec["series"][1]["values"] == [6.67, None, None]

    def test_the_file_holds_the_hours_unrounded(self, manager):
        url = reverse("flow:hours_file", args=["P1"])
        rows = table(read(manager, url, day="2026-03-14"))
        assert [row["hour"] for row in rows] == ["9", "11"]
        assert rows[0]["wait_mean_s"] == "400.0"
        assert rows[1]["wait_mean_s"] == ""

    def test_who_has_one_outlet_starts_there(self, manager):
        answer = manager.get(reverse("flow:region"))
        assert answer.status_code == 302
        assert answer.url == reverse("flow:outlet", args=["P1"])

    def test_choosing_an_outlet_keeps_the_day(self, manager):
        answer = manager.get(
            reverse("flow:outlet_pick"), {"outlet": "P1", "day": "2026-03-14"}
        )
        assert answer.url == "/flow/outlets/P1/?day=2026-03-14"

    def test_doors_tills_and_boards_stand_beside_the_tickets(self, manager, outlet):
        day = {"outlet_code": "P1"}
        take(
            "counts",
            [day | {"start": "2026-03-14T09:00", "minutes": 60, "people": 4321}],
        )
        take(
            "transactions",
            [day | {"date": "2026-03-14", "service": "sale", "quantity": 8765}],
        )
        take(
            "boards",
            [
                day
                | {
                    "service": "pay",
                    "at": "2026-03-14T09:00",
                    "people_waiting": 1,
                    "wait_minutes": minutes,
                }
                for minutes in (10,)
            ],
        )
        url = reverse("flow:outlet", args=["P1"])
        page = read(manager, url, day="2026-03-14").content.decode()
        assert "4,321" in page
        assert "8,765" in page
        assert "100.0%" in page

    def test_the_page_speaks_chinese(self, manager):
        manager.cookies["django_language"] = "zh-hans"
        url = reverse("flow:outlet", args=["P1"])
        page = read(manager, url, day="2026-03-14").content.decode()
        assert 'lang="zh-Hans"' in page


class TestRegion:
    @pytest.fixture
    def supervisor(self, client, county):
        client.force_login(granted_user("regional_supervisor", region=county))
        return client

    @pytest.fixture
    def three_outlets(self, county, outlet):
        slow = OutletFactory(code="P2", name="Slow", region=county)
        OutletFactory(code="P3", name="Silent", region=county)
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00", wait=10),
                ticket(outlet, "A2", "2026-03-16T09:00", left=10),
                ticket(slow, "A1", "2026-03-16T09:00", wait=601),
                ticket(slow, "A2", "2026-03-16T10:00", wait=600),
                ticket(slow, "A3", "2026-02-27T10:00", wait=6000),
            ],
        )

    def test_the_month_and_its_outlets_by_exception(self, supervisor, three_outlets):
        answer = read(supervisor, reverse("flow:region"))
        assert answer.context["scope"].region.code == "NS"
        assert str(answer.context["month"]) == "2026-03"
        outlets = answer.context["outlets"]
        assert [outlet.code for outlet in outlets] == ["P2", "P1"]
        assert outlets[0].change_over_600_s == -0.5
        assert outlets[1].change_over_600_s is None
        assert answer.context["silent"] == 1
        total = answer.context["total"]
        assert (total.arrivals, total.served, total.abandoned) == (4, 3, 1)
        assert total.share_over_600_s == 1 / 3
        assert answer.context["before"].share_over_600_s == 1.0
        assert [d.flow.arrivals for d in answer.context["days"]] == [1, 3]
        assert answer.context["week"] == [
            (9, [2.0, None, None, None, None, 1.0, None]),
            (10, [1.0, None, None, None, None, None, None]),
        ]

    def test_another_month_and_another_measure(self, supervisor, three_outlets):
        url = reverse("flow:region")
        answer = read(supervisor, url, month="2026-02", measure="share_over_600")
        assert [outlet.code for outlet in answer.context["outlets"]] == ["P2"]
        assert answer.context["week"] == [
            (10, [None, None, None, None, 100.0, None, None])
        ]

    def test_an_empty_month_teaches_where_tickets_come_from(
        self, supervisor, three_outlets
    ):
        page = read(
            supervisor, reverse("flow:region"), month="2030-01"
        ).content.decode()
        assert "No customer flow in this month" in page
        assert "month=2026-03" in page

    def test_a_month_that_is_none_is_said_so(self, supervisor, three_outlets):
        answer = read(supervisor, reverse("flow:region"), month="2026-13")
        assert "Write the month as in 2026-10." in answer.content.decode()
        assert str(answer.context["month"]) == "2026-03"

    def test_nothing_at_all_is_an_empty_page(self, supervisor, county):
        page = read(supervisor, reverse("flow:region")).content.decode()
        assert "No customer flow in this month" in page

    def test_the_files_and_charts_hold_the_same(self, supervisor, three_outlets):
        rows = table(read(supervisor, reverse("flow:outlets_file")))
        assert [(row["outlet_code"], row["arrivals"]) for row in rows] == [
            ("P2", "2"),
            ("P1", "2"),
            ("P3", "0"),
        ]
        rows = table(read(supervisor, reverse("flow:days_file")))
        assert [(row["date"], row["arrivals"]) for row in rows] == [
            ("2026-03-14", "1"),
            ("2026-03-16", "3"),
        ]
        rows = table(read(supervisor, reverse("flow:week_file")))
        assert [(r["weekday"], r["hour"], r["arrivals_per_day"]) for r in rows] == [
            ("1", "9", "2.0"),
            ("1", "10", "1.0"),
            ("6", "9", "1.0"),
        ]
        heat = read(supervisor, reverse("flow:week_chart")).json()
        assert heat["cells"] == [[0, 0, 2.0], [1, 0, 1.0], [0, 5, 1.0]]
        days = read(supervisor, reverse("flow:days_chart")).json()
        assert days["series"][0]["values"][13:16] == [1, None, 2]

    def test_a_name_that_looks_like_a_formula_is_no_formula(self, supervisor, county):
        OutletFactory(code="P9", name="=1+1", region=county)
        (row,) = table(read(supervisor, reverse("flow:outlets_file")))
        assert row["name"] == "'=1+1"

    def test_a_region_costs_the_same_with_1_and_with_20_outlets(
        self, supervisor, county
    ):
        def another(n):
            outlet = OutletFactory(region=county)
            take("tickets", [ticket(outlet, "A1", "2026-03-14T09:00", wait=n)])

        def queries():
            with CaptureQueriesContext(connection) as captured:
                read(supervisor, reverse("flow:region"))
            return len(captured)

        another(0)
        one = queries()
        for n in range(19):
            another(n)
        assert queries() == one

    def test_a_region_above_and_below_can_be_reached(self, client, county, outlet):
        province = RegionFactory(code="GD", name="Guangdong", level="province")
        county.parent = province
        county.save()
        client.force_login(granted_user("regional_supervisor", region=province))
        answer = read(client, reverse("flow:region"))
        assert [region.code for region in answer.context["below"]] == ["NS"]
        answer = read(client, reverse("flow:region"), region="NS")
        assert [region.code for region in answer.context["above"]] == ["GD"]

    def test_who_sees_everything_and_several_roots_starts_with_all(
        self, client, outlet
    ):
        RegionFactory(code="XX")
        client.force_login(granted_user("operations"))
        answer = read(client, reverse("flow:region"))
        assert answer.context["scope"].region is None
        assert {region.code for region in answer.context["below"]} == {"NS", "XX"}


class TestAccess:
    def addresses(self, outlet, region):
        for name in REGION:
            yield reverse(f"flow:{name}") + f"?region={region}"
            if name != "region":
                yield reverse(f"flow:{name}") + f"?outlet={outlet}"
        for name in OUTLET:
            yield reverse(f"flow:{name}", args=[outlet])

    @pytest.fixture(autouse=True)
    def world(self, outlet):
        OutletFactory(code="P8", region=RegionFactory(code="FT"))

    @pytest.mark.parametrize("role", ["operations", "auditor"])
    def test_who_sees_all_flow_sees_all(self, client, role):
        client.force_login(granted_user(role))
        for place in (("P1", "NS"), ("P8", "FT")):
            for url in self.addresses(*place):
                assert client.get(url).status_code == 200, url

    def test_a_supervisor_sees_her_region_and_no_other(self, client, county):
        client.force_login(granted_user("regional_supervisor", region=county))
        for url in self.addresses("P1", "NS"):
            assert client.get(url).status_code == 200, url
        for url in self.addresses("P8", "FT"):
            assert client.get(url).status_code == 404, url

    @pytest.mark.parametrize("post", ["store_manager", "supervisor"])
    def test_an_outlet_lead_sees_her_outlet_and_no_region(self, client, outlet, post):
        client.force_login(staff_user(post, outlet=outlet))
        for url in self.addresses("P1", "NS"):
            expected = 404 if "region=" in url else 200
            assert client.get(url).status_code == expected, url
        for url in self.addresses("P8", "FT"):
            assert client.get(url).status_code == 404, url

    @pytest.mark.parametrize("role", ["hr", "agency", "administrator"])
    def test_a_role_without_flow_is_refused(self, client, role):
        client.force_login(granted_user(role))
        for url in self.addresses("P1", "NS"):
            assert client.get(url).status_code == 403, url

    def test_a_clerk_is_refused(self, client, outlet):
        client.force_login(staff_user("clerk", outlet=outlet))
        for url in self.addresses("P1", "NS"):
            assert client.get(url).status_code == 403, url

    def test_somebody_unknown_signs_in_first(self, client):
        for url in self.addresses("P1", "NS"):
            assert client.get(url).status_code == 302, url

    def test_sums_of_all_outlets_stay_within_reach(self, client, outlet):
        foreign = OutletFactory(code="P7", region=outlet.region)
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00"),
                ticket(foreign, "A1", "2026-03-14T09:00"),
            ],
        )
        own_two = staff_user("store_manager", outlet=outlet)
        other = OutletFactory(code="P6")
        own_two.employee.assignments.create(outlet=other, starts_on="2020-01-01")
        client.force_login(own_two)
        answer = read(client, reverse("flow:region"))
        assert answer.context["total"].arrivals == 1
        assert [o.code for o in answer.context["outlets"]] == ["P1"]
