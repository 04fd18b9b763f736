from datetime import date, timedelta

import pytest

from evaluations.ledger.models import Entry
from evaluations.targets.models import Target
from evaluations.targets.services import volume as services
from evaluations.targets.services.volume import LOOK_BACK, settle
from evaluations.targets.sources import entry_url
from outlets.flow.models import Transaction
from tests.evaluations.targets.factories import TargetFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory

pytestmark = pytest.mark.django_db
END = date(2026, 10, 31)


@pytest.fixture
def assignment():
    return AssignmentFactory()


def sold(employee, quantity, day=END, **changes):
    values = {"outlet": OutletFactory(), "service": "sale"} | changes
    return Transaction.objects.create(
        date=day, employee_number=employee.number, quantity=quantity, **values
    )


def standing():
    entries = Entry.objects.standing().order_by("pk")
    return list(entries.values_list("employee", "points", "out_of", "version"))


def test_volume_is_what_was_sold_in_the_period_of_base(assignment):
    employee = assignment.employee
    target = TargetFactory(employee=employee)
    sold(employee, 120, date(2026, 10, 1))
    sold(employee, 60)
    sold(employee, 1000, date(2026, 9, 30))
    sold(employee, 1000, date(2026, 11, 1))
    sold(AssignmentFactory().employee, 7)
    assert settle(END) == 1
    entry = Entry.objects.get()
    assert (entry.component, entry.on, entry.n) == ("volume", END, 1)
    assert (entry.points, entry.out_of) == (18_000, 20_000)
    assert (entry.employee, entry.outlet) == (employee, assignment.outlet)
    assert entry_url(entry.source_id) == f"/targets/{target.uuid}/"


@pytest.mark.parametrize(
    "changes", [{"base": None, "challenge": None}, {"base": 0}, {"kpi": "cards"}]
)
def test_without_a_base_for_volume_nothing_is_said(assignment, changes):
    TargetFactory(employee=assignment.employee, **changes)
    sold(assignment.employee, 10)
    assert settle(END) == 0


@pytest.mark.parametrize(
    ("period", "ends_on"),
    [("2026-Q3", date(2026, 9, 30)), ("2025", date(2025, 12, 31))],
)
def test_a_target_of_a_quarter_or_year_leaves_the_gate_to_its_months(
    assignment, period, ends_on
):
    TargetFactory(employee=assignment.employee, period=period, ends_on=ends_on)
    sold(assignment.employee, 10, ends_on)
    assert settle(END) == 0


def test_without_transactions_nothing_is_said(assignment):
    TargetFactory(employee=assignment.employee)
    assert settle(END) == 0
    assert not Target.objects.filter(pending=True).exists()


def test_nothing_is_said_before_the_period_is_over(assignment):
    TargetFactory(employee=assignment.employee)
    sold(assignment.employee, 10)
    assert settle(END - timedelta(days=1)) == 0
    assert settle(END) == 1


def test_what_tills_report_late_is_posted_as_the_next_version(assignment):
    employee = assignment.employee
    TargetFactory(employee=employee)
    sold(employee, 150)
    settle(END)
    sold(employee, 50)
    assert settle(END + timedelta(days=30)) == 2
    assert standing() == [(employee.pk, 20_000, 20_000, 2)]
    assert settle(END + timedelta(days=30)) == 0


def test_an_old_period_is_looked_at_again_only_when_its_target_changes(assignment):
    employee = assignment.employee
    target = TargetFactory(employee=employee)
    sold(employee, 150)
    settle(END)
    sold(employee, 50)
    later = END + LOOK_BACK
    assert settle(later) == 0
    target.base, target.pending = 16_000, True
    target.save()
    assert settle(later) == 2
    assert standing() == [(employee.pk, 20_000, 16_000, 2)]


def test_a_base_taken_away_takes_the_entry_back(assignment):
    target = TargetFactory(employee=assignment.employee)
    sold(assignment.employee, 150)
    settle(END)
    target.base, target.challenge, target.pending = None, None, True
    target.save()
    assert settle(END) == 1
    assert standing() == []


def test_batches_leave_nobody_out(monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    for target in TargetFactory.create_batch(5):
        sold(target.employee, 10)
    assert settle(END) == 5
    assert settle(END) == 0
