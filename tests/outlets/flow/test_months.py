"""The month of outlets in figures: sums, peers, the page, the files and the API."""

import csv
import re
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outlets.flow.ratios import Crowding, Spread
from outlets.flow.rules import Month
from outlets.flow.selectors.months import outlet_months
from outlets.flow.selectors.peers import peers_in_month
from outlets.places.models import Outlet
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
MARCH = Month(date(2026, 3, 1))


@pytest.fixture
def county():
    province = RegionFactory(code="GD", name="Guangdong", level="province")
    return RegionFactory(code="NS", name="Nanshan", parent=province)


@pytest.fixture
def outlet(county):
    return OutletFactory(code="P1", name="Market", region=county, outlet_class="A")


def door(outlet, start, people):
    return {
        "outlet_code": outlet.code,
        "start": start,
        "minutes": 60,
        "people": people,
    }


def sale(outlet, day, quantity):
    return {
        "outlet_code": outlet.code,
        "date": day,
        "service": "pay",
        "quantity": quantity,
    }


def busy(outlet, *, wait=60, day="2026-03-14", n=40):
    """Take `n` tickets of three minutes each by one server, an hour of ten."""
    take(
        "tickets",
        [
            ticket(
                outlet,
                f"A{number}",
                f"{day}T{9 + number // 10:02}:{number % 10 * 3:02}",
                wait=wait,
                service_time=180,
                employee_number="E1",
            )
            for number in range(n)
        ],
    )


def sums_of_one(outlet, month=MARCH):
    [found] = outlet_months(Outlet.objects.filter(pk=outlet.pk), month)
    return found.sums


class TestSums:
    def test_a_ratio_is_of_the_days_that_have_both(self, outlet):
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00"),
                ticket(outlet, "A2", "2026-03-14T09:01"),
                ticket(outlet, "A3", "2026-03-15T09:00"),
            ],
        )
        take(
            "counts",
            [
                door(outlet, "2026-03-14T09:00", 8),
                door(outlet, "2026-03-16T09:00", 99),
            ],
        )
        take(
            "transactions",
            [sale(outlet, "2026-03-15", 3), sale(outlet, "2026-03-17", 50)],
        )
        sums = sums_of_one(outlet)
        assert (sums.people, sums.minutes) == (107, 120)
        assert (sums.people_met, sums.customers_counted) == (8, 2)
        assert sums.conversion == 0.25
        assert (sums.business, sums.business_days) == (53, 2)
        assert (sums.business_served, sums.customers_trading) == (3, 1)
        assert sums.business_per_customer == 3.0

    def test_other_months_are_left_out(self, outlet):
        busy(outlet, day="2026-02-28")
        take("counts", [door(outlet, "2026-04-01T09:00", 5)])
        take("transactions", [sale(outlet, "2026-04-01", 5)])
        sums = sums_of_one(outlet)
        assert sums.flow.arrivals == 0
        assert (sums.people, sums.business, sums.serving_s) == (0, 0, 0)
        assert sums_of_one(outlet, Month(date(2026, 2, 1))).flow.arrivals == 40

    def test_utilisation_is_serving_of_staffed_half_hours(self, outlet):
        # Ten customers an hour at 9:00 to 9:27, called a minute later: half an hour
        # each of four hours, but the last service ends at 9:31 in the next half hour.
        busy(outlet)
        sums = sums_of_one(outlet)
        assert sums.serving_s == 40 * 180
        assert sums.staffed_s == 8 * 1800
        assert sums.utilisation == 0.5

    def test_a_ticket_without_its_server_is_on_neither_side(self, outlet):
        take(
            "tickets",
            [ticket(outlet, "A1", "2026-03-14T09:00", wait=0, service_time=60)],
        )
        sums = sums_of_one(outlet)
        assert (sums.serving_s, sums.staffed_s, sums.utilisation) == (0, 0, None)

    def test_triage_counts_the_services_that_are_set(self, outlet, settings):
        settings.FLOW_TRIAGE_SERVICES = ["web hall"]
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00", service="web hall"),
                ticket(outlet, "A2", "2026-03-14T09:00", service="self-service"),
                ticket(outlet, "A3", "2026-03-14T09:00"),
                ticket(outlet, "A4", "2026-03-14T09:00", service="pay"),
            ],
        )
        assert sums_of_one(outlet).triage_rate == 0.25

    def test_volume_per_head_is_of_the_mean_of_two_headcounts(self, outlet):
        AssignmentFactory(outlet=outlet, starts_on="2026-01-01")
        AssignmentFactory(outlet=outlet, starts_on="2026-03-20")
        AssignmentFactory(outlet=outlet, starts_on="2026-04-01")
        take("transactions", [sale(outlet, "2026-03-14", 300)])
        sums = sums_of_one(outlet)
        assert sums.heads_twice == 1 + 2
        assert sums.volume_per_head == 200.0

    def test_an_outlet_without_staff_or_business_is_left_out_of_the_mean(self, county):
        one, two, three = (OutletFactory(region=county) for _ in range(3))
        AssignmentFactory(outlet=one, starts_on="2026-01-01")
        AssignmentFactory(outlet=three, starts_on="2026-01-01")
        take("transactions", [sale(one, "2026-03-14", 10), sale(two, "2026-03-14", 99)])
        months = outlet_months(Outlet.objects.all(), MARCH)
        total = months[0].sums + months[1].sums + months[2].sums
        assert total.business == 109
        assert total.volume_per_head == 10.0

    def test_an_outlet_is_crowded_or_idle_by_the_settings(self, outlet, settings):
        busy(outlet)
        [one] = outlet_months(Outlet.objects.all(), MARCH)
        assert one.crowding is Crowding.NEITHER
        settings.FLOW_IDLE_BELOW_SHARE = 0.51
        assert one.crowding is Crowding.IDLE
        busy(outlet, wait=601, day="2026-03-15", n=5)
        [one] = outlet_months(Outlet.objects.all(), MARCH)
        assert one.crowding is Crowding.CROWDED


