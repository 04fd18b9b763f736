from datetime import date

import pytest

from outlets.exchange.importer import load_values
from staffing.rosters.kinds import Roster
from staffing.rosters.models import RosterDay, ShiftKind
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 5)


def _load(*rows):
    report = load_values(Roster(), rows)
    return {outcome.value: n for outcome, n in report.counts.items() if n}


def _row(stint, shift, **more):
    return {
        "employee_number": stint.employee.number,
        "date": DAY,
        "shift": shift,
    } | more


def test_the_shipped_shifts_are_there():
    codes = ShiftKind.objects.values_list("code", "break_minutes")
    assert dict(codes) == {"EARLY": 30, "MID": 30, "NIGHT": 30, "SPECIAL_N7": 30}


def test_a_shift_is_worked_where_the_person_is_assigned():
    stint = AssignmentFactory()
    assert _load(_row(stint, "EARLY")) == {"created": 1}
    day = RosterDay.objects.get()
    assert (day.outlet, day.shift.code, day.absence) == (stint.outlet, "EARLY", "")
    assert list(RosterDay.objects.working(stint.outlet, DAY)) == [day]


def test_a_shift_can_be_worked_elsewhere():
    stint, elsewhere = AssignmentFactory(), OutletFactory()
    _load(_row(stint, "MID", outlet_code=elsewhere.code))
    assert RosterDay.objects.get().outlet == elsewhere


def test_a_shift_that_becomes_leave_is_updated_and_no_longer_working():
    stint = AssignmentFactory()
    _load(_row(stint, "NIGHT"))
    assert _load(_row(stint, "leave")) == {"updated": 1}
    assert _load(_row(stint, "leave")) == {"unchanged": 1}
    day = RosterDay.objects.get()
    assert (day.shift, day.absence) == (None, "leave")
    assert not RosterDay.objects.working(stint.outlet, DAY).exists()


def test_off_that_becomes_leave_is_updated():
    stint = AssignmentFactory()
    _load(_row(stint, "off"))
    assert _load(_row(stint, "leave")) == {"updated": 1}
    assert RosterDay.objects.get().absence == "leave"


def test_an_unknown_shift_is_refused():
    stint = AssignmentFactory()
    assert _load(_row(stint, "TEATIME")) == {"rejected": 1}
    assert not RosterDay.objects.exists()
