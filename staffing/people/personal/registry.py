"""Holdings: what each room holds about a person, as the rooms themselves say.

Rooms above register theirs when their app is ready, so that imports point down. A test
walks all models: whatever leads to a person, or is free text, stands in a holding.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from staffing.people.models import Employee
from staffing.people.personal.changes import Change

RowsOf = Callable[[Employee], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of record about people.

    `code` names its files in an export; `rows_of` yields mappings with exactly
    `columns`, and nothing about other people. `words` are the columns of free text, in
    which others are struck out. `changes` is what an erasure does, `erased` says it in
    a sentence; without changes the rows stay, under the pseudonym. `covers` are the
    model fields it answers for, as `checks.Check.employee`. `retention` is the code of
    the retention kind that ends it; "": it lasts as long as the results it made.
    """

    code: str
    label: Any
    about: Any
    columns: tuple[str, ...]
    rows_of: RowsOf
    words: frozenset[str] = frozenset()
    changes: tuple[Change, ...] = ()
    erased: Any = ""
    covers: frozenset[str] = field(default_factory=frozenset)
    retention: str = ""

    def foresee(self, employee: Employee) -> int:
        """Return how many rows an erasure would change, changing none."""
        return sum(change.count(employee) for change in self.changes)

    def erase(self, employee: Employee, pseudonym: str) -> int:
        """Carry the changes out, in the caller's transaction; return the rows."""
        return sum(change.apply(employee, pseudonym) for change in self.changes)


@dataclass(frozen=True, slots=True)
class Guard:
    """What still needs people and records as they are.

    `needs_from` is the first day whose records may not go yet (None: none is needed);
    `blocks` yields, in words, why one person cannot be erased now.
    """

    code: str
    needs_from: Callable[[], date | None]
    blocks: Callable[[Employee], Iterator[str]]


_holdings: dict[str, Holding] = {}
_guards: dict[str, Guard] = {}


def register(*holdings: Holding) -> None:
    """Make holdings known; rooms call this when their app is ready."""
    _holdings.update({holding.code: holding for holding in holdings})


def register_guard(guard: Guard) -> None:
    _guards[guard.code] = guard


def holdings() -> list[Holding]:
    """Return every holding: the person first, then in the order of the rooms."""
    return list(_holdings.values())


def guards() -> list[Guard]:
    return list(_guards.values())


def columns_of(rows: Callable[[Employee], QuerySet[Any]], *columns: str) -> RowsOf:
    """Return the `rows_of` of a holding whose columns are fields of her rows."""

    def rows_of(employee: Employee) -> Iterator[Mapping[str, Any]]:
        yield from rows(employee).values(*columns).iterator()

    return rows_of
