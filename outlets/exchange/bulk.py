"""Many rows at once: COPY on PostgreSQL, bulk statements elsewhere."""

from collections.abc import Sequence

from django.db import connection, models

BATCH = 1000


def insert(
    model: type[models.Model], rows: Sequence[models.Model], *, needs_ids: bool = False
) -> None:
    """Insert new rows; with `needs_ids` their primary keys are set afterwards.

    COPY is several times faster than INSERT but returns no keys.
    """
    if not rows:
        return
    if connection.vendor == "postgresql" and not needs_ids:
        _copy(model, rows)
    else:
        model._default_manager.bulk_create(rows, batch_size=BATCH)


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.db_default is models.NOT_PROVIDED
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(
                [
                    field.get_db_prep_save(field.pre_save(row, True), connection)
                    for field in fields
                ]
            )


def update(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write every concrete field of existing rows."""
    fields = [
        field.name for field in model._meta.concrete_fields if not field.primary_key
    ]
    model._default_manager.bulk_update(rows, fields, batch_size=200)
