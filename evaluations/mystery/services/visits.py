"""Mystery visits: entered, and released to the outlet."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import Visit
from evaluations.mystery.rules.stages import Action
from evaluations.mystery.services.checking import (
    ReleasedAlready,
    report_of,
    visit_to_check,
)
from evaluations.mystery.services.days import today_at, working_days_after
from evaluations.mystery.services.steps import note, require
from evaluations.mystery.services.telling import tell_of_release
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Agency, Employee, User


class VisitInTheFuture(DomainError):
    code = "visit_in_the_future"
    message = _("The visit lies in the future.")


class VisitToOneself(DomainError):
    code = "visit_to_oneself"
    message = _("Nobody enters a visit to herself.")


class VisitOnRecord(DomainError):
    code = "visit_on_record"
    message = _("A visit %(visit_no)s is already on record with other content.")


class NotTheirAgency(DomainError):
    code = "not_their_agency"
    message = _("Visits are entered for one's own agency only.")


def wearer_of(badge: str) -> Employee | None:
    """Return whose badge it exactly is; None: nobody's, or none was readable."""
    return Employee.objects.filter(number=badge).first() if badge else None


@transaction.atomic
def enter_visit(
    *,
    visit_no: str,
    outlet: Outlet,
    employee: Employee | None,
    badge: str = "",
    date: date,
    agency: Agency | None,
    points: int,
    out_of: int,
    comment: str,
    by: User,
) -> Visit:
    """Keep a visit, not yet released; `points` and `out_of` are in hundredths.

    Repeating a call with the same content changes nothing. For somebody of an agency
    the badge as written is the content, not whose it turned out to be: otherwise she
    could find that out by guessing.
    """
    if employee is not None and employee.pk == by.sight.employee_id:
        raise VisitToOneself
    if date > timezone.localdate():
        raise VisitInTheFuture
    outside = not by.sight.may(Power.ENTER_VISITS)
    if outside and (agency is None or agency.pk not in by.sight.agency_ids):
        raise NotTheirAgency
    given = {
        "outlet": outlet,
        "employee": employee,
        "badge": badge,
        "date": date,
        "agency": agency,
        "points": points,
        "out_of": out_of,
        "comment": comment,
    }
    visit, created = Visit.objects.get_or_create(
        visit_no=visit_no, defaults={**given, "entered_by": by, "released_at": None}
    )
    compared = set(given) - ({"employee"} if outside else {"badge"})
    if not created and any(getattr(visit, name) != given[name] for name in compared):
        raise VisitOnRecord(visit_no=visit_no)
    return visit


@transaction.atomic
def release_visit(*, visit_no: str, by: User) -> Visit:
    """Let the outlet see a visit, and let it count. A released one stays as it is.

    Raises:
        Visit.DoesNotExist: no such visit where `by` releases visits.
        PermissionDenied: she works or worked at the outlet.
        ReportMoved: it went back to the agency.
    """
    try:
        visit = visit_to_check(visit_no, by)
    except ReleasedAlready:
        return Visit.objects.get(visit_no=visit_no)
    report = report_of(visit)
    if report is not None:
        require(Action.RELEASE, report, by)
    visit.released_at, visit.released_by = timezone.now(), by
    visit.appeal_until = working_days_after(
        today_at(visit.outlet), settings.MYSTERY_APPEAL_DAYS, visit.outlet
    )
    visit.save(update_fields=["released_at", "released_by", "appeal_until"])
    if report is not None:
        note(report, Action.RELEASE, by=by)
    tell_of_release(visit)
    return visit
