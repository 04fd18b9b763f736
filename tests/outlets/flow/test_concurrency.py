"""Two machines that deliver for one outlet at once."""

from datetime import UTC, datetime
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection, connections

from outlets.exchange.kinds import Outcome
from outlets.flow.models import HourlyFlow, Ticket
from tests.outlets.flow.desks import Desk
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


def at_once(*loads):
    """Run all loads in threads of their own; return their reports in order."""
    reports = [None] * len(loads)

    def run(place, rows):
        try:
            reports[place] = take("tickets", rows)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(loads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reports


def test_neither_misses_the_rows_of_the_other():
    outlet = OutletFactory()
    at_once(
        *(
            [ticket(outlet, f"{machine}{n}", "2026-03-14T09:00") for n in range(40)]
            for machine in "ABCD"
        )
    )
    assert Ticket.objects.count() == 160
    assert HourlyFlow.objects.get().arrivals == 160


def test_the_same_delivery_twice_at_once_is_taken_once():
    outlet = OutletFactory()
    rows = [ticket(outlet, f"A{n}", "2026-03-14T09:00") for n in range(40)]
    reports = at_once(rows, rows)
    assert sorted(report.counts[Outcome.CREATED] for report in reports) == [0, 40]
    assert HourlyFlow.objects.get().arrivals == 40


def test_two_tablets_at_once_call_two_customers_and_give_two_numbers():
    outlet = OutletFactory()
    lead = granted_user("store_manager", outlet=outlet)
    now = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)
    for _customer in range(4):
        Desk(outlet, lead, now).take()
    called, taken = [], []

    def run(server):
        try:
            called.append(Desk(outlet, lead, now).call(server))
            taken.append(Desk(outlet, lead, now).take())
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(f"E{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(called) == ["D001", "D002", "D003", "D004"]
    assert sorted(taken) == ["D005", "D006", "D007", "D008"]


def test_a_tap_that_bounces_between_two_processes_counts_once():
    outlet = OutletFactory()
    lead = granted_user("store_manager", outlet=outlet)
    now, key = datetime(2026, 3, 14, 1, 0, tzinfo=UTC), uuid4()
    taken = []

    def run():
        try:
            taken.append(Desk(outlet, lead, now).take(key=key))
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _tap in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == ["D001"] * 4
    assert Ticket.objects.count() == 1
