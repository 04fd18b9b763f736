"""Who may do what with a supervision order in which state: one table.

Pure. The unit works on it and reports it done; whoever leads above the unit checks.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class OrderState(StrEnum):
    """How far a supervision order (督查令) is."""

    ISSUED = "issued"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    VERIFIED = "verified"
    REOPENED = "reopened"


class OrderPart(StrEnum):
    """What somebody is to an order."""

    UNIT = "unit"  # leads the unit that it is given to
    ABOVE = "above"  # leads a region that the unit is a part of, or everything


class OrderAction(StrEnum):
    START = "start"
    REPORT = "report"
    VERIFY = "verify"
    REOPEN = "reopen"
    EXTEND = "extend"
    REMARK = "remark"


_Row = Mapping[OrderState, frozenset[OrderPart]]
_UNIT, _ABOVE = frozenset({OrderPart.UNIT}), frozenset({OrderPart.ABOVE})
# The unit has something to do: its clock runs.
UNDONE = (OrderState.ISSUED, OrderState.IN_PROGRESS, OrderState.REOPENED)

TABLE: Mapping[OrderAction, _Row] = {
    OrderAction.START: {OrderState.ISSUED: _UNIT, OrderState.REOPENED: _UNIT},
    OrderAction.REPORT: dict.fromkeys(UNDONE, _UNIT),
    OrderAction.VERIFY: {OrderState.REPORTED: _ABOVE},
    OrderAction.REOPEN: {OrderState.REPORTED: _ABOVE, OrderState.VERIFIED: _ABOVE},
    OrderAction.EXTEND: dict.fromkeys(UNDONE, _ABOVE),
    OrderAction.REMARK: dict.fromkeys(OrderState, _UNIT | _ABOVE),
}


def fits(action: OrderAction, state: OrderState) -> bool:
    """Tell whether anybody at all may do it in this state."""
    return state in TABLE[action]


def may(action: OrderAction, state: OrderState, parts: Collection[OrderPart]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in this state.

    Who leads the unit as well does not check its work.
    """
    if OrderPart.UNIT in parts:
        parts = {OrderPart.UNIT}
    return not TABLE[action].get(state, frozenset()).isdisjoint(parts)


def ever(action: OrderAction, parts: Collection[OrderPart]) -> bool:
    """Tell whether somebody who is all of `parts` may do it in any state."""
    return any(may(action, state, parts) for state in OrderState)


def allowed(state: OrderState, parts: Collection[OrderPart]) -> tuple[OrderAction, ...]:
    """Return everything that somebody may do now, in the order of the table."""
    return tuple(action for action in TABLE if may(action, state, parts))


FULL, HALF, NONE = 100, 50, 0


def worth(*, verified: bool, in_time: bool, reopened: bool) -> int:
    """Return what an order that is due counts in the unit's appraisal, 0 to 100.

    Done in time and verified at the first look it is full; verified, but late or after
    it was reopened, half; overdue and not verified, nothing.
    """
    if not verified:
        return NONE
    return FULL if in_time and not reopened else HALF
