"""Whom a mark is about: told by the ticket, or by who was at the counter. Never asked.

Nothing that a pad or a page sends has a part in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from evaluations.feedback.models import Counter, CounterStint, NamedBy
from outlets.flow.desk.line import AT_A_COUNTER, Standing, State, standing_of
from outlets.flow.events import Happening
from outlets.flow.models import TicketEvent
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.people.models import Employee
from staffing.people.selectors import AssignmentBook
from staffing.rosters.models import RosterDay


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer's visit as the system knows it; `arrival` None: no ticket."""

    on: date
    employee_id: int | None
    named_by: NamedBy
    arrival: UUID | None = None
    ticket_no: str = ""


def visit_at(counter: Counter, at: datetime) -> Visit:
    """Return whose customer stood at a counter at a moment."""
    outlet = counter.outlet
    on = trading_day(at, outlet.zone, outlet.day_starts_at)
    standing = _ticket_at(counter, on, at)
    if standing is not None:
        return _visit(outlet, on, standing)
    stints = CounterStint.objects.filter(counter=counter, begins_at__lte=at)
    stint = stints.filter(Q(ends_at=None) | Q(ends_at__gt=at)).first()
    if stint is None:
        return Visit(on, None, NamedBy.NOBODY)
    return Visit(on, stint.employee_id, NamedBy.COUNTER)


def visit_of(arrival: TicketEvent) -> tuple[Visit, State] | None:
    """Return the visit of a ticket and how it stands; None: nothing tells."""
    outlet = arrival.outlet
    standing = _standing(outlet, arrival.date, arrival.ticket_no)
    if standing is None:
        return None
    return _visit(outlet, arrival.date, standing), standing.state


def _ticket_at(counter: Counter, on: date, at: datetime) -> Standing | None:
    """Return the ticket that was at a counter at a moment, or left it just before."""
    calls = TicketEvent.objects.filter(
        outlet=counter.outlet_id,
        date=on,
        event=Happening.CALL,
        counter=counter.name,
        at__lte=at,
    )
    call = calls.order_by("-at", "-id").first()
    if call is None:
        return None
    standing = _standing(counter.outlet, on, call.ticket_no, until=at)
    if standing is None or standing.counter != counter.name:
        return None
    over = standing.state is State.FINISHED
    just_now = at - standing.since <= settings.FEEDBACK_TICKET_LASTS
    return standing if standing.state in AT_A_COUNTER or over and just_now else None


def _standing(
    outlet: Outlet, on: date, number: str, until: datetime | None = None
) -> Standing | None:
    rows = TicketEvent.objects.filter(outlet=outlet, date=on, ticket_no=number)
    if until is not None:
        rows = rows.filter(at__lte=until)
    return standing_of(number, [row.as_event() for row in rows.order_by("at", "id")])


def _visit(outlet: Outlet, on: date, standing: Standing) -> Visit:
    employee_id = works_there(standing.employee_number, outlet, on)
    return Visit(
        on=on,
        employee_id=employee_id,
        named_by=NamedBy.NOBODY if employee_id is None else NamedBy.TICKET,
        arrival=UUID(standing.key),
        ticket_no=standing.number,
    )


def works_there(number: str, outlet: Outlet, on: date) -> int | None:
    """Return the id of who has a number, if she worked at the outlet on that day."""
    found = (
        Employee.objects.filter(number=number) if number else Employee.objects.none()
    )
    employee_id = found.values_list("pk", flat=True).first()
    if employee_id is None:
        return None
    if AssignmentBook([employee_id]).outlet_id(employee_id, on) == outlet.pk:
        return employee_id
    lent = RosterDay.objects.filter(employee=employee_id, outlet=outlet, on=on)
    return employee_id if lent.exists() else None
