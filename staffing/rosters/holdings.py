"""What rosters hold about a person, and how long."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from staffing.people.models import Employee
from staffing.people.personal.keeping import RetentionKind, delete_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.rosters.models import RosterDay

ROSTERS = "roster_days"
_COLUMNS = ("on", "shift__code", "absence", "outlet__code")


def _days(employee: Employee) -> QuerySet[RosterDay]:
    return RosterDay.objects.filter(employee=employee)


def _expire(cut_off: date, action: Action, limit: int) -> int:
    return delete_oldest(RosterDay.objects.filter(on__lt=cut_off), limit)


HOLDING = Holding(
    code=ROSTERS,
    label=_("Rosters"),
    about=_("Which shift you had on which day, or that you were off or on leave."),
    columns=_COLUMNS,
    rows_of=columns_of(_days, *_COLUMNS),
    erased=_("They stay under the pseudonym until their time is over."),
    covers=frozenset({"rosters.RosterDay.employee"}),
    retention=ROSTERS,
)
KIND = RetentionKind(
    code=ROSTERS,
    label=_("Rosters"),
    why=_(
        "Checked days are compared with shifts, and a dispute about them comes within "
        "three years; who was on leave is nobody's business later."
    ),
    months=36,
    actions=(Action.DELETE, Action.KEEP),
    apply=_expire,
    judged=True,
)
