from datetime import UTC, date, datetime

import pytest

from evaluations.complaints.kinds import Complaints
from evaluations.complaints.models import Case, CaseChange
from outlets.exchange.importer import load
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
ROW = {
    "case_no": "C-1",
    "outlet_code": "NY1",
    "employee_number": "10023",
    "received_at": "2026-10-30T23:30:00",
    "closed_at": "",
    "channel": "phone",
    "category": "service",
    "kind": "attitude",
    "verdict": "",
    "summary": "was not listened to",
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
    """Load rows and return the counts and the columns that were wrong."""
    heading, heard = list(rows[0]), Heard()
    lines = [heading, *([row[name] for name in heading] for row in rows)]
    report = load(Complaints(), lines, audience=heard)
    counts = {o.value: n for o, n in report.counts.items() if n}
    return counts, heard.columns + heard.warnings


@pytest.fixture(autouse=True)
def registry():
    OutletFactory(code="NY1", timezone="America/New_York")
    OutletFactory(code="NY2", timezone="America/New_York")
    EmployeeFactory(number="10023")
    EmployeeFactory(number="10024")


def test_a_case_is_kept_with_the_outlets_day_of_receipt():
    assert ingest(ROW) == ({"created": 1}, [])
    kept = Case.objects.get()
    assert kept.received_at == datetime(2026, 10, 31, 3, 30, tzinfo=UTC)
    assert kept.on == date(2026, 10, 30)
    assert (kept.closed_at, kept.closed_on, kept.days_to_close) == (None, None, None)
    assert (kept.kind, kept.verdict, kept.category) == ("attitude", "", "service")
    assert (kept.channel, kept.summary) == ("phone", "was not listened to")


def test_days_to_close_are_calendar_days_across_the_end_of_summer_time():
    closing = {"received_at": "2026-10-31T12:00:00", "closed_at": "2026-11-02T13:00:00"}
    ingest(ROW | closing)
    kept = Case.objects.get()
    assert (kept.closed_at - kept.received_at).total_seconds() == 50 * 3600
    assert (kept.closed_on, kept.days_to_close) == (date(2026, 11, 2), 2)


def test_the_same_cases_twice_change_nothing():
    rows = [
        ROW,
        ROW | {"case_no": "C-2", "employee_number": "", "kind": "other"},
        ROW | {"case_no": "C-3", "closed_at": "2026-11-02T09:00:00"},
    ]
    assert ingest(*rows) == ({"created": 3}, [])
    before = list(Case.objects.order_by("pk").values())
    assert ingest(*rows) == ({"unchanged": 3}, [])
    assert list(Case.objects.order_by("pk").values()) == before
    assert CaseChange.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "pending"),
    [
        ({}, True),
        ({"verdict": "not_upheld"}, False),
        ({"verdict": "upheld"}, True),
        ({"kind": "other"}, False),
        ({"kind": "other", "verdict": "upheld"}, True),
        ({"employee_number": "", "verdict": "upheld"}, False),
    ],
)
def test_only_what_concerns_a_person_waits_for_the_ledger(changes, pending):
    ingest(ROW | changes)
    assert Case.objects.get().pending is pending


def test_closing_and_verdict_may_come_and_turn_and_are_logged():
    ingest(ROW)
    Case.objects.update(pending=False)
    closed = ROW | {"closed_at": "2026-11-02T09:00:00", "verdict": "upheld"}
    assert ingest(closed) == ({"updated": 1}, [])
    kept = Case.objects.get()
    assert (kept.verdict, kept.closed_on, kept.days_to_close, kept.pending) == (
        "upheld",
        date(2026, 11, 2),
        3,
        True,
    )
    turned = closed | {"closed_at": "2026-11-03T09:00:00", "verdict": "not_upheld"}
    assert ingest(turned) == ({"updated": 1}, [])
    changes = CaseChange.objects.values_list("field", "old", "new")
    assert list(changes) == [
        ("verdict", "", "upheld"),
        ("closed_at", "", "2026-11-02T14:00:00+00:00"),
        ("verdict", "upheld", "not_upheld"),
        ("closed_at", "2026-11-02T14:00:00+00:00", "2026-11-03T14:00:00+00:00"),
    ]
    assert Case.objects.get().days_to_close == 4


def test_an_empty_closing_or_verdict_takes_nothing_back():
    ingest(ROW | {"closed_at": "2026-11-02T09:00:00", "verdict": "upheld"})
    before = Case.objects.values().get()
    assert ingest(ROW) == ({"unchanged": 1}, [])
    assert Case.objects.values().get() == before


def test_a_new_verdict_leaves_the_closing_on_record():
    ingest(ROW | {"closed_at": "2026-11-02T09:00:00"})
    ingest(ROW | {"verdict": "upheld"})
    kept = Case.objects.get()
    assert (kept.verdict, kept.days_to_close) == ("upheld", 3)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outlet_code", "NY2"),
        ("employee_number", "10024"),
        ("received_at", "2026-10-30T23:31:00"),
        ("channel", "letter"),
        ("category", "billing"),
        ("kind", "other"),
        ("summary", "was"),
    ],
)
def test_changing_another_filled_cell_is_a_conflict(column, value):
    ingest(ROW)
    before = Case.objects.values().get()
    assert ingest(ROW | {column: value}) == ({"rejected": 1}, [column])
    assert Case.objects.values().get() == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("case_no", "a/b"),
        ("outlet_code", "NO"),
        ("employee_number", "NO"),
        ("received_at", "2026-03-08T02:30:00"),
        ("closed_at", "soon"),
        ("kind", "billing"),
        ("verdict", "perhaps"),
    ],
)
def test_a_bad_cell_is_named(column, value):
    assert ingest(ROW | {column: value}) == ({"rejected": 1}, [column])
    assert Case.objects.count() == 0


def test_a_closing_before_the_receipt_is_taken_with_a_warning():
    early = ROW | {"closed_at": "2026-10-29T12:00:00"}
    assert ingest(early) == ({"created": 1}, ["closed_at"])
    assert Case.objects.get().days_to_close == -1
