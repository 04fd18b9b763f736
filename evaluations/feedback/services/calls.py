"""Making a call-back: each try is a line, and the mark counts once."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from evaluations.feedback import asking
from evaluations.feedback.models import (
    CallAttempt,
    CallBack,
    CallState,
    Channel,
    NamedBy,
    Origin,
    Outcome,
    Rating,
)
from evaluations.feedback.services.cases import open_case
from evaluations.feedback.services.refusals import (
    CallIsOver,
    CaseNeedsWords,
    MarkMissing,
)
from outlets.places.rules import trading_day
from staffing.people.models import User

# After these nobody is called again.
_ENDS = frozenset({Outcome.DECLINED, Outcome.WRONG_NUMBER})


def opens_case(mark: int | None) -> bool:
    """Tell whether a mark is so low that a case is opened."""
    return mark is not None and mark <= settings.FEEDBACK_CASE_FROM


@transaction.atomic
def record_attempt(
    *,
    call: CallBack,
    key: UUID,
    outcome: str,
    by: User,
    now: datetime,
    mark: int | None = None,
    matter: str = "",
    follow_up: str = "",
    reason: str = "",
    subject: str = "",
) -> CallBack:
    """Write down one try; where the customer was reached, her mark counts.

    The same `key` again changes nothing. A low mark opens a case in the same
    transaction: neither is there without the other.

    Raises:
        CallBack.DoesNotExist: `by` does not make this call: it is about her, or
            elsewhere.
        CallIsOver: the customer was reached before, or is not called any more.
        MarkMissing: she was reached, and there is no mark.
        CaseNeedsWords: a low mark without matter, reason and subject.
    """
    rows = CallBack.objects.made_by(by).select_for_update(of=("self",))
    row = rows.select_related("outlet__region", "employee").get(pk=call.pk)
    if row.attempts.filter(key=key).exists():
        return row
    if row.state != CallState.WAITING:
        raise CallIsOver
    reached = outcome == Outcome.REACHED
    if reached and mark is None:
        raise MarkMissing
    low = reached and opens_case(mark)
    if low and not (matter.strip() and reason and subject):
        raise CaseNeedsWords
    CallAttempt.objects.create(
        call=row,
        key=key,
        at=now,
        by=by,
        outcome=outcome,
        in_window=asking.in_window(now.astimezone(row.outlet.zone)),
    )
    number = row.number
    if reached and mark is not None:
        _reached(row, mark, matter.strip(), follow_up.strip(), by, now)
        if low:
            row.case_no = open_case(
                row, reason=reason, subject=subject, number=number, by=by
            )
    elif outcome in _ENDS or row.attempts.count() >= settings.FEEDBACK_CALL_TRIES:
        row.state = CallState.GIVEN_UP
    if row.state != CallState.WAITING:
        row.number = ""
    row.save()
    return row


def _reached(
    row: CallBack, mark: int, matter: str, follow_up: str, by: User, now: datetime
) -> None:
    outlet = row.outlet
    row.state, row.mark = CallState.REACHED, mark
    row.matter, row.follow_up = matter, follow_up
    row.rating = Rating.objects.create(
        uuid=row.uuid,
        outlet=outlet,
        employee=row.employee,
        channel=Channel.CALLBACK,
        rated_at=now,
        on=trading_day(now, outlet.zone, outlet.day_starts_at),
        score=mark,
        ticket_no=row.ticket_no,
        comment=matter,
        recorded_by=by,
    )
    Origin.objects.create(rating=row.rating, on_site=False, named_by=NamedBy.TICKET)
