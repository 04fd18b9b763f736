"""The region looks at a visit before the outlet may: whose it is, whether it stands."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Report, ReportState, Visit
from evaluations.mystery.rules.stages import Action
from evaluations.mystery.services.steps import locked, note, require, works_at
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User


class ReleasedAlready(DomainError):
    code = "visit_released"
    message = _("The visit is released: only an appeal changes it now.")


class NotThere(DomainError):
    code = "visit_person_elsewhere"
    message = _("Nobody with this number was assigned to the outlet on that day.")


class ReasonMissing(DomainError):
    code = "visit_reason_missing"
    message = _("Say in a few words why: the agency reads it.")


class NoReport(DomainError):
    code = "visit_without_report"
    message = _("This visit was entered by hand or from a file: enter it once more.")


def people_of_day(visit: Visit) -> QuerySet[Employee]:
    """Return who was assigned to the outlet on the day of the visit."""
    stints = Assignment.objects.on(visit.date).filter(outlet=visit.outlet_id)
    return Employee.objects.filter(pk__in=stints.values("employee"))


def visit_to_check(visit_no: str, by: User) -> Visit:
    """Return a visit that is not released, locked for writing after its report.

    Reviewing, handing over and calling off lock in that order too.

    Raises:
        Visit.DoesNotExist: `by` releases no visits there.
        PermissionDenied: she works or worked at the outlet.
        ReleasedAlready: the outlet knows of it.
    """
    theirs = Visit.objects.filter(by.sight.outlets(Power.RELEASE_VISITS, "outlet__"))
    report_of(theirs.get(visit_no=visit_no))
    rows = theirs.select_for_update(of=("self",)).select_related("outlet__region")
    visit = rows.get(visit_no=visit_no)
    if works_at(by, visit.outlet):
        raise PermissionDenied
    if visit.released_at is not None:
        raise ReleasedAlready
    return visit


def report_of(visit: Visit) -> Report | None:
    """Return the report that a visit was made from, locked; None: there is none."""
    found = Report.objects.filter(visit=visit).values_list("pk", flat=True).first()
    return None if found is None else locked(found)


@transaction.atomic
def attribute(*, visit_no: str, employee_number: str, words: str, by: User) -> Visit:
    """Say whose visit it is, before release; an empty number: the outlet's only.

    Raises:
        NotThere: nobody of that number was assigned there on that day.
        ReleasedAlready, Visit.DoesNotExist, PermissionDenied: as `visit_to_check`.
    """
    visit = visit_to_check(visit_no, by)
    employee = None
    if employee_number:
        employee = people_of_day(visit).filter(number=employee_number).first()
        if employee is None:
            raise NotThere
    report = report_of(visit)
    if report is not None:
        require(Action.ATTRIBUTE, report, by)
    if visit.employee_id != (employee and employee.pk):
        visit.employee = employee
        visit.save(update_fields=["employee"])
        if report is not None:
            note(report, Action.ATTRIBUTE, by=by, words=words)
    return visit


@transaction.atomic
def send_back(*, visit_no: str, words: str, by: User) -> Report:
    """Give a visit back to the agency before release, saying what is wrong with it.

    Raises:
        ReasonMissing: no words.
        NoReport: it was not made from a shopper's report.
        ReleasedAlready, Visit.DoesNotExist, PermissionDenied: as `visit_to_check`.
    """
    visit = visit_to_check(visit_no, by)
    if not words.strip():
        raise ReasonMissing
    report = report_of(visit)
    if report is None:
        raise NoReport
    require(Action.SEND_BACK, report, by)
    report.state = ReportState.SUBMITTED
    report.save(update_fields=["state"])
    note(report, Action.SEND_BACK, by=by, words=words)
    return report
