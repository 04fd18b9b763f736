from datetime import date

import pytest

from evaluations.knowledge.kinds import Tests
from evaluations.knowledge.models import Sitting, TestResult
from outlets.exchange.importer import load
from outlets.places.models import Outlet
from tests.staffing.people.factories import AssignmentFactory, EmployeeFactory

pytestmark = pytest.mark.django_db
ROW = {
    "employee_number": "10023",
    "taken_on": "2026-10-12",
    "test": "2026-W42",
    "score": "88.25",
}


class Heard:
    def __init__(self):
        self.columns = []

    def faulty(self, cells):
        self.columns += [fault.column for fault in cells.faults]

    def warned(self, fault):
        raise AssertionError(fault)

    def progressed(self, read):
        pass


def ingest(*rows):
    """Load rows and return the counts and the columns that were wrong."""
    heading, heard = list(rows[0]), Heard()
    lines = [heading, *([row[name] for name in heading] for row in rows)]
    report = load(Tests(), lines, audience=heard)
    return {o.value: n for o, n in report.counts.items() if n}, heard.columns


@pytest.fixture
def assignment():
    return AssignmentFactory(employee__number="10023")


def test_a_result_is_kept_in_hundredths_with_the_outlet_of_the_day(assignment):
    assert ingest(ROW) == ({"created": 1}, [])
    kept = TestResult.objects.get()
    assert (kept.employee, kept.outlet) == (assignment.employee, assignment.outlet)
    assert (kept.taken_on, kept.test) == (date(2026, 10, 12), "2026-W42")
    assert (kept.score, kept.pending) == (8825, True)


def test_who_was_assigned_nowhere_that_day_has_no_outlet():
    EmployeeFactory(number="10023")
    AssignmentFactory(
        employee=EmployeeFactory(number="10024"), starts_on=date(2026, 10, 13)
    )
    ingest(ROW, ROW | {"employee_number": "10024"})
    assert list(TestResult.objects.values_list("outlet", flat=True)) == [None, None]
    assert Outlet.objects.count() == 1


def test_the_same_results_twice_change_nothing(assignment):
    rows = [ROW, ROW | {"test": "2026-W42-B"}, ROW | {"taken_on": "2026-10-19"}]
    assert ingest(*rows) == ({"created": 3}, [])
    TestResult.objects.update(pending=False)
    assert ingest(*rows) == ({"unchanged": 3}, [])
    assert not TestResult.objects.filter(pending=True).exists()


def test_another_score_for_the_same_test_is_a_conflict(assignment):
    ingest(ROW)
    assert ingest(ROW | {"score": "90"}) == ({"rejected": 1}, ["score"])
    assert TestResult.objects.get().score == 8825


@pytest.mark.parametrize("test", ["2026-W42", "2026-w42"])
def test_what_is_taken_in_the_system_does_not_come_by_a_file(assignment, test):
    Sitting.objects.create(
        employee=assignment.employee,
        outlet=assignment.outlet,
        week=date(2026, 10, 12),
        minutes=15,
        pass_mark=80,
        attempts=1,
    )
    assert ingest(ROW | {"test": test}) == ({"rejected": 1}, ["test"])
    assert TestResult.objects.count() == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("employee_number", "NOBODY"),
        ("taken_on", "12.10.2026"),
        ("test", "a/b"),
        ("score", "100.01"),
        ("score", "-1"),
        ("score", "88.255"),
    ],
)
def test_a_bad_cell_is_named(assignment, column, value):
    assert ingest(ROW | {column: value}) == ({"rejected": 1}, [column])
    assert TestResult.objects.count() == 0