class TestPeers:
    def others(self, county, *arrivals, outlet_class="A"):
        for n in arrivals:
            other = OutletFactory(region=county, outlet_class=outlet_class)
            rows = [ticket(other, f"B{i}", "2026-03-14T09:00") for i in range(n)]
            take("tickets", rows)

    def test_the_quartiles_are_of_the_class_in_the_province(self, county, outlet):
        busy(outlet)
        city = RegionFactory(parent=county.parent, level="city")
        self.others(county, 1, 2, 3)
        self.others(city, 4, 10)
        self.others(county, 90, outlet_class="B")
        self.others(RegionFactory(level="province"), 80)
        peers = peers_in_month(outlet, MARCH)
        assert (peers.outlet_class, peers.province, peers.count) == (
            "A",
            "Guangdong",
            5,
        )
        assert peers.spreads["arrivals"] == Spread(5, 2.0, 3.0, 4.0)

    def test_a_figure_that_few_have_is_not_compared(self, county, outlet):
        self.others(county, 1, 2, 3, 4, 0)
        peers = peers_in_month(outlet, MARCH)
        assert peers.count == 5
        assert peers.spreads["arrivals"] is None

    def test_four_others_are_too_few_and_so_is_no_class(self, county, outlet):
        self.others(county, 1, 2, 3, 4)
        assert peers_in_month(outlet, MARCH) is None
        self.others(county, 5)
        assert peers_in_month(outlet, MARCH) is not None
        outlet.outlet_class = ""
        assert peers_in_month(outlet, MARCH) is None

    def test_a_province_is_not_another_one_whose_code_it_begins(self, county, outlet):
        self.others(RegionFactory(code="GDX", level="province"), 1, 2, 3, 4, 5)
        assert peers_in_month(outlet, MARCH) is None


def read(client, name, *args, **query):
    answer = client.get(reverse(f"flow:{name}", args=args), query)
    assert answer.status_code == 200
    return answer


