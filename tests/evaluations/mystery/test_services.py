from datetime import date, timedelta

import pytest
from django.utils import timezone

from evaluations.ledger.models import Entry
from evaluations.mystery.models import Visit
from evaluations.mystery.services import (
    VisitInTheFuture,
    VisitOnRecord,
    VisitToOneself,
    enter_visit,
    posting,
    release_visit,
    settle,
)
from evaluations.mystery.sources import entry_url
from staffing.people.rules import agency_key
from tests.evaluations.mystery.factories import VisitFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    AssignmentFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 12)


def ledger():
    names = ("source_id", "component", "on", "employee", "outlet", "points", "out_of")
    return list(Entry.objects.order_by("id").values_list(*names, "n", "rater"))


def test_each_released_visit_is_one_entry():
    agency = AgencyFactory(name="Clear Eyes")
    visit = VisitFactory(points=3750, out_of=4000, agency=agency)
    outlets = VisitFactory(employee=None)
    assert settle(DAY) == 2
    assert ledger() == [
        (
            visit.visit_no,
            "mystery",
            DAY,
            visit.employee_id,
            visit.outlet_id,
            3750,
            4000,
            1,
            agency_key("Clear Eyes"),
        ),
        (
            outlets.visit_no,
            "mystery",
            DAY,
            None,
            outlets.outlet_id,
            8400,
            10000,
            1,
            "",
        ),
    ]
    assert entry_url(visit.visit_no) == f"/mystery/visits/{visit.visit_no}/"


def test_an_unreleased_visit_counts_for_nothing_until_its_release():
    visit = VisitFactory(unreleased=True)
    assert settle(DAY) == 0
    release_visit(visit_no=visit.visit_no, by=granted_user("operations"))
    assert settle(DAY) == 1


def test_settling_twice_changes_nothing(monkeypatch):
    monkeypatch.setattr(posting, "BATCH", 2)
    VisitFactory.create_batch(5)
    assert settle(DAY) == 5
    Visit.objects.update(pending=True)
    assert settle(DAY) == 0
    assert not Visit.objects.filter(pending=True).exists()


def test_naming_the_badge_later_moves_the_visit_from_the_outlet_to_her():
    visit = VisitFactory(employee=None)
    settle(DAY)
    visit.employee, visit.pending = AssignmentFactory().employee, True
    visit.save()
    assert settle(DAY) == 2
    assert Entry.objects.standing().get().employee == visit.employee


@pytest.fixture
def operations():
    return granted_user("operations")


def enter(by, **changes):
    values = {
        "visit_no": "V-1",
        "employee": None,
        "date": date(2024, 10, 7),
        "agency": None,
        "points": 8000,
        "out_of": 10000,
        "comment": "",
    } | changes
    values.setdefault("outlet", OutletFactory())
    return enter_visit(by=by, **values)


def test_enter_visit_keeps_it_unreleased(operations):
    visit = enter(operations)
    assert (visit.released_at, visit.entered_by) == (None, operations)


def test_enter_visit_twice_with_the_same_content_keeps_one(operations):
    outlet = OutletFactory()
    first = enter(operations, outlet=outlet)
    assert enter(operations, outlet=outlet) == first
    with pytest.raises(VisitOnRecord, match="V-1"):
        enter(operations, outlet=outlet, points=10000)
    assert Visit.objects.get().points == 8000


def test_enter_visit_refuses_the_future(operations):
    with pytest.raises(VisitInTheFuture):
        enter(operations, date=timezone.localdate() + timedelta(days=1))
    assert Visit.objects.count() == 0


def test_enter_visit_refuses_a_visit_to_oneself():
    user = staff_user("clerk")
    with pytest.raises(VisitToOneself):
        enter(user, employee=user.employee)
    assert Visit.objects.count() == 0


def test_release_visit_keeps_the_first_release(operations):
    visit = VisitFactory(unreleased=True)
    first = release_visit(visit_no=visit.visit_no, by=operations)
    second = release_visit(visit_no=visit.visit_no, by=granted_user("operations"))
    assert first.released_at is not None
    assert (second.released_at, second.released_by) == (first.released_at, operations)


@pytest.mark.parametrize("role", ["hr", "auditor", "administrator"])
def test_release_visit_is_not_for_others(role):
    visit = VisitFactory(unreleased=True)
    with pytest.raises(Visit.DoesNotExist):
        release_visit(visit_no=visit.visit_no, by=granted_user(role))
    visit.refresh_from_db()
    assert visit.released_at is None
