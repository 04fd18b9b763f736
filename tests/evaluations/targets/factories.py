from datetime import date

import factory
from factory.django import DjangoModelFactory

from evaluations.targets.models import Target
from tests.staffing.people.factories import EmployeeFactory


class TargetFactory(DjangoModelFactory[Target]):
    """A person's volume target of 200 with a challenge of 250 unless told otherwise."""

    class Meta:
        model = Target

    employee = factory.SubFactory(EmployeeFactory)
    period = "2026-10"
    ends_on = date(2026, 10, 31)
    kpi = "volume"
    base = 20_000
    challenge = 25_000