def table(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


class TestPages:
    @pytest.fixture
    def manager(self, client, outlet):
        client.force_login(staff_user("store_manager", outlet=outlet))
        return client

    def test_an_outlet_is_shown_beside_its_class(self, manager, county, outlet):
        busy(outlet)
        for n in range(1, 6):
            busy(OutletFactory(region=county, outlet_class="A", name="Else"), n=n)
        page = words(read(manager, "outlet", "P1", day="2026-03-14").content.decode())
        assert "Beside 5 other outlets of class A in Guangdong" in page
        assert re.search(r"Arrivals .{0,300}? 40 2 3 4 ", page)
        assert "50.0%" in page
        assert "Else" not in page

    def test_a_missing_figure_says_why(self, manager, outlet):
        busy(outlet)
        page = words(read(manager, "outlet", "P1", day="2026-03-14").content.decode())
        assert "No day has both door counts and tickets. –" in page
        assert "No ticket says that its customer was sent on. –" in page
        assert "other outlets of class" not in page

    def test_the_file_says_the_same_unrounded(self, manager, county, outlet):
        busy(outlet)
        for n in range(1, 6):
            busy(OutletFactory(region=county, outlet_class="A"), n=n)
        rows = {
            row["figure"]: row
            for row in table(
                read(manager, "figures_file", outlet="P1", month="2026-03")
            )
        }
        assert rows["utilisation"] == {
            "figure": "utilisation",
            "value": "0.5",
            "unit": "share",
            "missing_because": "",
            "peers": "5",
            "peers_lower_quartile": rows["utilisation"]["peers_lower_quartile"],
            "peers_median": rows["utilisation"]["peers_median"],
            "peers_upper_quartile": rows["utilisation"]["peers_upper_quartile"],
        }
        assert rows["arrivals"]["peers_median"] == "3.0"
        assert rows["people"]["value"] == ""
        assert rows["people"]["missing_because"] == "No door counter sent anything."
        book = read(manager, "figures_workbook", outlet="P1", month="2026-03")
        assert book.headers["Content-Type"].endswith("spreadsheetml.sheet")

    def test_a_region_names_crowded_and_idle_outlets(self, client, county, outlet):
        busy(outlet, wait=700)
        calm = OutletFactory(code="P2", name="Calm", region=county)
        take(
            "tickets",
            [
                ticket(
                    calm,
                    f"A{n}",
                    f"2026-03-14T{9 + n // 10:02}:{n % 10 * 6:02}",
                    wait=0,
                    service_time=30,
                    employee_number="E1",
                )
                for n in range(40)
            ],
        )
        OutletFactory(code="P3", region=county)
        client.force_login(granted_user("regional_supervisor", region=county))
        answer = read(client, "region", region="NS", month="2026-03")
        assert [row.code for row in answer.context["crowded"]["rows"]] == ["P1"]
        assert [row.code for row in answer.context["idle"]["rows"]] == ["P2"]
        page = words(answer.content.decode())
        assert "Crowded: 1; idle: 1; with too little on record to tell: 1." in page
        rows = table(read(client, "outlet_figures_file", region="NS", month="2026-03"))
        assert [(row["outlet_code"], row["crowding"]) for row in rows] == [
            ("P1", "crowded"),
            ("P2", "idle"),
            ("P3", ""),
        ]
        assert rows[1]["utilisation"] == str(40 * 30 / (8 * 1800))

    def test_an_outlet_costs_the_same_with_5_and_with_15_peers(
        self, manager, county, outlet
    ):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                read(manager, "figures_file", outlet="P1", month="2026-03").getvalue()
            return len(captured)

        for _ in range(5):
            busy(OutletFactory(region=county, outlet_class="A"), n=1)
        five = queries()
        for _ in range(10):
            busy(OutletFactory(region=county, outlet_class="A"), n=1)
        assert queries() == five


class TestApi:
    URL = "/api/v1/flow/figures/"

    @pytest.fixture
    def manager(self, client, outlet):
        client.force_login(staff_user("store_manager", outlet=outlet))
        return client

    def test_it_answers_the_figures_of_the_page(self, manager, outlet):
        busy(outlet)
        answer = manager.get(self.URL, {"outlet": "P1", "month": "2026-03"}).json()
        assert (answer["outlet"], answer["region"]) == ("P1", "")
        assert (answer["month"], answer["crowding"]) == ("2026-03", "neither")
        figures = {row.pop("figure"): row for row in answer["figures"]}
        assert figures["utilisation"] == {
            "value": 0.5,
            "unit": "share",
            "missing_because": "",
            "peers": None,
            "peers_lower_quartile": None,
            "peers_median": None,
            "peers_upper_quartile": None,
        }
        assert figures["conversion"]["value"] is None
        assert (
            figures["conversion"]["missing_because"]
            == "No day has both door counts and tickets."
        )

    def test_a_region_adds_its_outlets_up(self, client, county, outlet):
        busy(outlet)
        busy(OutletFactory(region=county), n=2)
        client.force_login(granted_user("regional_supervisor", region=county))
        answer = client.get(self.URL, {"region": "NS", "month": "2026-03"}).json()
        assert (answer["outlet"], answer["region"]) == ("", "NS")
        assert answer["crowding"] is None
        figures = {row["figure"]: row["value"] for row in answer["figures"]}
        assert figures["arrivals"] == 42

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ({"outlet": "P8"}, 404),
            ({"region": "NS"}, 404),  # she leads an outlet of it only
            ({"region": "FT"}, 404),
            ({"outlet": "nowhere"}, 404),
            ({}, 400),
            ({"outlet": "P1", "region": "NS"}, 400),
            ({"outlet": "P1", "month": "2026-13"}, 400),
        ],
    )
    def test_what_is_elsewhere_or_unclear_is_refused(self, manager, query, status):
        OutletFactory(code="P8", region=RegionFactory(code="FT"))
        assert manager.get(self.URL, query).status_code == status
