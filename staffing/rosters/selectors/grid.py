"""The month of an outlet as a grid: a row for each person, a column for each day."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from outlets.places.models import Outlet
from staffing.people.models import Employee
from staffing.rosters.coverage import CoveredDay, covered
from staffing.rosters.issues import RULE, Issue, issues_of
from staffing.rosters.models import Absence, Balanced
from staffing.rosters.needs import Needed, needed
from staffing.rosters.problems import pose
from staffing.rosters.selectors.month import Cell, Month, read_month


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell; `closed` says why nobody can be rostered there, "" where one can."""

    on: date
    cell: Cell
    closed: str
    level: str
    problems: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.cell.code

    @property
    def mark(self) -> str:
        """Two characters at most."""
        if self.cell.shift:
            return self.cell.shift.initial
        return ABSENCE_MARKS.get(self.cell.absence, "")

    @property
    def colour(self) -> str:
        return self.cell.shift.colour if self.cell.shift else self.cell.absence

    @property
    def name(self) -> str:
        if self.cell.shift:
            return self.cell.shift.name
        if self.cell.absence:
            return str(Absence(self.cell.absence).label)
        return _("not rostered")


ABSENCE_MARKS: dict[str, str] = {Absence.OFF: "–", Absence.LEAVE: "✈"}


@dataclass(frozen=True, slots=True)
class GridRow:
    """A person's month: her cells and sums. Hours are of work, breaks left out."""

    person: Employee
    cells: tuple[GridCell, ...]
    hours: float
    contract_hours: float
    early: int
    night: int
    weekends: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridDay:
    """A column: the day, how well it is covered, and what is wrong with it."""

    covered: CoveredDay
    level: str
    problems: tuple[str, ...]

    @property
    def on(self) -> date:
        return self.covered.on

    @property
    def is_weekend(self) -> bool:
        return self.on.isoweekday() >= 6


@dataclass(frozen=True, slots=True)
class Grid:
    month: Month
    rows: list[GridRow]
    days: list[GridDay]
    issues: list[Issue]
    need: Needed

    @property
    def rule_count(self) -> int:
        return sum(issue.level == RULE for issue in self.issues)

    @property
    def warning_count(self) -> int:
        return len(self.issues) - self.rule_count

    @property
    def missing_hours(self) -> float:
        return sum(day.covered.missing_hours for day in self.days)

    @property
    def spare_hours(self) -> float:
        return sum(day.covered.spare_hours for day in self.days)

    @property
    def worst_day(self) -> GridDay:
        """The day on which most person-hours are missing; the first where none are."""
        return max(self.days, key=lambda day: (day.covered.missing_hours, -day.on.day))


def grid_of(outlet: Outlet, first: date) -> Grid:
    """Read a month and judge it; the queries are the same for any number of people."""
    month = read_month(outlet, first)
    need = needed(outlet, month.first, month.last)
    posed = pose(month, need.people, peaks=need.peaks)
    issues = issues_of(month, posed)
    by_place: dict[tuple[int | None, date | None], list[Issue]] = defaultdict(list)
    for issue in issues:
        by_place[issue.employee_id, issue.on].append(issue)
    rows = [
        _row(month, person, posed.problem.people[n].contract_minutes or 0, by_place)
        for n, person in enumerate(month.people)
    ]
    days = [
        GridDay(day, _level(found), tuple(one.text for one in found))
        for day in covered(month, need.people)
        for found in [by_place[None, day.on]]
    ]
    return Grid(month, rows, days, issues, need)


def _level(issues: list[Issue]) -> str:
    return issues[0].level if issues else ""


def _row(month: Month, person: Employee, contract: int, by_place: Any) -> GridRow:
    zone = month.outlet.zone
    cells = []
    for day in month.days:
        found = by_place[person.pk, day]
        cells.append(
            GridCell(
                day,
                month.cell(person.pk, day),
                _closed(month, person.pk, day),
                _level(found),
                tuple(one.text for one in found),
            )
        )
    shifts = [one.cell.shift for one in cells if one.cell.shift]
    counted = Counter(shift.counts_as for shift in shifts)
    minutes = sum(
        one.cell.shift.minutes(one.on, zone) for one in cells if one.cell.shift
    )
    weekends = {
        one.on.isocalendar()[:2]
        for one in cells
        if one.cell.shift and one.on.isoweekday() >= 6
    }
    return GridRow(
        person=person,
        cells=tuple(cells),
        hours=round(minutes / 60, 1),
        contract_hours=round(contract / 60, 1),
        early=counted[Balanced.EARLY],
        night=counted[Balanced.NIGHT],
        weekends=len(weekends),
        problems=tuple(one.text for one in by_place[person.pk, None]),
    )


def _closed(month: Month, person: int, day: date) -> str:
    if (person, day) in month.leaves:
        return _("leave")
    elsewhere = month.elsewhere.get((person, day))
    if elsewhere is not None:
        return elsewhere.name
    return _("not assigned here") if (person, day) in month.away else ""
