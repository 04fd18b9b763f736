"""What complaints say in the ledger."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from evaluations.complaints.models import Case, CaseKind, Verdict
from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from staffing.people.models import User

SOURCE = "complaints"
ATTITUDE, WRONG_TRANSACTION = "attitude_complaint", "wrong_transaction"
UPHELD = "upheld_complaints"
BATCH = 5000


def concerns_ledger(kind: str, verdict: str) -> bool:
    """Tell whether a case of this kind and verdict says anything about a person."""
    return verdict == Verdict.UPHELD or (kind == CaseKind.ATTITUDE and not verdict)


def settle(until: date) -> int:
    """Post what pending cases received up to and including `until` say today.

    Returns the entries written. System task: it sees everything.
    """
    written = 0
    while True:
        with transaction.atomic():
            pending = Case.objects.filter(pending=True, on__lte=until)
            rows = list(pending.order_by("on", "id").select_for_update()[:BATCH])
            if not rows:
                return written
            said = {row.case_no: list(case_lines(row)) for row in rows}
            written += put(
                source=SOURCE,
                lines=[line for lines in said.values() for line in lines],
                withdrawn=[case_no for case_no, lines in said.items() if not lines],
            )
            Case.objects.filter(pk__in=[row.pk for row in rows]).update(pending=False)


def post_case(case: Case, *, by: User, reason: str) -> int:
    """Post at once what one case says now; return the entries written.

    Who decided and why stands in them, and in the reversals of what stood before.
    """
    lines = list(case_lines(case))
    written = put(
        source=SOURCE,
        lines=lines,
        withdrawn=() if lines else (case.case_no,),
        by=by,
        reason=reason,
    )
    Case.objects.filter(pk=case.pk).update(pending=False)
    case.pending = False
    return written


def case_lines(case: Case) -> Iterator[Line]:
    """Yield what the ledger shall say about one case.

    Without a person an upheld complaint counts for the outlet, and no more. With one,
    an upheld attitude complaint bars the month, the quarter and the year of receipt, an
    upheld wrong transaction the month. An attitude case without verdict is a hold. Each
    upheld complaint counts, whatever its kind.
    """
    if case.employee_id is None:
        if case.verdict == Verdict.UPHELD:
            yield _line(case, UPHELD)
        return
    if case.verdict == Verdict.UPHELD:
        yield _line(case, UPHELD)
        for component, scope in _bars(case):
            yield _line(case, component, kind=EntryKind.BAR, scope=scope)
    elif case.kind == CaseKind.ATTITUDE and not case.verdict:
        yield _line(case, ATTITUDE, kind=EntryKind.HOLD)


def _bars(case: Case) -> Iterator[tuple[str, str]]:
    if case.kind == CaseKind.ATTITUDE:
        for period_of in (Period.month_of, Period.quarter_of, Period.year_of):
            yield ATTITUDE, period_of(case.on).code
    elif case.kind == CaseKind.WRONG_TRANSACTION:
        yield WRONG_TRANSACTION, Period.month_of(case.on).code


def _line(
    case: Case, component: str, *, kind: str = EntryKind.SCORE, scope: str = ""
) -> Line:
    return Line(
        source_id=case.case_no,
        component=component,
        on=case.on,
        employee_id=case.employee_id,
        outlet_id=case.outlet_id,
        kind=kind,
        scope=scope,
    )
