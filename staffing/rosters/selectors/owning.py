"""Who is planned to own the areas of an outlet, shift by shift of a day."""

from dataclasses import dataclass
from datetime import date

from outlets.places.models import Area
from staffing.people.models import Employee
from staffing.rosters.models import AreaOwner, ShiftKind
from staffing.rosters.selectors.month import Month


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """A shift that somebody works that day, and the owners planned for it.

    `owners` holds employees' ids by area; an area that is missing in it, or whose owner
    does not work the shift any more, is the manager's on duty.
    """

    shift: ShiftKind
    people: list[Employee]
    owners: dict[Area, int]

    @property
    def named(self) -> list[tuple[Area, str]]:
        """Every area with its owner's name; "" is the manager on duty."""
        names = {person.pk: person.name for person in self.people}
        return [(area, names.get(self.owners.get(area, 0), "")) for area in Area]


def planned_shifts(month: Month, on: date) -> list[PlannedShift]:
    """Return the shifts of a day as they are planned or published, the first first."""
    planned: dict[tuple[int | None, str], int | None] = {
        (row.shift_id, row.area): row.employee_id
        for row in AreaOwner.objects.filter(
            outlet=month.outlet, on=on, shift__isnull=False
        ).order_by("id")
    }
    working: dict[int, list[Employee]] = {}
    for person in month.people:
        if (shift := month.cell(person.pk, on).shift) is not None:
            working.setdefault(shift.pk, []).append(person)
    return [
        PlannedShift(kind, working[kind.pk], _owners(kind, working[kind.pk], planned))
        for kind in month.kinds.values()
        if kind.pk in working
    ]


def _owners(
    kind: ShiftKind,
    people: list[Employee],
    planned: dict[tuple[int | None, str], int | None],
) -> dict[Area, int]:
    there = {person.pk for person in people}
    found = {area: planned.get((kind.pk, area.value)) for area in Area}
    return {
        area: owner
        for area, owner in found.items()
        if owner is not None and owner in there
    }
