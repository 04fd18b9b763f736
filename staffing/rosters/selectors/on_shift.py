"""Reads that other rooms share: who is on shift first."""

from datetime import date

from staffing.rosters.models import RosterDay


def roster_order(outlet_id: int, on: date) -> list[int]:
    """Return the ids of who works at the outlet that day, by shift, then by name."""
    rows = RosterDay.objects.filter(outlet=outlet_id, on=on, shift__isnull=False)
    ordered = rows.order_by(
        "shift__starts_at", "shift__code", "employee__name", "employee__number"
    )
    return list(ordered.values_list("employee", flat=True))
