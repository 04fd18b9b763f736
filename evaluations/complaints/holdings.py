"""What complaints hold about a person, and about who complained."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import Case, CaseKind
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.keeping import RetentionKind, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Guard, Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WORDS = "complaint_words"
_COLUMNS = (
    "case_no",
    "outlet__code",
    "received_at",
    "closed_at",
    "category",
    "kind",
    "verdict",
)


def _cases(employee: Employee) -> QuerySet[Case]:
    return Case.objects.filter(employee=employee)


def _near(employee: Employee) -> QuerySet[Case]:
    return Case.objects.filter(outlet__in=outlets_of(employee)).exclude(
        employee=employee
    )


def _undecided() -> Q:
    return Q(closed_at=None) | Q(kind=CaseKind.ATTITUDE, verdict="")


def _blocks(employee: Employee) -> Iterator[str]:
    for case in _cases(employee).filter(_undecided()).order_by("case_no"):
        yield gettext("Complaint %(case_no)s is not decided.") % {
            "case_no": case.case_no
        }


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    old = Case.objects.filter(on__lt=cut_off, pending=False).exclude(_undecided())
    return put_oldest(old.exclude(summary=""), limit, summary="")


HOLDING = Holding(
    code="complaints",
    label=_("Complaints"),
    about=_(
        "Cases about you and what was found. The summary is left out: it says in the "
        "customer's words who complained."
    ),
    columns=_COLUMNS,
    rows_of=columns_of(_cases, *_COLUMNS),
    changes=(clear(_cases, "summary"), Strike(_near, "summary")),
    erased=_("Case and verdict stay under the pseudonym; summaries are cleared."),
    covers=frozenset({"complaints.Case.employee", "complaints.Case.summary"}),
    retention=WORDS,
)
KIND = RetentionKind(
    code=WORDS,
    label=_("Summaries of complaints"),
    why=_(
        "They tell the customer's story and are read while a case can be reopened; "
        "kind, verdict and times stay."
    ),
    months=36,
    actions=(Action.PSEUDONYMISE, Action.KEEP),
    apply=_expire_words,
    judged=True,
)
GUARD = Guard(code="complaints", needs_from=lambda: None, blocks=_blocks)
