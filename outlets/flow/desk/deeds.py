"""What is done at the desk: each deed is one event of a ticket, written once.

Every deed carries the uuid that the page gave to its form; the same again changes
nothing and answers the same. The outlet is locked, so that two tablets never call the
same customer.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format

from outlets.exchange.importer import load_values
from outlets.flow.desk.hall import Hall, read_hall, services_of, standing_at
from outlets.flow.desk.line import (
    CALLED_AGAIN,
    DEEDS,
    Standing,
    State,
    next_number,
)
from outlets.flow.desk.refusals import (
    DayIsOver,
    KeyUsed,
    NobodyWaits,
    NobodyWaitsForIt,
    NoServer,
    NotNow,
    SameService,
    StillServing,
    UnknownService,
    UnknownTicket,
)
from outlets.flow.desk.words import STATES, service_name
from outlets.flow.event_kind import TicketEvents
from outlets.flow.events import Happening
from outlets.flow.models import Priority, Ticket, TicketEvent
from outlets.flow.services import lock_outlets
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power, Viewer

# Of the numbers given out at a desk, so that they never meet those of a machine.
PREFIX = "D"
# The desk asks whether somebody is a priority customer, and not why.
PRIORITY_OF_DESK = Priority.WEAK


@transaction.atomic
def take_ticket(
    *,
    outlet: Outlet,
    service: str,
    priority: bool,
    key: UUID,
    by: Viewer,
    now: datetime,
) -> TicketEvent:
    """Give out the next ticket, and return its arrival."""
    _lock(outlet, by)
    day = trading_day(now, outlet.zone, outlet.day_starts_at)
    kind = PRIORITY_OF_DESK if priority else Priority.NONE
    if (before := _before(outlet, key, Happening.ARRIVE)) is not None:
        if (before.service, before.priority) != (service, kind):
            raise KeyUsed
        return before
    _check_service(outlet, day, service)
    mine = {"outlet": outlet, "date": day, "ticket_no__startswith": PREFIX}
    taken = {
        *Ticket.objects.filter(**mine).values_list("ticket_no", flat=True),
        *TicketEvent.objects.filter(**mine).values_list("ticket_no", flat=True),
    }
    return _write(
        outlet,
        day=day,
        number=next_number(taken, PREFIX),
        what=Happening.ARRIVE,
        at=now,
        key=key,
        by=by,
        service=service,
        priority=kind,
    )


@transaction.atomic
def call_next(
    *,
    outlet: Outlet,
    service: str,
    employee_number: str,
    counter: str,
    key: UUID,
    by: Viewer,
    now: datetime,
) -> TicketEvent:
    """Call whoever is next in line, or next for a service, to a counter.

    `service` empty: whatever she came for. A server has one customer at a time.
    """
    _lock(outlet, by)
    if (before := _before(outlet, key, Happening.CALL)) is not None:
        return before
    hall = read_hall(outlet, now)
    _check_free(hall, employee_number)
    chosen = _next(hall, service)
    return _write(
        outlet,
        day=hall.day,
        number=chosen.number,
        what=Happening.CALL,
        at=max(now, chosen.since),
        key=key,
        by=by,
        employee_number=employee_number,
        counter=counter,
    )


@transaction.atomic
def call_again(
    *,
    outlet: Outlet,
    day: date,
    number: str,
    employee_number: str,
    counter: str,
    key: UUID,
    by: Viewer,
    now: datetime,
) -> TicketEvent:
    """Call a ticket once more: to the same counter while it is called there.

    Who did not show and is there after all comes to this counter, before all who wait.
    """
    _lock(outlet, by)
    if (before := _before(outlet, key, Happening.CALL)) is not None:
        if (before.date, before.ticket_no) != (day, number):
            raise KeyUsed
        return before
    standing = _standing_of_today(outlet, day, number, now)
    if standing.state not in CALLED_AGAIN:
        raise NotNow(number=number, state=STATES[standing.state])
    if standing.state is State.CALLED:
        employee_number, counter = standing.employee_number, standing.counter
    else:
        _check_free(read_hall(outlet, now), employee_number)
    return _write(
        outlet,
        day=day,
        number=number,
        what=Happening.CALL,
        at=max(now, standing.since),
        key=key,
        by=by,
        employee_number=employee_number,
        counter=counter,
    )


@transaction.atomic
def mark_ticket(
    *,
    outlet: Outlet,
    day: date,
    number: str,
    what: Happening,
    key: UUID,
    by: Viewer,
    now: datetime,
    service: str = "",
) -> TicketEvent:
    """Start, finish, hand on or end a ticket of today, as `DEEDS` allows it.

    `service` is what she is handed on to, and empty for everything else. What is done
    counts for whoever called her.
    """
    _lock(outlet, by)
    if (before := _before(outlet, key, what)) is not None:
        if (before.date, before.ticket_no, before.service) != (day, number, service):
            raise KeyUsed
        return before
    standing = _standing_of_today(outlet, day, number, now)
    if standing.state not in DEEDS[what]:
        raise NotNow(number=number, state=STATES[standing.state])
    if what is Happening.TRANSFER:
        _check_service(outlet, day, service)
        if service == standing.service:
            raise SameService(number=number, service=service_name(service))
    return _write(
        outlet,
        day=day,
        number=number,
        what=what,
        at=max(now, standing.since),
        key=key,
        by=by,
        service=service,
        employee_number=standing.employee_number,
        counter=standing.counter,
    )


def _lock(outlet: Outlet, by: Viewer) -> None:
    """Lock the outlet against other writers of flow.

    Raises:
        Outlet.DoesNotExist: `by` may not record there; views ask before.
    """
    Outlet.objects.visible_to(by, Power.RECORD).get(pk=outlet.pk)
    lock_outlets([outlet.code])


def _before(outlet: Outlet, key: UUID, what: Happening) -> TicketEvent | None:
    """Return what was written under a key before; None: nothing."""
    event = TicketEvent.objects.filter(uuid=key).first()
    if event is not None and (event.outlet_id, event.event) != (outlet.pk, what):
        raise KeyUsed
    return event


def _standing_of_today(
    outlet: Outlet, day: date, number: str, now: datetime
) -> Standing:
    if day != trading_day(now, outlet.zone, outlet.day_starts_at):
        raise DayIsOver(day=date_format(day, "SHORT_DATE_FORMAT"))
    standing = standing_at(outlet, day, number)
    if standing is None:
        raise UnknownTicket(number=number)
    return standing


def _check_free(hall: Hall, employee_number: str) -> None:
    """Refuse a call by nobody, or by a server who has a customer."""
    if not employee_number:
        raise NoServer
    for standing in hall.called:
        if standing.employee_number == employee_number:
            raise StillServing(employee_number=employee_number, number=standing.number)


def _check_service(outlet: Outlet, day: date, service: str) -> None:
    services, _mean_s = services_of(outlet, day)
    if service not in services:
        raise UnknownService(service=service)


def _next(hall: Hall, service: str) -> Standing:
    if not hall.waiting:
        raise NobodyWaits
    for standing in hall.waiting:
        if service in ("", standing.service):
            return standing
    raise NobodyWaitsForIt(service=service_name(service))


def _write(
    outlet: Outlet,
    *,
    day: date,
    number: str,
    what: Happening,
    at: datetime,
    key: UUID,
    by: Viewer,
    **texts: str,
) -> TicketEvent:
    """Write one event the way every event comes in, with ticket and roll-ups."""
    kind = TicketEvents()
    kind.sender = by
    report = load_values(
        kind,
        [
            {
                "uuid": key,
                "outlet_code": outlet.code,
                "ticket_no": number,
                "date": day.isoformat(),
                "event": what.value,
                "at": at.isoformat(),
                **texts,
            }
        ],
    )
    if not report.taken:
        raise ValueError(f"{what} of {number} was refused by the kind that takes it")
    return TicketEvent.objects.get(uuid=key)
