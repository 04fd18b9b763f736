"""From a figure to its tickets, and from a ticket to its events."""

import csv
import re
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from outlets.flow.models import Ticket
from outlets.flow.selectors.ticket_list import line_of, tickets_of
from outlets.places.sight import Power, Reach, Sight
from staffing.accounts.models import AccessRecord
from tests.outlets.flow.factories import take, ticket
from tests.outlets.flow.test_event_kind import row
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
DAY = "2026-03-14"
AT = f"{DAY}T09:"


@pytest.fixture
def outlet():
    return OutletFactory(code="P1", name="Market Street", timezone="Asia/Shanghai")


@pytest.fixture
def lead(client, outlet):
    user = staff_user("store_manager", outlet=outlet)
    client.force_login(user)
    return user


def load(outlet):
    """Take in five tickets of nine o'clock, one of ten, one of another day."""
    served = {"wait": 60, "service_time": 90, "employee_number": "E1"}
    take(
        "tickets",
        [
            ticket(outlet, "A1", f"{AT}00", **served, service="payment"),
            ticket(outlet, "A2", f"{AT}10", left=120, priority="vip"),
            ticket(outlet, "A3", f"{AT}20"),
            ticket(outlet, "A4", f"{AT}30", wait=30),
            ticket(outlet, "A5", f"{DAY}T10:00"),
            ticket(outlet, "A6", "2026-03-13T09:00"),
        ],
    )
    take(
        "ticket_events",
        [
            row("B1", "arrive", "09:40", service="enquiry", priority="weak"),
            row("B1", "call", "09:45", employee_number="E2", counter="4"),
            row("B1", "start", "09:46"),
            row("B1", "finish", "09:50"),
        ],
    )


def read(client, name="tickets", **query):
    answer = client.get(reverse(f"flow:{name}", args=["P1"]), query)
    assert answer.status_code == 200
    return answer


def numbers(answer):
    return [line.number for line in answer.context["lines"]]


def test_the_tickets_of_a_day_and_of_an_hour(client, lead, outlet):
    load(outlet)
    assert numbers(read(client, day=DAY)) == ["A5", "B1", "A4", "A3", "A2", "A1"]
    assert numbers(read(client, day=DAY, hour=9)) == ["B1", "A4", "A3", "A2", "A1"]
    assert numbers(read(client, day=DAY, hour=0)) == []


def test_what_a_line_says_of_a_ticket(lead, outlet):
    load(outlet)
    rows = tickets_of(lead, outlet, date(2026, 3, 14))
    lines = {row.ticket_no: line_of(row, outlet.zone) for row in rows}
    told = {n: (one.wait_s, one.service_s, one.outcome) for n, one in lines.items()}
    assert told == {
        "A1": (60, 90, "finished"),
        "A2": (120, None, "abandoned"),
        "A3": (None, None, "waiting"),
        "A4": (30, None, "called"),
        "A5": (None, None, "waiting"),
        "B1": (300, 300, "finished"),
    }
    assert f"{lines['B1'].started_at:%H:%M}" == "09:46"
    assert lines["A1"].started_at is None


def test_the_hour_that_happens_twice_holds_both_passes(client):
    outlet = OutletFactory(code="P1", timezone="America/New_York")
    client.force_login(staff_user("store_manager", outlet=outlet))
    for number, instant in (("A1", "05:30"), ("A2", "06:30"), ("A3", "07:30")):
        take(
            "tickets",
            [
                {
                    "outlet_code": "P1",
                    "ticket_no": number,
                    "date": "2026-11-01",
                    "arrived_at": f"2026-11-01T{instant}Z",
                }
            ],
        )
    assert numbers(read(client, day="2026-11-01", hour=1)) == ["A2", "A1"]


def test_fifty_a_page_at_the_same_cost(client, lead, outlet):
    rows = [ticket(outlet, f"A{n:03}", f"{AT}{n % 60:02}", wait=n) for n in range(70)]
    take("tickets", rows[:1])
    read(client, day=DAY, hour=9)  # the session has been looked at
    with CaptureQueriesContext(connection) as one:
        read(client, day=DAY, hour=9)
    take("tickets", rows)
    with CaptureQueriesContext(connection) as many:
        first = read(client, day=DAY, hour=9)
    assert len(many) == len(one) <= 8
    assert len(numbers(first)) == 50
    rest = read(client, day=DAY, hour=9, page=2)
    assert len(numbers(rest)) == 20
    assert not set(numbers(first)) & set(numbers(rest))


def test_the_outlet_s_page_leads_from_each_hour_to_its_tickets(client, lead, outlet):
    load(outlet)
    answer = client.get(reverse("flow:outlet", args=["P1"]), {"day": DAY})
    text = answer.content.decode()
    address = reverse("flow:tickets", args=["P1"])
    assert f'href="{address}?day={DAY}&amp;hour=9"' in text
    assert f'href="{address}?day={DAY}"' in text


