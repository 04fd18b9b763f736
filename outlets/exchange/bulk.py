"""Many rows at once: COPY on PostgreSQL, prepared statements elsewhere."""

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import connection, models

BATCH = 1000


def insert(
    model: type[models.Model], rows: Sequence[models.Model], *, needs_ids: bool = False
) -> None:
    """Insert new rows; with `needs_ids` their primary keys are set afterwards.

    Without, PostgreSQL takes them by COPY and SQLite by one prepared statement, both
    several times faster than what returns keys.
    """
    if not rows:
        return
    if needs_ids:
        model._default_manager.bulk_create(rows, batch_size=BATCH)
    elif connection.vendor == "postgresql":
        _copy(model, rows)
    else:
        _execute_many(model, rows)


def insert_ready(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows as they come, without a model for each and without holding them.

    `names` are the attribute names of the columns (`outlet_id`), in the order of the
    values. What a row leaves out takes the database's default. Values are what the
    drivers take as they are: whole numbers, truth values, None, and texts for all
    else; decimals and JSON as texts, a uuid as `uuid_text` gives it.
    """
    quote = connection.ops.quote_name
    of = {field.attname: field.column for field in model._meta.concrete_fields}
    columns = ", ".join(quote(str(of[name])) for name in names)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own columns
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            cursor.executemany(statement, batch)


def uuid_text(text: str) -> str:
    """Return a uuid's canonical text as the database's column takes it."""
    return text if connection.features.has_native_uuid_field else text.replace("-", "")


def _fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """Return the columns that we fill; keys and database defaults are not ours."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.db_default is models.NOT_PROVIDED
    ]


def _values(
    fields: "Sequence[models.Field[Any, Any]]", rows: Sequence[models.Model]
) -> Iterator[list[Any]]:
    ready = [(field, field.attname, _ready_types(field)) for field in fields]
    for row in rows:
        values = []
        for field, name, types in ready:
            value = row.__dict__.get(name, _ASK)
            if types is _JSON and type(value) in (dict, list):
                value = json.dumps(value)
            elif type(value) not in types:
                value = field.get_db_prep_save(field.pre_save(row, True), connection)
            values.append(value)
        yield values


# What the drivers take as it is, by the field's own class: asking the field costs more
# than sending the value.
_READY: dict[type, frozenset[type]] = {
    models.BigIntegerField: frozenset({int, NoneType}),
    models.IntegerField: frozenset({int, NoneType}),
    models.PositiveIntegerField: frozenset({int, NoneType}),
    models.CharField: frozenset({str, NoneType}),
    models.TextField: frozenset({str, NoneType}),
    models.BooleanField: frozenset({bool, NoneType}),
}
_READY_ON_POSTGRESQL: dict[type, frozenset[type]] = {
    models.UUIDField: frozenset({UUID, NoneType}),
    models.DecimalField: frozenset({Decimal, NoneType}),
}
_JSON: frozenset[type] = frozenset({NoneType})
_ASK = object()


def _ready_types(field: "models.Field[Any, Any]") -> frozenset[type]:
    """Return the types of values that need no preparing for the column."""
    kind: type = type(field)
    if isinstance(field, models.JSONField):
        plain = kind is models.JSONField and field.encoder is None
        return _JSON if plain else frozenset()
    if isinstance(field, models.ForeignKey):
        kind = type(field.target_field)
        if issubclass(kind, models.AutoField | models.BigAutoField):
            kind = models.BigIntegerField
    ready = _READY.get(kind)
    if ready is None and connection.vendor == "postgresql":
        ready = _READY_ON_POSTGRESQL.get(kind)
    return ready or frozenset()


def _columns(fields: "Sequence[models.Field[Any, Any]]") -> str:
    quote = connection.ops.quote_name
    return ", ".join(quote(field.column) for field in fields if field.column)


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    fields = _fields(model)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"COPY {table} ({_columns(fields)}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for values in _values(fields, rows):
            copy.write_row(values)


def _execute_many(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    fields = _fields(model)
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({_columns(fields)}) VALUES ({marks})",  # noqa: S608 - names of our own columns
            list(_values(fields, rows)),
        )


def update(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write every concrete field of existing rows."""
    fields = [
        field.name for field in model._meta.concrete_fields if not field.primary_key
    ]
    model._default_manager.bulk_update(rows, fields, batch_size=200)
