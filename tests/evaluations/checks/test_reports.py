"""Who is missing today, what passes where, and what failed before."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from evaluations.checks.models import Away, Check
from evaluations.checks.selectors import people_on_shift
from evaluations.checks.selectors.coverage import coverage_of, coverage_today
from evaluations.checks.selectors.rates import By, pass_rates
from evaluations.checks.selectors.repeats import Repeat, repeats
from evaluations.checks.services.cards import today_at
from evaluations.standards.models import Standard
from outlets.places.models import Outlet
from staffing.rosters.models import RosterDay, ShiftKind
from tests.evaluations.checks.factories import make_floor, tap
from tests.evaluations.standards.factories import make_standard
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


def rates(by):
    return {
        rate.key: (rate.passed, rate.observed)
        for rate in pass_rates(Check.objects.standing(), by)
    }


@pytest.fixture
def floor():
    return make_floor(people=2)


def aged(check, days):
    Check.objects.filter(pk=check.pk).update(on=check.on - timedelta(days=days))


class TestRates:
    @pytest.fixture
    def checked(self, floor):
        items = {"A": {}, "W": {"who": "F"}, "P": {"slots": "floor"}}
        make_standard("S", items, on_card=True, slots="opening floor")
        woman, man = floor.people
        tap(floor, woman, "S", marks={"A": "failed", "W": "not_observed"})
        tap(floor, man, "S")
        tap(floor, man, "S", slot="floor", marks={"P": "failed"})
        return Standard.objects.get(code="S").pk

    def test_items_are_counted_where_they_were_asked(self, checked):
        assert rates(By.ITEM) == {
            (checked, "A"): (2, 3),
            (checked, "P"): (0, 1),
        }

    def test_people_outlets_and_weeks_add_up(self, floor, checked):
        woman, man = floor.people
        assert rates(By.PERSON) == {woman.pk: (0, 1), man.pk: (2, 3)}
        assert rates(By.OUTLET) == {floor.outlet.pk: (2, 4)}
        assert rates(By.REGION) == {floor.outlet.region_id: (2, 4)}
        monday = floor.today - timedelta(days=floor.today.weekday())
        assert rates(By.WEEK) == {monday: (2, 4)}

    def test_a_check_of_the_outlet_is_nobodys(self, floor):
        tap(floor, None, "ENVIRONMENT", marks={"E02": "failed"})
        assert rates(By.PERSON) == {}
        assert rates(By.OUTLET) == {floor.outlet.pk: (15, 16)}

    def test_a_score_has_no_items(self, floor):
        tap(floor, floor.people[0], score=9000)
        assert rates(By.ITEM) == {}

    @pytest.mark.parametrize("by", list(By))
    def test_two_or_three_queries_however_many_checks(
        self, checked, by, django_assert_num_queries
    ):
        with django_assert_num_queries(3):
            pass_rates(Check.objects.standing(), by)

    @pytest.mark.parametrize("by", [*By, "nonsense"])
    def test_the_page_names_its_rows(self, client, floor, checked, by):
        client.force_login(floor.manager)
        page = client.get(reverse("checks:rates"), {"by": by})
        assert all(row.name and row.code for row in page.context["rows"])

    def test_a_file_carries_the_same_rows(self, client, floor, checked):
        client.force_login(floor.manager)
        address = reverse("checks:rates_file", args=["csv"])
        file = client.get(address, {"by": "outlet"})
        lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
        assert lines == [
            'Code,outlet,Observed,Passed,Failed,"Passed, percent"',
            f"{floor.outlet.code},{floor.outlet.name},4,2,2,50.0",
        ]
        assert client.get(reverse("checks:rates_file", args=["exe"])).status_code == 404

    def test_another_outlets_figures_are_not_among_them(self, client, checked):
        client.force_login(make_floor().manager)
        assert client.get(reverse("checks:rates")).context["rows"] == []


class TestToday:
    def test_the_emptiest_outlet_comes_first(self):
        begun, empty = make_floor(people=3), make_floor(people=2)
        tap(begun, begun.people[0])
        found = [
            (one.outlet, one.coverage.on_shift, one.coverage.checked)
            for one in coverage_of(Outlet.objects.all(), begun.today)
        ]
        assert found == [(begun.outlet, 4, 1), (empty.outlet, 3, 0)]

    def test_the_roster_says_who_works_where_there_is_one(self, floor):
        RosterDay.objects.create(
            employee=floor.people[0],
            on=floor.today,
            shift=ShiftKind.objects.create(
                code="T",
                name_en="T",
                name_zh="T",
                starts_at=time(8),
                ends_at=time(16),
            ),
            outlet=floor.outlet,
        )
        (only,) = coverage_of(Outlet.objects.all(), floor.today)
        assert only.coverage.on_shift == 1

    def test_who_is_on_no_card_is_not_missing(self, floor):
        off, gone = floor.people
        RosterDay.objects.create(employee=off, on=floor.today, absence="off")
        Away.objects.create(
            outlet=floor.outlet,
            employee=gone,
            on=floor.today,
            reason="sick",
            by=floor.manager,
        )
        (only,) = coverage_of(Outlet.objects.all(), floor.today)
        card = people_on_shift(floor.outlet, floor.today)
        assert only.coverage.on_shift == len(card) == 1

    def test_after_midnight_each_outlet_is_on_its_own_day(self, floor):
        Outlet.objects.filter(pk=floor.outlet.pk).update(day_starts_at=time(6))
        floor.outlet.refresh_from_db()
        tap(floor, floor.people[0])
        begun = make_floor(people=1).outlet  # its day begins at midnight
        on = today_at(floor.outlet)
        at = datetime.combine(on + timedelta(days=1), time(2), floor.outlet.zone)
        found = {
            one.outlet.pk: one.coverage.checked
            for one in coverage_today(Outlet.objects.all(), at)
        }
        assert found == {floor.outlet.pk: 1, begun.pk: 0}
        at = at.replace(hour=6)
        found = coverage_today(Outlet.objects.filter(pk=floor.outlet.pk), at)
        assert [one.coverage.checked for one in found] == [0]

    def test_outlets_of_several_clocks_on_the_same_day_are_all_there(self, floor):
        other = make_floor(people=1).outlet
        Outlet.objects.filter(pk=other.pk).update(day_starts_at=time(6))
        noon = datetime.combine(floor.today, time(12), floor.outlet.zone)
        found = coverage_today(Outlet.objects.all(), noon)
        assert {one.outlet for one in found} == {floor.outlet, other}

    def test_six_queries_for_any_number_of_outlets(self, django_assert_num_queries):
        floors = [make_floor(people=1) for _n in range(4)]
        with django_assert_num_queries(6):
            coverage_of(Outlet.objects.all(), floors[0].today)

    def test_a_region_opens_into_its_parts(self, client):
        city = RegionFactory(code="C", level="city")
        north = RegionFactory(code="CN", level="county", parent=city)
        south = RegionFactory(code="CS", level="county", parent=city)
        for county in (north, north, south):
            make_floor(people=1, region=county)
        client.force_login(granted_user("regional_supervisor", region=city))
        page = client.get(reverse("checks:live"))
        rows = [(row.region, row.outlets) for row in page.context["regions"]]
        assert rows == [(north, 2), (south, 1)]
        below = client.get(reverse("checks:live"), {"region": "CN"})
        assert len(below.context["outlets"]) == 2
        part = client.get(reverse("checks:live"), headers={"HX-Request": "true"})
        assert "<html" not in part.content.decode()

    def test_another_region_is_not_there(self, client):
        RegionFactory(code="X")
        city = RegionFactory(code="C", level="city")
        client.force_login(granted_user("regional_supervisor", region=city))
        assert client.get(reverse("checks:live"), {"region": "X"}).status_code == 404


class TestRepeats:
    def test_twice_before_today_is_a_repeat_once_is_not(self, floor):
        woman, man = floor.people
        for days in (1, 2):
            aged(tap(floor, woman, marks={"G03": "failed", "G08": "failed"}), days)
        aged(tap(floor, man, marks={"G03": "failed"}), 1)
        standard = Standard.objects.get(code="GROOMING")
        found = repeats(floor.outlet, standard, floor.today, [woman.pk, man.pk])
        assert found.of(woman.pk) == (Repeat("G03", 2), Repeat("G08", 2))
        assert found.of(man.pk) == ()

    def test_what_is_older_than_four_weeks_is_forgotten(self, floor):
        for days in (29, 30):
            aged(tap(floor, floor.people[0], marks={"G03": "failed"}), days)
        standard = Standard.objects.get(code="GROOMING")
        found = repeats(floor.outlet, standard, floor.today, [floor.people[0].pk])
        assert found.by_subject == {}
