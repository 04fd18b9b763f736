"""Which hours of an outlet a fault touched, for whoever reads its waits."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from outlets.flow.affected import Hour, affected
from outlets.flow.models import Fault, FaultKind
from outlets.places.models import Outlet


@dataclass(frozen=True, slots=True)
class Trouble:
    """The faults that touched one hour, in the order in which they began."""

    kinds: tuple[FaultKind, ...]

    @property
    def words(self) -> str:
        return ", ".join(str(kind.label) for kind in self.kinds)


def affected_hours(
    outlet: Outlet, first: date, last: date, *, at: datetime
) -> Mapping[Hour, Trouble]:
    """Return the trading days and local hours that a fault touched, both included.

    What is not restored lasts until `at`, which is now. Broken trial devices are left
    out: they keep nobody waiting. One query.
    """
    begins = datetime.combine(first, outlet.day_starts_at, tzinfo=outlet.zone)
    ends = datetime.combine(
        last + timedelta(days=1), outlet.day_starts_at, tzinfo=outlet.zone
    )
    faults = Fault.objects.filter(outlet=outlet).slowing().between(begins, ends)
    found: dict[Hour, list[FaultKind]] = defaultdict(list)
    for fault in faults.order_by("started_at", "id"):
        start = max(fault.started_at, begins)
        end = min(fault.restored_at or max(at, start), ends)
        for hour in affected(start, end, outlet.zone, outlet.day_starts_at):
            kind = FaultKind(fault.kind)
            if kind not in found[hour]:
                found[hour].append(kind)
    return {hour: Trouble(tuple(kinds)) for hour, kinds in found.items()}
