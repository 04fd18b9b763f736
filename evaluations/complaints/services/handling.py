"""Doing something to a case: one transaction, one line of what happened."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.complaints import acting
from evaluations.complaints.acting import Action, State
from evaluations.complaints.models import Case, CaseEvent, Handling, HandlingState
from evaluations.complaints.parts import parts_of
from evaluations.complaints.services import deciding, giving
from evaluations.complaints.services.reckoning import reckon
from evaluations.complaints.services.refusals import (
    NoReplyYet,
    NotInThatState,
    WordsMissing,
)
from outlets.places.rules import trading_day
from staffing.people.models import User

# What may be done without a word.
_WORDLESS = frozenset({Action.ACCEPT, Action.RESUME, Action.WITHDRAW, Action.RATE})


@transaction.atomic
def act(
    *,
    case: Case,
    action: Action,
    by: User,
    key: UUID | None = None,
    note: str = "",
    now: datetime | None = None,
    **given: Any,
) -> Handling:
    """Do one thing to a case and write the line that says so.

    `given` are further fields of the line, as the action needs them: `person` or
    `unit` (offer, name), `verdict` and `answer` (judge), `amount` (compensate),
    `minutes` and `person` (room), `mark` (rate). The same `key` again changes nothing.
    `now` is given by who writes down what happened earlier.

    Raises:
        Handling.DoesNotExist: the case is not handled here.
        PermissionDenied: `by` may not do this, or not now while others may.
        NotInThatState: nobody may do this now.
        WordsMissing: it needs a note.
        DomainError: as the action itself refuses.
    """
    row = _locked(case)
    if key is not None and row.events.filter(key=key).exists():
        return row
    parts, state = parts_of(row, by), State(row.state)
    # Who could never do it is told no more than that.
    if not acting.ever(action, parts):
        raise PermissionDenied
    if not acting.fits(action, state):
        raise NotInThatState(state=HandlingState(row.state).label)
    if not acting.may(action, state, parts):
        raise PermissionDenied
    note, now = note.strip(), now or timezone.now()
    if not note and action not in _WORDLESS:
        raise WordsMissing
    line = CaseEvent(
        handling=row, kind=action.value, at=now, by=by, note=note, key=key, **given
    )
    if (work := _WORK.get(action)) is not None:
        work(row, line)
    line.save()
    reckon(row, now)
    row.save()
    return row


def _locked(case: Case) -> Handling:
    rows = Handling.objects.select_for_update(of=("self",))
    return rows.select_related(
        "case__outlet__region", "case__employee", "owner", "task_person", "task_unit"
    ).get(pk=case.pk)


def _pause(row: Handling, line: CaseEvent) -> None:
    row.state = HandlingState.PAUSED


def _resume(row: Handling, line: CaseEvent) -> None:
    row.state = _in_hand(row)


def _close(row: Handling, line: CaseEvent) -> None:
    """End the handling: the customer has a reply, and what was done is said.

    Raises:
        NoReplyYet: no reply since the receipt, or since the case was reopened.
    """
    since = row.events.filter(kind__in=("received", "reopen")).order_by("-at", "-id")
    if not row.events.filter(kind="reply", id__gt=since[0].pk).exists():
        raise NoReplyYet
    row.state = HandlingState.CLOSED
    _put_closing(row.case, line.at)


def _reopen(row: Handling, line: CaseEvent) -> None:
    row.state = _in_hand(row)
    _put_closing(row.case, None)


def _rate(row: Handling, line: CaseEvent) -> None:
    row.satisfaction = line.mark


def _in_hand(row: Handling) -> HandlingState:
    """Return how the case stands when its clock runs: who took it over keeps it."""
    taken = row.task_person_id is not None or row.task_unit_id is not None
    return HandlingState.ASSIGNED if taken else HandlingState.OPEN


def _put_closing(case: Case, at: datetime | None) -> None:
    outlet = case.outlet
    case.closed_at = at
    case.closed_on = case.days_to_close = None
    if at is not None:
        case.closed_on = trading_day(at, outlet.zone, outlet.day_starts_at)
        case.days_to_close = (case.closed_on - case.on).days
    case.save(update_fields=["closed_at", "closed_on", "days_to_close"])


_WORK: Mapping[Action, Callable[[Handling, CaseEvent], None]] = {
    Action.OFFER: giving.offer,
    Action.ACCEPT: giving.accept,
    Action.DECLINE: giving.back,
    Action.WITHDRAW: giving.back,
    Action.GIVE_BACK: giving.back,
    Action.PAUSE: _pause,
    Action.RESUME: _resume,
    Action.CLOSE: _close,
    Action.REOPEN: _reopen,
    Action.RATE: _rate,
    Action.NAME: deciding.name,
    Action.JUDGE: deciding.judge,
}
