"""What knowledge tests hold about a person."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.knowledge.models import TestResult
from staffing.people.models import Employee
from staffing.people.personal.registry import Holding, columns_of

_COLUMNS = ("uuid", "taken_on", "test", "score", "outlet__code")


def _results(employee: Employee) -> QuerySet[TestResult]:
    return TestResult.objects.filter(employee=employee)


HOLDING = Holding(
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
