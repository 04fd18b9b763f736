"""The share of long waits goes into the ledger, once, and follows its roll-up."""

from datetime import date

import pytest

from evaluations.feedback.services.pressure import settle_pressure
from evaluations.feedback.sources import entry_url
from evaluations.ledger.models import Entry
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db
OCTOBER_END = date(2026, 10, 31)


def tickets(outlet, *waits_minutes, start=0):
    rows = [
        ticket(outlet, f"T{start + number}", "2026-10-05T10:00:00", wait=60 * minutes)
        for number, minutes in enumerate(waits_minutes)
    ]
    take("tickets", rows)


def said():
    return list(
        Entry.objects.filter(component="pressure")
        .order_by("pk")
        .values_list("outlet__code", "employee", "on", "points", "out_of", "version")
    )


def test_the_share_of_long_waits_is_posted_once_per_outlet_and_day():
    outlet = OutletFactory(code="O1")
    tickets(outlet, 1, 10, 11)  # ten minutes are not yet too long
    assert settle_pressure(OCTOBER_END) == 1
    assert said() == [("O1", None, date(2026, 10, 5), 3333, 10_000, 1)]
    assert settle_pressure(OCTOBER_END) == 0
    assert len(said()) == 1


def test_a_late_ticket_posts_its_day_anew():
    outlet = OutletFactory(code="O1")
    tickets(outlet, 1, 11)
    settle_pressure(OCTOBER_END)
    tickets(outlet, 12, start=5)
    assert settle_pressure(OCTOBER_END) == 2
    assert [(row[3], row[5]) for row in said()] == [(5000, 1), (-5000, 1), (6667, 2)]
    assert settle_pressure(OCTOBER_END) == 0


def test_days_outside_are_left_alone_and_nobody_called_is_no_pressure():
    outlet = OutletFactory()
    tickets(outlet, 11)
    assert settle_pressure(date(2026, 10, 4)) == 0
    assert settle_pressure(date(2027, 3, 1)) == 0
    assert said() == []


def test_an_entry_leads_to_the_outlets_flow():
    outlet = OutletFactory(code="O1")
    assert entry_url(f"pressure:2026-10-05:{outlet.pk}:-").endswith("/outlets/O1/")
