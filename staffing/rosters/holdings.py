"""What rosters hold about a person, and how long."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from staffing.people.models import Employee
from staffing.people.personal.keeping import RetentionKind, delete_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.rosters import asking_holdings
from staffing.rosters.asking_holdings import ROSTERS
from staffing.rosters.models import (
    AreaOwner,
    Leave,
    PlannedDay,
    RosterChange,
    RosterDay,
    Search,
    Swap,
    Wish,
    first_of_month,
)

AREAS = "areas_owned"
_AREA = ("on", "outlet__code", "area", "at")
_COLUMNS = ("on", "shift__code", "absence", "outlet__code")


def _days(employee: Employee) -> QuerySet[RosterDay]:
    return RosterDay.objects.filter(employee=employee)


def _areas(employee: Employee) -> QuerySet[AreaOwner]:
    return AreaOwner.objects.filter(employee=employee)


def _expire(cut_off: date, action: Action, limit: int) -> int:
    old: tuple[QuerySet[Any], ...] = (
        RosterDay.objects.filter(on__lt=cut_off),
        AreaOwner.objects.filter(on__lt=cut_off),
        Leave.objects.filter(last_on__lt=cut_off),
        Swap.objects.filter(on__lt=cut_off, other_on__lt=cut_off),
        Wish.objects.filter(on__lt=cut_off),
        RosterChange.objects.filter(on__lt=cut_off),
        PlannedDay.objects.filter(on__lt=cut_off),
        # Whose cells are all old: a month that has the cut-off in it stays.
        Search.objects.filter(roster__month__lt=first_of_month(cut_off)),
    )
    gone = 0
    for rows in old:
        gone += delete_oldest(rows, max(limit - gone, 0))
    return gone


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
AREA_HOLDING = Holding(
    code=AREAS,
    label=_("Areas that you answered for"),
    about=_(
        "Of which area of an outlet you were said to be the owner, and since when."
    ),
    columns=_AREA,
    rows_of=columns_of(_areas, *_AREA),
    erased=_("They stay under the pseudonym until their time is over."),
    covers=frozenset({"rosters.AreaOwner.employee"}),
    retention=ROSTERS,
)
HOLDINGS = (HOLDING, AREA_HOLDING, *asking_holdings.HOLDINGS)
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
