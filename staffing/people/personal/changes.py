"""What erasing somebody does to rows: it is counted and carried out from one query."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet

from staffing.people.models import Employee
from staffing.people.personal.words import pattern_of, spellings, strike

BATCH = 1000
# Rows that concern one person; the employee's name and number are still her own.
RowsOf = Callable[[Employee], QuerySet[Any]]


class Change(Protocol):
    """One effect of an erasure on rows of one kind; counts are rows."""

    def count(self, employee: Employee) -> int: ...

    def apply(self, employee: Employee, pseudonym: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Put:
    """Write the same values into all of her rows; `values` gets the pseudonym."""

    rows: RowsOf
    values: Callable[[str], Mapping[str, Any]]

    def count(self, employee: Employee) -> int:
        return self.rows(employee).count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        return self.rows(employee).order_by().update(**self.values(pseudonym))


def clear(rows: RowsOf, *fields: str) -> Put:
    """Empty text columns of her rows; rows where all are empty do not count."""
    filled = Q()
    for field in fields:
        filled |= ~Q(**{field: ""})
    return Put(
        lambda employee: rows(employee).filter(filled),
        lambda pseudonym: dict.fromkeys(fields, ""),
    )


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete her rows; what hangs on them is not counted."""

    rows: RowsOf

    def count(self, employee: Employee) -> int:
        return self.rows(employee).count()

    def apply(self, employee: Employee, pseudonym: str) -> int:
        rows = self.rows(employee)
        return rows.delete()[1].get(rows.model._meta.label, 0)


@dataclass(frozen=True, slots=True)
class Strike:
    """Strike her name and number out of texts about others that may quote her.

    `whole`: where a text quotes her, all of it goes.
    """

    rows: RowsOf
    field: str
    whole: bool = False

    def count(self, employee: Employee) -> int:
        return sum(1 for _row in self._struck(employee))

    def apply(self, employee: Employee, pseudonym: str) -> int:
        changed: list[Model] = []
        written = 0
        for row in self._struck(employee):
            changed.append(row)
            if len(changed) == BATCH:
                written += self._write(changed)
                changed = []
        return written + self._write(changed)

    def _write(self, rows: list[Model]) -> int:
        for row in rows:
            manager = type(row)._default_manager
            manager.filter(pk=row.pk).update(**{self.field: getattr(row, self.field)})
        return len(rows)

    def _struck(self, employee: Employee) -> Iterator[Model]:
        words = words_for(employee)
        quoting = Q()
        for word in words:
            quoting |= Q(**{f"{self.field}__icontains": word})
        if not words:
            return
        pattern = pattern_of(words)
        rows = self.rows(employee).filter(quoting).order_by("pk").only("pk", self.field)
        for row in rows.iterator(chunk_size=BATCH):
            text = strike(getattr(row, self.field), pattern)
            if text != getattr(row, self.field):
                setattr(row, self.field, "" if self.whole else text)
                yield row


def words_for(employee: Employee) -> list[str]:
    """Return what texts call somebody who is not erased yet."""
    return [*spellings(employee.name), employee.number]
