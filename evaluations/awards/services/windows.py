"""The days of a round: more of them for decisions, and a display that is whole."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.awards.models import Extension, Round, RoundState
from evaluations.awards.services.lists import may_decide
from evaluations.awards.services.refusals import (
    ExtendsNothing,
    ReasonMissing,
    RoundNotOpen,
)
from evaluations.awards.services.rounds import locked
from outlets.exchange.acting import acting
from staffing.people.models import User


@transaction.atomic
def extend(*, round_id: int, until: date, reason: str, by: User) -> Extension:
    """Give the decisions of an open round days up to and including `until`.

    Raises:
        PermissionDenied: `by` does not decide.
        RoundNotOpen: the winners are shown already, or it is over.
        ExtendsNothing: that day is past, or no later than the one that holds.
        ReasonMissing: no reason.
    """
    if not may_decide(by):
        raise PermissionDenied
    opened = locked(round_id)
    if opened.state != RoundState.OPEN:
        raise RoundNotOpen(state=opened.get_state_display())
    if until <= opened.decide_until or until < timezone.localdate():
        raise ExtendsNothing(last=opened.decide_until)
    if not reason.strip():
        raise ReasonMissing
    given = Extension.objects.create(
        round=opened,
        was=opened.decide_until,
        until=until,
        reason=reason.strip(),
        by=by,
    )
    opened.decide_until = until
    with acting(by=by):
        opened.save(update_fields=["decide_until"])
    return given


def last_day_of_display(opened: Round, first: date) -> date:
    """Return the last day on which somebody shown from `first` on is on display."""
    return first + timedelta(days=max(opened.display_days, 1) - 1)


def show_in_full(opened: Round, *, by: User) -> None:
    """Prolong a display for a winner who joins it: she too is shown all its days."""
    last = last_day_of_display(opened, timezone.localdate())
    if opened.displayed_until is not None and opened.displayed_until < last:
        opened.displayed_until = last
        with acting(by=by):
            opened.save(update_fields=["displayed_until"])
