"""What the page of a case shows to one viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from evaluations.complaints import acting, clocks
from evaluations.complaints.acting import Action, Part, State
from evaluations.complaints.clocks import Reading, ReplyReading
from evaluations.complaints.forms.acts import FORMS, ActForm
from evaluations.complaints.models import (
    Case,
    CaseEvent,
    Escalation,
    EventKind,
    Handling,
)
from evaluations.complaints.parts import parts_of, reads_contact
from evaluations.complaints.timing import clock_events, timing_of
from outlets.places.models import Outlet
from staffing.people.models import User

# What whom a case is about may read of the others' doings: what was found, no words.
_FOUND = (EventKind.RECEIVED, EventKind.JUDGE, EventKind.CLOSE, EventKind.REOPEN)


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that the viewer may do now, with its form."""

    action: Action
    label: Any
    form: ActForm
    first: bool


@dataclass(frozen=True, slots=True)
class Workplace:
    """A case as its page shows it; `used` is closure time."""

    handling: Handling
    reply: ReplyReading
    closure: Reading
    used: timedelta
    used_share: int
    running: bool
    events: Sequence[CaseEvent]
    shows_words: bool
    escalations: Sequence[Escalation]
    offered: Sequence[Offered]
    reads_contact: bool
    concerned: bool

    @property
    def used_hours(self) -> str:
        minutes = int(self.used.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"


LABELS = dict(EventKind.choices)


def workplace(
    handling: Handling, viewer: User, now: datetime, bad: ActForm | None = None
) -> Workplace:
    """Return what `viewer` sees of a case and may do; `bad` is a form with errors."""
    case = handling.case
    lines = handling.events.select_related("by__employee", "person", "unit")
    events = list(lines.order_by("at", "id"))
    timing = timing_of(case.outlet)
    happened = clock_events(events)
    used = clocks.used(happened, timing, now)
    shows_words = case.shows_summary(viewer)
    return Workplace(
        handling=handling,
        reply=clocks.reply(happened, timing, now),
        closure=clocks.closure(happened, timing, now),
        used=used,
        used_share=min(round(100 * (used / timing.limits.closure)), 100),
        running=handling.state not in (State.PAUSED, State.CLOSED),
        events=events if shows_words else _found(events, viewer),
        shows_words=shows_words,
        escalations=list(handling.escalations.select_related("region")),
        offered=_offered(handling, viewer, bad),
        reads_contact=reads_contact(handling, viewer),
        concerned=Part.CONCERNED in parts_of(handling, viewer),
    )


def _found(events: Sequence[CaseEvent], viewer: User) -> list[CaseEvent]:
    return [
        event for event in events if event.kind in _FOUND or event.by_id == viewer.pk
    ]


def _offered(handling: Handling, viewer: User, bad: ActForm | None) -> list[Offered]:
    state = State(handling.state)
    case: Case = handling.case
    offered = []
    for action in acting.allowed(state, parts_of(handling, viewer)):
        if action == Action.JUDGE and not _can_judge(handling):
            continue
        if action == Action.NAME and case.verdict:
            continue
        kind = FORMS[action]
        form = bad if bad is not None and type(bad) is kind else None
        form = form or kind(prefix=action.value)
        offered.append(Offered(action, form.button, form, first=False))
    first = _next(handling, [one.action for one in offered])
    return [
        Offered(o.action, o.label, o.form, first=o.action == first or o.form is bad)
        for o in offered
    ]


def _can_judge(handling: Handling) -> bool:
    return handling.contact == "complaint" and handling.case.employee_id is not None


def _next(handling: Handling, actions: Sequence[Action]) -> Action | None:
    """Return what is to be done next, of what may be done: the page opens it."""
    wanted = [Action.ACCEPT, Action.RESUME]
    if handling.replied_at is None:
        wanted.append(Action.REPLY)
    wanted += [Action.CLOSE, Action.ANSWER, Action.RATE]
    return next((action for action in wanted if action in actions), None)


def outlet_of(outlets: Sequence[Outlet]) -> Outlet | None:
    """Return the only outlet there is to choose; None: none, or several."""
    return outlets[0] if len(outlets) == 1 else None
