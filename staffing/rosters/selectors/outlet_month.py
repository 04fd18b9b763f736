"""The published month of an outlet as its staff may read it.

Who works which shift. Whoever does not is "not here", whatever the reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from outlets.places.models import Outlet
from staffing.people.models import Assignment, Employee
from staffing.rosters.hours import month_days
from staffing.rosters.models import RosterDay, ShiftKind
from staffing.rosters.selectors.month import leads_first


@dataclass(frozen=True, slots=True)
class Line:
    """One person's month: a shift for each day, None where she is not here."""

    employee: Employee
    days: list[date]
    shifts: list[ShiftKind | None]

    @property
    def cells(self) -> list[tuple[ShiftKind | None, date]]:
        return list(zip(self.shifts, self.days, strict=True))

    @property
    def worked(self) -> int:
        return sum(shift is not None for shift in self.shifts)


@dataclass(frozen=True, slots=True)
class OutletMonth:
    days: list[date]
    lines: list[Line]
    kinds: list[ShiftKind]
    on_duty: list[int]

    @property
    def is_published(self) -> bool:
        return any(self.on_duty)


def outlet_month(outlet: Outlet, first: date) -> OutletMonth:
    """Return who works when there. Two queries, however many people there are."""
    days = month_days(first)
    rows = RosterDay.objects.filter(
        outlet=outlet, on__gte=first, on__lte=days[-1], shift__isnull=False
    ).select_related("employee", "shift")
    shifts: dict[tuple[int, date], ShiftKind] = {}
    people: dict[int, Employee] = {}
    for row in rows:
        if row.shift is not None:
            shifts[row.employee_id, row.on] = row.shift
            people[row.employee_id] = row.employee
    if shifts:
        people |= _assigned(outlet, first, days[-1])
    lines = [
        Line(person, days, [shifts.get((person.pk, day)) for day in days])
        for person in sorted(people.values(), key=leads_first)
    ]
    on_duty = [sum((pk, day) in shifts for pk in people) for day in days]
    return OutletMonth(days, lines, _in_order(shifts.values()), on_duty)


def _assigned(outlet: Outlet, first: date, last: date) -> dict[int, Employee]:
    stints = Assignment.objects.overlapping(first, last).filter(outlet=outlet)
    return {one.employee_id: one.employee for one in stints.select_related("employee")}


def _in_order(kinds: Iterable[ShiftKind]) -> list[ShiftKind]:
    unique = {kind.pk: kind for kind in kinds}
    return sorted(unique.values(), key=lambda kind: (kind.starts_at, kind.code))
