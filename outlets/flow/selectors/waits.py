"""Wait histograms added up in the database."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max, Sum

from outlets.flow.rules import WAIT_COLUMNS, Waits

WAIT_SUMS: dict[str, Any] = {
    **{f"sum_{column}": Sum(column) for column in (*WAIT_COLUMNS, "wait_sum_s")},
    "longest_s": Max("wait_max_s"),
}


def waits_of(row: Mapping[str, Any]) -> Waits:
    """Read the histogram of a row annotated with `WAIT_SUMS`; of no rows: empty."""
    return Waits(
        tuple(row[f"sum_{column}"] or 0 for column in WAIT_COLUMNS),
        row["sum_wait_sum_s"] or 0,
        row["longest_s"] or 0,
    )
