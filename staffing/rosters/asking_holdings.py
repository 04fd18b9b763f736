"""What is held about a person beside her roster: what she asked for, and changes."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from staffing.people.models import Employee
from staffing.people.personal.changes import Delete, Strike, clear
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of
from staffing.rosters.models import (
    CalendarFeed,
    Leave,
    PlannedDay,
    RosterChange,
    RosterState,
    Swap,
    Wish,
)

ROSTERS = "roster_days"
_UNDER_THE_PSEUDONYM = _("They stay under the pseudonym until their time is over.")
_LEAVE = (
    "first_on",
    "last_on",
    "outlet__code",
    "note",
    "state",
    "asked_at",
    "decided_at",
    "because",
)
_SWAP = (
    "outlet__code",
    "asked_by_you",
    "your_day",
    "your_shift",
    "other_day",
    "other_shift",
    "note",
    "state",
    "asked_at",
    "because",
)
_WISH = ("on", "outlet__code", "shift__code", "wanted", "said_at")
_CHANGE = ("on", "outlet__code", "before", "after", "kind", "why", "at", "seen_at")
_PLANNED = ("on", "roster__outlet__code", "shift__code", "absence")
_FEED = ("made_at", "read_at")


def _leaves(employee: Employee) -> QuerySet[Leave]:
    return Leave.objects.filter(employee=employee)


def _leaves_near(employee: Employee) -> QuerySet[Leave]:
    near = Leave.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(employee=employee)


def _swaps(employee: Employee) -> QuerySet[Swap]:
    return Swap.objects.filter(Q(asker=employee) | Q(colleague=employee))


def _swaps_near(employee: Employee) -> QuerySet[Swap]:
    near = Swap.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(Q(asker=employee) | Q(colleague=employee))


def _swap_rows(employee: Employee) -> Iterator[Mapping[str, Any]]:
    """Yield her side of each swap; what her colleague wrote is the colleague's."""
    for swap in _swaps(employee).select_related("outlet").iterator():
        asked = swap.asker_id == employee.pk
        sides = [(swap.on, swap.gives), (swap.other_on, swap.takes)]
        (day, shift), (other_day, other_shift) = sides if asked else sides[::-1]
        yield {
            "outlet__code": swap.outlet.code,
            "asked_by_you": asked,
            "your_day": day,
            "your_shift": shift,
            "other_day": other_day,
            "other_shift": other_shift,
            "note": swap.note if asked else "",
            "state": swap.state,
            "asked_at": swap.asked_at,
            "because": swap.because,
        }


def _wishes(employee: Employee) -> QuerySet[Wish]:
    return Wish.objects.filter(employee=employee)


def _changes(employee: Employee) -> QuerySet[RosterChange]:
    return RosterChange.objects.filter(employee=employee)


def _changes_near(employee: Employee) -> QuerySet[RosterChange]:
    near = RosterChange.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(employee=employee)


def _planned(employee: Employee) -> QuerySet[PlannedDay]:
    return PlannedDay.objects.filter(
        employee=employee, roster__state=RosterState.PUBLISHED
    )


def _feeds(employee: Employee) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(employee=employee)


HOLDINGS = (
    Holding(
        code="leaves",
        label=_("Leave"),
        about=_("Leave that you asked for, and what was decided."),
        columns=_LEAVE,
        rows_of=columns_of(_leaves, *_LEAVE),
        words=frozenset({"note", "because"}),
        changes=(
            clear(_leaves, "note", "because"),
            Strike(_leaves_near, "note"),
            Strike(_leaves_near, "because"),
        ),
        erased=_("Notes and reasons are cleared; days stay until their time is over."),
        covers=frozenset(
            {"rosters.Leave.employee", "rosters.Leave.note", "rosters.Leave.because"}
        ),
        retention=ROSTERS,
    ),
    Holding(
        code="swaps",
        label=_("Swaps of shifts"),
        about=_("Swaps that you asked for or were asked for, without the colleague."),
        columns=_SWAP,
        rows_of=_swap_rows,
        words=frozenset({"note", "because"}),
        changes=(
            clear(_swaps, "note", "because"),
            Strike(_swaps_near, "note"),
            Strike(_swaps_near, "because"),
        ),
        erased=_("Notes and reasons are cleared; days stay until their time is over."),
        covers=frozenset(
            {
                "rosters.Swap.asker",
                "rosters.Swap.colleague",
                "rosters.Swap.note",
                "rosters.Swap.because",
            }
        ),
        retention=ROSTERS,
    ),
    Holding(
        code="shift_wishes",
        label=_("Wishes for shifts"),
        about=_("Days and shifts that you said you would like."),
        columns=_WISH,
        rows_of=columns_of(_wishes, *_WISH),
        changes=(Delete(_wishes),),
        erased=_("They are deleted."),
        covers=frozenset({"rosters.Wish.employee"}),
        retention=ROSTERS,
    ),
    Holding(
        code="roster_changes",
        label=_("Changes of published days"),
        about=_("What was changed of your published days, and when you saw it."),
        columns=_CHANGE,
        rows_of=columns_of(_changes, *_CHANGE),
        words=frozenset({"why"}),
        changes=(clear(_changes, "why"), Strike(_changes_near, "why")),
        erased=_("Reasons are cleared; the rest stays under the pseudonym."),
        covers=frozenset({"rosters.RosterChange.employee", "rosters.RosterChange.why"}),
        retention=ROSTERS,
    ),
    Holding(
        code="planned_days",
        label=_("Days as they were planned"),
        about=_(
            "Your days as they were planned for months that have been published; what "
            "is still a draft is left out."
        ),
        columns=_PLANNED,
        rows_of=columns_of(_planned, *_PLANNED),
        erased=_UNDER_THE_PSEUDONYM,
        covers=frozenset({"rosters.PlannedDay.employee"}),
        retention=ROSTERS,
    ),
    Holding(
        code="calendar_feed",
        label=_("Address of your calendar"),
        about=_("When the secret address of your shifts was made and last read."),
        columns=_FEED,
        rows_of=columns_of(_feeds, *_FEED),
        changes=(Delete(_feeds),),
        erased=_("The address is closed."),
        covers=frozenset(
            {"rosters.CalendarFeed.employee", "rosters.CalendarFeed.key_hash"}
        ),
    ),
)
