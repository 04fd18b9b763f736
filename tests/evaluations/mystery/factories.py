from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from evaluations.mystery.models import Visit
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory


class VisitFactory(DjangoModelFactory[Visit]):
    class Meta:
        model = Visit

    class Params:
        unreleased = factory.Trait(released_at=None)

    visit_no = factory.Sequence(lambda n: f"V{n}")
    outlet = factory.SubFactory(OutletFactory)
    employee = factory.SubFactory(EmployeeFactory)
    date = date(2026, 10, 12)
    points = 8400
    out_of = 10000
    released_at = datetime(2026, 10, 14, tzinfo=UTC)
