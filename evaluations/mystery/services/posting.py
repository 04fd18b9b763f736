"""Released visits in the ledger: one entry each, entered again after an appeal."""

from datetime import date

from django.db import transaction

from evaluations.ledger.services import Line, put
from evaluations.mystery.models import Visit
from staffing.people.models import User

SOURCE = COMPONENT = "mystery"
BATCH = 5000


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
            ordered = pending.order_by("date", "id").select_for_update(of=("self",))
            ids = list(ordered.values_list("pk", flat=True)[:BATCH])
            if not ids:
                return written
            written += _post(ids)


def post(visit: Visit, *, by: User, reason: str) -> int:
    """Make the ledger say at once what a visit says after a decision.

    What stood is reversed, and entered anew unless the visit is annulled; both carry
    who decided and why. Returns the entries written.
    """
    return _post([visit.pk], by=by, reason=reason)


def _post(ids: list[int], *, by: User | None = None, reason: str = "") -> int:
    rows = Visit.objects.filter(pk__in=ids).order_by("date", "id")
    visits = list(rows.select_related("agency", "report__shopper"))
    written = put(
        source=SOURCE,
        lines=[_line(row) for row in visits if row.annulled_at is None],
        withdrawn=[row.visit_no for row in visits if row.annulled_at is not None],
        by=by,
        reason=reason,
    )
    Visit.objects.filter(pk__in=ids).update(pending=False)
    return written


def _line(row: Visit) -> Line:
    return Line(
        source_id=row.visit_no,
        component=COMPONENT,
        on=row.date,
        employee_id=row.employee_id,
        outlet_id=row.outlet_id,
        points=row.points,
        out_of=row.out_of,
        rater=_rater(row),
    )


def _rater(row: Visit) -> str:
    """Return who judged: the shopper where one is known, else the agency."""
    report = getattr(row, "report", None)
    if report is not None and report.shopper is not None:
        return str(report.shopper.key)
    return row.agency.key if row.agency is not None else ""
