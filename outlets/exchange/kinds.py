"""What can be loaded: each room registers its kinds, the importer runs them.

A kind turns rows into model rows. `RowKind` does it for the common case, one row of
the file to one row of one table, matched on a key; other shapes subclass `Kind`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outlets.exchange import bulk, tracking
from outlets.exchange.cells import Cells
from outlets.exchange.erased import erased_people

# Values of `outlets.places.sight.Power`, which stands above this room.
INGEST = "ingest"
CONFIGURE = "configure"
# Who sets up the house loads what it consists of, and nothing that judges anybody.
REGISTRY_POWERS = frozenset({INGEST, CONFIGURE})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind.

    `attr` is the model attribute that it fills, if named otherwise; `also` are further
    ones that follow from the same cell.
    """

    name: str
    required: bool = False
    attr: str = ""
    also: tuple[str, ...] = ()

    @property
    def attrs(self) -> tuple[str, ...]:
        return (self.attr or self.name, *self.also)


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class Kind(ABC):
    """One instance serves one load: `open`, `take` batch after batch, `close`.

    All of it happens inside one transaction that the importer commits or rolls back.
    """

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    # The column that names the person whom a row is about; "": no row is about one.
    person_column: ClassVar[str] = "employee_number"
    # The columns that say which row on record is meant.
    key_columns: ClassVar[tuple[str, ...]] = ()
    # Any one of these powers lets somebody load the kind.
    powers: ClassVar[frozenset[str]] = frozenset({INGEST})
    # Where a row names its place, if every row on record that it could touch lies
    # there too. Without, only who may load everywhere may load the kind.
    outlet_column: ClassVar[str] = ""
    region_column: ClassVar[str] = ""
    # So many rows come at once; 0: as many as the importer thinks fit.
    batch: ClassVar[int] = 0
    # Headings of the file at hand; set by the importer before `open`.
    present: frozenset[str] = frozenset()
    # Who sends the rows, where her sight limits what they may name; None: a file.
    sender: Any = None
    # Who loads a file from the page; None: the command line or a program.
    loaded_by: Any = None

    def open(self) -> None:  # noqa: B027 - most kinds need nothing
        """Load what every batch needs."""

    def receive(self, batch: Sequence[Cells]) -> list[Outcome]:
        """Take a batch but for the rows about people who were erased.

        Those are left as they are, with a warning: a file that still lists somebody
        must neither bring her back nor be refused for it.
        """
        numbers = {cells.text(self.person_column) for cells in batch} - {""}
        erased = erased_people(numbers) if self.person_column else {}
        if not erased:
            return self.take(batch)
        taken = iter(
            self.take([c for c in batch if c.text(self.person_column) not in erased])
        )
        outcomes = []
        for cells in batch:
            person = erased.get(cells.text(self.person_column))
            if person is None:
                outcomes.append(next(taken))
                continue
            on = date_format(person.on, "SHORT_DATE_FORMAT")
            cells.warn(
                self.person_column, _("was erased on %(on)s: not taken") % {"on": on}
            )
            outcomes.append(Outcome.UNCHANGED)
        return outcomes

    @abstractmethod
    def take(self, batch: Sequence[Cells]) -> list[Outcome]:
        """Write a batch and return one outcome per row, in order.

        Rows that are `bad` on arrival lack a required cell; they count as rejected.
        """

    def close(self) -> None:  # noqa: B027 - most kinds need nothing
        """Do what follows from everything taken, such as roll-ups."""


M = TypeVar("M", bound=models.Model)


