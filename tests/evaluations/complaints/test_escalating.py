import pytest
from django.core.exceptions import PermissionDenied

from evaluations.complaints.clocks import CalendarError
from evaluations.complaints.models import ClockCalendar, Escalation, Handling
from evaluations.complaints.services import (
    drop_calendar,
    escalate_cases,
    set_calendar,
)
from tests.evaluations.complaints.conftest import local
from tests.evaluations.complaints.factories import CaseFactory, logged
from tests.evaluations.complaints.test_handling import do
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db


def steps():
    rows = Escalation.objects.order_by("reached_at")
    return [(row.level, row.reached_at) for row in rows]


def test_a_late_case_goes_up_level_by_level_each_once(clock, outlet, regions, clerk):
    logged(outlet, clerk)
    assert escalate_cases(local("10-14T10:00")) == 0
    assert escalate_cases(local("10-14T10:01")) == 1
    assert escalate_cases(local("10-14T10:01")) == 0
    assert Handling.objects.get().next_level_at == local("10-15T10:00")
    assert escalate_cases(local("10-20T00:00")) == 3
    assert escalate_cases(local("10-30T00:00")) == 0
    assert steps() == [
        ("store_manager", local("10-14T10:00")),
        ("county", local("10-15T10:00")),
        ("city", local("10-16T10:00")),
        ("province", local("10-17T10:00")),
    ]
    kept = [row.region for row in Escalation.objects.order_by("reached_at")]
    assert kept == [None, regions["county"], regions["city"], regions["province"]]
    assert Handling.objects.get().next_level_at is None


def test_a_closed_case_goes_no_further(clock, outlet, clerk):
    case = logged(outlet, clerk)
    do(case, clerk, "reply")
    clock.turn("10-14T11:00")
    escalate_cases(clock.now)
    do(case, clerk, "close")
    assert escalate_cases(local("10-30T00:00")) == 0
    assert [level for level, _at in steps()] == ["store_manager"]


def test_a_case_reopened_late_goes_on_where_it_was(clock, outlet, clerk):
    case = logged(outlet, clerk)
    do(case, clerk, "reply")
    clock.turn("10-14T22:00")
    escalate_cases(clock.now)
    do(case, clerk, "close")
    clock.turn("10-20T10:00")
    do(case, clerk, "reopen")
    assert escalate_cases(local("10-20T22:01")) == 1
    assert steps()[1] == ("county", local("10-20T22:00"))


def test_a_paused_case_does_not_go_up(clock, outlet, clerk):
    case = logged(outlet, clerk)
    clock.turn("10-14T09:00")
    do(case, clerk, "pause")
    assert escalate_cases(local("10-20T00:00")) == 0
    assert steps() == []


def test_levels_that_a_region_lacks_are_left_out(clock):
    province = RegionFactory(code="Q", level="province")
    outlet = OutletFactory(region=province)
    logged(outlet, staff_user("clerk", outlet))
    assert escalate_cases(local("10-30T00:00")) == 2
    assert steps() == [
        ("store_manager", local("10-14T10:00")),
        ("province", local("10-15T10:00")),
    ]


def test_cases_from_spreadsheets_do_not_go_up(clock):
    CaseFactory()
    assert escalate_cases(local("12-30T00:00")) == 0


@pytest.fixture
def administrator():
    return granted_user("administrator")


def calendar(region, by, hours, days="", now=None):
    return set_calendar(
        region=region, hours=hours, days=days, by=by, now=now or local("10-12T10:00")
    )


def test_a_calendar_holds_for_open_cases_of_its_region_and_no_others(
    clock, outlet, regions, clerk, administrator
):
    case = logged(outlet, clerk)
    elsewhere = OutletFactory()
    far = logged(elsewhere, staff_user("clerk", elsewhere))
    calendar(regions["city"], administrator, "Mon-Fri 09:00-21:00")
    row = Handling.objects.get(pk=case.pk)
    # 11 h on Monday, 12 on each of three days, 1 h on Friday.
    assert row.due_at == row.next_level_at == local("10-16T10:00")
    assert Handling.objects.get(pk=far.pk).due_at == local("10-14T10:00")


def test_the_nearest_calendar_up_the_tree_holds(
    clock, outlet, regions, clerk, administrator
):
    calendar(regions["province"], administrator, "Mon-Fri 09:00-21:00")
    calendar(regions["county"], administrator, "", "2026-10-13 closed")
    case = logged(outlet, clerk)
    assert case.handling.due_at == local("10-15T10:00")
    drop_calendar(region=regions["county"], by=administrator, now=clock.now)
    assert Handling.objects.get().due_at == local("10-16T10:00")


def test_a_calendar_does_not_move_what_is_closed(
    clock, outlet, regions, clerk, administrator
):
    case = logged(outlet, clerk)
    do(case, clerk, "reply")
    clock.turn("10-15T10:00")
    do(case, clerk, "close")
    before = Handling.objects.values().get()
    calendar(regions["county"], administrator, "Mon-Fri 09:00-21:00", now=clock.now)
    assert Handling.objects.values().get() == before


def test_only_who_configures_sets_a_calendar(clock, regions, county):
    with pytest.raises(PermissionDenied):
        calendar(regions["county"], county, "Mon-Fri 09:00-21:00")
    with pytest.raises(PermissionDenied):
        drop_calendar(region=regions["county"], by=county, now=clock.now)
    assert not ClockCalendar.objects.exists()


def test_a_text_that_is_no_calendar_leaves_the_old_one(clock, regions, administrator):
    calendar(regions["county"], administrator, "Mon-Fri 09:00-21:00")
    with pytest.raises(CalendarError):
        calendar(regions["county"], administrator, "nine to five")
    assert ClockCalendar.objects.get().hours == "Mon-Fri 09:00-21:00"


def test_a_calendar_is_seen_where_it_holds(regions, county, outlet):
    elsewhere = RegionFactory(code="X", level="city", parent=regions["province"])
    for region in (*regions.values(), elsewhere):
        ClockCalendar.objects.create(region=region, hours="Mon-Fri 09:00-18:00")
    seen = ClockCalendar.objects.visible_to(county)
    assert sorted(row.region.code for row in seen) == ["C", "K", "P"]
    everywhere = ClockCalendar.objects.visible_to(granted_user("administrator"))
    assert everywhere.count() == 4
    assert not ClockCalendar.objects.visible_to(granted_user("agency")).exists()
