"""What targets hold about a person."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.targets.models import Target
from staffing.people.models import Employee
from staffing.people.personal.registry import Holding, columns_of

_COLUMNS = ("period", "kpi", "base", "challenge")


def _targets(employee: Employee) -> QuerySet[Target]:
    return Target.objects.filter(employee=employee)


HOLDING = Holding(
    code="targets",
    label=_("Targets"),
    about=_("What you were to reach, in hundredths of the KPI's unit."),
    columns=_COLUMNS,
    rows_of=columns_of(_targets, *_COLUMNS),
    erased=_("They stay under the pseudonym."),
    covers=frozenset({"targets.Target.employee"}),
)
