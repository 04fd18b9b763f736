"""Whom a case is about, and whether it is upheld; what follows is the ledger's."""

from datetime import date, timedelta

from evaluations.complaints.models import (
    CaseEvent,
    Contact,
    EventKind,
    Handling,
    HandlingState,
)
from evaluations.complaints.services.posting import post_case
from evaluations.complaints.services.refusals import (
    JudgedAlready,
    NobodyNamed,
    NobodyToAsk,
    NotFromHere,
    NotHeard,
    OnlyComplaints,
)
from outlets.places.models import Outlet
from staffing.people.models import Assignment, Employee
from staffing.rosters.models import RosterDay

# What a customer objects to may lie so far before the day she says so.
EARLIER = timedelta(days=92)


def require_from_here(person: Employee, outlet: Outlet, on: date) -> None:
    """Let a case be about nobody who did not work at its outlet around that day.

    A case holds or bars the person it names: nobody does that to a stranger.

    Raises:
        NotFromHere: she was neither assigned nor rostered there.
    """
    about = {"employee": person, "outlet": outlet}
    stints = Assignment.objects.overlapping(on - EARLIER, on).filter(**about)
    days = RosterDay.objects.filter(on__range=(on - EARLIER, on), **about)
    if not stints.exists() and not days.exists():
        raise NotFromHere(number=person.number)


def name(row: Handling, line: CaseEvent) -> None:
    """Say whom the case is about, or correct it as long as nothing is decided.

    What the ledger held against somebody named before is taken back.

    Raises:
        NobodyToAsk: nobody is named.
        JudgedAlready: there is a verdict.
        NotFromHere: she did not work at the outlet around that day.
    """
    if line.person is None:
        raise NobodyToAsk
    if row.case.verdict:
        raise JudgedAlready
    require_from_here(line.person, row.case.outlet, row.case.on)
    row.case.employee = line.person
    row.case.save(update_fields=["employee"])
    if row.task_person_id == line.person.pk:
        # Whom it is about does not go on handling it.
        row.task_person = None
        if row.state in (HandlingState.OFFERED, HandlingState.ASSIGNED):
            row.state = HandlingState.OPEN
    post_case(row.case, by=line.by, reason="named")


def judge(row: Handling, line: CaseEvent) -> None:
    """Say whether the complaint is upheld, on which evidence and after which answer.

    A verdict may be given anew: an overturned one lifts in the ledger what it barred,
    dated and with who overturned it.

    Raises:
        OnlyComplaints: it came in as something else.
        NobodyNamed: nobody is concerned.
        NotHeard: the person concerned has said nothing, and nobody says why.
    """
    case = row.case
    if row.contact != Contact.COMPLAINT:
        raise OnlyComplaints(contact=Contact(row.contact).label)
    if case.employee_id is None:
        raise NobodyNamed
    line.answer = line.answer.strip()
    heard = row.events.filter(kind=EventKind.ANSWER, by__employee=case.employee_id)
    if not line.answer and not heard.exists():
        raise NotHeard
    line.person = case.employee
    case.verdict = line.verdict
    case.save(update_fields=["verdict"])
    # The evidence stays with the case: the ledger is read by whom it is about.
    post_case(case, by=line.by, reason=line.verdict)
