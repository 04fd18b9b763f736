"""What has a history: each room names its models, `accounts` keeps what changes.

`Model.save` is heard by itself. Whoever writes in bulk says so with `tell`, because
bulk writes send no signals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from auditlog.registry import auditlog
from django.db import models
from django.utils.functional import Promise


class Group(StrEnum):
    """Who may read a history goes by what it is about."""

    PEOPLE = "people"
    ROLES = "roles"
    PLACES = "places"
    CONFIGURATION = "configuration"
    RECORDS = "records"  # what was judged about somebody
    DECISIONS = "decisions"  # rankings, awards, periods


@dataclass(frozen=True)
class Tracked:
    """A model with a history.

    `label` puts one row into words that stay with its history, and may follow the
    relations of `related`; `shown` does so in the reader's language, while the row is
    there. `link` is the page where the row stands. `about` is the path to the id of
    the employee whom a row is about ("" none). `part_of` is the path to the row in
    whose history this one belongs too. Without `creations` only later changes are
    kept. What `concealed` returns has no history yet that the viewer may read (None:
    whom it is about); see `untold`. `hundredths` are kept so.
    """

    model: type[models.Model]
    group: Group
    noun: Promise
    fields: tuple[str, ...]
    label: Callable[[Any], str] = str
    shown: Callable[[Any], str] | None = None
    link: Callable[[Any], str] | None = None
    related: tuple[str, ...] = ()
    about: str = ""
    part_of: str = ""
    creations: bool = True
    concealed: Callable[[Any], models.QuerySet] | None = None
    hundredths: frozenset[str] = frozenset()

    def words(self, row: Any) -> str:
        """Put a row that is still there into the reader's words."""
        return (self.shown or self.label)(row)

    def untold(self, viewer: Any) -> models.Q | None:
        """Return whose history a viewer is not told, by `object_id`; None: nobody's.

        From whom something is concealed, she is not told of rows that are gone either:
        what was concealed when it went stays so.
        """
        hidden = self.concealed(viewer) if self.concealed is not None else None
        if hidden is None or hidden.query.is_empty():
            return None
        there = self.model._base_manager.filter(pk=models.OuterRef("object_id"))
        gone = ~models.Q(models.Exists(there))
        return models.Q(object_id__in=hidden.values("pk")) | gone

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @cached_property
    def whole(self) -> type[models.Model] | None:
        """The model at the end of `part_of`."""
        model: Any = self.model
        for name in filter(None, self.part_of.split("__")):
            model = model._meta.get_field(name).related_model
        return model if self.part_of else None

    def employee_id(self, row: models.Model) -> int | None:
        """Return the id of the employee whom the row is about."""
        value: Any = row
        for name in filter(None, self.about.split(".")):
            value = getattr(value, name, None)
        return value if self.about else None


class Recorder(Protocol):
    def __call__(
        self,
        known: Tracked,
        /,
        *,
        created: Sequence[models.Model],
        updated: Sequence[tuple[models.Model, Mapping[str, Any]]],
        deleted: Sequence[models.Model],
    ) -> None: ...


_tracked: dict[type[models.Model], Tracked] = {}
_recorders: list[Recorder] = []


def track(
    model: type[models.Model],
    *,
    group: Group,
    noun: Promise,
    only: Sequence[str] = (),
    ignore: Sequence[str] = (),
    **told: Any,
) -> None:
    """Keep the history of a model; rooms call this when their app is ready.

    Keys and what the database fills in are never worth a line. `only` names the
    fields instead; `ignore` leaves some out. `told` are the fields of `Tracked`.
    """
    fields = tuple(
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.db_default is models.NOT_PROVIDED
        and field.name not in ignore
        and (not only or field.name in only)
    )
    _tracked[model] = Tracked(model, group, noun, fields, **told)
    auditlog.register(model, include_fields=list(fields))


def tracked() -> Mapping[type[models.Model], Tracked]:
    return _tracked


def record_with(recorder: Recorder) -> None:
    """Have `recorder` keep what is told; `accounts` calls this once."""
    _recorders[:] = [recorder]


def tell(
    model: type[models.Model],
    *,
    created: Sequence[models.Model] = (),
    updated: Sequence[tuple[models.Model, Mapping[str, Any]]] = (),
    deleted: Sequence[models.Model] = (),
) -> None:
    """Say what a bulk write did, in the same transaction.

    `updated` pairs a row as it is now with the attributes it had before. Rows of
    models without a history are nobody's business. Rows must have their ids.
    """
    known = _tracked.get(model)
    if known is None:
        return
    for recorder in _recorders:
        recorder(
            known,
            created=created if known.creations else (),
            updated=updated,
            deleted=deleted,
        )
