"""Raw tickets that are moved out: no figure changes, and nothing comes after them."""

import csv
import gzip
import hashlib
import re
from datetime import UTC, date, datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from outlets.exchange.kinds import Outcome, registered
from outlets.flow.models import (
    HourlyFlow,
    MovedMonth,
    ServerDay,
    Ticket,
    TicketEvent,
)
from outlets.flow.moving import COLUMNS, move_out_tickets
from outlets.flow.roll_ups import TICKETS
from outlets.flow.selectors.tickets import day_so_far
from outlets.flow.services import compare_roll_ups, rebuild_roll_ups
from tests.outlets.flow.factories import take, ticket
from tests.outlets.flow.test_kinds import listen
from tests.outlets.flow.test_services import everything
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user

pytestmark = pytest.mark.django_db
CUT = date(2026, 3, 20)  # February ended before it, March did not


def event(outlet, number, what, at, **given):
    return {
        "uuid": str(uuid4()),
        "outlet_code": outlet.code,
        "ticket_no": number,
        "date": at[:10],
        "event": what,
        "at": at,
        **given,
    }


@pytest.fixture
def outlet():
    outlet = OutletFactory(code="P1", name="Market")
    take(
        "tickets",
        [
            ticket(
                outlet,
                "A1",
                "2026-01-14T09:00",
                wait=700,
                service_time=60,
                employee_number="E-77",
                priority="weak",
            ),
            ticket(outlet, "A2", "2026-02-28T23:50", left=30, service="pay"),
            ticket(outlet, "A3", "2026-03-01T09:00", wait=5, employee_number="E-77"),
        ],
    )
    take(
        "ticket_events",
        [
            event(outlet, "E1", "arrive", "2026-02-03T10:00"),
            event(outlet, "E1", "call", "2026-02-03T10:07"),
            event(outlet, "E9", "call", "2026-02-04T10:07"),  # never arrived
        ],
    )
    return outlet


def moved(before=CUT):
    return [
        (str(row.month), row.tickets, row.events)
        for row in move_out_tickets(before=before).moved
    ]


def check():
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("rebuild_flow", "--check", stdout=out, stderr=err)
    except SystemExit as error:
        code = error.code
    return code, out.getvalue(), err.getvalue()


def test_whole_months_go_and_no_roll_up_changes(outlet):
    before = everything()
    assert moved() == [("2026-01", 1, 0), ("2026-02", 2, 3)]
    assert list(Ticket.objects.values_list("ticket_no", flat=True)) == ["A3"]
    assert not TicketEvent.objects.exists()
    assert everything() == before


def test_a_month_that_has_not_ended_before_the_day_stays(outlet):
    assert moved(date(2026, 2, 1)) == [("2026-01", 1, 0)]
    assert moved(date(2026, 2, 28)) == []
    assert moved(date(2026, 3, 1)) == [("2026-02", 2, 3)]


def test_doing_it_again_changes_nothing(outlet):
    moved()
    kept = list(MovedMonth.objects.values())
    assert moved() == []
    assert list(MovedMonth.objects.values()) == kept


def test_no_more_than_the_limit_goes_at_once(outlet):
    assert len(move_out_tickets(before=CUT, limit=1).moved) == 1
    assert len(move_out_tickets(before=CUT, limit=1).moved) == 1
    assert move_out_tickets(before=CUT, limit=1).moved == []


def test_every_screen_shows_the_same_as_before(client, outlet):
    client.force_login(staff_user("store_manager", outlet=outlet))
    addresses = [
        reverse("flow:outlet", args=["P1"]) + "?day=2026-01-14",
        reverse("flow:hours_file", args=["P1"]) + "?day=2026-01-14",
        reverse("flow:need_file", args=["P1"]) + "?day=2026-02-03",
        reverse("flow:days_file") + "?outlet=P1&month=2026-02",
        reverse("flow:week_file") + "?outlet=P1&month=2026-02",
        reverse("flow:figures_file") + "?outlet=P1&month=2026-01",
        reverse("flow:calendar") + "?outlet=P1&month=2026-02",
        "/api/v1/flow/hourly/?outlet=P1&from=2026-01-01&to=2026-02-28",
    ]

    def shown():
        answers = [client.get(address) for address in addresses]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.getvalue() for answer in answers]

    def without_tokens(pages):
        return [re.sub(rb"[A-Za-z0-9]{64}", b"token", page) for page in pages]

    so_far = day_so_far(outlet, date(2026, 1, 14))
    assert so_far.newest == datetime(2026, 1, 14, 1, 12, 40, tzinfo=UTC)
    before = without_tokens(shown())
    moved()
    assert without_tokens(shown()) == before
    assert day_so_far(outlet, date(2026, 1, 14)) == so_far


def test_the_file_holds_the_tickets_and_no_number_of_a_server(outlet):
    moved()
    row = MovedMonth.objects.get(first=date(2026, 1, 1))
    packed = row.file.open().read()
    assert hashlib.sha256(packed).hexdigest() == row.digest
    text = gzip.decompress(packed).decode()
    assert "E-77" not in text
    [line] = csv.DictReader(StringIO(text))
    assert tuple(line) == COLUMNS
    assert line["ticket_no"] == "A1"
    assert line["called_at"] == "2026-01-14T01:11:40+00:00"
    assert line["priority"] == "weak"
    assert line["abandoned_at"] == ""


