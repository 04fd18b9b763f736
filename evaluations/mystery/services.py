"""Mystery visits: entered, released, and posted to the ledger once released."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.services import Line, put
from evaluations.mystery.models import Visit
from evaluations.mystery.rules import rater_key
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee, User

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


@transaction.atomic
def enter_visit(
    *,
    visit_no: str,
    outlet: Outlet,
    employee: Employee | None,
    date: date,
    agency: str,
    points: int,
    out_of: int,
    comment: str,
    by: User,
) -> Visit:
    """Keep a visit, not yet released; `points` and `out_of` are in hundredths.

    Repeating a call with the same content changes nothing.
    """
    if employee is not None and employee.pk == by.sight.employee_id:
        raise VisitToOneself
    if date > timezone.localdate():
        raise VisitInTheFuture
    given = {
        "outlet": outlet,
        "employee": employee,
        "date": date,
        "agency": agency,
        "points": points,
        "out_of": out_of,
        "comment": comment,
    }
    visit, created = Visit.objects.get_or_create(
        visit_no=visit_no, defaults={**given, "entered_by": by, "released_at": None}
    )
    if not created and any(getattr(visit, name) != given[name] for name in given):
        raise VisitOnRecord(visit_no=visit_no)
    return visit


@transaction.atomic
def release_visit(*, visit_no: str, by: User) -> Visit:
    """Let the outlet see a visit, and let it count. A released one stays as it is.

    Raises:
        Visit.DoesNotExist: no such visit where `by` enters visits.
    """
    theirs = Visit.objects.filter(by.sight.outlets(Power.ENTER_VISITS, "outlet__"))
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
            rows = list(pending.order_by("date", "id").select_for_update()[:BATCH])
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
        rater=rater_key(row.agency),
    )
