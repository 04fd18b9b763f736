from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from evaluations.knowledge.models import TestResult
from evaluations.knowledge.services import results as services
from evaluations.knowledge.services.results import (
    FormSentBefore,
    NotAtYourOutlet,
    ResultInTheFuture,
    ResultOfOneself,
    ResultOnRecord,
    record_result,
    settle,
)
from evaluations.knowledge.sources import entry_url
from evaluations.ledger.models import Entry
from tests.evaluations.knowledge.factories import TestResultFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, staff_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 12)


def ledger():
    names = ("source_id", "component", "on", "employee", "outlet", "points", "out_of")
    return list(Entry.objects.order_by("id").values_list(*names, "n", "version"))


def test_each_result_is_one_entry():
    result = TestResultFactory(score=8825)
    absent = TestResultFactory(score=0, outlet=None)
    assert settle(DAY) == 2
    assert ledger() == [
        (
            str(row.uuid),
            "knowledge",
            DAY,
            row.employee_id,
            row.outlet_id,
            row.score,
            10000,
            1,
            1,
        )
        for row in (result, absent)
    ]
    assert entry_url(str(result.uuid)) == f"/knowledge/{result.uuid}/"


def test_settling_twice_changes_nothing(monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    TestResultFactory.create_batch(5)
    assert settle(DAY) == 5
    TestResult.objects.update(pending=True)
    assert settle(DAY) == 0
    assert not TestResult.objects.filter(pending=True).exists()


def test_later_days_stay_pending():
    TestResultFactory(taken_on=DAY + timedelta(days=1))
    assert settle(DAY) == 0
    assert settle(DAY + timedelta(days=1)) == 1


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def supervisor(outlet):
    return staff_user("supervisor", outlet)


@pytest.fixture
def clerk(outlet):
    return AssignmentFactory(outlet=outlet).employee


def record(by, employee, **changes):
    values = {"uuid": uuid4(), "taken_on": date(2024, 10, 7), "test": "T1"}
    return record_result(
        by=by, employee=employee, **({"score": 9000} | values | changes)
    )


def test_record_result_keeps_who_recorded_it(supervisor, clerk, outlet):
    result = record(supervisor, clerk)
    assert (result.employee, result.outlet, result.score) == (clerk, outlet, 9000)
    assert (result.recorded_by, result.pending) == (supervisor, True)


def test_record_result_twice_with_one_key_keeps_one(supervisor, clerk):
    key = uuid4()
    assert record(supervisor, clerk, uuid=key) == record(supervisor, clerk, uuid=key)
    assert TestResult.objects.count() == 1


def test_record_result_refuses_the_key_of_a_result_out_of_sight(supervisor, clerk):
    theirs = TestResultFactory()
    with pytest.raises(FormSentBefore):
        record(supervisor, clerk, uuid=theirs.uuid)
    assert TestResult.objects.get() == theirs


def test_record_result_refuses_a_second_score_for_one_test(supervisor, clerk):
    record(supervisor, clerk)
    with pytest.raises(ResultOnRecord, match=clerk.name):
        record(supervisor, clerk, score=10000)
    assert TestResult.objects.get().score == 9000


def test_record_result_refuses_her_own_test(supervisor):
    with pytest.raises(ResultOfOneself):
        record(supervisor, supervisor.employee)
    assert TestResult.objects.count() == 0


def test_record_result_refuses_people_of_another_outlet(supervisor):
    with pytest.raises(NotAtYourOutlet):
        record(supervisor, AssignmentFactory().employee)
    assert TestResult.objects.count() == 0


def test_record_result_refuses_the_future(supervisor, clerk):
    with pytest.raises(ResultInTheFuture):
        record(supervisor, clerk, taken_on=timezone.localdate() + timedelta(days=1))
    assert TestResult.objects.count() == 0
