"""What corrective actions hold about a person: those she was to do, and her steps."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import ActionStep, CorrectiveAction
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

_TASK = ("uuid", "outlet__code", "task", "due_on", "state", "opened_at")
_STEP = ("at", "action__outlet__code", "action__uuid", "kind", "note")


def _owned(employee: Employee) -> QuerySet[CorrectiveAction]:
    return CorrectiveAction.objects.filter(owner=employee)


def _steps(employee: Employee) -> QuerySet[ActionStep]:
    return ActionStep.objects.filter(by__employee=employee)


def _near(employee: Employee) -> QuerySet[CorrectiveAction]:
    return CorrectiveAction.objects.filter(outlet__in=outlets_of(employee))


def _steps_near(employee: Employee) -> QuerySet[ActionStep]:
    near = ActionStep.objects.filter(action__outlet__in=outlets_of(employee))
    return near.exclude(pk__in=_steps(employee).values("pk"))


HOLDINGS = (
    Holding(
        code="actions_owned",
        label=_("Things to be put right"),
        about=_("What you were asked to put right, by when, and whether it was."),
        columns=_TASK,
        rows_of=columns_of(_owned, *_TASK),
        words=frozenset({"task"}),
        changes=(Strike(_near, "task"),),
        erased=_("The task stays under the pseudonym, without the name."),
        covers=frozenset(
            {"checks.CorrectiveAction.owner", "checks.CorrectiveAction.task"}
        ),
    ),
    Holding(
        code="action_steps",
        label=_("What was said about things put right"),
        about=_("What you reported, verified or sent back, and in which words."),
        columns=_STEP,
        rows_of=columns_of(_steps, *_STEP),
        words=frozenset({"note"}),
        changes=(clear(_steps, "note"), Strike(_steps_near, "note")),
        erased=_("Her words are cleared; that she took a step stays."),
        covers=frozenset({"checks.ActionStep.by", "checks.ActionStep.note"}),
    ),
)
