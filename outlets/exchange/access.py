"""Who may load what: powers per kind, and a gate for rows beyond somebody's reach.

Sight and places stand above this room. It asks a viewer's sight by the name of the
power, and `places` hangs up the gate that knows which outlet lies where.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied

from outlets.exchange.cells import Cells
from outlets.exchange.kinds import INGEST, Kind, registered

SEE_HISTORY = "see_history"

Gate = Callable[[Sequence[Cells]], None]


class Sight(Protocol):
    """What somebody may do, and where; see `outlets.places.sight`."""

    def reach(self, power: Any) -> Any: ...


class Loader(Protocol):
    """Whoever loads a file: a signed-in user."""

    @property
    def pk(self) -> Any: ...

    @property
    def sight(self) -> Any: ...


def _no_gate(kind: type[Kind], reach: Any) -> Gate:
    raise PermissionDenied  # nobody has told us which outlet lies where


# Returns the gate of a reach that is not everywhere; set by `places`.
gate_of_reach: Callable[[type[Kind], Any], Gate] = _no_gate


def _reach(kind: type[Kind], by: Loader) -> Any:
    first, *others = (by.sight.reach(power) for power in sorted(kind.powers))
    for reach in others:
        first = first | reach
    return first


def may_load(kind: type[Kind], by: Loader) -> bool:
    """Tell whether `by` may load rows of this kind, of some outlets at least."""
    reach = _reach(kind, by)
    return bool(reach) and (reach.everywhere or bool(kind.outlet_column))


def loadable_kinds(by: Loader) -> list[type[Kind]]:
    """Return what `by` may load, in the order in which the rooms registered it."""
    return [kind for kind in registered().values() if may_load(kind, by)]


def sees_all_imports(by: Loader) -> bool:
    """Tell whether `by` reads everybody's imports: who loads all or audits all."""
    powers = (INGEST, SEE_HISTORY)
    return any(by.sight.reach(power).everywhere for power in powers)


def gate_for(kind: type[Kind], by: Loader | None) -> Gate | None:
    """Return what refuses the rows that `by` may not load; None lets all pass.

    `by` None is the command line, whose user has the database itself.

    Raises:
        PermissionDenied: `by` may load nothing of this kind.
    """
    if by is None:
        return None
    if not may_load(kind, by):
        raise PermissionDenied
    reach = _reach(kind, by)
    return None if reach.everywhere else gate_of_reach(kind, reach)
