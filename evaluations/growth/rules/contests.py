"""Who may do what to a skills contest in which state: one table.

Pure. A person plays all parts that fit her; page and services ask the same table.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class State(StrEnum):
    DRAFTED = "drafted"
    OPEN = "open"
    JUDGING = "judging"
    RELEASED = "released"
    CANCELLED = "cancelled"


class Part(StrEnum):
    """What somebody is to a contest."""

    ORGANISER = "organiser"  # runs contests for the operations department
    STAFF = "staff"  # works at an outlet that the contest is for
    LEAD = "lead"  # leads such an outlet
    CONTESTANT = "contestant"
    JUDGE = "judge"


class Action(StrEnum):
    EDIT = "edit"
    OPEN = "open"
    ENTER = "enter"
    LEAVE = "leave"
    SEAT = "seat"
    UNSEAT = "unseat"
    START = "start"
    MARK = "mark"
    COUNT = "count"
    RELEASE = "release"
    CANCEL = "cancel"


_Row = Mapping[State, frozenset[Part]]


def _row(states: Collection[State], *parts: Part) -> _Row:
    return {state: frozenset(parts) for state in states}


_RUNNING = (State.OPEN, State.JUDGING)

TABLE: Mapping[Action, _Row] = {
    Action.EDIT: _row((State.DRAFTED,), Part.ORGANISER),
    Action.OPEN: _row((State.DRAFTED,), Part.ORGANISER),
    Action.ENTER: _row((State.OPEN,), Part.STAFF, Part.LEAD),
    Action.LEAVE: _row((State.OPEN,), Part.CONTESTANT, Part.LEAD),
    Action.SEAT: _row((State.OPEN,), Part.ORGANISER),
    Action.UNSEAT: _row(_RUNNING, Part.ORGANISER),
    Action.START: _row((State.OPEN,), Part.ORGANISER),
    Action.MARK: _row((State.JUDGING,), Part.JUDGE),
    Action.COUNT: _row((State.JUDGING,), Part.ORGANISER),
    Action.RELEASE: _row((State.JUDGING,), Part.ORGANISER),
    Action.CANCEL: _row((State.DRAFTED, *_RUNNING), Part.ORGANISER),
}
LEADS_TO: Mapping[Action, State] = {
    Action.OPEN: State.OPEN,
    Action.START: State.JUDGING,
    Action.RELEASE: State.RELEASED,
    Action.CANCEL: State.CANCELLED,
}
# Who competes decides nothing about the contest.
IMPARTIAL = frozenset(TABLE) - {Action.ENTER, Action.LEAVE}


def fits(action: Action, state: State) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return state in TABLE[action]


def may(action: Action, state: State, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state."""
    if action in IMPARTIAL and Part.CONTESTANT in parts:
        return False
    return not TABLE[action].get(state, frozenset()).isdisjoint(parts)


def ever(action: Action, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in any state."""
    return any(may(action, state, parts) for state in State)


def allowed(state: State, parts: Collection[Part]) -> tuple[Action, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, state, parts))
