"""Who answers for an area: chosen, until the shift ends; else the manager on duty."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from outlets.places.models import Area
from staffing.rosters.models import AreaOwner, RosterDay, ShiftKind
from staffing.rosters.owners import NotHere, area_owners, set_owner
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 15)


def at(clock, day=15):
    return datetime.fromisoformat(f"2026-10-{day}T{clock}:00+08:00")


@pytest.fixture
def clock(monkeypatch):
    moment = {"now": at("09:00")}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])
    return lambda instant: moment.update(now=instant)


@pytest.fixture
def outlet(clock):
    return OutletFactory()


@pytest.fixture
def manager(outlet):
    return staff_user("store_manager", outlet, number="M1")


def member(outlet, **given):
    person = EmployeeFactory(**given)
    AssignmentFactory(employee=person, outlet=outlet)
    return person


def rostered(person, outlet, starts, ends):
    kind, _made = ShiftKind.objects.get_or_create(
        code=f"{starts}-{ends}",
        defaults={
            "name_en": "x",
            "name_zh": "x",
            "starts_at": time.fromisoformat(starts),
            "ends_at": time.fromisoformat(ends),
        },
    )
    RosterDay.objects.create(employee=person, on=DAY, shift=kind, outlet=outlet)


def owners(outlet, moment, away=()):
    found = area_owners(outlet, DAY, moment, away)
    assert [one.area for one in found] == list(Area)
    return [one.owner for one in found]


class TestDefault:
    def test_the_store_manager_answers_for_everything(self, outlet, manager):
        member(outlet, post="supervisor")
        assert owners(outlet, at("09:00")) == [manager.employee] * 3

    def test_the_manager_whose_shift_runs_answers_now(self, outlet, manager):
        supervisor = member(outlet, post="supervisor")
        rostered(manager.employee, outlet, "08:00", "16:00")
        rostered(supervisor, outlet, "15:30", "00:30")
        assert owners(outlet, at("15:45"))[0] == manager.employee
        assert owners(outlet, at("16:00"))[0] == supervisor
        assert owners(outlet, at("00:29", 16))[0] == supervisor

    def test_with_her_away_it_is_the_supervisor(self, outlet, manager):
        supervisor = member(outlet, post="supervisor")
        gone = {manager.employee_id}
        assert owners(outlet, at("09:00"), gone) == [supervisor] * 3

    def test_who_is_off_by_the_roster_is_not_on_duty(self, outlet, manager):
        RosterDay.objects.create(employee=manager.employee, on=DAY, absence="off")
        assert owners(outlet, at("09:00")) == [None] * 3

    def test_a_clerk_is_never_it_by_default(self, outlet):
        member(outlet, post="clerk")
        assert owners(outlet, at("09:00")) == [None] * 3


class TestChoosing:
    def test_from_then_on_and_for_that_area_only(self, clock, outlet, manager):
        clerk = member(outlet, post="clerk")
        clock(at("10:00"))
        set_owner(outlet=outlet, area=Area.HYGIENE, employee=clerk, by=manager)
        boss = manager.employee
        assert owners(outlet, at("09:59")) == [boss, boss, boss]
        assert owners(outlet, at("10:00")) == [boss, clerk, boss]

    def test_the_last_word_holds_and_every_word_is_kept(self, clock, outlet, manager):
        one, two = member(outlet), member(outlet)
        for hour, person in (("10:00", one), ("11:00", two), ("12:00", None)):
            clock(at(hour))
            set_owner(outlet=outlet, area=Area.SAFETY, employee=person, by=manager)
        assert owners(outlet, at("10:30"))[2] == one
        assert owners(outlet, at("11:30"))[2] == two
        assert owners(outlet, at("12:30"))[2] == manager.employee
        assert AreaOwner.objects.count() == 3

    def test_saying_it_again_writes_nothing(self, outlet, manager):
        clerk = member(outlet)
        for _ in range(2):
            set_owner(outlet=outlet, area=Area.SAFETY, employee=clerk, by=manager)
        assert AreaOwner.objects.count() == 1

    def test_it_ends_with_her_shift(self, clock, outlet, manager):
        clerk = member(outlet)
        rostered(clerk, outlet, "08:00", "16:00")
        rostered(manager.employee, outlet, "08:00", "20:00")
        set_owner(outlet=outlet, area=Area.HYGIENE, employee=clerk, by=manager)
        assert owners(outlet, at("15:59"))[1] == clerk
        assert owners(outlet, at("16:00"))[1] == manager.employee

    def test_who_is_away_owns_nothing(self, outlet, manager):
        clerk = member(outlet)
        set_owner(outlet=outlet, area=Area.HYGIENE, employee=clerk, by=manager)
        assert owners(outlet, at("09:30"), {clerk.pk})[1] == manager.employee

    def test_the_next_day_begins_anew(self, outlet, manager):
        clerk = member(outlet)
        set_owner(outlet=outlet, area=Area.HYGIENE, employee=clerk, by=manager)
        tomorrow = area_owners(outlet, date(2026, 10, 16), at("09:00", 16))
        assert tomorrow[1].chosen is None

    def test_somebody_of_another_outlet_is_refused(self, outlet, manager):
        stranger = member(OutletFactory(), name="Li Na")
        with pytest.raises(NotHere, match="Li Na does not work at this outlet today"):
            set_owner(outlet=outlet, area=Area.HYGIENE, employee=stranger, by=manager)
        assert AreaOwner.objects.count() == 0

    @pytest.mark.parametrize("role", ["regional_supervisor", "auditor"])
    def test_only_who_leads_the_outlet_says_so(self, outlet, role):
        where = {"region": outlet.region} if role == "regional_supervisor" else {}
        with pytest.raises(PermissionDenied):
            set_owner(
                outlet=outlet,
                area=Area.HYGIENE,
                employee=None,
                by=granted_user(role, **where),
            )


@pytest.mark.parametrize("people", [2, 20])
def test_it_costs_the_same_for_few_and_many(
    outlet, manager, people, django_assert_num_queries
):
    for _ in range(people):
        clerk = member(outlet)
        set_owner(outlet=outlet, area=Area.HYGIENE, employee=clerk, by=manager)
    with django_assert_num_queries(3):
        area_owners(outlet, DAY, at("10:00"))