def test_what_cannot_be_proven_stays_with_all_that_follows(outlet):
    other = OutletFactory(code="P2")
    take("tickets", [ticket(other, "A1", "2026-01-14T09:00")])
    HourlyFlow.objects.filter(outlet=outlet, date="2026-01-14").update(served=9)
    before = everything()
    done = move_out_tickets(before=CUT)
    assert [row.outlet.code for row in done.moved] == ["P2"]
    [held] = done.held
    assert (held.outlet, str(held.month)) == (outlet, "2026-01")
    assert str(held.differences[0]) == (
        "HourlyFlow P1 2026-01-14 9: served is 9, should be 1"
    )
    assert Ticket.objects.filter(outlet=outlet).count() == 4
    assert TicketEvent.objects.count() == 3
    assert everything() == before
    rebuild_roll_ups(source=TICKETS, outlet=outlet)
    assert moved() == [("2026-01", 1, 0), ("2026-02", 2, 3)]


def test_a_rebuild_leaves_the_days_that_are_gone_alone(outlet):
    moved()
    before = everything()
    out = StringIO()
    call_command("rebuild_flow", stdout=out)
    assert everything() == before
    assert "2 months of outlets were left as they are" in out.getvalue()
    assert compare_roll_ups(source=TICKETS, outlet=outlet).compared == 3


def test_the_check_names_the_days_that_cannot_be_rebuilt(outlet):
    moved()
    code, said, wrong = check()
    assert (code, wrong) == (0, "")
    assert "P1 2026-01: 31 days cannot be rebuilt, their 1 tickets" in said
    assert "P1 2026-02: 28 days cannot be rebuilt, their 2 tickets" in said
    assert "0 differences" in said


def test_the_check_finds_what_has_changed_since(outlet):
    moved()
    HourlyFlow.objects.filter(date="2026-01-14").update(arrivals=5)
    code, _said, wrong = check()
    assert code == 1
    assert wrong.splitlines() == [
        "HourlyFlow.arrivals of P1 2026-01 is 5, was 1 when its tickets were moved out"
    ]


def test_a_number_that_is_erased_later_is_no_difference(outlet):
    moved()
    ServerDay.objects.filter(employee_number="E-77").update(employee_number="X-1")
    Ticket.objects.filter(employee_number="E-77").update(employee_number="X-1")
    assert check()[0] == 0


def test_late_tickets_and_events_are_refused_with_the_reason(outlet):
    moved()
    before = everything()
    rows = {
        "tickets": ticket(outlet, "Z1", "2026-02-11T09:00"),
        "ticket_events": event(outlet, "E1", "finish", "2026-02-03T10:09"),
    }
    for kind, row in rows.items():
        counts, ears = listen(registered()[kind], row)
        assert counts == (0, 0, 0, 1)
        assert ears.faults == [
            (
                "date",
                "is in a month whose tickets were moved out: its figures are final, "
                "and nothing more is taken for it",
            )
        ]
    assert everything() == before
    assert not TicketEvent.objects.exists()


def test_other_months_outlets_and_kinds_are_still_taken(outlet):
    moved()
    day = {"outlet_code": "P1"}
    other = OutletFactory(code="P2")
    for kind, row in (
        ("tickets", ticket(outlet, "Z1", "2026-03-01T09:00")),
        ("tickets", ticket(other, "Z1", "2026-02-11T09:00")),
        ("counts", day | {"start": "2026-02-11T09:00", "minutes": 60, "people": 3}),
        ("transactions", day | {"date": "2026-02-11", "service": "p", "quantity": 3}),
    ):
        assert take(kind, [row]).counts[Outcome.CREATED] == 1


class TestCommand:
    def run(self, *arguments):
        out, err = StringIO(), StringIO()
        call_command("move_out_tickets", *arguments, stdout=out, stderr=err)
        return out.getvalue().splitlines()

    def test_it_says_what_went_where(self, outlet):
        lines = self.run("--before", "2026-03")
        january, february = MovedMonth.objects.all()
        assert january.file.name.startswith(f"flow/tickets/{outlet.pk}/2026-01")
        assert lines == [
            f"P1 2026-01: 1 tickets and 0 events moved to {january.file.name}",
            f"P1 2026-02: 2 tickets and 3 events moved to {february.file.name}",
            "move_out_tickets: 2 months of outlets moved out, 0 held",
        ]

    def test_it_fails_where_something_is_held(self, outlet):
        HourlyFlow.objects.filter(date="2026-01-14").update(served=9)
        with pytest.raises(CommandError, match="could not be proven"):
            self.run("--before", "2026-03")
        assert not MovedMonth.objects.exists()

    @pytest.mark.parametrize(
        ("month", "said"),
        [("2026-13", "no month such as 2026-10"), ("2999-01", "has not begun")],
    )
    def test_it_says_what_is_wrong(self, outlet, month, said):
        with pytest.raises(CommandError, match=said):
            self.run("--before", month)
        assert not MovedMonth.objects.exists()
