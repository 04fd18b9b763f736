"""Tickets, boards, counts and transactions of real places against exact figures."""

from datetime import date, datetime

import pytest

from outlets.exchange.kinds import Outcome
from outlets.flow.roll_ups import SOURCES
from outlets.flow.rules import WAIT_EDGES, wait_bin
from outlets.flow.selectors.boards import board_between, board_hours, board_outlets
from outlets.flow.selectors.doors import door_months, door_outlets, door_week_hours
from outlets.flow.selectors.tickets import (
    daily_flow,
    hour_record,
    hourly_flow,
    server_figures,
    total_flow,
)
from outlets.flow.selectors.volumes import (
    volume_months,
    volume_outlet_weekdays,
    volume_outlets,
    volume_weekdays,
)
from outlets.flow.services import compare_roll_ups
from outlets.places.models import Outlet, Region
from tests.outlets.flow.packs import expected, load_file, loaded, same
from tests.real import REAL

pytestmark = [pytest.mark.real, pytest.mark.django_db]
EVER = (date.min, date.max)
SENT_AGAIN = 20_000


def check_loaded(pack, reports):
    """Nothing was refused, and the last file a second time changes nothing."""
    for report in reports.values():
        assert report.rejected == 0
        assert report.counts[Outcome.CREATED] + report.counts[Outcome.UNCHANGED] == (
            report.read
        )
    last = sorted(REAL.joinpath(pack).glob("*.csv.gz"))[-1]
    again = load_file(last, most=SENT_AGAIN)
    assert again.counts[Outcome.UNCHANGED] == again.read
    assert again.read == min(reports[last.name].read, SENT_AGAIN)


def check_roll_ups():
    for outlet in Outlet.objects.order_by("code")[:3]:
        for source in SOURCES:
            assert compare_roll_ups(source=source, outlet=outlet).differences == []


def within_one_bin(value, text, seconds=1):
    """Tell whether a percentile is off by no more than the bin of the exact one."""
    if value is None or text == "":
        return value is None and text == ""
    exact, value = float(text) * seconds, value * seconds
    index = int(wait_bin(exact))
    edges = (0, *WAIT_EDGES, float("inf"))
    width = edges[index + 1] - edges[index]
    return abs(value - exact) <= max(width, WAIT_EDGES[1]) + 1e-6


@pytest.fixture(scope="class")
def bank(django_db_setup, django_db_blocker):
    with loaded("bank", django_db_blocker) as reports:
        yield reports


@pytest.fixture(scope="class")
def branches(django_db_setup, django_db_blocker):
    with loaded("branches", django_db_blocker) as reports:
        yield reports


@pytest.fixture(scope="class")
def streets(django_db_setup, django_db_blocker):
    with loaded("streets", django_db_blocker) as reports:
        yield reports


@pytest.fixture(scope="class")
def shops(django_db_setup, django_db_blocker):
    with loaded("shops", django_db_blocker) as reports:
        yield reports


@pytest.fixture
def roots(shops):
    """The outlets below each root region."""
    return {
        region.code: Outlet.objects.beneath(region)
        for region in Region.objects.filter(parent=None)
    }


class TestBank:
    EXACT = (
        *("arrivals", "served", "abandoned", "wait_mean_s"),
        *("share_over_600_s", "share_over_20_s", "abandoned_wait_mean_s"),
    )

    def check_figures(self, figures, row):
        for name in self.EXACT:
            assert same(figures[name], row[name]), (row, name)
        for name in ("wait_p50_s", "wait_p90_s"):
            assert within_one_bin(figures[name], row[name]), (row, name)

    def test_loads_and_loads_again(self, bank):
        check_loaded("bank", bank)
        check_roll_ups()

    def test_hourly(self, bank):
        rows = expected("bank", "hourly")
        hours = hourly_flow(Outlet.objects.get(), *EVER)
        assert [(h.date.isoformat(), str(h.hour)) for h in hours] == [
            (row["date"], row["hour"]) for row in rows
        ]
        for hour, row in zip(hours, rows, strict=True):
            self.check_figures(hour_record(hour), row)

    def test_daily(self, bank):
        rows = expected("bank", "daily")
        days = daily_flow(Outlet.objects.all(), *EVER)
        assert [day.date.isoformat() for day in days] == [row["date"] for row in rows]
        for day, row in zip(days, rows, strict=True):
            figures = {
                name: getattr(day.flow, name)
                for name in (*self.EXACT, "wait_p50_s", "wait_p90_s")
            }
            self.check_figures(figures, row)

    def test_servers(self, bank):
        rows = expected("bank", "servers")
        servers = server_figures(Outlet.objects.all(), *EVER)
        assert [s.employee_number for s in servers] == [
            row["employee_number"] for row in rows
        ]
        names = (
            *("served", "with_service_time", "service_mean_s"),
            *("service_total_s", "vip_served"),
        )
        for server, row in zip(servers, rows, strict=True):
            for name in names:
                assert same(getattr(server, name), row[name]), (row, name)

    def test_all_days_together_are_the_sum_of_the_days(self, bank):
        total = total_flow(Outlet.objects.all(), *EVER)
        rows = expected("bank", "daily")
        assert total.arrivals == sum(int(row["arrivals"]) for row in rows)
        assert total.served == sum(int(row["served"]) for row in rows)


