"""What the home page and the lists read."""

from datetime import timedelta

import pytest

from evaluations.checks.models import Check
from evaluations.checks.selectors import (
    card_progress,
    outlets_without_checks,
    people_on_shift,
)
from evaluations.checks.selectors.findings import by_item, by_outlet, findings, worst
from evaluations.checks.services import undo_check
from evaluations.standards.models import Standard
from tests.evaluations.checks.factories import make_floor, tap
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    return make_floor(people=3)


def progress(floor):
    found = card_progress(floor.outlet, floor.today)
    return (found.checked, found.on_shift, found.complete)


def test_progress_counts_people_with_a_check_that_counts(floor):
    assert progress(floor) == (0, 4, False)
    check = tap(floor, floor.people[0])
    tap(floor, floor.people[0], "CONDUCT")
    tap(floor, None, "ENVIRONMENT")
    assert progress(floor) == (1, 4, False)
    undo_check(uuid=check.uuid, by=floor.manager)
    assert progress(floor) == (1, 4, False)


def test_progress_of_an_outlet_without_people_is_complete():
    outlet = OutletFactory()
    outlet.refresh_from_db()
    found = card_progress(outlet, make_floor(people=0).today)
    assert (found.checked, found.on_shift, found.complete) == (0, 0, True)


def test_people_who_left_are_not_on_shift(floor):
    gone = floor.people[1]
    gone.left_on = floor.today - timedelta(days=1)
    gone.save()
    assert gone not in people_on_shift(floor.outlet, floor.today)


def test_outlets_without_checks_are_staffed_open_and_within_sight(floor):
    checked = make_floor(people=1)
    tap(checked, checked.people[0])
    tap(floor, None, "ENVIRONMENT")
    closed = make_floor(people=1)
    closed.outlet.closed_on = floor.today - timedelta(days=1)
    closed.outlet.save()
    OutletFactory()  # nobody works there

    def found(viewer):
        return list(outlets_without_checks(viewer, floor.today))

    assert found(granted_user("auditor")) == [floor.outlet]
    assert found(floor.manager) == [floor.outlet]
    assert found(checked.manager) == []
    assert found(staff_user("clerk", floor.outlet)) == []


def test_the_worst_outlets_are_ordered_by_failures_checks_and_number():
    standard = Standard.objects.get(code="ENVIRONMENT")
    marks = {"E06": "failed"}
    for code in ("S-10", "S-9", "S-1"):
        floor = make_floor(people=0, code=code)
        tap(floor, None, "ENVIRONMENT", marks=marks)
        if code != "S-1":
            tap(floor, None, "ENVIRONMENT", slot="random", marks=marks)
    found = findings(Check.objects.all(), standard)
    assert [outlet.code for outlet in worst(by_outlet(found))] == ["S-9", "S-10"]
    first, second = by_item(Check.objects.all(), standard)[:2]
    assert (first.code, first.failures, first.share, first.rank) == ("E06", 5, 1.0, 1)
    assert (second.failures, second.rank) == (0, 2)


def test_items_not_judged_leave_the_compliance_of_an_outlet(floor):
    tap(
        floor,
        None,
        "ENVIRONMENT",
        marks={"E05": "not_applicable", "E08": "not_observed", "E06": "failed"},
    )
    (found,) = findings(Check.objects.all(), Standard.objects.get(code="ENVIRONMENT"))
    assert (found.failed, found.observed, found.passes) == (100, 1400, True)
