"""Two tablets at the same moment, on a database that really runs them at once."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, connections

from evaluations.checks.models import Check
from evaluations.checks.posting import settle
from evaluations.ledger.models import Entry
from tests.evaluations.checks.factories import another_lead, make_floor, tap

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def _postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one after the other anyway")


def at_once(*actions):
    """Start all actions together; return the exceptions that they raised."""
    barrier, raised = Barrier(len(actions)), []

    def run(action):
        try:
            barrier.wait()
            action()
        except Exception as error:  # noqa: BLE001 whatever it is fails the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


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
