"""What the signs of a day are read from: cards, photos, and what others saw."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from evaluations.checks.models import (
    Check,
    CheckMark,
    CheckPhoto,
    MarkKind,
    PhotoRequest,
    Retaken,
)
from evaluations.checks.signs import CardMarks, Elsewhere, Shot
from outlets.places.models import Outlet

# How far back a run is followed, and what others saw counts.
WEEKS = 8


def marks_by_person(checks: Iterable[Check]) -> CardMarks:
    """Return the marks of a card by person and round; marks and items are read."""
    return {
        (check.employee_id, check.slot): {
            m.item.code: m.mark for m in check.marks.all()
        }
        for check in checks
    }


def earlier_cards(
    outlet: Outlet, standard_id: int, by_id: int, before: date
) -> list[CardMarks]:
    """Return an author's cards of the weeks before a day, in order, with two queries.

    Days on which she checked nobody are no part of it: a run is of checked days.
    """
    rows = Check.objects.standing().filter(
        outlet=outlet,
        standard=standard_id,
        by=by_id,
        employee__isnull=False,
        score=None,
        on__gte=before - timedelta(weeks=WEEKS),
        on__lt=before,
    )
    days: dict[date, list[Check]] = defaultdict(list)
    for check in rows.prefetch_related("marks__item").in_order():
        days[check.on].append(check)
    return [marks_by_person(days[on]) for on in sorted(days)]


def seen_by_others(outlet: Outlet, standard_id: int, by_id: int, on: date) -> Elsewhere:
    """Return what others saw at the outlet under a standard in the weeks up to a day.

    Checks by another lead, and blind re-checks of whoever's.
    """
    since = on - timedelta(weeks=WEEKS)
    failed = CheckMark.objects.filter(check_record=OuterRef("pk"), mark=MarkKind.FAILED)
    rows = Check.objects.standing().filter(
        outlet=outlet,
        standard=standard_id,
        employee__isnull=False,
        by__isnull=False,
        score=None,
        on__range=(since, on),
    )
    rows = rows.exclude(by=by_id).order_by()
    checks = Elsewhere(rows.count(), rows.filter(Exists(failed)).count())
    again = Retaken.objects.judged().filter(
        check_record__outlet=outlet,
        check_record__standard=standard_id,
        check_record__on__range=(since, on),
    )
    marks = list(again.values_list("marks", flat=True))
    found = sum(MarkKind.FAILED.value in one.values() for one in marks)
    return checks + Elsewhere(len(marks), found)


def shots_of(photos: Iterable[CheckPhoto]) -> list[Shot]:
    return [
        Shot(str(photo.uuid), str(photo.check_uuid), photo.sha256, photo.phash)
        for photo in photos
        if photo.phash
    ]


def photos_since(outlet: Outlet, since: datetime) -> list[CheckPhoto]:
    """Return the outlet's whole photos of a time, in the order in which they came."""
    first = since.date()
    checks = Check.objects.filter(outlet=outlet, on__gte=first).values("uuid")
    asked = PhotoRequest.objects.filter(outlet=outlet, on__gte=first).values("uuid")
    rows = CheckPhoto.objects.complete().filter(
        Q(check_uuid__in=checks) | Q(check_uuid__in=asked), complete_at__gte=since
    )
    return list(rows.order_by("pk"))


def days_of(uuids: Iterable[UUID]) -> Mapping[UUID, date]:
    """Return the day of each check or request by its uuid, with two queries."""
    wanted = set(uuids)
    found: dict[UUID, date] = {}
    for rows in (Check.objects, PhotoRequest.objects):
        found |= dict(rows.filter(uuid__in=wanted).values_list("uuid", "on"))
    return found
