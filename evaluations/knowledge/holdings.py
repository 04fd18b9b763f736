"""What knowledge tests hold about a person."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import (
    AbsenceDecision,
    Sitting,
    SittingQuestion,
    SittingState,
    TestResult,
)
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

_COLUMNS = ("uuid", "taken_on", "test", "score", "outlet__code")


def _results(employee: Employee) -> QuerySet[TestResult]:
    return TestResult.objects.filter(employee=employee)


_SITTING = (
    *("uuid", "week", "attempt", "outlet__code", "state"),
    *("started_at", "submitted_at", "score"),
)
_ANSWER = (
    *("sitting__uuid", "position", "version__question__code", "version__number"),
    *("given", "answered_at", "right"),
)


def _sittings(employee: Employee) -> QuerySet[Sitting]:
    return Sitting.objects.filter(employee=employee)


_DECISION = ("sitting__week", "excused", "reason", "at")


def _decisions(employee: Employee) -> QuerySet[AbsenceDecision]:
    return AbsenceDecision.objects.filter(sitting__employee=employee)


def _decisions_near(employee: Employee) -> QuerySet[AbsenceDecision]:
    near = AbsenceDecision.objects.filter(sitting__outlet__in=outlets_of(employee))
    return near.exclude(sitting__employee=employee)


def _answers(employee: Employee) -> QuerySet[SittingQuestion]:
    """Return what she answered in tests that are over: no file tells of one to come."""
    return SittingQuestion.objects.filter(
        sitting__employee=employee, sitting__state=SittingState.DONE
    )


_RESULTS = Holding(
    code="tests",
    label=_("Knowledge tests"),
    about=_("Your result in every test, in hundredths of a point."),
    columns=_COLUMNS,
    rows_of=columns_of(_results, *_COLUMNS),
    erased=_("The results stay under the pseudonym."),
    covers=frozenset(
        {"knowledge.TestResult.employee", "knowledge.TestResult.recorded_by"}
    ),
)

HOLDINGS = (
    _RESULTS,
    Holding(
        code="sittings",
        label=_("Weekly tests taken"),
        about=_("When you took each week's test, and its score in hundredths."),
        columns=_SITTING,
        rows_of=columns_of(_sittings, *_SITTING),
        erased=_("They stay under the pseudonym."),
        covers=frozenset({"knowledge.Sitting.employee"}),
    ),
    Holding(
        code="absences",
        label=_("Absences from weekly tests"),
        about=_("Whether an absence of yours was excused, and why."),
        columns=_DECISION,
        rows_of=columns_of(_decisions, *_DECISION),
        words=frozenset({"reason"}),
        changes=(clear(_decisions, "reason"), Strike(_decisions_near, "reason")),
        erased=_("They stay under the pseudonym; the reasons are cleared."),
        covers=frozenset(
            {
                "knowledge.AbsenceDecision.reason",
                "knowledge.AbsenceDecision.by",
            }
        ),
    ),
    Holding(
        code="answers",
        label=_("Answers in weekly tests"),
        about=_("What you answered to which question, and whether it was right."),
        columns=_ANSWER,
        rows_of=columns_of(_answers, *_ANSWER),
        erased=_("They stay under the pseudonym: the figures of questions need them."),
        covers=frozenset(
            {"knowledge.SittingQuestion", "knowledge.SittingQuestion.given"}
        ),
    ),
)
