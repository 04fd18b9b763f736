"""The lists of what happens between two checks, and the report on trial devices."""

import csv
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from evaluations.checks.models import Deed, FloorTap, Spill, TrialDevice
from evaluations.checks.selectors.devices import Condition, DevicesBy, condition
from evaluations.checks.services.devices import install_device, retire_device
from evaluations.checks.services.floor import Event, TapSent, take_event
from outlets.places.models import Outlet
from tests.evaluations.checks.factories import make_floor
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
MONDAY, SUNDAY = date(2026, 10, 5), date(2026, 10, 11)
NOW = datetime.fromisoformat("2026-10-20T12:00:00+08:00")


def at(on, clock="10:00"):
    return datetime.fromisoformat(f"{on:%F}T{clock}:00+08:00")


def happened(floor, deed, on, clock="10:00", **given):
    """Keep a tap of some day; return its uuid."""
    uuid = uuid4()
    take_event(
        Event(uuid=uuid, deed=Deed(deed), on=on, **given),
        outlet=floor.outlet,
        observed_at=at(on, clock),
        by=floor.manager,
        sent=TapSent(any_day=True),
    )
    return uuid


def install(floor, *codes, since=MONDAY):
    for code in codes:
        install_device(
            outlet=floor.outlet, kind="phone", code=code, since=since, by=floor.manager
        )


def looked(floor, code, on, working, clock="10:00"):
    happened(floor, "device", on, clock, trial_device=code, working=working)


def days(*numbers):
    return [MONDAY + timedelta(days=number) for number in numbers]


def report(by=DevicesBy.OUTLET, first=MONDAY, last=SUNDAY):
    return condition(Outlet.objects.all(), first, last, by, at=NOW)


@pytest.fixture
def worked_example():
    """The example of docs/between-checks.md."""
    floor = make_floor(people=0)
    install(floor, "A", "B")
    for on in days(0, 1, 2, 3, 4):
        looked(floor, "A", on, True)
    monday, wednesday, thursday = days(0, 2, 3)
    looked(floor, "B", monday, False)
    looked(floor, "B", wednesday, False)
    looked(floor, "B", thursday, True)
    return floor


class TestCondition:
    def test_the_worked_example(self, worked_example):
        row = report()[0]
        counts = (row.installed, row.working, row.broken, row.unknown)
        assert counts == (14, 6, 3, 5)
        assert row.good == 6 / 9
        assert row.misses(66) is False
        assert row.misses(67) is True

    def test_trials_are_per_device_and_day(self, worked_example):
        for _time in range(7):
            happened(worked_example, "trial", MONDAY, trial_device="A")
        row = report()[0]
        assert (row.trials, row.use) == (7, 0.5)

    def test_where_nobody_looked_there_is_no_rate(self):
        install(make_floor(people=0), "A")
        row = report()[0]
        assert (row.installed, row.good, row.misses(95)) == (7, None, False)

    def test_the_target_is_compared_exactly(self):
        assert Condition(1, installed=20, working=19, broken=1).misses(95) is False
        assert Condition(1, installed=21, working=19, broken=2).misses(95) is True

    def test_only_days_on_which_it_was_there(self):
        floor = make_floor(people=0)
        install(floor, "A", since=MONDAY + timedelta(days=2))
        device = TrialDevice.objects.get()
        retire_device(device=device, until=days(4)[0], by=floor.manager)
        assert report()[0].installed == 3

    def test_days_to_come_are_no_part_of_it(self):
        install(make_floor(people=0), "A")
        found = report(last=date(2026, 12, 31))
        assert found[0].installed == (date(2026, 10, 20) - MONDAY).days + 1

    def test_a_broken_device_stays_broken_into_the_next_week(self):
        floor = make_floor(people=0)
        install(floor, "A")
        looked(floor, "A", SUNDAY, False)
        tuesday = SUNDAY + timedelta(days=2)
        looked(floor, "A", tuesday, True)
        rows = report(DevicesBy.WEEK, last=SUNDAY + timedelta(days=7))
        assert [(r.key, r.working, r.broken) for r in rows] == [
            (MONDAY, 0, 1),
            (MONDAY + timedelta(days=7), 1, 1),
        ]

    def test_regions_add_up_and_the_worst_stands_first(self):
        region = RegionFactory()
        good, bad = make_floor(0, region=region), make_floor(0, region=region)
        other = make_floor(0)
        for floor in (good, bad, other):
            install(floor, "A")
        looked(good, "A", MONDAY, True)
        looked(bad, "A", SUNDAY, False)
        looked(other, "A", MONDAY, True)
        assert [row.key for row in report()][0] == bad.outlet.pk
        rows = {row.key: row for row in report(DevicesBy.REGION)}
        assert rows[region.pk].good == 0.5
        assert rows[other.outlet.region_id].good == 1

    @pytest.mark.parametrize("outlets", [1, 8])
    def test_it_costs_the_same_for_one_outlet_and_for_many(
        self, django_assert_num_queries, outlets
    ):
        for _n in range(outlets):
            floor = make_floor(people=0)
            install(floor, "A", "B")
            looked(floor, "A", MONDAY, False)
        with django_assert_num_queries(4):
            assert len(report()) == outlets


