"""Who may do what about a person whom a red-line file names: one table.

Pure. A file has no state of its own: each person whom it names is under inquiry, has
a decision proposed, or is decided upon, and a decision can be proposed anew.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class PartyState(StrEnum):
    """How far the inquiry about one person is."""

    INQUIRY = "inquiry"
    PROPOSED = "proposed"
    DECIDED = "decided"


class RedPart(StrEnum):
    """What somebody is to a file."""

    DECIDER = "decider"  # decides on red lines there, and is named in no part of it
    PROPOSER = "proposer"  # a decider who proposed what stands proposed
    NAMED = "named"  # the file is about her


class RedAction(StrEnum):
    ANSWER = "answer"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"


_Row = Mapping[PartyState, frozenset[RedPart]]
_DECIDER, _NAMED = frozenset({RedPart.DECIDER}), frozenset({RedPart.NAMED})

TABLE: Mapping[RedAction, _Row] = {
    RedAction.ANSWER: dict.fromkeys(PartyState, _NAMED),
    RedAction.PROPOSE: {PartyState.INQUIRY: _DECIDER, PartyState.DECIDED: _DECIDER},
    RedAction.CONFIRM: {PartyState.PROPOSED: _DECIDER},
    RedAction.SEND_BACK: {PartyState.PROPOSED: _DECIDER},
}


def fits(action: RedAction, state: PartyState) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return state in TABLE[action]


def may(action: RedAction, state: PartyState, parts: Collection[RedPart]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state.

    Nobody confirms what she proposed: two persons decide. She may take it back.
    """
    if RedPart.NAMED in parts:
        parts = {RedPart.NAMED}
    if action == RedAction.CONFIRM and RedPart.PROPOSER in parts:
        return False
    return not TABLE[action].get(state, frozenset()).isdisjoint(parts)


def ever(action: RedAction, parts: Collection[RedPart]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in any state.

    That she proposed it herself is a matter of the moment.
    """
    usual = set(parts) - {RedPart.PROPOSER}
    return any(may(action, state, usual) for state in PartyState)


def allowed(state: PartyState, parts: Collection[RedPart]) -> tuple[RedAction, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, state, parts))
