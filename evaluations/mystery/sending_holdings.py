"""What phones sent of a visit and could not become its report."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Sending
from evaluations.mystery.shopping_holdings import WORDS
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

_COLUMNS = ("report__number", "at", "held", "content")


def _about(employee: Employee) -> QuerySet[Sending]:
    return Sending.objects.held().filter(report__visit__employee=employee)


def _released(employee: Employee) -> QuerySet[Sending]:
    """Nobody at the outlet learns of a visit before its release."""
    return _about(employee).filter(report__visit__released_at__isnull=False)


def _near(employee: Employee) -> QuerySet[Sending]:
    near = Sending.objects.held().filter(report__outlet__in=outlets_of(employee))
    return near.exclude(pk__in=_about(employee).values("pk"))


HOLDING = Holding(
    code="visit_sendings",
    label=_("Reports of visits that were not taken"),
    about=_(
        "What a shopper's phone sent besides the report of a released visit that met "
        "you. Who sent it is left out."
    ),
    columns=_COLUMNS,
    rows_of=columns_of(_released, *_COLUMNS),
    words=frozenset({"content"}),
    changes=(clear(_about, "content"), Strike(_near, "content")),
    erased=_("What was sent is cleared."),
    covers=frozenset({"mystery.Sending.content"}),
    retention=WORDS,
)
