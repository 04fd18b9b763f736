"""What the ledger holds about a person."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.models import Entry
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

_COLUMNS = (
    "on",
    "outlet__code",
    "component",
    "kind",
    "points",
    "out_of",
    "n",
    "scope",
    "version",
    "reverses_id",
    "reason",
    "posted_at",
)


def _entries(employee: Employee) -> QuerySet[Entry]:
    return Entry.objects.filter(employee=employee).order_by("on", "id")


def _of_others(employee: Employee) -> QuerySet[Entry]:
    near = Entry.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(employee=employee).exclude(reason="")


HOLDING = Holding(
    code="ledger",
    label=_("Ledger entries"),
    about=_("Every line that counts towards your score; points in hundredths."),
    columns=_COLUMNS,
    rows_of=columns_of(_entries, *_COLUMNS),
    words=frozenset({"reason"}),
    # The database lets a reason be cleared, not rewritten: the whole text goes.
    changes=(clear(_entries, "reason"), Strike(_of_others, "reason", whole=True)),
    erased=_("The lines stay under the pseudonym; the words of a reason are cleared."),
    covers=frozenset(
        {
            "ledger.Entry.employee",
            "ledger.Entry.by",
            "ledger.Entry.reason",
            "ledger.Entry.rater",
        }
    ),
)
