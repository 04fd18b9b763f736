from datetime import date

import pytest
from django.db import IntegrityError, transaction

from evaluations.mystery.kinds import Visits
from evaluations.mystery.models import Visit
from evaluations.mystery.services import Decision, appeal_visit, decide_appeal
from outlets.exchange.importer import load
from staffing.people.models import Agency
from tests.evaluations.mystery.factories import ReportFactory, VisitFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    UserFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db
ROW = {
    "visit_no": "2026-0815",
    "outlet_code": "GZ1",
    "employee_number": "10023",
    "date": "2026-10-12",
    "agency": "Clear Eyes",
    "points": "37.5",
    "out_of": "40",
    "comment": "asked twice",
}


class Heard:
    def __init__(self):
        self.columns = []
        self.warnings = []

    def faulty(self, cells):
        self.columns += [fault.column for fault in cells.faults]

    def warned(self, fault):
        self.warnings.append(fault.column)

    def progressed(self, read):
        pass


def ingest(*rows):
    """Load rows and return the counts and the columns wrong or (?) not taken."""
    heading, heard = list(rows[0]), Heard()
    lines = [heading, *([row[name] for name in heading] for row in rows)]
    report = load(Visits(), lines, audience=heard)
    counts = {o.value: n for o, n in report.counts.items() if n}
    return counts, heard.columns + [f"{one}?" for one in heard.warnings]


@pytest.fixture(autouse=True)
def registry():
    OutletFactory(code="GZ1")
    OutletFactory(code="GZ2")
    EmployeeFactory(number="10023")
    EmployeeFactory(number="10024")


def test_a_visit_is_kept_in_hundredths_and_released():
    assert ingest(ROW) == ({"created": 1}, [])
    kept = Visit.objects.get()
    assert (kept.visit_no, kept.outlet.code) == ("2026-0815", "GZ1")
    assert (kept.employee.number, kept.date) == ("10023", date(2026, 10, 12))
    assert (kept.points, kept.out_of) == (3750, 4000)
    assert (kept.agency.name, kept.comment) == ("Clear Eyes", "asked twice")
    assert kept.released_at is not None
    assert kept.pending is True


def test_an_unknown_agency_is_added_once_however_it_is_spelt():
    agencies = ["Clear Eyes", " clear  EYES", "明察", ""]
    rows = [ROW | {"visit_no": str(n), "agency": a} for n, a in enumerate(agencies)]
    assert ingest(*rows) == ({"created": 4}, [])
    kept = Visit.objects.order_by("visit_no").values_list("agency__name", flat=True)
    assert list(kept) == ["Clear Eyes", "Clear Eyes", "明察", None]
    assert Agency.objects.count() == 2


def test_an_agency_is_known_by_its_first_name_its_name_of_today_and_its_code():
    ingest(ROW)
    agency = Agency.objects.get()
    agency.name = "Sharp Eyes"
    agency.save()
    rows = [
        ROW | {"visit_no": name, "agency": name}
        for name in ("Clear Eyes", "Sharp Eyes", agency.code)
    ]
    assert ingest(*rows) == ({"created": 3}, [])
    assert Agency.objects.get().visits.count() == 4


def test_a_refused_row_leaves_no_agency_behind():
    assert ingest(ROW | {"points": "41"}) == ({"rejected": 1}, ["points"])
    assert Agency.objects.count() == 0


def test_the_same_visits_twice_change_nothing():
    rows = [ROW, ROW | {"visit_no": "2", "employee_number": ""}]
    assert ingest(*rows) == ({"created": 2}, [])
    Visit.objects.update(pending=False)
    before = list(Visit.objects.order_by("pk").values())
    assert ingest(*rows) == ({"unchanged": 2}, [])
    assert list(Visit.objects.order_by("pk").values()) == before


def test_naming_the_badge_later_is_an_update_and_keeps_the_release():
    ingest(ROW | {"employee_number": "", "comment": ""})
    Visit.objects.update(pending=False)
    released_at = Visit.objects.get().released_at
    assert ingest(ROW) == ({"updated": 1}, [])
    kept = Visit.objects.get()
    assert (kept.employee.number, kept.pending) == ("10023", True)
    assert kept.released_at == released_at


def reported(visit):
    ReportFactory(visit=visit, outlet=visit.outlet, done=True)


def appealed(visit):
    judge = granted_user("regional_supervisor", region=visit.outlet.region)
    clerk = UserFactory(employee=EmployeeFactory())
    AssignmentFactory(employee=clerk.employee, outlet=visit.outlet)
    Visit.objects.update(employee=clerk.employee, appeal_until="2099-01-01")
    appeal = appeal_visit(visit_no=visit.visit_no, ground="person", words="?", by=clerk)
    told = Decision(state="upheld", reason="Not she.", effect="outlet")
    decide_appeal(uuid=appeal.uuid, decision=told, by=judge)


@pytest.mark.parametrize("found_out", [reported, appealed])
def test_a_file_does_not_say_again_whose_visit_it_is_once_that_was_decided(found_out):
    ingest(ROW)
    found_out(Visit.objects.get())
    Visit.objects.update(employee=None, pending=False)
    assert ingest(ROW) == ({"unchanged": 1}, ["employee_number?"])
    kept = Visit.objects.get()
    assert (kept.employee, kept.pending) == (None, False)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outlet_code", "GZ2"),
        ("employee_number", "10024"),
        ("date", "2026-10-13"),
        ("agency", "Other"),
        ("points", "38"),
        ("out_of", "50"),
        ("comment", "asked once"),
    ],
)
def test_changing_a_filled_cell_is_a_conflict(column, value):
    ingest(ROW)
    before = Visit.objects.values().get()
    assert ingest(ROW | {column: value}) == ({"rejected": 1}, [column])
    assert Visit.objects.values().get() == before


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"outlet_code": "NO"}, ["outlet_code"]),
        ({"employee_number": "NO"}, ["employee_number"]),
        ({"points": "40.01"}, ["points"]),
        ({"points": "-1"}, ["points"]),
        ({"points": "0", "out_of": "0"}, ["out_of"]),
    ],
)
def test_a_bad_cell_is_named(changes, columns):
    assert ingest(ROW | changes) == ({"rejected": 1}, columns)
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(("points", "out_of"), [(0, 0), (101, 100)])
def test_the_database_refuses_points_out_of_nothing(points, out_of):
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitFactory(points=points, out_of=out_of)
