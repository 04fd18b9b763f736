"""What the handling of complaints holds about staff, and about customers."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import CaseEvent, CaseKind, Handling, HandlingState
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike, clear
from staffing.people.personal.keeping import RetentionKind, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

CONTACTS, LINES = "complaint_contacts", "complaint_lines"
_HANDLING = ("case__case_no", "case__outlet__code", "contact", "reason", "state")
_EVENT = ("handling__case__case_no", "at", "kind", "note", "answer")


def _owned(employee: Employee) -> QuerySet[Handling]:
    return Handling.objects.filter(
        Q(owner__employee=employee) | Q(task_person=employee)
    )


def _lines(employee: Employee) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(by__employee=employee)


def _lines_near(employee: Employee) -> QuerySet[CaseEvent]:
    near = CaseEvent.objects.filter(
        Q(handling__case__outlet__in=outlets_of(employee)) | Q(person=employee)
    )
    return near.exclude(pk__in=_lines(employee).values("pk"))


def _answers_about(employee: Employee) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(person=employee).exclude(answer="")


def _expire_contacts(cut_off: date, action: Action, limit: int) -> int:
    old = Handling.objects.filter(
        state=HandlingState.CLOSED, case__closed_on__lt=cut_off
    ).exclude(customer="", phone_tail="")
    return put_oldest(old, limit, customer="", phone_tail="")


def _expire_lines(cut_off: date, action: Action, limit: int) -> int:
    old = CaseEvent.objects.filter(
        handling__state=HandlingState.CLOSED, handling__case__closed_on__lt=cut_off
    ).exclude(note="", answer="")
    undecided = Q(handling__case__kind=CaseKind.ATTITUDE, handling__case__verdict="")
    return put_oldest(old.exclude(undecided), limit, note="", answer="")


HOLDINGS = (
    Holding(
        code="cases_handled",
        label=_("Complaints that you handled"),
        about=_("Cases that you logged or took over, without the customer."),
        columns=_HANDLING,
        rows_of=columns_of(_owned, *_HANDLING),
        erased=_("That she handled it stays under the pseudonym."),
        covers=frozenset(
            {
                "complaints.Handling.owner",
                "complaints.Handling.task_person",
                # The customer's, never in anybody's export.
                "complaints.Handling.customer",
                "complaints.Handling.phone_tail",
            }
        ),
        retention=CONTACTS,
    ),
    Holding(
        code="case_lines",
        label=_("What you wrote about complaints"),
        about=_("What you did to cases, when, and in which words."),
        columns=_EVENT,
        rows_of=columns_of(_lines, *_EVENT),
        words=frozenset({"note", "answer"}),
        changes=(
            clear(_lines, "note", "answer"),
            Put(_answers_about, lambda pseudonym: {"answer": ""}),
            Strike(_lines_near, "note"),
            Strike(_lines_near, "answer"),
        ),
        erased=_("Her words are cleared; what she did and when stays."),
        covers=frozenset(
            {
                "complaints.CaseEvent.by",
                "complaints.CaseEvent.person",
                "complaints.CaseEvent.note",
                "complaints.CaseEvent.answer",
            }
        ),
        retention=LINES,
    ),
)
KINDS = (
    RetentionKind(
        code=CONTACTS,
        label=_("Customers of complaints"),
        why=_(
            "How to address the customer and the end of the phone number serve the "
            "reply and a reopening soon after; the case does without."
        ),
        months=6,
        actions=(Action.PSEUDONYMISE, Action.KEEP),
        apply=_expire_contacts,
    ),
    RetentionKind(
        code=LINES,
        label=_("Words on the handling of complaints"),
        why=_(
            "They show why a verdict was given while it can be overturned; who did "
            "what and when stays."
        ),
        months=36,
        actions=(Action.PSEUDONYMISE, Action.KEEP),
        apply=_expire_lines,
        judged=True,
    ),
)