class RowKind(Kind, Generic[M]):
    """One row of the file is one row of `model`, matched on the attributes `key`.

    A row that matches and differs updates a `registry` kind. Of an event kind it may
    only fill what is empty, unless `may_change` allows more. Cells of columns that
    the file lacks never touch an existing row.
    """

    model: ClassVar[type[models.Model]]
    key: ClassVar[tuple[str, ...]]
    registry: ClassVar[bool] = False
    # Set on every row that an update touches, e.g. {"pending": True}.
    on_update: ClassVar[Mapping[str, Any]] = {}
    # Attributes kept in hundredths of what a file says.
    in_hundredths: ClassVar[frozenset[str]] = frozenset()
    # False: rows are written with COPY where the database has it, and get no id back.
    needs_ids: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "columns" in vars(cls):
            cls.key_columns = tuple(
                column.name
                for column in cls.columns
                if set(column.attrs) & set(cls.key)
            )

    @abstractmethod
    def clean(self, cells: Cells) -> dict[str, Any]:
        """Return the model attributes of one row; note faults on `cells`."""

    def read_ahead(self, batch: Sequence[Cells]) -> None:
        """Look up, in bulk, what `clean` will need for these rows."""

    def is_own(self, row: M) -> bool:
        """Tell whether `row` says what `loaded_by` herself is and where she works.

        Such a row, new or changed, is refused: nobody gives herself powers. One that
        says what is on record anyway is not, so that a list of everybody can be loaded.
        """
        return False

    def may_change(self, attr: str, old: Any, new: Any) -> bool:
        """Tell whether a filled attribute of an event may change from old to new."""
        return False

    def left_empty(self, row: M, attr: str) -> str:
        """Say why an empty attribute of an event is not filled; "": it is."""
        return ""

    def shown(self, row: M, attr: str) -> Any:
        """Return what is on record as the writer of a file would put it."""
        value = getattr(row, attr.removesuffix("_id"))
        return Decimal(value) / 100 if attr in self.in_hundredths else value

    def written(self, created: Sequence[M], updated: Sequence[M]) -> None:
        """Act on the rows just written, inside the same transaction."""

    def find(self, keys: Collection[tuple[Hashable, ...]]) -> dict[tuple, M]:
        """Return the existing rows of these keys, by key, with one query."""
        if not keys:
            return {}
        columns = [set(column) for column in zip(*keys, strict=True)]
        filters = {
            f"{attr}__in": column
            for attr, column in zip(self.key, columns, strict=True)
            if None not in column
        }
        found = self.model._default_manager.filter(**filters)
        rows = {self.key_of(row): row for row in found.iterator()}
        return {key: rows[key] for key in keys if key in rows}  # type: ignore[misc]

    def key_of(self, row: models.Model) -> tuple[Hashable, ...]:
        return tuple(getattr(row, attr) for attr in self.key)

    def take(self, batch: Sequence[Cells]) -> list[Outcome]:
        self.read_ahead(batch)
        # What updated rows said before, by the identity of the row.
        self._said_before: dict[int, dict[str, Any]] = {}
        cleaned = [None if cells.bad else self.clean(cells) for cells in batch]
        keys = [
            tuple(values[attr] for attr in self.key)
            if values is not None and not cells.bad
            else None
            for cells, values in zip(batch, cleaned, strict=True)
        ]
        rows = self.find({key for key in keys if key is not None})
        created: dict[tuple, M] = {}
        updated: dict[tuple, M] = {}
        outcomes = []
        for cells, values, key in zip(batch, cleaned, keys, strict=True):
            if values is None or key is None:
                outcomes.append(Outcome.REJECTED)
                continue
            row = rows.get(key)
            if row is None:
                new: M = self.model(**values)  # type: ignore[assignment]
                if self._is_refused(new, cells):
                    outcomes.append(Outcome.REJECTED)
                    continue
                rows[key] = created[key] = new
                outcomes.append(Outcome.CREATED)
                continue
            outcome = self._merge(row, values, cells)
            if outcome is Outcome.UPDATED and key not in created:
                updated[key] = row
            outcomes.append(outcome)
        self._write(list(created.values()), list(updated.values()))
        self.written(list(created.values()), list(updated.values()))
        return outcomes

    def _write(self, created: Sequence[M], updated: Sequence[M]) -> None:
        known = tracking.tracked().get(self.model)
        in_history = known is not None and known.creations
        # A line of history names its row by id, so that these cannot go by COPY.
        bulk.insert(self.model, created, needs_ids=self.needs_ids or in_history)
        if updated:
            bulk.update(self.model, updated)
        tracking.tell(
            self.model,
            created=created,
            updated=[(row, self._said_before[id(row)]) for row in updated],
        )

    def _merge(self, row: M, values: Mapping[str, Any], cells: Cells) -> Outcome:
        changes: dict[str, Any] = {}
        told = {attr for column in self.columns for attr in column.attrs}
        for column in self.columns:
            if column.name not in self.present:
                continue
            for attr in column.attrs:
                if attr in values:
                    self._compare(row, column.name, attr, values[attr], changes, cells)
        if cells.bad:
            return Outcome.REJECTED
        if not changes:
            return Outcome.UNCHANGED
        if self._is_refused(row, cells):
            return Outcome.REJECTED
        derived = {attr: value for attr, value in values.items() if attr not in told}
        before = self._said_before.setdefault(id(row), {})
        for attr, value in {**derived, **changes, **self.on_update}.items():
            before.setdefault(attr, getattr(row, attr))
            setattr(row, attr, value)
        return Outcome.UPDATED

    def _is_refused(self, row: M, cells: Cells) -> bool:
        if self.loaded_by is None or not self.is_own(row):
            return False
        cells.fail(
            self.person_column, _("is your own record: somebody else has to change it")
        )
        return True

    def _compare(
        self,
        row: M,
        column: str,
        attr: str,
        new: Any,
        changes: dict[str, Any],
        cells: Cells,
    ) -> None:
        old = getattr(row, attr)
        if old == new or (new in (None, "") and not self.registry):
            return
        empty = old in (None, "")
        if empty and not self.registry and (why := self.left_empty(row, attr)):
            cells.warn(column, why)
            return
        if self.registry or empty or self.may_change(attr, old, new):
            changes[attr] = new
            return
        shown = {"old": self.shown(row, attr)}
        cells.fail(column, _("differs from what is on record: %(old)s") % shown)


_registry: dict[str, type[Kind]] = {}


def register(kind: type[Kind]) -> None:
    """Make a kind loadable; rooms call this when their app is ready."""
    _registry[kind.name] = kind


def registered() -> Mapping[str, type[Kind]]:
    """Return the loadable kinds by name."""
    return _registry
