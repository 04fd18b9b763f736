"""What mystery visits hold about a person."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Visit
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike, clear
from staffing.people.personal.keeping import RetentionKind, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WORDS = "visit_words"
_COLUMNS = (
    "visit_no",
    "date",
    "outlet__code",
    "points",
    "out_of",
    "comment",
    "released_at",
)


def _visits(employee: Employee) -> QuerySet[Visit]:
    return Visit.objects.filter(employee=employee)


def _released(employee: Employee) -> QuerySet[Visit]:
    """Nobody at the outlet learns of a visit before its release."""
    return _visits(employee).filter(released_at__isnull=False)


def _near(employee: Employee) -> QuerySet[Visit]:
    return Visit.objects.filter(outlet__in=outlets_of(employee)).exclude(
        employee=employee
    )


def _badges(employee: Employee) -> QuerySet[Visit]:
    """Whether or not the number on a badge was taken for hers."""
    return Visit.objects.filter(badge=employee.number)


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    old = Visit.objects.filter(date__lt=cut_off, pending=False).exclude(comment="")
    return put_oldest(old, limit, comment="")


HOLDING = Holding(
    code="visits",
    label=_("Mystery visits"),
    about=_(
        "Released visits that met you; points in hundredths. Agency and shopper are "
        "left out."
    ),
    columns=_COLUMNS,
    rows_of=columns_of(_released, *_COLUMNS),
    words=frozenset({"comment"}),
    changes=(
        clear(_visits, "comment"),
        Strike(_near, "comment"),
        Put(_badges, lambda pseudonym: {"badge": pseudonym}),
    ),
    erased=_("The points stay under the pseudonym; comments are cleared."),
    covers=frozenset(
        {
            "mystery.Visit.employee",
            "mystery.Visit.comment",
            "mystery.Visit.badge",
            "mystery.Visit.entered_by",
            "mystery.Visit.released_by",
        }
    ),
    retention=WORDS,
)
KIND = RetentionKind(
    code=WORDS,
    label=_("Comments of mystery visits"),
    why=_("They explain the points as long as an award can be disputed."),
    months=36,
    actions=(Action.PSEUDONYMISE, Action.KEEP),
    apply=_expire_words,
    judged=True,
)
