"""A process that dies while it moves tickets out leaves all of a month, or none."""

import os
import signal
import subprocess
import sys
import time
from datetime import date

import pytest
from django.db import connection

from outlets.flow.models import HourlyFlow, MovedMonth, Ticket
from outlets.flow.moving import move_out_tickets
from outlets.flow.roll_ups import TICKETS
from outlets.flow.services import compare_roll_ups
from tests.outlets.flow.factories import take, ticket
from tests.outlets.flow.test_services import everything
from tests.outlets.places.factories import OutletFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MONTHS, EACH = 6, 200
KILLED = """
import django
django.setup()
from datetime import date
from outlets.flow.moving import move_out_tickets
print("moving", flush=True)
move_out_tickets(before=date(2026, 3, 1))
print("moved", flush=True)
"""


@pytest.fixture(autouse=True)
def _needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("the connection of a killed process is PostgreSQL's to clear")


def test_killed_in_the_middle_every_month_is_whole_or_gone():
    outlet = OutletFactory(code="P1")
    for month in range(MONTHS):
        first = date(2025, 9 + month, 1) if month < 4 else date(2026, month - 3, 1)
        take(
            "tickets",
            [
                ticket(outlet, f"A{n}", f"{first}T{9 + n // 60:02}:{n % 60:02}", wait=n)
                for n in range(EACH)
            ],
        )
    rolled = everything()
    server = connection.settings_dict
    address = f"postgres://{server['USER']}@{server['HOST']}:{server['PORT'] or 5432}"
    environment = os.environ | {
        "DATABASE_URL": f"{address}/{server['NAME']}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    killed = 0
    for delay in (0.0, 0.02, 0.04, 0.08, 0.12):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout.readline() == "moving\n"
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        killed += child.stdout.read() == ""
        gone = set(MovedMonth.objects.values_list("first", flat=True))
        left = Ticket.objects.order_by().values_list("date", flat=True)
        assert len(left) == EACH * (MONTHS - len(gone))
        assert not gone & set(left)
        assert compare_roll_ups(source=TICKETS, outlet=outlet).differences == []
    assert killed >= 2, "some of them were cut off in the middle"
    move_out_tickets(before=date(2026, 3, 1))
    assert MovedMonth.objects.count() == MONTHS
    assert not Ticket.objects.exists()
    assert everything() == rolled
    assert sum(HourlyFlow.objects.values_list("arrivals", flat=True)) == EACH * MONTHS
