"""Which day for which day: what a swap changes, and which swaps are possible."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from outlets.places.models import Outlet
from staffing.people.models import Employee, User
from staffing.rosters.models import (
    Absence,
    RosterDay,
    ShiftKind,
    Swap,
    first_of_month,
)
from staffing.rosters.selectors.judging import Board, Broken


@dataclass(frozen=True, slots=True)
class Exchange:
    """The asker's shift `gives` of `on` for the colleague's `takes` of `other_on`."""

    asker: Employee
    on: date
    gives: ShiftKind
    colleague: Employee
    other_on: date
    takes: ShiftKind

    @property
    def same_day(self) -> bool:
        return self.on == self.other_on

    def changes(self) -> list[tuple[Employee, dict[date, ShiftKind | None]]]:
        """Return what becomes of whose days; None: she is off."""
        if self.same_day:
            return [
                (self.asker, {self.on: self.takes}),
                (self.colleague, {self.on: self.gives}),
            ]
        return [
            (self.asker, {self.on: None, self.other_on: self.takes}),
            (self.colleague, {self.other_on: None, self.on: self.gives}),
        ]

    def broken(self, board: Board) -> list[Broken]:
        """Return the hard rules that it would break, of either of the two."""
        return [
            one
            for person, changes in self.changes()
            for one in board.broken_by(person, changes)
        ]


def exchange_of(swap: Swap, board: Board) -> Exchange | None:
    """Return the exchange that was asked for; None: the roster is not what it was."""
    mine = board.cell(swap.asker_id, swap.on)
    theirs = board.cell(swap.colleague_id, swap.other_on)
    gives = mine.shift if mine else None
    takes = theirs.shift if theirs else None
    if gives is None or takes is None:
        return None
    if (gives.code, takes.code) != (swap.gives, swap.takes):
        return None
    found = Exchange(swap.asker, swap.on, gives, swap.colleague, swap.other_on, takes)
    return found if _is_free(found, board) else None


def _is_free(exchange: Exchange, board: Board) -> bool:
    """Tell whether each of the two has room for the shift that she takes."""
    if exchange.same_day:
        return exchange.gives != exchange.takes
    cells = (
        board.cell(exchange.asker.pk, exchange.other_on),
        board.cell(exchange.colleague.pk, exchange.on),
    )
    return all(
        cell is not None and cell.shift is None and cell.absence != Absence.LEAVE
        for cell in cells
    )


def board_for(outlet: Outlet, on: date, today: date) -> Board:
    """Return the months in which a colleague's day may be found: one either side."""
    before = first_of_month(on) - timedelta(days=1)
    after = first_of_month(first_of_month(on) + timedelta(days=31))
    days = (before, on, after)
    return Board(outlet, [day for day in days if day >= first_of_month(today)])


@dataclass(frozen=True, slots=True)
class Partner:
    """A colleague and those of her shifts that could be had for the asker's day."""

    employee: Employee
    exchanges: list[Exchange]


def partners_for(row: RosterDay, today: date) -> list[Partner]:
    """Return who could take a rostered shift for which of her own, by name.

    Only what breaks no hard rule, from tomorrow on, within a month either side, and
    only who can sign in and say yes.
    """
    if row.outlet is None or row.shift is None:
        return []
    board = board_for(row.outlet, row.on, today)
    people = {
        person.pk: person for month in board.months.values() for person in month.people
    }
    people.pop(row.employee_id, None)
    able = User.objects.filter(employee__in=people, is_active=True)
    people = {pk: people[pk] for pk in able.values_list("employee", flat=True) if pk}
    found = []
    for person in sorted(people.values(), key=lambda one: (one.name, one.number)):
        exchanges = [
            one
            for one in _exchanges(row, person, board, today)
            if not one.broken(board)
        ]
        if exchanges:
            found.append(Partner(person, exchanges))
    return found


def _exchanges(
    row: RosterDay, colleague: Employee, board: Board, today: date
) -> Iterator[Exchange]:
    gives = row.shift
    if gives is None:
        return
    for month in board.months.values():
        for day in month.days:
            takes = month.cell(colleague.pk, day).shift
            if takes is None or day <= today:
                continue
            one = Exchange(row.employee, row.on, gives, colleague, day, takes)
            if _is_free(one, board):
                yield one
