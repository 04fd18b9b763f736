"""What is held about who taps on a floor: her reports, and her words in them."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import FloorTap
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.keeping import RetentionKind, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WORDS = "floor_words"
_TAP = ("uuid", "outlet__code", "on", "topic", "step", "place", "observed_at", "note")


def _taps(employee: Employee) -> QuerySet[FloorTap]:
    return FloorTap.objects.filter(by__employee=employee)


def _taps_near(employee: Employee) -> QuerySet[FloorTap]:
    near = FloorTap.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(pk__in=_taps(employee).values("pk"))


HOLDINGS = (
    Holding(
        code="floor_taps",
        label=_("Reports from the floor"),
        about=_(
            "Spills, faults and trial devices that you reported or confirmed, when, "
            "and in which words."
        ),
        columns=_TAP,
        rows_of=columns_of(_taps, *_TAP),
        words=frozenset({"note"}),
        changes=(clear(_taps, "note"), Strike(_taps_near, "note")),
        erased=_("Her words are cleared; that something was reported stays."),
        covers=frozenset({"checks.FloorTap.by", "checks.FloorTap.note"}),
        retention=WORDS,
    ),
)


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    """Clear what was written with reports before `cut_off`; the reports stay."""
    old = FloorTap.objects.filter(on__lt=cut_off).exclude(note="")
    return put_oldest(old, limit, note="")


KIND = RetentionKind(
    code=WORDS,
    label=_("Notes on reports from the floor"),
    why=_(
        "A note helps to mend what is broken. When something was broken or spilled "
        "stays: waits are read beside it."
    ),
    months=12,
    actions=(Action.PSEUDONYMISE, Action.KEEP),
    apply=_expire_words,
)