def table(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


class TestPages:
    QUERY = {"first": "2026-10-05", "last": "2026-10-11"}

    def test_the_report_and_its_file_say_the_same(self, client, worked_example):
        client.force_login(worked_example.manager)
        page = client.get("/checks/devices/", self.QUERY)
        assert "66.7 %" in page.content.decode()
        assert "below 95 %" in page.content.decode()
        rows = table(client.get("/checks/devices.csv", self.QUERY))
        assert rows[1][0] == worked_example.outlet.code
        assert rows[1][2:] == ["14", "6", "3", "5", "66.67", "0", "0.0"]
        book = client.get("/checks/devices.xlsx", self.QUERY)
        assert book.headers["Content-Type"].endswith("spreadsheetml.sheet")
        assert client.get("/checks/devices.pdf", self.QUERY).status_code == 404

    def test_spills_with_their_times(self, client):
        floor = make_floor(people=0)
        slow = happened(floor, "spill", MONDAY, "10:00", place="counter")
        happened(floor, "cleaned", MONDAY, "10:06", names=slow)
        quick = happened(floor, "spill", MONDAY, "11:00")
        happened(floor, "cleaned", MONDAY, "11:05", names=quick)
        happened(floor, "spill", MONDAY, "12:00")
        happened(make_floor(people=0), "spill", MONDAY)
        client.force_login(floor.manager)
        page = client.get("/checks/spills/", self.QUERY)
        assert [line.spill.noticed_at for line in page.context["lines"]] == [
            at(MONDAY, "12:00"),
            at(MONDAY, "11:00"),
            at(MONDAY, "10:00"),
        ]
        counts = (page.context["total"], page.context["over"], page.context["open"])
        assert counts == (3, 2, 1)
        rows = table(client.get("/checks/spills.csv", self.QUERY))[1:]
        assert [(row[4][11:], row[5][11:], row[6], row[7]) for row in rows] == [
            ("10:00:00", "10:06:00", "360", "yes"),
            ("11:00:00", "11:05:00", "300", "no"),
            ("12:00:00", "", "", "yes"),
        ]
        over = client.get("/checks/spills/", self.QUERY | {"show": "over"})
        assert len(over.context["lines"]) == 2

    def test_faults_by_outlet_and_region(self, client):
        region = RegionFactory()
        first, second = make_floor(0, region=region), make_floor(0)
        happened(first, "fault", MONDAY, place="network", note="since the storm")
        over = happened(second, "fault", MONDAY, "09:00", place="boss")
        happened(second, "ended", MONDAY, "09:30", names=over)
        client.force_login(granted_user("operations"))
        page = client.get("/checks/faults/", self.QUERY)
        lines = page.context["lines"]
        assert [line.fault.outlet for line in lines] == [first.outlet, second.outlet]
        assert [line.report.note for line in lines] == ["since the storm", ""]
        assert lines[0].report.by == first.manager
        narrow = client.get("/checks/faults/", self.QUERY | {"region": region.code})
        assert [one.fault.outlet for one in narrow.context["lines"]] == [first.outlet]
        rows = table(client.get("/checks/faults.csv", self.QUERY))[1:]
        assert [row[7] for row in rows] == ["30", ""]

    @pytest.mark.parametrize("rows", [1, 12])
    @pytest.mark.parametrize(
        ("path", "queries"), [("/checks/spills/", 10), ("/checks/faults/", 10)]
    )
    def test_lists_cost_the_same_for_one_and_for_many(
        self, client, django_assert_num_queries, rows, path, queries
    ):
        floor = make_floor(people=0)
        for n in range(rows):
            for deed, end, place in (
                ("spill", "cleaned", "counter"),
                ("fault", "ended", "boss"),
            ):
                uuid = happened(floor, deed, MONDAY, f"{n + 8:02}:00", place=place)
                happened(floor, end, MONDAY, f"{n + 8:02}:20", names=uuid)
        client.force_login(floor.manager)
        client.get(path, self.QUERY)
        with django_assert_num_queries(queries):
            page = client.get(path, self.QUERY)
        assert len(page.context["lines"]) == rows

    @pytest.mark.parametrize("path", ["spills", "faults"])
    def test_a_file_holds_every_row_however_many_are_read_at_a_time(
        self, client, monkeypatch, path
    ):
        monkeypatch.setattr("evaluations.checks.views.floor.CHUNK", 2)
        floor = make_floor(people=0)
        for n in range(5):
            for deed, end, place in (
                ("spill", "cleaned", "counter"),
                ("fault", "ended", "boss"),
            ):
                uuid = happened(floor, deed, MONDAY, f"{n + 8:02}:00", place=place)
                happened(floor, end, MONDAY, f"{n + 8:02}:20", names=uuid)
        client.force_login(floor.manager)
        rows = table(client.get(f"/checks/{path}.csv", self.QUERY))[1:]
        began = [row[4 if path == "spills" else 5][-8:-3] for row in rows]
        assert began == ["08:00", "09:00", "10:00", "11:00", "12:00"]

    def test_days_that_no_calendar_has_are_no_error(self, client):
        client.force_login(granted_user("operations"))
        for path in ("spills", "faults", "devices"):
            query = {"first": "0001-01-01", "last": "9999-12-31"}
            assert client.get(f"/checks/{path}/", query).status_code == 200

    def test_a_device_is_installed_once_and_taken_away(self, client):
        floor = make_floor(people=0)
        client.force_login(floor.manager)
        url = f"/checks/devices/at/{floor.outlet.code}/"
        given = {"kind": "phone", "code": "D-7", "since": f"{floor.today:%F}"}
        assert client.post(url, given).status_code == 302
        again = client.post(url, given)
        assert "D-7" in again.content.decode()
        assert "Give this one another code" in again.content.decode()
        device = TrialDevice.objects.get()
        before = {"until": f"{floor.today - timedelta(days=1):%F}"}
        client.post(f"/checks/devices/{device.uuid}/retire/", before)
        device.refresh_from_db()
        assert device.until is None
        client.post(
            f"/checks/devices/{device.uuid}/retire/", {"until": f"{floor.today:%F}"}
        )
        device.refresh_from_db()
        assert device.until == floor.today

    def test_without_scripts_a_form_posts_one_tap_once(self, client):
        floor = make_floor(people=0)
        client.force_login(floor.manager)
        given = {
            "uuid": str(uuid4()),
            "outlet": floor.outlet.code,
            "on": f"{floor.today:%F}",
            "action": "spill",
        }
        for _time in range(2):
            assert client.post("/checks/floor/", given).status_code == 302
        assert Spill.objects.get().report.by == floor.manager

    @pytest.mark.parametrize(
        "given",
        [
            {"action": "record"},
            {"action": "cleaned"},
            {"action": "fault"},
            {"action": "device", "trial_device": "D-1"},
            {"action": "trial"},
            {"uuid": "x"},
        ],
    )
    def test_a_form_that_says_too_little_changes_nothing(self, client, given):
        floor = make_floor(people=0)
        client.force_login(floor.manager)
        whole = {
            "uuid": str(uuid4()),
            "outlet": floor.outlet.code,
            "on": f"{floor.today:%F}",
            "action": "spill",
        }
        answer = client.post("/checks/floor/", whole | given, follow=True)
        assert "This form cannot be read" in answer.content.decode()
        assert not FloorTap.objects.exists()

    def test_opened_after_a_long_spill_the_line_marks_the_item(self, client):
        floor = make_floor(people=0)
        uuid = uuid4()
        now = timezone.now()
        take_event(
            Event(uuid=uuid, deed=Deed.SPILL, on=floor.today),
            outlet=floor.outlet,
            observed_at=now - timedelta(minutes=6),
            by=floor.manager,
            sent=TapSent(any_day=True),
        )
        client.force_login(floor.manager)
        query = {"standard": "ENVIRONMENT", "open": ":opening"}
        page = client.get("/checks/", query, headers={"HX-Request": "true"})
        marked = [
            line.item.code
            for section in page.context["sections"]
            for line in section.lines
            if line.failed
        ]
        assert marked == ["E07"]
