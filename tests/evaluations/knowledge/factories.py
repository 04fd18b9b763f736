from datetime import date
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from evaluations.knowledge.models import TestResult
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory


class TestResultFactory(DjangoModelFactory[TestResult]):
    __test__ = False

    class Meta:
        model = TestResult

    uuid = factory.LazyFunction(uuid4)
    employee = factory.SubFactory(EmployeeFactory)
    outlet = factory.SubFactory(OutletFactory)
    taken_on = date(2026, 10, 12)
    test = "2026-W42"
    score = 8800
