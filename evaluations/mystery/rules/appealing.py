"""Who may do what with an appeal on a visit in which state: one table.

Pure. The outlet or the person judged appeals; the agency is asked; somebody outside
the outlet who is not of the agency decides. In each state it is one side's turn.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class AppealState(StrEnum):
    """How far an appeal is."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    UPHELD = "upheld"
    UPHELD_IN_PART = "in_part"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AppealPart(StrEnum):
    """What somebody is to an appeal."""

    APPELLANT = "appellant"  # made it
    OUTLET = "outlet"  # is the person judged, or works or leads at the outlet
    AGENCY = "agency"  # works for the agency whose visit it is
    DECIDER = "decider"  # releases visits there, outside outlet and agency


class AppealAction(StrEnum):
    ASK = "ask"
    ANSWER = "answer"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    REMARK = "remark"


UNDECIDED = (AppealState.OPEN, AppealState.ASKED, AppealState.ANSWERED)
DECIDED = (AppealState.UPHELD, AppealState.UPHELD_IN_PART, AppealState.REFUSED)
# Whose turn it is: nobody's once it is over.
TURN: Mapping[AppealState, AppealPart] = {
    AppealState.OPEN: AppealPart.DECIDER,
    AppealState.ASKED: AppealPart.AGENCY,
    AppealState.ANSWERED: AppealPart.DECIDER,
}

_Row = Mapping[AppealState, frozenset[AppealPart]]
_DECIDER = frozenset({AppealPart.DECIDER})
_AGENCY = frozenset({AppealPart.AGENCY})
_APPELLANT = frozenset({AppealPart.APPELLANT})

TABLE: Mapping[AppealAction, _Row] = {
    AppealAction.ASK: {
        AppealState.OPEN: _DECIDER,
        AppealState.ANSWERED: _DECIDER,
    },
    AppealAction.ANSWER: {AppealState.ASKED: _AGENCY},
    # An agency that does not answer holds nothing up.
    AppealAction.DECIDE: dict.fromkeys(UNDECIDED, _DECIDER),
    AppealAction.WITHDRAW: dict.fromkeys(UNDECIDED, _APPELLANT),
    AppealAction.REMARK: dict.fromkeys(UNDECIDED, _APPELLANT | _DECIDER),
}


def fits(action: AppealAction, state: AppealState) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return state in TABLE[action]


def may(
    action: AppealAction, state: AppealState, parts: Collection[AppealPart]
) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state.

    Who belongs to a side decides nothing, whatever else she is.
    """
    if not {AppealPart.OUTLET, AppealPart.AGENCY, AppealPart.APPELLANT}.isdisjoint(
        parts
    ):
        parts = set(parts) - {AppealPart.DECIDER}
    return not TABLE[action].get(state, frozenset()).isdisjoint(parts)


def allowed(
    state: AppealState, parts: Collection[AppealPart]
) -> tuple[AppealAction, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, state, parts))
