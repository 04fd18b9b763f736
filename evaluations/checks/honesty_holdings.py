"""What honest checking holds about a person: live photos, flags, second judgements."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import (
    CheckPhoto,
    Flag,
    FlagState,
    PhotoRequest,
    Recheck,
    Retaken,
)
from evaluations.checks.selectors.live_photos import with_photos
from evaluations.checks.services.photos import delete_photos
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.keeping import (
    RetentionKind,
    day_begins,
    delete_oldest,
)
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

LIVE, FLAGS = "live_photos", "review_flags"
_FLAG = ("on", "outlet__code", "kind", "evidence", "state", "note", "settled_at")
_AGAIN = ("recheck__on", "recheck__outlet__code", "marks", "not_met", "judged_at")
_MADE = ("drawn_at", "outlet__code", "on", "finished_at")


def _requests(employee: Employee) -> QuerySet[PhotoRequest]:
    return PhotoRequest.objects.filter(employee=employee)


def _request_rows(employee: Employee) -> Iterator[Mapping[str, Any]]:
    rows = list(_requests(employee).select_related("outlet").order_by("on", "pk"))
    for asked in with_photos(rows):
        yield {
            "on": asked.request.on,
            "outlet": asked.request.outlet.code,
            "photo": asked.photo.uuid if asked.photo else None,
            "taken_at": asked.photo.taken_at if asked.photo else None,
        }


class _DeleteLivePhotos:
    """Delete the photos that were asked for of her, with their files."""

    def count(self, employee: Employee) -> int:
        return self._photos(employee).count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        return delete_photos(list(self._photos(employee)))

    def _photos(self, employee: Employee) -> QuerySet[CheckPhoto]:
        asked = _requests(employee).values("uuid")
        return CheckPhoto.objects.filter(check_uuid__in=asked)


def _flags(employee: Employee) -> QuerySet[Flag]:
    return Flag.objects.filter(author__employee=employee)


def _flags_looked_at(employee: Employee) -> QuerySet[Flag]:
    """Return those that somebody has looked at: before, there is nothing to tell."""
    return _flags(employee).exclude(state=FlagState.OPEN)


def _flags_near(employee: Employee) -> QuerySet[Flag]:
    near = Flag.objects.filter(outlet__in=outlets_of(employee))
    return near.exclude(pk__in=_flags(employee).values("pk"))


def _again(employee: Employee) -> QuerySet[Retaken]:
    """Return second judgements of her that may be read: those of finished samples."""
    return Retaken.objects.filter(
        check_record__employee=employee, recheck__finished_at__isnull=False
    )


def _made(employee: Employee) -> QuerySet[Recheck]:
    return Recheck.objects.filter(by__employee=employee)


HOLDINGS = (
    Holding(
        code=LIVE,
        label=_("Live photos asked for"),
        about=_("When you were drawn by lot for a photo, and whether one was taken."),
        columns=("on", "outlet", "photo", "taken_at"),
        rows_of=_request_rows,
        changes=(_DeleteLivePhotos(),),
        erased=_("The photos are deleted; that one was asked for stays."),
        covers=frozenset({"checks.PhotoRequest.employee"}),
        retention=LIVE,
    ),
    Holding(
        code=FLAGS,
        label=_("Review flags on checks you made"),
        about=_(
            "What a supervisor looked at in the checks that you made, and what came of "
            "it. No score rests on it. Who looked is left out."
        ),
        columns=_FLAG,
        rows_of=columns_of(_flags_looked_at, *_FLAG),
        words=frozenset({"note"}),
        changes=(clear(_flags, "note"), Strike(_flags_near, "note")),
        erased=_("What was said is cleared; the figures stay under the pseudonym."),
        covers=frozenset(
            {"checks.Flag.author", "checks.Flag.note", "checks.Flag.evidence"}
        ),
        retention=FLAGS,
    ),
    Holding(
        code="judged_again",
        label=_("Second judgements"),
        about=_(
            "When a supervisor judged you a second time to compare judges. It is in no "
            "score. Who judged is left out."
        ),
        columns=_AGAIN,
        rows_of=columns_of(_again, *_AGAIN),
        erased=_("The marks stay under the pseudonym."),
        covers=frozenset(
            {"checks.Retaken", "checks.Retaken.marks", "checks.Retaken.first_marks"}
        ),
    ),
    Holding(
        code="rechecks_made",
        label=_("Re-checks made"),
        about=_("When and where you judged again; whom and how is left out."),
        columns=_MADE,
        rows_of=columns_of(_made, *_MADE),
        erased=_("The pseudonym stands for her as the judge."),
        covers=frozenset({"checks.Recheck.by"}),
    ),
)


def _expire_live(cut_off: date, action: Action, limit: int) -> int:
    """Delete live photos that came before `cut_off`; that they were asked for stays."""
    old = CheckPhoto.objects.asked_for().filter(begun_at__lt=day_begins(cut_off))
    return delete_photos(list(old.order_by("pk")[:limit]))


def _expire_flags(cut_off: date, action: Action, limit: int) -> int:
    return delete_oldest(Flag.objects.filter(on__lt=cut_off), limit)


KINDS = (
    RetentionKind(
        code=LIVE,
        label=_("Live photos"),
        why=_("A face is kept only as long as a photo used twice is looked for."),
        months=3,
        actions=(Action.DELETE, Action.KEEP),
        apply=_expire_live,
        batch=100,
    ),
    RetentionKind(
        code=FLAGS,
        label=_("Review flags"),
        why=_("What was talked about is over once both have moved on."),
        months=24,
        actions=(Action.DELETE, Action.KEEP),
        apply=_expire_flags,
    ),
)
