"""Events into tickets and roll-ups: late, twice, in any order, and cut off."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outlets.exchange.importer import load_values
from outlets.exchange.kinds import Outcome, registered
from outlets.flow.events import Happening
from outlets.flow.models import HourlyFlow, Ticket, TicketEvent
from outlets.flow.roll_ups import SOURCES, TICKETS
from outlets.flow.services import compare_roll_ups
from outlets.places.models import Outlet
from tests.outlets.flow.factories import take, ticket
from tests.outlets.flow.test_services import ROLL_UPS, everything, rebuilt
from tests.outlets.places.factories import OutletFactory

DAY = date(2026, 3, 14)


def row(number, what, clock, *, uuid=None, outlet="P1", day=DAY, **given):
    return {
        "uuid": str(uuid or uuid4()),
        "outlet_code": outlet,
        "ticket_no": number,
        "date": day.isoformat(),
        "event": what,
        "at": f"{day}T{clock}",
        **given,
    }


@pytest.mark.django_db
class TestTickets:
    @pytest.fixture(autouse=True)
    def outlet(self):
        return OutletFactory(code="P1", timezone="Asia/Shanghai")

    def test_events_make_a_ticket_and_its_figures(self):
        report = take(
            "ticket_events",
            [
                row("A1", "arrive", "09:00", service="pay", priority="elderly"),
                row("A1", "call", "09:05", employee_number="E1"),
                row("A1", "finish", "09:07"),
                row("A2", "arrive", "09:10"),
                row("A2", "abandon", "09:12"),
                row("A3", "arrive", "09:20"),
                row("A3", "call", "09:21"),
                row("A3", "no_show", "09:23"),
            ],
        )
        assert report.counts[Outcome.CREATED] == 8
        one = Ticket.objects.get(ticket_no="A1")
        assert one.by_events
        assert one.called_at == datetime(2026, 3, 14, 1, 5, tzinfo=UTC)
        assert (one.service, one.priority, one.employee_number) == (
            "pay",
            "elderly",
            "E1",
        )
        flow = HourlyFlow.objects.get(service="")
        assert (flow.arrivals, flow.served, flow.abandoned, flow.no_shows) == (
            2,
            1,
            1,
            1,
        )

    def test_a_call_may_come_before_its_arrival(self):
        take("ticket_events", [row("A1", "call", "09:05")])
        assert not Ticket.objects.exists()
        assert TicketEvent.objects.count() == 1
        take("ticket_events", [row("A1", "arrive", "09:00")])
        assert HourlyFlow.objects.get().wait_sum_s == 300

    def test_the_same_uuid_changes_nothing_and_says_so_otherwise(self):
        uuid = uuid4()
        first = row("A1", "arrive", "09:00", uuid=uuid)
        take("ticket_events", [first])
        again = take("ticket_events", [first])
        assert again.counts[Outcome.UNCHANGED] == 1
        other = take("ticket_events", [first | {"at": f"{DAY}T09:30"}])
        assert other.rejected == 1
        assert Ticket.objects.get().arrived_at == datetime(2026, 3, 14, 1, tzinfo=UTC)

    def test_whole_tickets_and_events_are_not_mixed(self, outlet):
        take("tickets", [ticket(outlet, "A1", f"{DAY}T09:00")])
        refused = take("ticket_events", [row("A1", "call", "09:05")])
        assert refused.rejected == 1
        assert not TicketEvent.objects.exists()
        take("ticket_events", [row("A2", "arrive", "09:00")])
        whole = ticket(outlet, "A2", f"{DAY}T09:00")
        assert take("tickets", [whole]).counts[Outcome.UNCHANGED] == 1
        late = take("tickets", [ticket(outlet, "A2", f"{DAY}T09:00", wait=5)])
        assert late.rejected == 1
        assert Ticket.objects.get(ticket_no="A2").called_at is None

    def test_an_event_of_no_known_sort_is_refused(self):
        refused = take("ticket_events", [row("A1", "teleport", "09:00")])
        assert refused.rejected == 1
        refused = take("ticket_events", [row("A1", "arrive", "09:00", uuid="no")])
        assert refused.rejected == 1


EVENTS_DRAWN = st.builds(
    dict,
    number=st.integers(1, 5),
    day=st.integers(0, 1),
    second=st.integers(0, 86_399),
    what=st.sampled_from(list(Happening)),
    service=st.sampled_from(["", "pay"]),
    priority=st.sampled_from(["", "weak"]),
    employee_number=st.sampled_from(["", "E1", "E2"]),
)


def drawn_row(index, drawn):
    day = date(2026, 11, 1) + timedelta(days=drawn["day"])  # clocks fall back
    minute, second = divmod(drawn["second"], 60)
    clock = f"{minute // 60:02}:{minute % 60:02}:{second:02}"
    return row(
        str(drawn["number"]),
        str(drawn["what"]),
        clock,
        uuid=UUID(int=index + 1),
        outlet="N1",
        day=day,
        service=drawn["service"],
        priority=drawn["priority"],
        employee_number=drawn["employee_number"],
    )


def told() -> set[tuple]:
    return set(
        Ticket.objects.values_list(
            *("ticket_no", "date", "arrived_at", "called_at", "finished_at"),
            *("abandoned_at", "no_show", "service", "priority", "employee_number"),
        )
    )


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(EVENTS_DRAWN, max_size=20),
    st.randoms(use_true_random=False),
    st.integers(1, 7),
)
def test_in_any_order_repeated_and_in_batches_all_is_the_same(drawn, random, batch):
    if not Outlet.objects.filter(code="N1").exists():
        OutletFactory(code="N1", timezone="America/New_York")

    def clear():
        TicketEvent.objects.all().delete()
        Ticket.objects.all().delete()
        for model in ROLL_UPS:
            model.objects.all().delete()

    rows = [drawn_row(index, one) for index, one in enumerate(drawn)]
    clear()
    take("ticket_events", rows)
    at_once = told(), everything()
    clear()
    shuffled = rows * 2
    random.shuffle(shuffled)
    for start in range(0, len(shuffled), batch):
        assert take("ticket_events", shuffled[start : start + batch]).taken
    assert (told(), everything()) == at_once
    assert everything() == rebuilt()


KILLED = """
import django
django.setup()
from django.db import connection
from outlets.exchange.bulk_api import take_items
from outlets.flow.event_kind import TicketEvents
from outlets.flow.models import Delivery
from tests.outlets.flow.test_event_kind import many
items = many()
print("taking", flush=True)
take_items(kind=TicketEvents(), items=items, sender="machine", deliveries=Delivery)
print("taken", flush=True)
"""


def many():
    """Return a thousand events of 300 tickets, the same every time."""
    found = []
    for n in range(1000):
        number, what = n % 300, ("arrive", "call", "start", "finish")[n // 300]
        at = datetime(2026, 3, 14, 9) + timedelta(seconds=20 * number + 90 * (n // 300))
        found.append(
            row(f"A{number}", what, at.time().isoformat(), uuid=UUID(int=n + 1))
        )
    return found


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_bulk_call_nothing_is_half_done():
    if connection.vendor != "postgresql":
        pytest.skip("the connection of a killed process is PostgreSQL's to clear")
    outlet = OutletFactory(code="P1")
    name, server = connection.settings_dict["NAME"], connection.settings_dict
    address = f"postgres://{server['USER']}@{server['HOST']}:{server['PORT'] or 5432}"
    environment = os.environ | {
        "DATABASE_URL": f"{address}/{name}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    killed = 0
    for delay in (0.0, 0.02, 0.05, 0.1, 0.2, 0.3):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout.readline() == "taking\n"
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        killed += child.stdout.read() == ""
        assert TicketEvent.objects.count() in (0, 1000)
        assert Ticket.objects.count() in (0, 300)
        assert compare_roll_ups(source=TICKETS, outlet=outlet).differences == []
    assert killed >= 3, "most of them were cut off in the middle"
    report = load_values(registered()["ticket_events"](), many())
    assert report.rejected == 0
    assert TicketEvent.objects.count() == 1000
    call_command("rebuild_flow", "--check", stdout=StringIO())
    assert sum(HourlyFlow.objects.values_list("arrivals", flat=True)) == 300
    for source in SOURCES:
        assert compare_roll_ups(source=source, outlet=outlet).differences == []
