"""Tickets, door counts, board readings and transactions, from files and bulk calls."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.utils.translation import gettext as _

from outlets.exchange.cells import Cells
from outlets.exchange.erased import erased_people
from outlets.exchange.kinds import Column, Outcome, RowKind
from outlets.flow import roll_ups, services, staff
from outlets.flow.models import (
    SERVICE_LENGTH,
    BoardReading,
    DoorCount,
    Priority,
    Ticket,
    TicketEvent,
    Transaction,
)
from outlets.flow.moved import MonthKey, moved_months_of
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.rules import trading_day
from outlets.places.selectors import codes_to_record_at

MINUTES_PER_DAY = 24 * 60
PRIORITIES = tuple(Priority.values)
F = TypeVar("F", Ticket, TicketEvent, DoorCount, BoardReading, Transaction)


class FlowKind(RowKind[F]):
    """Raw rows of outlets; the roll-ups of the days they touch are made at the end."""

    source: ClassVar[roll_ups.Source]
    person_column = ""  # the figures stay the outlet's, whoever served
    outlet_column = "outlet_code"

    def open(self) -> None:
        self.outlets: dict[str, Outlet] = {}
        self._by_id: dict[int, Outlet] = {}
        self._days: dict[Outlet, set[date]] = defaultdict(set)
        self._unknown_numbers: set[str] = set()
        self._moved: set[MonthKey] = set()

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        codes = {cells.text("outlet_code") for cells in batch} - self.outlets.keys()
        codes = codes_to_record_at(codes, self.sender)
        # Locked before the rows are looked up: the same rows, sent twice at once,
        # are found by whoever comes second.
        for outlet in services.lock_outlets(codes) if codes else ():
            self.outlets[outlet.code] = self._by_id[outlet.pk] = outlet
        if codes and self.source is roll_ups.TICKETS:
            self._moved |= moved_months_of(self._by_id)
        numbers = {cells.text("employee_number") for cells in batch} - {""}
        erased = erased_people(numbers)
        self._pseudonyms = {n: person.pseudonym for n, person in erased.items()}
        self._unknown_numbers = staff.unknown_numbers(numbers - erased.keys())

    def outlet(self, cells: Cells) -> Outlet | None:
        outlet = self.outlets.get(cells.text("outlet_code"))
        if outlet is None:
            cells.fail("outlet_code", _("is no outlet: load the outlets first"))
        return outlet

    def ticket_day(self, cells: Cells, outlet: Outlet | None) -> date | None:
        """Return the trading day of a ticket; one whose month is closed is refused.

        Its roll-ups cannot be made anew once the other tickets of the month are gone.
        """
        day = cells.date("date")
        if outlet and day and (outlet.pk, day.replace(day=1)) in self._moved:
            cells.fail(
                "date",
                _(
                    "is in a month whose tickets were moved out: its figures are "
                    "final, and nothing more is taken for it"
                ),
            )
        return day

    def employee_number(self, cells: Cells) -> str:
        """Keep the number as sent; one that belongs to nobody is only a warning.

        For the number of somebody erased stands her pseudonym, so that a file sent
        again finds the rows that it made.
        """
        number = cells.text("employee_number", CODE_LENGTH)
        if number in self._unknown_numbers:
            cells.warn("employee_number", _("belongs to nobody; the row is kept"))
        return self._pseudonyms.get(number, number)

    def written(self, created: Sequence[F], updated: Sequence[F]) -> None:
        for row in (*created, *updated):
            outlet = self._by_id[row.outlet_id]
            self._days[outlet].add(self.day_of(row, outlet))

    def day_of(self, row: Any, outlet: Outlet) -> date:
        """Return the trading day of a row; tickets and transactions carry it."""
        return row.date

    def close(self) -> None:
        services.refresh_roll_ups(source=self.source, days=self._days)


def to_the_second(instant: datetime | None) -> datetime | None:
    return instant and instant.astimezone(UTC).replace(microsecond=0)


class Tickets(FlowKind[Ticket]):
    name = "tickets"
    model = Ticket
    source = roll_ups.TICKETS
    key = ("outlet_id", "ticket_no", "date")
    columns = (
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("ticket_no", required=True),
        Column("date", required=True),
        Column("arrived_at", required=True),
        Column("called_at"),
        Column("finished_at"),
        Column("abandoned_at"),
        Column("service"),
        Column("priority"),
        Column("employee_number"),
    )
    instants = ("arrived_at", "called_at", "finished_at", "abandoned_at")

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet = self.outlet(cells)
        day = self.ticket_day(cells, outlet)
        values: dict[str, Any] = {
            "outlet_id": outlet and outlet.pk,
            "ticket_no": cells.text("ticket_no", CODE_LENGTH),
            "date": day,
            "service": cells.text("service", SERVICE_LENGTH),
            "priority": cells.choice("priority", PRIORITIES),
            "employee_number": self.employee_number(cells),
        }
        if outlet is not None:
            for name in self.instants:
                values[name] = to_the_second(cells.instant(name, outlet.zone))
        if outlet is not None and not cells.bad:
            _check_order(values, cells)
            _check_day(day, values["arrived_at"].astimezone(outlet.zone), cells)
        return values

    def _merge(self, row: Ticket, values: Mapping[str, Any], cells: Cells) -> Outcome:
        """Check the times that row and file give together, before they are merged."""
        if row.by_events:
            self._refuse_change(row, values, cells)
            return Outcome.REJECTED if cells.bad else Outcome.UNCHANGED
        together = {name: values[name] or getattr(row, name) for name in self.instants}
        _check_order(together, cells)
        return Outcome.REJECTED if cells.bad else super()._merge(row, values, cells)

    @staticmethod
    def _refuse_change(row: Ticket, values: Mapping[str, Any], cells: Cells) -> None:
        """A ticket that is told from its events changes with them only."""
        for name, value in values.items():
            if value not in (None, "") and getattr(row, name) != value:
                cells.fail("ticket_no", _("comes event by event: send its events"))
                return


def _check_order(times: Mapping[str, Any], cells: Cells) -> None:
    arrived, called = times["arrived_at"], times["called_at"]
    finished, abandoned = times["finished_at"], times["abandoned_at"]
    if called and abandoned:
        cells.fail(
            "abandoned_at", _("a ticket is either called or abandoned, not both")
        )
    if called and called < arrived:
        cells.fail("called_at", _("is before arrived_at"))
    if abandoned and abandoned < arrived:
        cells.fail("abandoned_at", _("is before arrived_at"))
    if finished and not called:
        cells.fail("finished_at", _("is given without called_at"))
    if finished and called and finished < called:
        cells.fail("finished_at", _("is before called_at"))


def _check_day(day: date | None, arrived: datetime, cells: Cells) -> None:
    """Doubt a trading day on which, or in whose night, nobody arrived."""
    if day is not None and arrived.date() - day not in (timedelta(), timedelta(days=1)):
        cells.warn("date", _("is not the trading day of arrived_at; kept as sent"))


class Counts(FlowKind[DoorCount]):
    name = "counts"
    model = DoorCount
    source = roll_ups.COUNTS
    key = ("outlet_id", "start", "minutes")
    columns = (
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("start", required=True),
        Column("minutes", required=True),
        Column("people", required=True),
    )

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet = self.outlet(cells)
        start = cells.instant("start", outlet.zone) if outlet else None
        return {
            "outlet_id": outlet and outlet.pk,
            "start": to_the_second(start),
            "minutes": cells.integer("minutes", least=1, most=MINUTES_PER_DAY),
            "people": cells.integer("people", least=0),
        }

    def day_of(self, row: Any, outlet: Outlet) -> date:
        return trading_day(row.start, outlet.zone, outlet.day_starts_at)


class Boards(FlowKind[BoardReading]):
    name = "boards"
    model = BoardReading
    source = roll_ups.BOARDS
    key = ("outlet_id", "service", "at")
    columns = (
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("service", required=True),
        Column("at", required=True),
        Column("people_waiting", required=True),
        Column("wait_minutes", required=True),
    )

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet = self.outlet(cells)
        at = cells.instant("at", outlet.zone) if outlet else None
        return {
            "outlet_id": outlet and outlet.pk,
            "service": cells.text("service", SERVICE_LENGTH),
            "at": to_the_second(at),
            "people_waiting": cells.integer("people_waiting", least=0),
            "wait_minutes": cells.integer("wait_minutes", least=0),
        }

    def day_of(self, row: Any, outlet: Outlet) -> date:
        return trading_day(row.at, outlet.zone, outlet.day_starts_at)


class Transactions(FlowKind[Transaction]):
    name = "transactions"
    model = Transaction
    source = roll_ups.VOLUMES
    key = ("outlet_id", "date", "employee_number", "service")
    columns = (
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("date", required=True),
        Column("employee_number"),
        Column("service", required=True),
        Column("quantity", required=True),
        Column("amount"),
    )

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet = self.outlet(cells)
        return {
            "outlet_id": outlet and outlet.pk,
            "date": cells.date("date"),
            "employee_number": self.employee_number(cells),
            "service": cells.text("service", SERVICE_LENGTH),
            "quantity": cells.integer("quantity", least=0),
            "amount": cells.decimal("amount", least=-(10**11), most=10**11),
        }


KINDS = (Tickets, Counts, Boards, Transactions)
