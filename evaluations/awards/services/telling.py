"""What people are told about nominations, decisions and answers."""

from collections.abc import Iterable

from django.utils import timezone

from evaluations.awards.acting import Action
from evaluations.awards.models import (
    AwardState,
    Nomination,
    NominationState,
    Objection,
    ObjectionState,
    Round,
)
from evaluations.awards.notice_kinds import ANSWERED, DECIDED, DRAFTED, SHOWN
from evaluations.awards.parts import outlets_of
from outlets.places.sight import Power
from staffing.notices.selectors.recipients import Recipient, holders, nearest
from staffing.notices.services.notifying import Message, notify
from staffing.people.models import User

_TOLD = (Action.RETURN, Action.REFUSE, Action.APPROVE, Action.REJECT) + (
    Action.DISQUALIFY,
    Action.REOPEN,
)
# Until winners are shown, a decision is between who proposes and who decides.
_AT_ONCE = (Action.DISQUALIFY, Action.REOPEN)
# Once they are shown, what an appeal has led to is told to the nominee as well.
_AFTER_DISPLAY = (*_AT_ONCE, Action.APPROVE, Action.REJECT)


def acted(row: Nomination, action: Action) -> None:
    """Tell who nominated, at once; the nominee herself what changes a public result.

    Who wins after the others were shown is told with those who lead her: nobody else
    would say it to them any more.
    """
    if action not in _TOLD:
        return
    public = row.round.is_public
    people = set()
    if row.nominated_by is not None:
        people.add(Recipient.of(row.nominated_by))
    at_once = _AFTER_DISPLAY if public else _AT_ONCE
    if action in at_once and row.employee_id is not None:
        people.add(Recipient(employee_id=row.employee_id))
    if public and action is Action.APPROVE:
        people |= _line_of(row)
    steps = row.steps.count()
    notify([_decided(row, to, f"{action}:{steps}") for to in people])


def drafted(row: Nomination, lead: User) -> None:
    """Tell a lead that a program has written a draft in her name."""
    opened = row.round
    message = Message(
        kind=DRAFTED,
        key=f"{DRAFTED}:{row.uuid}",
        to=Recipient.of(lead),
        arguments={
            "nomination": str(row.uuid),
            "title": opened.title,
            "period": opened.period,
            "until": opened.nominate_until.isoformat(),
        },
        outlet_id=row.outlet_id,
    )
    notify([message])


def awarded_after_all(row: Nomination) -> None:
    """Tell a winner who was held back, and her line, that the award is hers."""
    people = _line_of(row)
    if row.nominated_by is not None:
        people.add(Recipient.of(row.nominated_by))
    if row.employee_id is not None:
        people.add(Recipient(employee_id=row.employee_id))
    notify([_decided(row, to, "after all") for to in people])


def _line_of(row: Nomination) -> set[Recipient]:
    """Return who leads the nominee now, where she was listed and where she works."""
    outlets = outlets_of(row)
    leads = holders(Power.NOMINATE, outlets, timezone.now())
    return {one for theirs in leads.values() for one in nearest(theirs)}


def shown(opened: Round) -> None:
    """Tell every nominee what was decided on her, winners and others alike."""
    notify([_decided(row, to, SHOWN) for row, to in _nominees(opened)])


def finished(opened: Round) -> None:
    """Tell the winners that the list is published.

    Who is held back is told once that is settled.
    """
    notify(
        [
            _decided(row, to, "finished")
            for row, to in _nominees(opened, NominationState.APPROVED)
            if row.award is None or row.award.state != AwardState.HELD
        ]
    )


def answered(said: Objection) -> None:
    """Tell who objected or appealed what the answer is."""
    message = Message(
        kind=ANSWERED,
        key=f"{ANSWERED}:{said.uuid}",
        to=Recipient.of(said.by),
        arguments={
            "nomination": str(said.nomination.uuid),
            "kind": said.kind,
            "upheld": said.state == ObjectionState.UPHELD,
        },
        outlet_id=said.nomination.outlet_id,
    )
    notify([message])


def _nominees(
    opened: Round, *states: NominationState
) -> Iterable[tuple[Nomination, Recipient]]:
    rows = opened.nominations.exclude(
        state__in=(NominationState.DRAFT, NominationState.WITHDRAWN)
    )
    if states:
        rows = rows.filter(state__in=states)
    for row in rows.select_related("nominated_by", "round", "award"):
        row.round = opened
        if row.employee_id is not None:
            yield row, Recipient(employee_id=row.employee_id)
        elif row.nominated_by is not None:
            yield row, Recipient.of(row.nominated_by)


def _decided(row: Nomination, to: Recipient, occasion: str) -> Message:
    opened = row.round
    return Message(
        kind=DECIDED,
        key=f"{DECIDED}:{row.uuid}:{occasion}"[:120],
        to=to,
        arguments={
            "nomination": str(row.uuid),
            "title": opened.title,
            "period": opened.period,
            "state": row.state,
        },
        outlet_id=row.outlet_id,
    )