class TestBranches:
    def test_loads_and_loads_again(self, branches):
        check_loaded("branches", branches)
        check_roll_ups()

    def test_outlets(self, branches):
        rows = {row["outlet_code"]: row for row in expected("branches", "outlets")}
        boards = board_outlets(Outlet.objects.all())
        assert [board.outlet_code for board in boards] == sorted(rows)
        for found in boards:
            row = rows[found.outlet_code]
            for name in ("readings", "readings_open", "readings_counted"):
                assert getattr(found.board, name) == int(row[name]), (row, name)
            for name in ("share_within_10", "wait_mean_minutes"):
                assert same(getattr(found.board, name), row[name]), (row, name)
            for name in ("wait_p50_minutes", "wait_p90_minutes"):
                value = getattr(found.board, name)
                assert within_one_bin(value, row[name], seconds=60), (row, name)
            assert str(found.busiest_hour) == row["busiest_hour"]
            people = found.busiest.people_mean
            assert same(people, row["people_mean_in_busiest_hour"]), row

    def test_outlet_hours(self, branches):
        hours = board_hours(Outlet.objects.all())
        rows = expected("branches", "outlet_hours")
        assert [(h.outlet_code, str(h.hour)) for h in hours] == [
            (row["outlet_code"], row["hour"]) for row in rows
        ]
        for found, row in zip(hours, rows, strict=True):
            assert found.board.readings_counted == int(row["readings_counted"])
            assert same(found.board.people_mean, row["people_mean"]), row
            assert same(found.board.wait_mean_minutes, row["wait_mean_minutes"]), row

    def test_zeros_and_closed_hours_stay_out_of_the_share(self, branches):
        board = board_between(Outlet.objects.all(), *EVER)
        rows = expected("branches", "outlets")
        counted = sum(int(row["readings_counted"]) for row in rows)
        within = sum(
            float(row["share_within_10"] or 0) * int(row["readings_counted"])
            for row in rows
        )
        assert board.readings_counted == counted
        assert board.share_within_10 == pytest.approx(within / counted, rel=1e-5)


class TestStreets:
    def test_loads_and_loads_again(self, streets):
        check_loaded("streets", streets)
        check_roll_ups()

    def test_monthly(self, streets):
        months = door_months(Outlet.objects.all())
        assert [
            (
                month.outlet_code,
                f"{month.month:%Y-%m}",
                month.count.hours_recorded,
                month.count.people,
            )
            for month in months
        ] == [
            (
                row["outlet_code"],
                row["month"],
                int(row["hours_recorded"]),
                int(row["people"]),
            )
            for row in expected("streets", "monthly")
        ]

    def test_weekday_hour(self, streets):
        cells = door_week_hours(Outlet.objects.all())
        rows = expected("streets", "weekday_hour")
        assert len(cells) == len(rows)
        for cell, row in zip(cells, rows, strict=True):
            assert (cell.outlet_code, str(cell.weekday), str(cell.hour)) == (
                row["outlet_code"],
                row["weekday"],
                row["hour"],
            )
            assert cell.count.hours_recorded == int(row["hours_recorded"])
            assert same(cell.count.per_hour, row["people_mean"]), row

    def test_outlets(self, streets):
        outlets = door_outlets(Outlet.objects.all())
        rows = expected("streets", "outlets")
        assert len(outlets) == len(rows)
        for outlet, row in zip(outlets, rows, strict=True):
            assert outlet.outlet_code == row["outlet_code"]
            assert outlet.count.hours_recorded == int(row["hours_recorded"])
            assert outlet.count.people == int(row["people"])
            assert outlet.busiest_hour == int(row["busiest_hour_of_day"])
            assert same(outlet.busiest.per_hour, row["people_mean_in_busiest_hour"])
            assert outlet.record_start == datetime.fromisoformat(row["record_start"])
            assert outlet.record_people == int(row["record_people"])


class TestShops:
    def test_loads_and_loads_again(self, shops):
        check_loaded("shops", shops)
        check_roll_ups()

    def test_monthly(self, shops):
        rows = expected("shops", "monthly")
        months = volume_months(Outlet.objects.all())
        assert {
            (
                month.outlet_code,
                f"{month.month:%Y-%m}",
                month.volume.days,
                month.volume.quantity,
                month.volume.amount,
            )
            for month in months
        } == {
            (
                row["outlet_code"],
                row["month"],
                int(row["days"]),
                int(row["quantity"]),
                int(row["amount"]) if row["amount"] else None,
            )
            for row in rows
        }
        assert len(months) == len(rows)

    def test_weekdays(self, roots):
        rows = expected("shops", "weekdays")
        found = {
            (code, str(day.weekday)): day
            for code, outlets in roots.items()
            for day in volume_weekdays(outlets)
        }
        assert len(found) == len(rows)
        for row in rows:
            day = found[row["region_code"], row["weekday"]]
            assert day.days == int(row["outlet_days"])
            assert same(day.quantity_per_day, row["quantity_mean"]), row

    def test_outlet_weekdays(self, shops):
        rows = expected("shops", "outlet_weekdays")
        found = {
            (day.outlet_code, str(day.weekday)): day
            for day in volume_outlet_weekdays(Outlet.objects.all())
        }
        assert len(found) == len(rows)
        for row in rows:
            day = found[row["outlet_code"], row["weekday"]]
            assert day.days == int(row["days"])
            assert same(day.quantity_per_day, row["quantity_mean"]), row

    def test_top10(self, roots):
        rows = expected("shops", "top10")
        tops = {code: volume_outlets(outlets)[:10] for code, outlets in roots.items()}
        for row in rows:
            (outlet,) = (
                o
                for o in tops[row["region_code"]]
                if o.outlet_code == row["outlet_code"]
            )
            assert outlet.rank == int(row["rank"])
            assert outlet.volume.days == int(row["days"])
            assert outlet.volume.quantity == int(row["quantity"])
            per_day = outlet.volume.quantity_per_day
            assert same(per_day, row["quantity_mean_per_day"])
            assert same(outlet.volume.amount, row["amount"])
