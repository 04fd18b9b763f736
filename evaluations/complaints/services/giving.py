"""Handing a task over: it waits for acceptance, and until then stays where it was."""

from evaluations.complaints.models import CaseEvent, Handling, HandlingState
from evaluations.complaints.services.refusals import (
    AboutThem,
    CannotAccept,
    NobodyToAsk,
    NotUpThePath,
)
from staffing.people.models import User


def offer(row: Handling, line: CaseEvent) -> None:
    """Ask one person, or one unit above the outlet.

    Raises:
        NobodyToAsk: neither is named, or both.
        AboutThem: the case is about that person.
        CannotAccept: the person has no account that opens.
        NotUpThePath: the unit does not stand above the outlet.
    """
    person, unit = line.person, line.unit
    if (person is None) == (unit is None):
        raise NobodyToAsk
    if person is not None:
        if person.pk == row.case.employee_id:
            raise AboutThem(name=person.name)
        account = User.objects.filter(employee=person, is_active=True).first()
        if account is None or not account.sight.employee_id:
            raise CannotAccept(number=person.number)
    if unit is not None and not row.case.outlet.region.path.startswith(unit.path):
        raise NotUpThePath(name=unit.name)
    row.task_person, row.task_unit = person, unit
    row.state = HandlingState.OFFERED


def accept(row: Handling, line: CaseEvent) -> None:
    line.person, line.unit = row.task_person, row.task_unit
    row.state = HandlingState.ASSIGNED


def back(row: Handling, line: CaseEvent) -> None:
    """Leave it with the first contact: declined, taken back or given back."""
    line.person, line.unit = row.task_person, row.task_unit
    row.task_person = row.task_unit = None
    row.state = HandlingState.OPEN
