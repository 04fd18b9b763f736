from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from evaluations.feedback.models import Rating
from evaluations.feedback.services.callbacks import (
    CallInTheFuture,
    FormSentBefore,
    MarkAboutOneself,
    NoSuchLocalTime,
    NotAtYourOutlet,
    record_callback,
)
from tests.evaluations.feedback.factories import RatingFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet():
    return OutletFactory(timezone="America/New_York")


@pytest.fixture
def supervisor(outlet):
    return staff_user("supervisor", outlet)


@pytest.fixture
def clerk(outlet):
    return AssignmentFactory(outlet=outlet).employee


def record(by, employee, **changes):
    arguments = {
        "uuid": uuid4(),
        "called_on": date(2024, 10, 14),
        "called_at": time(22, 30),
        "score": 4,
        "ticket_no": "",
        "comment": "patient",
    }
    return record_callback(by=by, employee=employee, **(arguments | changes))


def test_record_callback_keeps_the_mark_in_outlet_time(supervisor, clerk, outlet):
    rating = record(supervisor, clerk)
    assert (rating.outlet, rating.employee, rating.channel) == (
        outlet,
        clerk,
        "callback",
    )
    assert rating.rated_at == datetime(2024, 10, 15, 2, 30, tzinfo=UTC)
    assert rating.on == date(2024, 10, 14)
    assert (rating.score, rating.comment) == (4, "patient")
    assert (rating.recorded_by, rating.pending) == (supervisor, True)


def test_record_callback_twice_with_one_key_keeps_one_mark(supervisor, clerk):
    key = uuid4()
    first = record(supervisor, clerk, uuid=key)
    second = record(supervisor, clerk, uuid=key, score=1)
    assert first == second
    assert Rating.objects.get().score == 4


def test_record_callback_refuses_the_key_of_a_rating_out_of_sight(supervisor, clerk):
    """A mark that was not kept is not called kept."""
    theirs = RatingFactory()
    with pytest.raises(FormSentBefore):
        record(supervisor, clerk, uuid=theirs.uuid)
    assert Rating.objects.get() == theirs


def test_record_callback_refuses_a_mark_about_oneself(supervisor):
    with pytest.raises(MarkAboutOneself):
        record(supervisor, supervisor.employee)
    assert Rating.objects.count() == 0


def test_record_callback_refuses_people_of_another_outlet(supervisor):
    stranger = AssignmentFactory().employee
    with pytest.raises(NotAtYourOutlet, match=stranger.name):
        record(supervisor, stranger)
    assert Rating.objects.count() == 0


def test_record_callback_refuses_a_day_before_the_assignment(supervisor, outlet):
    newcomer = AssignmentFactory(outlet=outlet, starts_on=date(2024, 11, 1)).employee
    with pytest.raises(NotAtYourOutlet):
        record(supervisor, newcomer)
    assert Rating.objects.count() == 0


def test_record_callback_refuses_a_clerk(outlet, clerk):
    with pytest.raises(NotAtYourOutlet):
        record(staff_user("clerk", outlet), clerk)
    assert Rating.objects.count() == 0


def test_record_callback_refuses_a_call_in_the_future(supervisor, clerk):
    tomorrow = timezone.localdate() + timedelta(days=2)
    with pytest.raises(CallInTheFuture):
        record(supervisor, clerk, called_on=tomorrow)
    assert Rating.objects.count() == 0


def test_record_callback_refuses_a_time_that_the_clock_skipped(supervisor, clerk):
    with pytest.raises(NoSuchLocalTime):
        record(supervisor, clerk, called_on=date(2024, 3, 10), called_at=time(2, 30))
    assert Rating.objects.count() == 0
