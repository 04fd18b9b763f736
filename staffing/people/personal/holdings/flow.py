"""What flow holds about a person, under the number that the machines sent."""

from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from outlets.flow.deliveries import forget_deliveries
from outlets.flow.models import FlowAlert, ServerDay, Ticket, TicketEvent, Transaction
from outlets.flow.moving import move_out_tickets
from staffing.people.models import Employee
from staffing.people.personal.changes import Put
from staffing.people.personal.keeping import (
    RetentionKind,
    day_begins,
    delete_oldest,
)
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of

TICKETS = "flow_tickets"
_SERVED = ("outlet__code", "date", "called_at", "finished_at", "service")
_EVENT = ("outlet__code", "date", "event", "at", "service")
_SERVER_DAY = (
    "outlet__code",
    "date",
    "served",
    "with_service_time",
    "service_sum_s",
    "vip_served",
)
_TRANSACTION = ("outlet__code", "date", "service", "quantity", "amount")


def _by_number(model: Any, employee: Employee) -> QuerySet[Any]:
    """Flow knows her by the number that the machines sent."""
    return model.objects.filter(employee_number=employee.number)


def _renumbered(model: Any) -> Put:
    return Put(
        partial(_by_number, model), lambda pseudonym: {"employee_number": pseudonym}
    )


_FLOW_STAYS = _(
    "The figures stay with the outlet; her pseudonym stands for the number."
)

HOLDINGS = (
    Holding(
        code="served",
        label=_("Customers served"),
        about=_("When you called and finished which service; nothing about customers."),
        columns=_SERVED,
        rows_of=columns_of(partial(_by_number, Ticket), *_SERVED),
        changes=(_renumbered(Ticket),),
        erased=_FLOW_STAYS,
        covers=frozenset({"flow.Ticket.employee_number"}),
        retention=TICKETS,
    ),
    Holding(
        code="ticket_events",
        label=_("Customers dealt with"),
        about=_(
            "When you called, served, handed on or finished; nothing about customers."
        ),
        columns=_EVENT,
        rows_of=columns_of(partial(_by_number, TicketEvent), *_EVENT),
        changes=(_renumbered(TicketEvent),),
        erased=_FLOW_STAYS,
        covers=frozenset({"flow.TicketEvent.employee_number"}),
        retention=TICKETS,
    ),
    Holding(
        code="server_days",
        label=_("Days at the counter"),
        about=_("How many customers you served on each day, and for how long."),
        columns=_SERVER_DAY,
        rows_of=columns_of(partial(_by_number, ServerDay), *_SERVER_DAY),
        changes=(_renumbered(ServerDay),),
        erased=_FLOW_STAYS,
        covers=frozenset({"flow.ServerDay.employee_number"}),
    ),
    Holding(
        code="transactions",
        label=_("Transactions"),
        about=_("The business of each day under your number; amounts in yuan."),
        columns=_TRANSACTION,
        rows_of=columns_of(partial(_by_number, Transaction), *_TRANSACTION),
        changes=(_renumbered(Transaction),),
        erased=_FLOW_STAYS,
        covers=frozenset({"flow.Transaction.employee_number"}),
    ),
)


def _old_deliveries(cut_off: date, action: Action, limit: int) -> int:
    return forget_deliveries(before=cut_off, limit=limit)


def _old_tickets(cut_off: date, action: Action, limit: int) -> int:
    """Move out whole months of outlets; what cannot be proven stays, and is logged."""
    return len(move_out_tickets(before=cut_off, limit=limit).moved)


def _old_alerts(cut_off: date, action: Action, limit: int) -> int:
    old = FlowAlert.objects.filter(ended_at__lt=day_begins(cut_off))
    return delete_oldest(old, limit)


KINDS = (
    RetentionKind(
        code=TICKETS,
        label=_("Tickets and their events, by month and outlet"),
        why=_(
            "Every figure is read from roll-ups, which stay. A month goes to a file "
            "without the numbers of servers, once its roll-ups are proven equal."
        ),
        months=24,
        actions=(Action.DELETE, Action.KEEP),
        apply=_old_tickets,
        batch=20,
    ),
    RetentionKind(
        code="flow_alerts",
        label=_("Alerts of the floor that are over"),
        why=_("A month is compared with the same month of last year."),
        months=13,
        actions=(Action.DELETE, Action.KEEP),
        apply=_old_alerts,
    ),
    RetentionKind(
        code="flow_deliveries",
        label=_("Marks of delivered tickets, counts and transactions"),
        why=_("A machine sends again within days; three months are ample."),
        months=3,
        actions=(Action.DELETE,),
        apply=_old_deliveries,
    ),
)
