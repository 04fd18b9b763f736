"""Rows of the database as a ranking reads them: millions, without models."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.functions import Cast

from evaluations.rankings.rules.people import MonthEvidence, MonthSums

CHUNK = 2000
BIG = BigIntegerField()
# (employee, code of the month, sums by component, what only adjusted values need).
MonthRow = tuple[int, str, MonthSums, MonthEvidence]
NO_EVIDENCE = MonthEvidence()


def total(summed: Any) -> Cast:
    """Return a sum that drivers give as a whole number, whatever the database adds."""
    return Cast(Sum(summed, output_field=BIG), BIG)


def fetched(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the driver gives them: millions, of texts and whole numbers."""
    statement, parameters = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk
