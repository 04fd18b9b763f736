"""Two tablets at the same moment, on a database that really runs them at once."""

from uuid import uuid4

import pytest
from django.db import connection

from evaluations.checks.models import (
    Check,
    CheckPhoto,
    Correction,
    Delivery,
    HeldCheck,
)
from evaluations.checks.posting import settle
from evaluations.checks.services.held import (
    AlreadySettled,
    dismiss_held,
    enter_held,
)
from evaluations.checks.services.photos import Piece, take_piece
from evaluations.ledger.models import Entry
from tests.at_once import at_once
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.checks.queue import queued, send, ticket_of, undo_of
from tests.evaluations.checks.test_pictures import scene, written
from tests.staffing.people.factories import EmployeeFactory, granted_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one after the other anyway")


def test_two_checks_of_one_person_are_both_counted():
    floor = make_floor(people=1)
    clerk, lead = floor.people[0], another_lead(floor)
    assert (
        at_once(
            lambda: tap(floor, clerk, "GROOMING"),
            lambda: tap(floor, clerk, "CONDUCT", by=lead),
            lambda: tap(floor, clerk, "DISCIPLINE", by=lead),
        )
        == []
    )
    rates = Entry.objects.standing().filter(component="daily_rate")
    assert sorted(rate.out_of for rate in rates) == [1500, 3000]
    assert Entry.objects.standing().filter(component="daily").count() == 1


def test_one_tap_that_arrives_twice_at_once_is_one_check():
    floor = make_floor(people=1)
    uuid = uuid4()
    taps = [lambda: tap(floor, floor.people[0], uuid=uuid)] * 4
    assert at_once(*taps) == []
    assert Check.objects.count() == 1
    assert Entry.objects.count() == 2


def test_two_tablets_at_one_card_leave_one_that_counts_and_one_that_waits():
    floor = make_floor(people=0)
    assert (
        at_once(
            lambda: tap(floor, None, "ENVIRONMENT"),
            lambda: tap(floor, None, "ENVIRONMENT", marks={"E01": "failed"}),
        )
        == []
    )
    assert sorted(c.state for c in Check.objects.all()) == ["conflict", "standing"]


def test_settling_beside_a_tap_posts_nothing_twice():
    floor = make_floor(people=1)
    tap(floor, floor.people[0])
    Check.objects.update(pending=True)
    assert (
        at_once(
            lambda: settle(floor.today),
            lambda: settle(floor.today),
            lambda: tap(floor, floor.people[0], "CONDUCT"),
        )
        == []
    )
    rate = Entry.objects.standing().get(component="daily_rate")
    assert rate.out_of == 3800
    assert not Check.objects.filter(pending=True).exists()


# What tablets' queues send ------------------------------------------------------------


def deliver(answers, *records):
    return lambda: answers.append(send(*records))


def test_a_queue_that_arrives_four_times_at_once_is_taken_once():
    floor = make_floor(people=3)
    records = [queued(floor, person) for person in floor.people]
    correction = undo_of(floor, records[0], action="correct", failed=["G03"])
    answers = []
    assert at_once(*[deliver(answers, *records, correction)] * 4) == []
    assert answers == [[("accepted", None)] * 4] * 4
    assert Check.objects.count() == 3
    assert Delivery.objects.count() == 4
    assert Correction.objects.count() == 1
    standing = Entry.objects.standing().filter(component="daily")
    assert standing.count() == 3
    assert not HeldCheck.objects.exists()


def test_a_record_that_waits_and_arrives_at_once_waits_once():
    floor = make_floor(people=0)
    record = queued(floor, None, employee_number="nobody")
    answers = []
    assert at_once(*[deliver(answers, record)] * 4) == []
    assert answers == [[("held", "unknown_person")]] * 4
    assert HeldCheck.objects.count() == 1


def test_one_uuid_with_two_contents_at_once_loses_neither():
    floor = make_floor(people=1)
    record = queued(floor, floor.people[0])
    answers = []
    other = record | {"failed": ["G01"]}
    assert at_once(deliver(answers, record), deliver(answers, other)) == []
    assert sorted(answers) == [[("accepted", None)], [("held", "uuid_taken")]]
    assert (Check.objects.count(), HeldCheck.objects.count()) == (1, 1)


def test_two_tablets_with_opposite_orders_do_not_wait_for_each_other():
    floor = make_floor(people=6)
    lead = another_lead(floor)
    mine = [queued(floor, person) for person in floor.people]
    theirs = [queued(floor, person, by=lead, failed=["G01"]) for person in floor.people]
    answers = []
    backwards = deliver(answers, *reversed(theirs))
    assert at_once(deliver(answers, *mine), backwards) == []
    said = sorted(result for answer in answers for result, _why in answer)
    assert said == ["accepted"] * 6 + ["conflict"] * 6


def test_a_record_decided_twice_at_once_is_decided_once():
    floor = make_floor(people=0)
    county = granted_user("regional_supervisor", region=floor.outlet.region)
    send(queued(floor, EmployeeFactory(gender="F")))
    held = HeldCheck.objects.get()
    raised = at_once(
        lambda: enter_held(key=held.key, reason="Yes", by=county),
        lambda: dismiss_held(key=held.key, reason="No", by=county),
    )
    assert [type(error) for error in raised] == [AlreadySettled]
    held.refresh_from_db()
    assert Check.objects.count() == (1 if held.state == "entered" else 0)


def test_the_last_piece_of_a_photo_that_comes_twice_at_once_makes_one_photo():
    floor = make_floor(people=0)
    content = written(scene())
    piece = Piece(
        photo=uuid4(),
        check=uuid4(),
        item="",
        length=len(content),
        offset=0,
        content=content,
        taken_at=None,
        ticket=ticket_of(floor),
        device=None,
    )
    assert at_once(*[lambda: take_piece(piece)] * 4) == []
    photo = CheckPhoto.objects.get()
    assert (photo.received, photo.width) == (len(content), 640)
