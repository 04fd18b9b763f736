"""Who may do what to a case in which state: one table, and no other place says it.

Pure. `TABLE` gives the parts that may act; a person plays all parts that fit her. Whom
a case is about keeps her own duties as first contact and decides nothing in it.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class State(StrEnum):
    """How far the handling of a case is.

    offered: somebody is asked to take it over, and its first receiver still has it.
    """

    OPEN = "open"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    PAUSED = "paused"
    CLOSED = "closed"


class Part(StrEnum):
    """What somebody is to a case."""

    OWNER = "owner"  # logged it: the first contact, for good
    ASKED = "asked"  # is asked to take it over, or leads the unit that is
    HOLDER = "holder"  # took it over, or leads the unit that did
    LEAD = "lead"  # records at the outlet
    CLOSER = "closer"  # is store manager there, or above
    CONCERNED = "concerned"  # the case is about her


class Action(StrEnum):
    REPLY = "reply"
    NOTE = "note"
    ROOM = "room"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    GIVE_BACK = "give_back"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"
    COMPENSATE = "compensate"
    RATE = "rate"
    NAME = "name"
    ANSWER = "answer"
    JUDGE = "judge"


_Row = Mapping[State, frozenset[Part]]
_ALL = tuple(State)
_UNDONE = (State.OPEN, State.OFFERED, State.ASSIGNED, State.PAUSED)


def _row(states: Collection[State], *parts: Part) -> _Row:
    return {state: frozenset(parts) for state in states}


_WORKING = (Part.OWNER, Part.HOLDER, Part.LEAD, Part.CLOSER)
_GUIDING = (Part.OWNER, Part.LEAD, Part.CLOSER)

TABLE: Mapping[Action, _Row] = {
    Action.REPLY: _row(_UNDONE, *_WORKING),
    Action.NOTE: _row(_UNDONE, *_WORKING),
    Action.ROOM: _row(_UNDONE, *_WORKING),
    Action.OFFER: _row((State.OPEN, State.ASSIGNED), *_GUIDING),
    Action.ACCEPT: _row((State.OFFERED,), Part.ASKED),
    Action.DECLINE: _row((State.OFFERED,), Part.ASKED),
    Action.WITHDRAW: _row((State.OFFERED,), *_GUIDING),
    Action.GIVE_BACK: _row((State.ASSIGNED,), Part.HOLDER),
    Action.PAUSE: _row((State.OPEN, State.ASSIGNED), *_WORKING),
    Action.RESUME: _row((State.PAUSED,), *_WORKING),
    Action.CLOSE: _row((State.OPEN, State.ASSIGNED), Part.OWNER, Part.CLOSER),
    Action.REOPEN: _row((State.CLOSED,), *_GUIDING),
    Action.COMPENSATE: _row(_ALL, Part.CLOSER),
    Action.RATE: _row((State.CLOSED,), *_GUIDING),
    Action.NAME: _row(_ALL, Part.LEAD, Part.CLOSER),
    Action.ANSWER: _row(_ALL, Part.CONCERNED),
    Action.JUDGE: _row(_ALL, Part.CLOSER),
}
# What nobody does in a case about herself, whatever else she is to it.
IMPARTIAL = frozenset(
    {
        Action.CLOSE,
        Action.COMPENSATE,
        Action.RATE,
        Action.NAME,
        Action.JUDGE,
        Action.PAUSE,
    }
)


def fits(action: Action, state: State) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return state in TABLE[action]


def may(action: Action, state: State, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state."""
    if Part.CONCERNED in parts and action in IMPARTIAL:
        return False
    return not TABLE[action].get(state, frozenset()).isdisjoint(parts)


def ever(action: Action, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in any state."""
    return any(may(action, state, parts) for state in State)


def allowed(state: State, parts: Collection[Part]) -> tuple[Action, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, state, parts))
