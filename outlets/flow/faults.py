"""Writing down what the reports of faults add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from outlets.flow.models import Fault, FaultKind
from outlets.places.models import Outlet


@dataclass(frozen=True, slots=True)
class Outage:
    """One fault from start to restoration; `restored_at` None: it is still there."""

    uuid: UUID
    started_at: datetime
    restored_at: datetime | None


@transaction.atomic
def put_faults(
    *, outlet: Outlet, kind: FaultKind, thing: str, outages: Sequence[Outage]
) -> None:
    """Make the faults of one kind and thing of an outlet be these and no others.

    The caller holds the outlet locked. Saying it twice changes nothing.
    """
    rows = Fault.objects.filter(outlet=outlet, kind=kind, thing=thing)
    known = {row.uuid: row for row in rows}
    # What goes or has ended first: one fault of a kind is open at a time.
    rows.exclude(uuid__in=[one.uuid for one in outages]).delete()
    for one in sorted(outages, key=lambda outage: outage.restored_at is None):
        row = known.get(one.uuid) or Fault(
            uuid=one.uuid, outlet=outlet, kind=kind, thing=thing
        )
        said = (row.started_at, row.restored_at)
        if row.pk is None or said != (one.started_at, one.restored_at):
            row.started_at, row.restored_at = one.started_at, one.restored_at
            row.save()
