"""Whose report it is to fill in: the shopper's, or her agency's for her."""

from uuid import UUID

from evaluations.mystery.models import Report, ReportActionKind, ReportEvent, Shopper
from evaluations.mystery.models.reports import ReportQuerySet
from evaluations.mystery.rules.stages import Action, Part
from evaluations.mystery.services import refusals
from evaluations.mystery.services.steps import locked, parts_of, require
from staffing.people.models import User


def begun_by_shopper(report: Report) -> bool:
    """Tell whether the shopper herself has begun it, on her phone.

    What she began before it went to another, and came back, is forgotten.
    """
    shopper = report.shopper
    if shopper is None or shopper.user_id is None or report.version_id is None:
        return False
    given = report.events.filter(what=ReportActionKind.HAND_OVER).last()
    begun = report.events.filter(what=ReportActionKind.BEGIN, by=shopper.user_id)
    return begun.filter(pk__gt=given.pk if given is not None else 0).exists()


def find_theirs(report: UUID, by: User) -> Report:
    """Return a report that `by` carries out, has begun once, or enters.

    Raises:
        Report.DoesNotExist: none of these.
    """
    rows = Report.objects.filter(uuid=report)
    found = (
        rows.carried_by(by).first()
        or _begun_once(rows, by).first()
        or _of_agency(rows, by).first()
    )
    if found is None:
        raise Report.DoesNotExist
    return found


def theirs(report: UUID, by: User) -> Report:
    """Return it as `find_theirs`, its row locked until the transaction ends."""
    return locked(find_theirs(report, by).pk)


def may_fill(report: Report, by: User) -> Report:
    """Return a report, locked, if `by` may write in it now.

    Raises:
        PermissionDenied, ReportMoved, BegunByShopper, NotBegun: she may not.
    """
    row = theirs(report.uuid, by)
    require(entering(row, by), row, by)
    if row.version_id is None:
        raise refusals.NotBegun
    return row


def _of_agency(rows: ReportQuerySet, by: User) -> ReportQuerySet:
    return rows.visible_to(by).filter(shopper__agency__in=by.sight.agency_ids)


def _begun_once(rows: ReportQuerySet, by: User) -> ReportQuerySet:
    """Keep what a shopper had begun before it was given to another."""
    if not Shopper.objects.working(by).exists():
        return rows.none()
    begun = ReportEvent.objects.filter(what=ReportActionKind.BEGIN, by=by)
    return rows.filter(pk__in=begun.values("report"))


def entering(row: Report, by: User) -> Action:
    """Return what somebody does who fills in a report: her own, or a shopper's.

    Raises:
        BegunByShopper: an agency enters nothing that its shopper has begun.
    """
    if Part.SHOPPER in parts_of(row, by):
        return Action.SUBMIT
    if begun_by_shopper(row):
        raise refusals.BegunByShopper
    return Action.ENTER
