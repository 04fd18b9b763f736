"""Leave: who may do what in which state, and what an approval does to rosters."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from staffing.rosters.models import Leave, PlannedDay, RosterChange, ShiftKind
from staffing.rosters.services.deciding import AlreadyDecided, NotAssigned
from staffing.rosters.services.leaves import (
    LeaveHasBegun,
    LeaveIsOver,
    LeaveOverlaps,
    LeaveTooLong,
    ReasonMissing,
    RosteredElsewhere,
    approve_leave,
    ask_leave,
    refuse_leave,
    withdraw_leave,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    EmployeeFactory,
    UserFactory,
    granted_user,
    staff_user,
)
from tests.staffing.rosters.months import clock, draft, letters, member, oct_, work

__all__ = ["clock"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ACTIONS = {
    "withdraw": withdraw_leave,
    "approve": approve_leave,
    "refuse": lambda **given: refuse_leave(because="too few of us", **given),
}
STATES = ("asked", "approved", "refused", "withdrawn")


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def people(outlet):
    region = outlet.region
    return {
        "asker": member(outlet),
        "colleague": member(outlet),
        "manager": staff_user("store_manager", outlet),
        "supervisor": staff_user("supervisor", outlet),
        "region": granted_user("regional_supervisor", region=region),
        "elsewhere": staff_user("store_manager", OutletFactory()),
        "operations": granted_user("operations"),
    }


def _leave(user, outlet, **given):
    days = {"first_on": oct_(20), "last_on": oct_(22)}
    return Leave.objects.create(employee=user.employee, outlet=outlet, **days | given)


def _done(action, leave, user):
    try:
        return ACTIONS[action](uuid=leave.uuid, by=user).state
    except Leave.DoesNotExist:
        return "gone"
    except PermissionDenied:
        return "denied"
    except AlreadyDecided:
        return "decided"


# What comes of each action of each role while it waits.
WAITING = {
    "asker": ("withdrawn", "denied", "denied"),
    "colleague": ("gone", "gone", "gone"),
    "manager": ("denied", "approved", "refused"),
    "supervisor": ("denied", "denied", "denied"),
    "region": ("denied", "approved", "refused"),
    "elsewhere": ("gone", "gone", "gone"),
    "operations": ("denied", "gone", "gone"),
}


@pytest.mark.parametrize("role", WAITING)
@pytest.mark.parametrize("n", range(3))
def test_what_waits_is_settled_by_whom(people, outlet, role, n):
    leave = _leave(people["asker"], outlet)
    action = list(ACTIONS)[n]
    assert _done(action, leave, people[role]) == WAITING[role][n]
    leave.refresh_from_db()
    settled = {"withdrawn", "approved", "refused"}
    expected = WAITING[role][n] if WAITING[role][n] in settled else "asked"
    assert leave.state == expected


@pytest.mark.parametrize("state", STATES[1:])
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ["asker", "manager", "region"])
def test_what_is_settled_stays_so(people, outlet, state, action, role):
    leave = _leave(people["asker"], outlet, state=state)
    said = _done(action, leave, people[role])
    assert said == ("denied" if (role, action) == ("region", "withdraw") else "decided")
    leave.refresh_from_db()
    assert leave.state == state


def test_nobody_decides_about_herself(outlet):
    manager = staff_user("store_manager", outlet)
    leave = _leave(manager, outlet)
    assert _done("approve", leave, manager) == "denied"
    assert _done("refuse", leave, manager) == "denied"
    assert _done("withdraw", leave, manager) == "withdrawn"


def test_asking_says_where_and_when(people, outlet):
    leave = ask_leave(
        first_on=oct_(15), last_on=oct_(16), note="home", by=people["asker"]
    )
    assert leave.outlet == outlet
    assert (leave.state, leave.note) == ("asked", "home")


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (date(2026, 10, 14), date(2026, 10, 20), LeaveHasBegun),
        (date(2026, 10, 20), date(2027, 10, 21), LeaveTooLong),
        (date(2026, 10, 22), date(2026, 10, 30), LeaveOverlaps),
    ],
)
def test_what_cannot_be_asked_for(people, outlet, first, last, refusal):
    _leave(people["asker"], outlet)
    with pytest.raises(refusal):
        ask_leave(first_on=first, last_on=last, note="", by=people["asker"])


def test_refused_days_can_be_asked_for_again(people, outlet):
    _leave(people["asker"], outlet, state="refused")
    ask_leave(first_on=oct_(20), last_on=oct_(20), note="", by=people["asker"])
    assert Leave.objects.count() == 2


def test_who_is_assigned_nowhere_cannot_ask():
    user = UserFactory(employee=EmployeeFactory())
    with pytest.raises(NotAssigned):
        ask_leave(first_on=oct_(20), last_on=oct_(20), note="", by=user)


def test_a_refusal_needs_a_reason(people, outlet):
    leave = _leave(people["asker"], outlet)
    with pytest.raises(ReasonMissing):
        refuse_leave(uuid=leave.uuid, because="  ", by=people["manager"])


def test_published_days_become_leave_and_leave_a_trace(people, outlet):
    asker, manager = people["asker"], people["manager"]
    work(asker.employee, outlet, "EEoNM", oct_(19))
    leave = _leave(asker, outlet)
    approve_leave(uuid=leave.uuid, because="fine", by=manager)
    assert letters(asker.employee, oct_(19), 5) == "ELLLM"
    changes = RosterChange.objects.filter(employee=asker.employee).order_by("on")
    assert [(one.on.day, one.before, one.after, one.kind) for one in changes] == [
        (20, "EARLY", "leave", "leave"),
        (21, "off", "leave", "leave"),
        (22, "NIGHT", "leave", "leave"),
    ]
    assert {(one.by, one.why, one.seen_at) for one in changes} == {
        (manager, "fine", None)
    }
    leave.refresh_from_db()
    assert (leave.decided_by, leave.because) == (manager, "fine")


def test_days_that_are_over_stay_what_they_were(people, outlet, clock):
    work(people["asker"].employee, outlet, "EEEEE", oct_(19))
    leave = _leave(people["asker"], outlet)
    clock("2026-10-21T09:00:00+08:00")
    approve_leave(uuid=leave.uuid, by=people["manager"])
    assert letters(people["asker"].employee, oct_(19), 5) == "EELLE"


def test_leave_that_is_over_is_not_approved(people, outlet, clock):
    leave = _leave(people["asker"], outlet)
    clock("2026-10-23T09:00:00+08:00")
    with pytest.raises(LeaveIsOver):
        approve_leave(uuid=leave.uuid, by=people["manager"])


def test_shifts_of_drafts_are_taken_away(people, outlet):
    asker = people["asker"].employee
    roster = draft(outlet)
    early = ShiftKind.objects.get(code="EARLY")
    for day in (2, 3, 4):
        PlannedDay.objects.create(
            roster=roster, employee=asker, on=date(2026, 11, day), shift=early
        )
    leave = _leave(
        people["asker"],
        outlet,
        first_on=date(2026, 11, 3),
        last_on=date(2026, 11, 9),
    )
    approve_leave(uuid=leave.uuid, by=people["manager"])
    days = PlannedDay.objects.values_list("on__day", "shift__code", "absence")
    assert list(days) == [(2, "EARLY", ""), (3, None, "leave"), (4, None, "leave")]
    roster.refresh_from_db()
    assert roster.version == 1
    assert letters(asker, date(2026, 11, 1), 9) == "........."
    assert not RosterChange.objects.exists()


def test_a_day_at_another_outlet_asks_for_who_runs_both(people, outlet):
    other = OutletFactory(region=outlet.region)
    work(people["asker"].employee, other, "E", oct_(21))
    leave = _leave(people["asker"], outlet)
    with pytest.raises(RosteredElsewhere) as refused:
        approve_leave(uuid=leave.uuid, by=people["manager"])
    assert other.name in str(refused.value)
    approve_leave(uuid=leave.uuid, by=people["region"])
    assert letters(people["asker"].employee, oct_(20), 3) == ".L."