def without_records(outlet):
    """Return a viewer who sees flow and nothing about people."""

    class Someone:
        sight = Sight(powers={Power.SEE_FLOW: Reach(outlet_ids=frozenset({outlet.pk}))})

    return Someone()


def test_who_served_is_for_who_sees_records(client, lead, outlet, monkeypatch):
    load(outlet)
    assert ">E1<" in read(client, day=DAY).content.decode()
    monkeypatch.setattr(type(lead), "sight", without_records(outlet).sight)
    text = read(client, day=DAY).content.decode()
    assert "A1" in text
    assert ">E1<" not in text
    [first, *_rest] = records(read(client, "tickets_file", day=DAY))
    assert "employee_number" not in first
    page = client.get(reverse("flow:one_ticket", args=["P1", DAY, "B1"]))
    assert page.status_code == 200
    assert not re.search(r">\s*E2\s*<", page.content.decode())
    assert not AccessRecord.objects.filter(kind="export").exists()


def records(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_files_hold_all_of_them_unrounded(client, lead, outlet):
    load(outlet)
    answer = read(client, "tickets_file", day=DAY, hour=9)
    assert 'filename="tickets-P1-2026-03-14-09.csv"' in answer["Content-Disposition"]
    rows = records(answer)
    assert [one["ticket_no"] for one in rows] == ["B1", "A4", "A3", "A2", "A1"]
    assert rows[0] == {
        "outlet_code": "P1",
        "date": DAY,
        "ticket_no": "B1",
        "service": "enquiry",
        "priority": "weak",
        "arrived_at": f"{DAY}T09:40:00+08:00",
        "called_at": f"{DAY}T09:45:00+08:00",
        "started_at": f"{DAY}T09:46:00+08:00",
        "finished_at": f"{DAY}T09:50:00+08:00",
        "abandoned_at": "",
        "wait_s": "300",
        "service_s": "300",
        "outcome": "finished",
        "employee_number": "E2",
    }
    book = read(client, "tickets_workbook", day=DAY)
    sheet = load_workbook(BytesIO(b"".join(book.streaming_content))).active
    assert sheet.max_row == 7
    [first, second] = AccessRecord.objects.filter(kind="export").order_by("pk")
    assert (first.rows, second.rows) == (5, 6)


def test_one_ticket_with_its_events(client, lead, outlet):
    load(outlet)
    answer = client.get(reverse("flow:one_ticket", args=["P1", DAY, "B1"]))
    assert [(f"{at:%H:%M}", e.event) for at, e in answer.context["events"]] == [
        ("09:40", "arrive"),
        ("09:45", "call"),
        ("09:46", "start"),
        ("09:50", "finish"),
    ]
    text = answer.content.decode()
    assert "09:45:00" in text
    assert "<td>4</td>" in text
    whole = client.get(reverse("flow:one_ticket", args=["P1", DAY, "A1"]))
    assert "sent this ticket whole" in whole.content.decode()


@pytest.mark.parametrize(
    ("day", "number"), [(DAY, "A9"), ("2026-03-13", "A1"), ("today", "A1")]
)
def test_a_ticket_that_is_not_there(client, lead, outlet, day, number):
    load(outlet)
    address = reverse("flow:one_ticket", args=["P1", day, number])
    assert client.get(address).status_code == 404


def test_tickets_that_are_no_longer_kept_are_told_apart_from_none(client, lead, outlet):
    load(outlet)
    Ticket.objects.filter(date=DAY).delete()
    text = read(client, day=DAY, hour=9).content.decode()
    assert "These 5 tickets are no longer kept one by one" in text
    assert "These 6 tickets" in read(client, day=DAY).content.decode()
    assert "No tickets here" in read(client, day="2026-03-12").content.decode()


@pytest.mark.parametrize("hour", ["24", "-1", "nine"])
def test_an_hour_that_no_clock_shows_is_told(client, lead, outlet, hour):
    load(outlet)
    answer = read(client, day=DAY, hour=hour)
    assert "Hour:" in answer.content.decode()
    assert len(numbers(answer)) == 6


def test_tickets_of_another_outlet_are_not_there(client, outlet):
    load(outlet)
    client.force_login(staff_user("store_manager", outlet=OutletFactory()))
    for name in ("tickets", "tickets_file", "tickets_workbook"):
        address = reverse(f"flow:{name}", args=["P1"])
        assert client.get(address).status_code == 404
    ticket_page = reverse("flow:one_ticket", args=["P1", DAY, "A1"])
    assert client.get(ticket_page).status_code == 404
    client.force_login(granted_user("hr"))
    assert client.get(ticket_page).status_code == 403
