"""Who may do what with a shopper's report in which state: one table.

Pure. The shopper writes it, her agency reviews it, the region above the outlet checks
and releases it. What is released stands; what nobody may appeal any more is locked.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Stage(StrEnum):
    """How far a planned visit is."""

    NEW = "new"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    RELEASED = "released"
    LOCKED = "locked"
    CANCELLED = "cancelled"


class Part(StrEnum):
    """What somebody is to a report."""

    SHOPPER = "shopper"  # carries it out
    AGENCY = "agency"  # works for the shopper's agency, and is not the shopper
    OFFICE = "office"  # plans waves: enters visits everywhere
    REGION = "region"  # releases visits of this outlet, and does not work there


class Action(StrEnum):
    BEGIN = "begin"
    SUBMIT = "submit"
    ENTER = "enter"  # for a shopper who does not do it herself
    HAND_OVER = "hand_over"
    RETURN = "return"
    APPROVE = "approve"
    ATTRIBUTE = "attribute"
    SEND_BACK = "send_back"
    RELEASE = "release"
    CANCEL = "cancel"


_Row = Mapping[Stage, frozenset[Part]]


def _row(stage: Stage, *parts: Part) -> _Row:
    return {stage: frozenset(parts)}


TABLE: Mapping[Action, _Row] = {
    Action.BEGIN: _row(Stage.NEW, Part.SHOPPER),
    Action.SUBMIT: _row(Stage.NEW, Part.SHOPPER),
    Action.ENTER: _row(Stage.NEW, Part.AGENCY),
    Action.HAND_OVER: _row(Stage.NEW, Part.AGENCY, Part.OFFICE),
    Action.RETURN: _row(Stage.SUBMITTED, Part.AGENCY),
    Action.APPROVE: _row(Stage.SUBMITTED, Part.AGENCY),
    Action.ATTRIBUTE: _row(Stage.REVIEWED, Part.REGION),
    Action.SEND_BACK: _row(Stage.REVIEWED, Part.REGION),
    Action.RELEASE: _row(Stage.REVIEWED, Part.REGION),
    Action.CANCEL: {
        Stage.NEW: frozenset({Part.AGENCY, Part.OFFICE}),
        Stage.SUBMITTED: frozenset({Part.OFFICE}),
    },
}


def fits(action: Action, stage: Stage) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return stage in TABLE[action]


def may(action: Action, stage: Stage, parts: Collection[Part]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state.

    Nobody reviews or releases what she carried out herself.
    """
    if Part.SHOPPER in parts:
        parts = {Part.SHOPPER}
    return not TABLE[action].get(stage, frozenset()).isdisjoint(parts)


def allowed(stage: Stage, parts: Collection[Part]) -> tuple[Action, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, stage, parts))
