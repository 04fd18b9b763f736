from datetime import date

import pytest
from django.db import IntegrityError, transaction

from evaluations.targets.kinds import Targets
from evaluations.targets.models import Target
from outlets.exchange.importer import load
from tests.evaluations.targets.factories import TargetFactory
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
ROW = {
    "outlet_code": "",
    "region_code": "",
    "employee_number": "10023",
    "period": "2026-Q4",
    "kpi": "volume",
    "base": "200",
    "challenge": "250.5",
}
OF_OUTLET = ROW | {"employee_number": "", "outlet_code": "GZ1"}
OF_REGION = ROW | {"employee_number": "", "region_code": "GD"}


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
    report = load(Targets(), lines, audience=heard)
    return {o.value: n for o, n in report.counts.items() if n}, heard.columns


@pytest.fixture(autouse=True)
def registry():
    OutletFactory(code="GZ1", region=RegionFactory(code="GD"))
    EmployeeFactory(number="10023")


def test_targets_are_kept_for_people_outlets_and_regions():
    assert ingest(ROW, OF_OUTLET, OF_REGION) == ({"created": 3}, [])
    person, outlet, region = Target.objects.order_by("pk")
    assert person.employee.number == "10023"
    assert (outlet.outlet.code, region.region.code) == ("GZ1", "GD")
    for target in (person, outlet, region):
        assert (target.period, target.ends_on) == ("2026-Q4", date(2026, 12, 31))
        assert (target.base, target.challenge, target.kpi) == (20000, 25050, "volume")


def test_the_same_targets_twice_change_nothing():
    ingest(ROW, OF_OUTLET, OF_REGION)
    Target.objects.update(pending=False)
    assert ingest(ROW, OF_OUTLET, OF_REGION) == ({"unchanged": 3}, [])
    assert not Target.objects.filter(pending=True).exists()


def test_a_target_may_be_set_anew():
    ingest(ROW)
    Target.objects.update(pending=False)
    assert ingest(ROW | {"base": "210", "challenge": ""}) == ({"updated": 1}, [])
    target = Target.objects.get()
    assert (target.base, target.challenge, target.pending) == (21000, None, True)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"employee_number": "NO"}, "employee_number"),
        ({"employee_number": "", "outlet_code": "NO"}, "outlet_code"),
        ({"employee_number": "", "region_code": "NO"}, "region_code"),
        ({"outlet_code": "GZ1"}, "outlet_code"),
        ({"employee_number": ""}, "outlet_code"),
        ({"period": "2026-13"}, "period"),
        ({"base": "-1"}, "base"),
        ({"base": "300"}, "challenge"),
    ],
)
def test_a_bad_cell_is_named(changes, column):
    assert ingest(ROW | changes) == ({"rejected": 1}, [column])
    assert Target.objects.count() == 0


def test_the_database_keeps_one_target_per_scope_period_and_kpi():
    target = TargetFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetFactory(employee=target.employee)
    TargetFactory(employee=target.employee, kpi="cards")


def test_the_database_keeps_one_scope_per_target():
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetFactory(outlet=OutletFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetFactory(employee=None)
