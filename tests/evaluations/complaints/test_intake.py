from datetime import date
from uuid import uuid4

import pytest

from evaluations.complaints.models import Case, CaseEvent, Handling
from evaluations.complaints.models.events import EventChanged
from evaluations.complaints.services.refusals import (
    NotThere,
    ReceivedLater,
    ReceivedLongAgo,
)
from evaluations.ledger.models import Entry
from tests.evaluations.complaints.conftest import local
from tests.evaluations.complaints.factories import logged
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db


def test_who_logs_a_case_is_its_first_contact_and_the_clocks_run(clock, outlet, clerk):
    case = logged(outlet, clerk)
    handling = Handling.objects.get()
    assert (handling.case, handling.owner, handling.state) == (case, clerk, "open")
    assert (case.received_at, case.on) == (clock.now, date(2026, 10, 12))
    assert (case.kind, case.verdict, case.closed_at) == ("attitude", "", None)
    assert handling.reply_warn_at == local("10-12T20:00")
    assert handling.reply_due_at == local("10-13T00:00")
    assert handling.warn_at == local("10-13T22:00")
    assert handling.due_at == handling.next_level_at == local("10-14T10:00")
    event = CaseEvent.objects.get()
    assert (event.kind, event.at, event.by) == ("received", clock.now, clerk)


def test_a_case_received_earlier_counts_from_then(clock, outlet, clerk):
    case = logged(outlet, clerk, received_at=local("10-11T23:30"))
    assert (case.on, case.case_no[:8]) == (date(2026, 10, 11), "H261011-")
    assert case.handling.due_at == local("10-13T23:30")
    assert case.handling.reply_due_at == local("10-12T00:00")


def test_a_receipt_to_come_is_refused(clock, outlet, clerk):
    with pytest.raises(ReceivedLater):
        logged(outlet, clerk, received_at=local("10-12T10:01"))
    assert not Case.objects.exists()


def test_a_receipt_of_long_ago_is_refused(clock, outlet, clerk):
    with pytest.raises(ReceivedLongAgo):
        logged(outlet, clerk, received_at=local("09-11T09:59"))
    assert not Case.objects.exists()
    assert logged(outlet, clerk, received_at=local("09-11T10:00")).on == date(
        2026, 9, 11
    )


def test_two_people_may_send_the_same_key(clock, outlet, clerk, other):
    key = uuid4()
    assert logged(outlet, clerk, key=key) != logged(outlet, other, key=key)


@pytest.mark.parametrize("key", [uuid4()])
def test_the_same_form_twice_is_one_case(clock, outlet, clerk, key):
    assert logged(outlet, clerk, key=key) == logged(outlet, clerk, key=key)
    assert Case.objects.count() == CaseEvent.objects.count() == 1


def test_who_neither_works_nor_records_there_cannot_log(clock, outlet, county):
    strangers = [
        staff_user("clerk"),
        staff_user("store_manager"),
        granted_user("hr"),
        granted_user("auditor"),
        granted_user("administrator"),
        granted_user("agency"),
    ]
    for user in strangers:
        with pytest.raises(NotThere):
            logged(outlet, user)
    assert not Case.objects.exists()
    logged(outlet, county)
    with pytest.raises(NotThere):
        logged(OutletFactory(), county)
    assert Case.objects.count() == 1


def test_an_attitude_complaint_about_somebody_holds_at_once(
    clock, outlet, clerk, other
):
    logged(outlet, clerk, person=other.employee)
    entry = Entry.objects.get()
    assert (entry.kind, entry.component) == ("hold", "attitude_complaint")
    assert (entry.employee, entry.by) == (other.employee, clerk)


@pytest.mark.parametrize(
    "given",
    [{"reason": "wrong_transaction"}, {"reason": "waiting"}, {"contact": "enquiry"}],
)
def test_nothing_else_holds_before_a_verdict(clock, outlet, clerk, other, given):
    case = logged(outlet, clerk, person=other.employee, **given)
    assert not Entry.objects.exists()
    assert case.pending is False


def test_what_happened_is_never_rewritten(clock, outlet, clerk):
    logged(outlet, clerk)
    event = CaseEvent.objects.get()
    event.note = "something else"
    with pytest.raises(EventChanged):
        event.save()
    assert CaseEvent.objects.get().note == ""


def test_numbers_tell_no_two_cases_as_one(clock, outlet, clerk):
    numbers = {logged(outlet, clerk).case_no for _n in range(20)}
    assert len(numbers) == 20
