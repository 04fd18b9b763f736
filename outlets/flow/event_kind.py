"""Ticket events, from files and bulk calls: stored as sent, and told as tickets."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from outlets.exchange.cells import Cells
from outlets.exchange.kinds import Column
from outlets.flow import roll_ups
from outlets.flow.events import Course, Event, Happening, course_of
from outlets.flow.kinds import PRIORITIES, FlowKind, to_the_second
from outlets.flow.models import SERVICE_LENGTH, Ticket, TicketEvent
from outlets.places.models import CODE_LENGTH

TicketKey = tuple[int, date, str]
READ_AT_ONCE = 500
_TOLD = (
    *("arrived_at", "called_at", "finished_at", "abandoned_at"),
    *("no_show", "service", "priority", "employee_number"),
)


class TicketEvents(FlowKind[TicketEvent]):
    """Events may come late and in any order; one before its arrival waits for it."""

    name = "ticket_events"
    model = TicketEvent
    source = roll_ups.TICKETS
    key = ("uuid",)
    columns = (
        Column("uuid", required=True),
        Column("outlet_code", required=True, attr="outlet_id"),
        Column("ticket_no", required=True),
        Column("date", required=True),
        Column("event", required=True),
        Column("at", required=True),
        Column("service"),
        Column("priority"),
        Column("employee_number"),
        Column("counter"),
    )

    def open(self) -> None:
        super().open()
        self._touched: set[TicketKey] = set()

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        super().read_ahead(batch)
        numbers = {cells.text("ticket_no") for cells in batch}
        whole = Ticket.objects.filter(
            outlet__in=self.outlets.values(), ticket_no__in=numbers, by_events=False
        )
        self._whole = set(whole.values_list("outlet_id", "date", "ticket_no"))

    def clean(self, cells: Cells) -> dict[str, Any]:
        outlet = self.outlet(cells)
        at = cells.instant("at", outlet.zone) if outlet else None
        values = {
            "uuid": cells.uuid("uuid"),
            "outlet_id": outlet and outlet.pk,
            "ticket_no": cells.text("ticket_no", CODE_LENGTH),
            "date": self.ticket_day(cells, outlet),
            "event": cells.choice("event", tuple(Happening)),
            "at": to_the_second(at),
            "service": cells.text("service", SERVICE_LENGTH),
            "priority": cells.choice("priority", PRIORITIES),
            "employee_number": self.employee_number(cells),
            "counter": cells.text("counter", CODE_LENGTH),
        }
        if (values["outlet_id"], values["date"], values["ticket_no"]) in self._whole:
            cells.fail("ticket_no", _("came as a whole ticket, not event by event"))
        return values

    def written(
        self, created: Sequence[TicketEvent], updated: Sequence[TicketEvent]
    ) -> None:
        for row in (*created, *updated):
            self._touched.add((row.outlet_id, row.date, row.ticket_no))
        super().written(created, updated)

    def close(self) -> None:
        tell_tickets(self._touched)
        super().close()


def tell_tickets(keys: set[TicketKey]) -> None:
    """Tell these tickets anew from all their events.

    The caller holds the lock of their outlets and refreshes the roll-ups of the days.
    """
    days: dict[tuple[int, date], set[str]] = defaultdict(set)
    for outlet_id, day, number in keys:
        days[outlet_id, day].add(number)
    for (outlet_id, day), numbers in sorted(days.items()):
        ordered = sorted(numbers)
        for start in range(0, len(ordered), READ_AT_ONCE):
            _tell_day(outlet_id, day, ordered[start : start + READ_AT_ONCE])


def _tell_day(outlet_id: int, day: date, numbers: Sequence[str]) -> None:
    events: dict[str, list[Event]] = defaultdict(list)
    rows = TicketEvent.objects.filter(
        outlet_id=outlet_id, date=day, ticket_no__in=numbers
    )
    for row in rows:
        events[row.ticket_no].append(row.as_event())
    there = {
        ticket.ticket_no: ticket
        for ticket in Ticket.objects.filter(
            outlet_id=outlet_id, date=day, ticket_no__in=numbers
        )
    }
    new, changed = [], []
    for number, its_events in events.items():
        course = course_of(its_events)
        if course is None:
            continue
        ticket = there.get(number)
        if ticket is None:
            ticket = Ticket(
                outlet_id=outlet_id, date=day, ticket_no=number, by_events=True
            )
            new.append(ticket)
        else:
            changed.append(ticket)
        _take_over(ticket, course)
    Ticket.objects.bulk_create(new)
    Ticket.objects.bulk_update(changed, _TOLD)


def _take_over(ticket: Ticket, course: Course) -> None:
    for name in _TOLD:
        setattr(ticket, name, getattr(course, name))
