"""What the ledger says of red lines: holds while nothing is decided, then bars."""

from collections.abc import Iterator
from datetime import date

from evaluations.complaints.models import RedLineFile
from evaluations.complaints.models.red_lines import Finding, LiablePart, RedLineParty
from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from staffing.people.models import User

SOURCE, COMPONENT = "red_lines", "red_line"


def post(file: RedLineFile, by: User, reason: str) -> None:
    """Post what a file says now; what it said before is reversed."""
    lines = list(file_lines(file))
    put(
        source=SOURCE,
        lines=lines,
        withdrawn=() if lines else (file.file_no,),
        by=by,
        reason=reason,
    )


def file_lines(file: RedLineFile) -> Iterator[Line]:
    """Yield what the ledger shall say: a hold while undecided, a bar once a breach.

    Who did it or ordered it is barred for good from the day of the decision; who hid
    or shielded it from the month, quarter and year of that day.
    """
    for party in file.parties.order_by("pk"):
        if not party.finding:
            yield _entry(file, party, EntryKind.HOLD, party.named_on)
        elif party.finding == Finding.BREACH and party.decided_on is not None:
            for scope in _scopes(party.part, party.decided_on):
                yield _entry(file, party, EntryKind.BAR, party.decided_on, scope)


def _scopes(part: str, on: date) -> tuple[str, ...]:
    if part != LiablePart.SHIELDED:
        return ("",)
    within = (Period.month_of, Period.quarter_of, Period.year_of)
    return tuple(period_of(on).code for period_of in within)


def _entry(
    file: RedLineFile, party: RedLineParty, kind: str, on: date, scope: str = ""
) -> Line:
    return Line(
        source_id=file.file_no,
        component=COMPONENT,
        on=on,
        employee_id=party.employee_id,
        outlet_id=file.outlet_id,
        kind=kind,
        scope=scope,
    )


def settle(until: date) -> int:
    """Return 0: what is decided is posted with the decision, and nothing waits."""
    return 0
