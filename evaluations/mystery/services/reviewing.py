"""The agency looks through what its shoppers report, before anybody else does."""

from typing import Any
from uuid import UUID

from django.db import transaction

from evaluations.mystery.models import Report, ReportActionKind, ReportState, Visit
from evaluations.mystery.rules.stages import Action
from evaluations.mystery.services import refusals
from evaluations.mystery.services.steps import locked, note, require
from evaluations.mystery.services.visits import VisitOnRecord, enter_visit, wearer_of
from staffing.people.models import User


@transaction.atomic
def return_report(*, report: UUID, words: str, by: User) -> Report:
    """Give a report back to its shopper, with words; what she answered stays.

    Raises:
        Report.DoesNotExist: out of sight.
        PermissionDenied, ReportMoved: not for her to do, or not now.
        WordsNeeded: nothing was said.
    """
    row = _seen(report, by)
    require(Action.RETURN, row, by)
    if not words.strip():
        raise refusals.WordsNeeded
    row.state, row.points, row.out_of = ReportState.NEW, None, None
    row.save(update_fields=["state", "points", "out_of"])
    row.answers.update(points=None, out_of=None)
    note(row, ReportActionKind.RETURN, by=by, words=words)
    return row


@transaction.atomic
def approve_report(*, report: UUID, by: User) -> Report:
    """Pass a report on as a visit that the region checks; points stand as submitted.

    One that came back from the region changes the visit that it had become.

    Raises:
        Report.DoesNotExist: out of sight.
        PermissionDenied, ReportMoved: not for her to do, or not now.
        VisitOnRecord: the number is that of another visit.
        VisitReleased: the visit stands by now.
    """
    row = _seen(report, by)
    require(Action.APPROVE, row, by)
    row.visit = _enter(row, by) if row.visit is None else _change(row, row.visit)
    row.state = ReportState.REVIEWED
    row.save(update_fields=["state", "visit"])
    note(row, ReportActionKind.APPROVE, by=by)
    return row


def _enter(row: Report, by: User) -> Visit:
    visit = enter_visit(visit_no=row.number, by=by, **_told(row))
    if visit.released_at is not None or Report.objects.filter(visit=visit).exists():
        raise VisitOnRecord(visit_no=row.number)
    return visit


def _change(row: Report, visit: Visit) -> Visit:
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.released_at is not None:
        raise refusals.VisitReleased
    told = _told(row)
    if (visit.badge, visit.date) == (row.badge, row.visited_on):
        # Whose it is the region may have found out; what else points to somebody
        # was looked at when the report was sent.
        del told["employee"]
    for name, value in told.items():
        setattr(visit, name, value)
    visit.save(update_fields=list(told))
    return visit


def _told(row: Report) -> dict[str, Any]:
    """Return what a report says as a visit; whose badge it exactly is was met."""
    shopper = row.shopper
    return {
        "outlet": row.outlet,
        "employee": wearer_of(row.badge),
        "badge": row.badge,
        "date": row.visited_on,
        "agency": shopper.agency if shopper is not None else None,
        "points": row.points,
        "out_of": row.out_of,
        "comment": row.comment,
    }


def _seen(report: UUID, by: User) -> Report:
    return locked(Report.objects.visible_to(by).get(uuid=report).pk)
