"""What the change feed and bulk exports give out: each room registers its kinds.

A kind is one sort of row with a lasting key. It says which fields a row has, who may
read it, which rows somebody sees now, and which writes of which tables may have changed
a row: `evaluations.feed` makes database triggers of these, so that no path of writing
is forgotten. A new kind needs nothing but `register` in its room's `apps.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal

from django.db import models


class Type(StrEnum):
    """What a field holds; instants and dates are ISO 8601 texts in a row."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    TRUTH = "truth"
    DATE = "date"
    INSTANT = "instant"
    OBJECT = "object"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row. `about` is its description in the API's document."""

    name: str
    type: Type
    about: str
    null: bool = False


Write = Literal["insert", "update", "delete"]
ALL_WRITES: tuple[Write, ...] = ("insert", "update", "delete")


@dataclass(frozen=True, slots=True)
class Watch:
    """A table whose writes may change rows of a kind.

    `keys` is an SQL query for the keys concerned, as one column called `key`;
    `{changed}` in it stands for the written rows with `id` and the columns of `uses`,
    as they were and as they are. `on_change` are the columns whose change counts; what
    else changes touches nothing. It must do on SQLite and on PostgreSQL.
    """

    model: type[models.Model]
    keys: str
    uses: tuple[str, ...] = ()
    on_change: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ALL_WRITES


Row = Mapping[str, Any]


class FeedKind(ABC):
    """One sort of row. `scope` opens it to a service, `power` to a person."""

    name: ClassVar[str]
    about: ClassVar[str]
    scope: ClassVar[str]
    power: ClassVar[Any]
    fields: ClassVar[tuple[Field, ...]]
    example: ClassVar[Mapping[str, Any]]
    watches: ClassVar[tuple[Watch, ...]]
    # All keys that there are, as one column called `key`: what stood before the feed.
    all_keys: ClassVar[str]
    # Whether a row is about a person: reading it is logged.
    personal: ClassVar[bool] = False

    @abstractmethod
    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (key, row) of what `viewer` sees now, each key once.

        `keys` limits it to some; None is everything, in any order, streamed. Values
        are what JSON has, by the type of the field.
        """

    @abstractmethod
    def existing(self, keys: Sequence[str]) -> set[str]:
        """Return those of `keys` that somebody might see."""


_kinds: dict[str, FeedKind] = {}


def register(kind: FeedKind) -> None:
    """Have the feed give out rows of this kind; a room calls it once."""
    _kinds[kind.name] = kind


def registered() -> Mapping[str, FeedKind]:
    return _kinds


def iso(value: Any) -> str | None:
    """Return a date or an instant as text, None as None."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def number(value: Any) -> float | None:
    return None if value is None else float(value)


def whole_keys(keys: Sequence[str]) -> list[int]:
    """Return keys that are ids."""
    return [int(key) for key in keys]
