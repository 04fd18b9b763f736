"""What tablets sent about a person: records that wait, and photos."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import Check, CheckPhoto, HeldCheck, HeldState
from evaluations.checks.services.photos import delete_photos
from staffing.people.models import Employee
from staffing.people.personal.changes import Put, Strike, clear
from staffing.people.personal.keeping import (
    RetentionKind,
    day_begins,
    delete_oldest,
)
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

WAITED, PHOTOS = "held_checks", "check_photos"
CHUNK = 500
_HELD = (
    *("uuid", "on", "outlet__code", "reason", "payload", "note", "state"),
    *("settled_because", "observed_at", "received_at"),
)
_PHOTO = ("uuid", "check", "item", "taken_at", "complete_at", "width", "height")


def _held(employee: Employee) -> QuerySet[HeldCheck]:
    """Return what came about her, also before the registry knew her."""
    return HeldCheck.objects.filter(Q(employee=employee) | Q(number=employee.number))


def _held_near(employee: Employee) -> QuerySet[HeldCheck]:
    near = HeldCheck.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(pk__in=_held(employee).values("pk"))


def _photos(employee: Employee) -> QuerySet[CheckPhoto]:
    checks = Check.objects.filter(employee=employee).values("uuid")
    held = _held(employee).values("uuid")
    return CheckPhoto.objects.filter(Q(check_uuid__in=checks) | Q(check_uuid__in=held))


def _photo_rows(employee: Employee) -> Iterator[Mapping[str, Any]]:
    for photo in _photos(employee).order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "uuid": photo.uuid,
            "check": photo.check_uuid,
            "item": photo.item,
            "taken_at": photo.taken_at,
            "complete_at": photo.complete_at,
            "width": photo.width,
            "height": photo.height,
        }


class _DeletePhotos:
    """Delete the photos of her checks, with their files."""

    def count(self, employee: Employee) -> int:
        return _photos(employee).count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        return delete_photos(list(_photos(employee)))


# Photos first: what follows cuts the threads by which they are found.
HOLDINGS = (
    Holding(
        code=PHOTOS,
        label=_("Photos of checks"),
        about=_(
            "Photos taken when you were checked: when, of which item, and how large. "
            "They are shown on the page of the check."
        ),
        columns=_PHOTO,
        rows_of=_photo_rows,
        changes=(_DeletePhotos(),),
        erased=_("The photos are deleted."),
        covers=frozenset({"checks.CheckPhoto", "checks.CheckPhoto.item"}),
        retention=PHOTOS,
    ),
    Holding(
        code=WAITED,
        label=_("Records that waited"),
        about=_(
            "What a tablet sent about you that could not be accepted as it came, and "
            "what was decided. Who sent it and who decided is left out."
        ),
        columns=_HELD,
        rows_of=columns_of(_held, *_HELD),
        words=frozenset({"note", "settled_because"}),
        changes=(
            clear(_held, "note", "settled_because"),
            Strike(_held_near, "note"),
            Strike(_held_near, "settled_because"),
            Put(_held, lambda pseudonym: {"number": pseudonym, "payload": {}}),
        ),
        erased=_("What it said is cleared; that it came stays under the pseudonym."),
        covers=frozenset(
            {
                "checks.HeldCheck.employee",
                "checks.HeldCheck.number",
                "checks.HeldCheck.payload",
                "checks.HeldCheck.note",
                "checks.HeldCheck.settled_because",
            }
        ),
        retention=WAITED,
    ),
)


def _expire_held(cut_off: date, action: Action, limit: int) -> int:
    """Delete what was decided before `cut_off`; what waits still waits."""
    decided = HeldCheck.objects.exclude(state=HeldState.WAITING)
    return delete_oldest(decided.filter(settled_at__lt=day_begins(cut_off)), limit)


def _expire_photos(cut_off: date, action: Action, limit: int) -> int:
    """Delete photos that came before `cut_off`, and what of others has come."""
    old = CheckPhoto.objects.of_checks().filter(begun_at__lt=day_begins(cut_off))
    return delete_photos(list(old.order_by("pk")[:limit]))


KINDS = (
    RetentionKind(
        code=WAITED,
        label=_("Records from tablets that waited"),
        why=_("Why a record was entered or dismissed is asked as long as its check."),
        months=36,
        actions=(Action.DELETE, Action.KEEP),
        apply=_expire_held,
        judged=True,
    ),
    RetentionKind(
        code=PHOTOS,
        label=_("Photos of checks"),
        why=_("A photo proves a failed item as long as the month can be disputed."),
        months=12,
        actions=(Action.DELETE, Action.KEEP),
        apply=_expire_photos,
        judged=True,
        batch=100,
    ),
)
