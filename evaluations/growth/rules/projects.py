"""Who may do what to an innovation project in which state: one table.

Pure. A person plays all parts that fit her; page and services ask the same table.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class State(StrEnum):
    """How far a project is (domain: submitted, scored, rewarded, promoted)."""

    SUBMITTED = "submitted"
    SCORED = "scored"
    REWARDED = "rewarded"
    PROMOTED = "promoted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """What somebody is to a project."""

    AUTHOR = "author"  # wrote it
    SCORER = "scorer"  # scores projects of that outlet
    GIVER = "giver"  # gives points there
    DECIDER = "decider"  # decides for the operations department
    CLOSE = "close"  # works at the outlet, or leads it


class Action(StrEnum):
    EDIT = "edit"
    ATTACH = "attach"
    WITHDRAW = "withdraw"
    SCORE = "score"
    CORRECT = "correct"
    REWARD = "reward"
    PROMOTE = "promote"
    DECLINE = "decline"


_Row = Mapping[State, frozenset[Part]]


def _row(states: Collection[State], *parts: Part) -> _Row:
    return {state: frozenset(parts) for state in states}


_UNDER_WAY = (State.SUBMITTED, State.SCORED)
_EVER_SCORED = (State.SCORED, State.REWARDED, State.PROMOTED, State.DECLINED)

TABLE: Mapping[Action, _Row] = {
    Action.EDIT: _row((State.SUBMITTED,), Part.AUTHOR),
    Action.ATTACH: _row(_UNDER_WAY, Part.AUTHOR),
    Action.WITHDRAW: _row((State.SUBMITTED,), Part.AUTHOR),
    # A promoted project has arrived: it is scored no more, only corrected.
    Action.SCORE: _row((*_UNDER_WAY, State.REWARDED), Part.SCORER),
    Action.CORRECT: _row(_EVER_SCORED, Part.SCORER),
    Action.REWARD: _row((State.SCORED,), Part.DECIDER, Part.GIVER),
    Action.PROMOTE: _row((State.REWARDED,), Part.DECIDER),
    Action.DECLINE: _row(_UNDER_WAY, Part.SCORER),
}
# Where a project is once the action is done; the others leave it where it is.
LEADS_TO: Mapping[Action, State] = {
    Action.WITHDRAW: State.WITHDRAWN,
    Action.REWARD: State.REWARDED,
    Action.PROMOTE: State.PROMOTED,
    Action.DECLINE: State.DECLINED,
}
# What asks an impartial person: nobody judges her own idea, nor one of her outlet.
IMPARTIAL = frozenset(
    {Action.SCORE, Action.CORRECT, Action.REWARD, Action.PROMOTE, Action.DECLINE}
)
# What is open to a score of this month.
WAITING = tuple(TABLE[Action.SCORE])


def fits(action: Action, state: State) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return state in TABLE[action]


def may(action: Action, state: State, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state."""
    if action in IMPARTIAL and not {Part.AUTHOR, Part.CLOSE}.isdisjoint(parts):
        return False
    return not TABLE[action].get(state, frozenset()).isdisjoint(parts)


def ever(action: Action, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in any state."""
    return any(may(action, state, parts) for state in State)


def allowed(state: State, parts: Collection[Part]) -> tuple[Action, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, state, parts))
