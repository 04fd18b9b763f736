"""A month of an outlet as it stands: people, cells, and what surrounds them.

Read with the same number of queries for five people and for fifty.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from outlets.places.models import Outlet
from staffing.people.models import Assignment, Employee
from staffing.rosters.hours import month_days
from staffing.rosters.models import (
    Leave,
    PlannedDay,
    Roster,
    RosterDay,
    RosterRules,
    ShiftKind,
    Wish,
)
from staffing.rosters.owners import LEADS

# How far back runs of work and the last rest are followed.
HISTORY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Cell:
    """A person's day in the grid: a shift, an absence, or neither."""

    shift: ShiftKind | None = None
    absence: str = ""
    locked: bool = False

    @property
    def code(self) -> str:
        return self.shift.code if self.shift else self.absence


EMPTY = Cell()


@dataclass
class Month:
    """What the grid, its checks and the generator start from.

    `days` are all dates of the month. `before` holds the published cells of the days
    before, by person and date. `elsewhere` names the other outlet where a person is
    rostered that day; `leaves` are approved; `away` are days on which she is not
    assigned here. `version` is 0 before the first save.
    """

    outlet: Outlet
    first: date
    days: list[date]
    roster: Roster | None
    is_published: bool
    rules: RosterRules
    kinds: dict[int, ShiftKind]
    offered: list[ShiftKind]
    people: list[Employee]
    cells: dict[tuple[int, date], Cell]
    before: dict[int, dict[date, Cell]] = field(default_factory=dict)
    elsewhere: dict[tuple[int, date], Outlet] = field(default_factory=dict)
    leaves: set[tuple[int, date]] = field(default_factory=set)
    away: set[tuple[int, date]] = field(default_factory=set)
    wishes: list[Wish] = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.roster.version if self.roster else 0

    @property
    def last(self) -> date:
        return self.days[-1]

    def cell(self, person: int, on: date) -> Cell:
        return self.cells.get((person, on), EMPTY)

    def with_cells(self, cells: Mapping[tuple[int, date], Cell]) -> "Month":
        """Return the month with other cells, everything around it as it was."""
        return Month(**(vars(self) | {"cells": dict(cells)}))


def read_month(outlet: Outlet, first: date) -> Month:
    """Read the month that begins on `first`, as it is planned or published.

    A month that came in by a spreadsheet counts as published.
    """
    days = month_days(first)
    last = days[-1]
    roster = (
        Roster.objects.filter(outlet=outlet, month=first)
        .select_related("saved_by__employee", "published_by__employee")
        .first()
    )
    kinds = {kind.pk: kind for kind in ShiftKind.objects.all()}
    stints = list(
        Assignment.objects.overlapping(first, last)
        .filter(outlet=outlet)
        .select_related("employee")
    )
    planned = []
    if roster is not None and not roster.is_published:
        planned = list(
            PlannedDay.objects.filter(roster=roster).select_related("employee")
        )
    people = {stint.employee_id: stint.employee for stint in stints}
    people |= {row.employee_id: row.employee for row in planned}
    published = list(
        RosterDay.objects.filter(
            on__gte=first - HISTORY, on__lte=last, employee__in=people
        ).select_related("outlet")
    )
    is_published = (
        roster.is_published
        if roster is not None
        else any(row.outlet_id == outlet.pk and row.on >= first for row in published)
    )
    month = Month(
        outlet=outlet,
        first=first,
        days=days,
        roster=roster,
        is_published=is_published,
        rules=RosterRules.objects.of(outlet.region),
        kinds=kinds,
        offered=_offered(kinds.values(), outlet),
        people=sorted(people.values(), key=leads_first),
        cells={
            (row.employee_id, row.on): Cell(
                kinds.get(row.shift_id or 0), row.absence, row.locked
            )
            for row in planned
        },
        wishes=list(
            Wish.objects.filter(
                outlet=outlet, on__gte=first, on__lte=last, employee__in=people
            )
        ),
    )
    _lay_published(month, published)
    month.leaves = _leaves(people, first, last)
    here = {(stint.employee_id, day) for stint in stints for day in _held(stint, days)}
    month.away = {
        (person, day) for person in people for day in days if (person, day) not in here
    }
    return month


def _offered(kinds: Iterable[ShiftKind], outlet: Outlet) -> list[ShiftKind]:
    ids = set(ShiftKind.objects.offered_at(outlet).values_list("pk", flat=True))
    return [kind for kind in kinds if kind.pk in ids]


def leads_first(person: Employee) -> tuple[int, str, str]:
    """Return the key by which people of an outlet are listed: who leads, then names."""
    lead = LEADS.index(person.post) if person.post in LEADS else len(LEADS)
    return lead, person.name, person.number


def _held(stint: Assignment, days: list[date]) -> Iterator[date]:
    ends = [day for day in (stint.ends_on, stint.employee.left_on) if day]
    last = min(ends, default=days[-1])
    return (day for day in days if stint.starts_on <= day <= last)


def _lay_published(month: Month, rows: list[RosterDay]) -> None:
    before: dict[int, dict[date, Cell]] = defaultdict(dict)
    for row in rows:
        cell = Cell(month.kinds.get(row.shift_id or 0), row.absence)
        if row.on < month.first:
            before[row.employee_id][row.on] = cell
        elif row.outlet_id == month.outlet.pk or row.absence:
            if month.is_published:
                month.cells[row.employee_id, row.on] = cell
        elif row.outlet is not None:
            month.elsewhere[row.employee_id, row.on] = row.outlet
    month.before = dict(before)


def _leaves(
    people: Mapping[int, Employee], first: date, last: date
) -> set[tuple[int, date]]:
    found = Leave.objects.approved_between(first, last).filter(employee__in=people)
    return {
        (leave.employee_id, day)
        for leave in found
        for day in month_days(first)
        if leave.first_on <= day <= leave.last_on
    }
