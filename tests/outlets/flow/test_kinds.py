"""What is taken, what is refused and why, and that roll-ups follow."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from outlets.exchange.cells import Cells
from outlets.exchange.importer import load
from outlets.exchange.kinds import Outcome
from outlets.flow import staff
from outlets.flow.kinds import Tickets
from outlets.flow.models import (
    BoardReading,
    DailyVolume,
    DoorCount,
    HourlyBoard,
    HourlyCount,
    HourlyFlow,
    ServerDay,
    Ticket,
    Transaction,
)
from tests.outlets.flow.factories import DAY, take, ticket
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db


class Listener:
    """Keeps what a load says."""

    def __init__(self):
        self.faults, self.warnings = [], []

    def faulty(self, cells: Cells) -> None:
        self.faults += [(f.column, f.reason) for f in cells.faults]

    def warned(self, fault) -> None:
        self.warnings.append((fault.column, fault.reason))

    def progressed(self, read: int) -> None:
        pass


def listen(kind, *rows):
    """Load rows; return how many were created, updated, unchanged, rejected."""
    names = [column.name for column in kind.columns]
    lines = [names, *([str(row.get(n) or "") for n in names] for row in rows)]
    ears = Listener()
    report = load(kind(), iter(lines), audience=ears)
    return tuple(report.counts[outcome] for outcome in Outcome), ears


@pytest.fixture
def outlet():
    return OutletFactory(code="P1")


class TestTickets:
    def test_a_ticket_is_kept_as_instants_and_counted_in_its_local_hour(self, outlet):
        row = ticket(outlet, "A1", "2026-03-14T09:05:00", wait=601, service_time=90)
        take("tickets", [row | {"service": "pay", "employee_number": "E1"}])
        kept = Ticket.objects.get()
        assert kept.arrived_at == datetime(2026, 3, 14, 1, 5, tzinfo=UTC)
        assert kept.called_at == datetime(2026, 3, 14, 1, 15, 1, tzinfo=UTC)
        assert kept.finished_at == datetime(2026, 3, 14, 1, 16, 31, tzinfo=UTC)
        assert (kept.priority, kept.employee_number) == ("", "E1")
        hour = HourlyFlow.objects.get()
        assert (hour.date, hour.hour, hour.service) == (DAY, 9, "pay")
        assert (hour.arrivals, hour.served, hour.abandoned) == (1, 1, 0)
        assert (hour.wait_sum_s, hour.wait_max_s, hour.wait_to_630) == (601, 601, 1)
        assert (hour.finished, hour.service_sum_s) == (1, 90)
        server = ServerDay.objects.get()
        assert (server.employee_number, server.served) == ("E1", 1)

    @pytest.mark.parametrize(
        ("given", "column", "reason"),
        [
            (
                {"called_at": "2026-03-14T09:01", "abandoned_at": "2026-03-14T09:02"},
                "abandoned_at",
                "a ticket is either called or abandoned, not both",
            ),
            ({"called_at": "2026-03-14T08:59"}, "called_at", "is before arrived_at"),
            (
                {"abandoned_at": "2026-03-14T08:59"},
                "abandoned_at",
                "is before arrived_at",
            ),
            (
                {"finished_at": "2026-03-14T09:59"},
                "finished_at",
                "is given without called_at",
            ),
            (
                {"called_at": "2026-03-14T09:10", "finished_at": "2026-03-14T09:09"},
                "finished_at",
                "is before called_at",
            ),
            ({"arrived_at": ""}, "arrived_at", "is required"),
            (
                {"arrived_at": "nine"},
                "arrived_at",
                "is not a time such as 2026-10-31T09:05:00",
            ),
            (
                {"priority": "urgent"},
                "priority",
                "is none of: none, elderly, weak, sick, disabled, pregnant, vip",
            ),
            (
                {"outlet_code": "P9"},
                "outlet_code",
                "is no outlet: load the outlets first",
            ),
            ({"ticket_no": "A" * 41}, "ticket_no", "is longer than 40 characters"),
        ],
    )
    def test_a_bad_ticket_is_refused_with_the_reason(
        self, outlet, given, column, reason
    ):
        row = ticket(outlet, "A1", "2026-03-14T09:00:00") | given
        counts, ears = listen(Tickets, row)
        assert counts == (0, 0, 0, 1)
        assert ears.faults == [(column, reason)]
        assert not Ticket.objects.exists()
        assert not HourlyFlow.objects.exists()

    def test_the_call_may_come_later_than_the_arrival(self, outlet):
        waiting = ticket(outlet, "A1", "2026-03-14T09:00:00")
        called = ticket(outlet, "A1", "2026-03-14T09:00:00", wait=40)
        assert listen(Tickets, waiting)[0] == (1, 0, 0, 0)
        assert listen(Tickets, called)[0] == (0, 1, 0, 0)
        assert listen(Tickets, called)[0] == (0, 0, 1, 0)
        assert listen(Tickets, waiting)[0] == (0, 0, 1, 0)
        hour = HourlyFlow.objects.get()
        assert (hour.arrivals, hour.served, hour.wait_sum_s) == (1, 1, 40)

    def test_a_called_ticket_cannot_be_abandoned_later(self, outlet):
        called = ticket(outlet, "A1", "2026-03-14T09:00:00", wait=40)
        left = ticket(outlet, "A1", "2026-03-14T09:00:00", left=60)
        listen(Tickets, called)
        counts, ears = listen(Tickets, left)
        assert counts == (0, 0, 0, 1)
        assert ears.faults == [
            ("abandoned_at", "a ticket is either called or abandoned, not both")
        ]
        assert HourlyFlow.objects.get().abandoned == 0

    def test_a_filled_cell_does_not_change(self, outlet):
        listen(Tickets, ticket(outlet, "A1", "2026-03-14T09:00:00", wait=40))
        counts, ears = listen(
            Tickets, ticket(outlet, "A1", "2026-03-14T09:00:00", wait=50)
        )
        assert counts == (0, 0, 0, 1)
        assert [column for column, _reason in ears.faults] == ["called_at"]
        assert HourlyFlow.objects.get().wait_sum_s == 40

    def test_waits_are_kept_to_the_second(self, outlet):
        row = ticket(outlet, "A1", "2026-03-14T09:00:00.900000")
        take("tickets", [row | {"called_at": "2026-03-14T09:10:00.100000"}])
        assert HourlyFlow.objects.get().wait_sum_s == 600

    def test_the_trading_day_is_the_one_sent_even_after_midnight(self, outlet):
        row = ticket(outlet, "A1", "2026-03-15T00:10:00") | {"date": DAY}
        counts, ears = listen(Tickets, row)
        assert (counts, ears.warnings) == ((1, 0, 0, 0), [])
        assert HourlyFlow.objects.values_list("date", "hour").get() == (DAY, 0)

    def test_a_trading_day_far_from_the_arrival_is_kept_with_a_warning(self, outlet):
        row = ticket(outlet, "A1", "2026-03-17T09:00:00") | {"date": DAY}
        counts, ears = listen(Tickets, row)
        assert counts == (1, 0, 0, 0)
        assert ears.warnings == [
            ("date", "is not the trading day of arrived_at; kept as sent")
        ]

    def test_the_same_number_on_another_day_is_another_ticket(self, outlet):
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00:00"),
                ticket(outlet, "A1", "2026-03-15T09:00:00"),
            ],
        )
        assert Ticket.objects.count() == 2

    def test_a_number_that_belongs_to_nobody_is_a_warning(self, outlet, monkeypatch):
        monkeypatch.setattr(staff, "known_employee_numbers", lambda numbers: {"E1"})
        counts, ears = listen(
            Tickets,
            ticket(outlet, "A1", "2026-03-14T09:00:00", employee_number="E1"),
            ticket(outlet, "A2", "2026-03-14T09:00:00", employee_number="E2"),
            ticket(outlet, "A3", "2026-03-14T09:00:00"),
        )
        assert counts == (3, 0, 0, 0)
        assert ears.warnings == [
            ("employee_number", "belongs to nobody; the row is kept")
        ]
        assert Ticket.objects.get(ticket_no="A2").employee_number == "E2"

    def test_without_a_register_of_people_no_number_is_doubted(
        self, outlet, monkeypatch
    ):
        monkeypatch.setattr(staff, "known_employee_numbers", None)
        row = ticket(outlet, "A1", "2026-03-14T09:00:00", employee_number="E2")
        assert listen(Tickets, row)[1].warnings == []


class TestCounts:
    def row(self, start, people, minutes=60):
        return {
            "outlet_code": "M1",
            "start": start,
            "minutes": minutes,
            "people": people,
        }

    @pytest.fixture
    def melbourne(self):
        return OutletFactory(code="M1", timezone="Australia/Melbourne")

    def test_quarters_of_an_hour_add_up(self, melbourne):
        take(
            "counts",
            [
                self.row("2026-03-14T09:00", 5, 15),
                self.row("2026-03-14T09:15", 7, 15),
                self.row("2026-03-14T10:00", 1, 60),
            ],
        )
        hours = HourlyCount.objects.order_by("hour")
        assert list(hours.values_list("hour", "people", "minutes", "readings")) == [
            (9, 12, 30, 2),
            (10, 1, 60, 1),
        ]

    def test_the_hour_that_happens_twice_merges_both_passes(self, melbourne):
        take(
            "counts",
            [
                self.row("2026-04-05T02:00:00+11:00", 10),
                self.row("2026-04-05T02:00:00+10:00", 20),
                self.row("2026-04-05T03:00:00+10:00", 40),
            ],
        )
        hours = HourlyCount.objects.order_by("hour")
        assert list(hours.values_list("date", "hour", "people", "minutes")) == [
            (date(2026, 4, 5), 2, 30, 120),
            (date(2026, 4, 5), 3, 40, 60),
        ]

    def test_a_local_time_that_happens_twice_is_the_first_pass(self, melbourne):
        take("counts", [self.row("2026-04-05T02:00:00", 10)])
        assert DoorCount.objects.get().start == datetime(2026, 4, 4, 15, tzinfo=UTC)

    def test_the_last_hour_of_a_utc_day_belongs_to_the_local_day(self, melbourne):
        take("counts", [self.row("2026-03-13T13:00:00+00:00", 3)])
        assert HourlyCount.objects.values_list("date", "hour").get() == (DAY, 0)

    def test_after_midnight_an_outlet_may_still_be_in_the_day_before(self):
        OutletFactory(code="M1", day_starts_at="05:00")
        take(
            "counts", [self.row("2026-03-15T04:00", 3), self.row("2026-03-15T05:00", 4)]
        )
        assert list(
            HourlyCount.objects.order_by("date").values_list("date", "hour", "people")
        ) == [(DAY, 4, 3), (date(2026, 3, 15), 5, 4)]


class TestBoards:
    def row(self, at, service, people, minutes):
        return {
            "outlet_code": "B1",
            "service": service,
            "at": f"2026-03-{at}",
            "people_waiting": people,
            "wait_minutes": minutes,
        }

    def test_only_open_readings_with_people_waiting_count(self):
        OutletFactory(code="B1", hours="Mon-Sat 08:30-12:00; Sun closed")
        take(
            "boards",
            [
                self.row("14T08:29", "title", 9, 90),  # not open yet
                self.row("14T08:30", "title", 4, 10),
                self.row("14T08:30", "plate", 0, 0),
                self.row("14T08:45", "title", 2, 11),
                self.row("14T12:00", "title", 9, 90),  # closing time is closed
                self.row("15T09:00", "title", 9, 90),  # Sunday
            ],
        )
        assert BoardReading.objects.count() == 6
        hour = HourlyBoard.objects.get(date=DAY, hour=8)
        assert (hour.readings, hour.readings_open, hour.readings_counted) == (4, 3, 2)
        assert (hour.moments, hour.people_sum) == (2, 6)
        assert (hour.wait_sum_s, hour.wait_max_s) == (1260, 660)
        assert (hour.wait_to_600, hour.wait_to_720) == (1, 1)
        closed = HourlyBoard.objects.exclude(pk=hour.pk)
        assert set(closed.values_list("readings", "readings_open")) == {(1, 0)}

    def test_where_nobody_entered_hours_every_reading_is_open(self):
        OutletFactory(code="B1", hours="")
        take("boards", [self.row("15T03:00", "title", 1, 5)])
        assert HourlyBoard.objects.get().readings_counted == 1


class TestTransactions:
    def row(self, number, quantity, amount="", service="sale"):
        return {
            "outlet_code": "P1",
            "date": DAY,
            "employee_number": number,
            "service": service,
            "quantity": quantity,
            "amount": amount,
        }

    def test_the_whole_outlet_is_a_value_of_the_key(self, outlet):
        assert take("transactions", [self.row("", 5)]).counts[Outcome.CREATED] == 1
        again = take("transactions", [self.row("", 5), self.row("E1", 2)])
        assert again.counts[Outcome.UNCHANGED] == 1
        assert again.counts[Outcome.CREATED] == 1
        assert Transaction.objects.count() == 2

    def test_persons_add_up_where_the_whole_outlet_was_not_sent(self, outlet):
        take("transactions", [self.row("E1", 2, "10.50"), self.row("E2", 3)])
        volume = DailyVolume.objects.get()
        assert (volume.quantity, volume.amount) == (5, Decimal("10.50"))

    def test_the_whole_outlet_already_holds_its_persons(self, outlet):
        take("transactions", [self.row("E1", 2, "10.50"), self.row("", 9)])
        volume = DailyVolume.objects.get()
        assert (volume.quantity, volume.amount) == (9, None)

    def test_an_amount_may_be_filled_in_later(self, outlet):
        take("transactions", [self.row("", 9)])
        report = take("transactions", [self.row("", 9, "120.00")])
        assert report.counts[Outcome.UPDATED] == 1
        assert DailyVolume.objects.get().amount == Decimal("120.00")

    def test_services_are_kept_apart(self, outlet):
        take("transactions", [self.row("", 9), self.row("", 4, service="card")])
        assert set(DailyVolume.objects.values_list("service", "quantity")) == {
            ("sale", 9),
            ("card", 4),
        }
