"""Mystery visits: entered, released, and posted to the ledger once released."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.services import Line, put
from evaluations.mystery.models import Visit
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Agency, Employee, User

SOURCE = COMPONENT = "mystery"
BATCH = 5000


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
    """
    theirs = Visit.objects.filter(by.sight.outlets(Power.RELEASE_VISITS, "outlet__"))
    visit = theirs.select_for_update(of=("self",)).get(visit_no=visit_no)
    if visit.released_at is None:
        visit.released_at, visit.released_by = timezone.now(), by
        visit.save(update_fields=["released_at", "released_by"])
    return visit


def settle(until: date) -> int:
    """Post the released visits pending up to and including `until`, one entry each.

    Returns the entries written. System task: it sees everything.
    """
    written = 0
    while True:
        with transaction.atomic():
            pending = Visit.objects.filter(
                pending=True, date__lte=until, released_at__isnull=False
            )
            ordered = pending.select_related("agency").order_by("date", "id")
            rows = list(ordered.select_for_update(of=("self",))[:BATCH])
            if not rows:
                return written
            written += put(source=SOURCE, lines=[_line(row) for row in rows])
            Visit.objects.filter(pk__in=[row.pk for row in rows]).update(pending=False)


def _line(row: Visit) -> Line:
    return Line(
        source_id=row.visit_no,
        component=COMPONENT,
        on=row.date,
        employee_id=row.employee_id,
        outlet_id=row.outlet_id,
        points=row.points,
        out_of=row.out_of,
        rater=row.agency.key if row.agency is not None else "",
    )
