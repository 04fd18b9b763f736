"""Objections to winners on display, appeals after a decision, and the answers."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.awards.acting import Action, State
from evaluations.awards.models import (
    AwardList,
    Nomination,
    NominationState,
    Objection,
    ObjectionKind,
    ObjectionState,
    RoundState,
)
from evaluations.awards.services import telling
from evaluations.awards.services.nominations import act, require_may
from evaluations.awards.services.refusals import (
    AnsweredAlready,
    NothingToAppeal,
    NothingToObjectTo,
    ObjectedAlready,
    ReasonMissing,
)
from evaluations.awards.services.rounds import locked
from outlets.places.sight import Power
from staffing.people.models import User


@transaction.atomic
def object_to(*, nomination_id: int, text: str, by: User) -> Objection:
    """Say something against a winner on display. Her name stays between her and us.

    Raises:
        PermissionDenied: `by` neither works in the chain nor leads there.
        NothingToObjectTo: she is not on display now.
        ObjectedAlready: an objection of hers waits for its answer.
        ReasonMissing: nothing was said.
    """
    if by.sight.employee_id is None and not by.sight.may(Power.ANNOUNCE):
        # Who only reads, or only keeps the system, has no part in it.
        raise PermissionDenied
    row = _with_round(nomination_id)
    shown = row.round
    today, last = timezone.localdate(), shown.displayed_until
    on_display = shown.state == RoundState.DISPLAY and last is not None
    if not (on_display and last is not None and today <= last):
        raise NothingToObjectTo
    if row.state != NominationState.APPROVED or row.is_concerning(by):
        raise NothingToObjectTo
    return _say(row, ObjectionKind.OBJECTION, text, by)


@transaction.atomic
def appeal(*, nomination_id: int, text: str, by: User) -> Objection:
    """Appeal as the nominee, or as who nominated, against a decision.

    Raises:
        NothingToAppeal: it is not hers, was not decided against her, or too long ago.
        ObjectedAlready: an appeal of hers waits for its answer.
        ReasonMissing: nothing was said.
    """
    row = _with_round(nomination_id)
    if not may_appeal(row, by):
        raise NothingToAppeal(days=settings.AWARDS_APPEAL_DAYS)
    return _say(row, ObjectionKind.APPEAL, text, by)


def may_appeal(row: Nomination, by: User) -> bool:
    """Tell whether `by` can appeal today, as the nominee or as who nominated."""
    theirs = row.is_concerning(by) or row.nominated_by_id == by.pk
    lost = row.state in (NominationState.REJECTED, NominationState.DISQUALIFIED)
    if not theirs or not lost or row.round.state == RoundState.CANCELLED:
        return False
    last = last_day_to_appeal(row)
    return last is None or timezone.localdate() <= last


def last_day_to_appeal(row: Nomination) -> date | None:
    """Return the last day for an appeal; None: none is over yet.

    The nominee is told on the first day of the display: what was decided before is
    counted from there, and while the round is open nothing runs out.
    """
    told = row.round.displayed_from
    if row.decided_at is None or told is None:
        return None
    first = max(timezone.localdate(row.decided_at), told)
    return first + timedelta(days=settings.AWARDS_APPEAL_DAYS)


def _with_round(nomination_id: int) -> Nomination:
    rows = Nomination.objects.select_related("round", "employee", "outlet__region")
    found = rows.get(pk=nomination_id)
    found.round = locked(found.round_id)
    return found


def _say(row: Nomination, kind: ObjectionKind, text: str, by: User) -> Objection:
    if not text.strip():
        raise ReasonMissing
    if row.objections.undecided().filter(kind=kind, by=by).exists():
        raise ObjectedAlready
    said = Objection.objects.create(nomination=row, kind=kind, by=by, text=text.strip())
    _changed(row)
    return said


def _changed(row: Nomination) -> None:
    """Note on the list that an award came on that something of it has changed."""
    if row.round.award_list_id is not None:
        AwardList.objects.filter(pk=row.round.award_list_id).update(
            changed_at=timezone.now()
        )


@transaction.atomic
def answer(*, objection_id: int, upheld: bool, text: str, by: User) -> Objection:
    """Decide on an objection or an appeal, with a reason that its author reads.

    An objection upheld disqualifies the nominee; an appeal upheld reopens the
    nomination, which is then decided once more by the same rules. Where another one
    has led to that already, nothing more is done.

    Raises:
        PermissionDenied: `by` does not decide there, or is partial.
        AnsweredAlready: it has an answer.
        ReasonMissing: no reason.
    """
    said = Objection.objects.select_related("nomination").get(pk=objection_id)
    locked(said.nomination.round_id)
    said = Objection.objects.select_for_update(of=("self",)).get(pk=objection_id)
    if said.state != ObjectionState.OPEN:
        raise AnsweredAlready
    row = Nomination.objects.select_related("round", "employee", "outlet__region").get(
        pk=said.nomination_id
    )
    action = (
        Action.DISQUALIFY if said.kind == ObjectionKind.OBJECTION else Action.REOPEN
    )
    if said.by_id == by.pk:
        raise PermissionDenied
    require_impartial(row, action, by)
    if not text.strip():
        raise ReasonMissing
    if upheld and State(row.state) not in _DONE[action]:
        act(nomination_id=row.pk, action=action, by=by, note=text)
    said.state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    said.decided_by, said.decided_at, said.answer = by, timezone.now(), text.strip()
    said.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    _changed(row)
    telling.answered(said)
    return said


_DONE = {
    Action.DISQUALIFY: (State.DISQUALIFIED,),
    Action.REOPEN: (State.COUNTY_APPROVED, State.APPROVED),
}
_WHILE = {Action.DISQUALIFY: State.APPROVED, Action.REOPEN: State.REJECTED}


def require_impartial(row: Nomination, action: Action, by: User) -> None:
    """Ask the table as if the nomination stood where the answer would act."""
    asked = Nomination(
        pk=row.pk,
        round=row.round,
        employee=row.employee,
        outlet=row.outlet,
        nominated_by_id=row.nominated_by_id,
        state=_WHILE[action].value,
    )
    require_may(asked, action, by)
