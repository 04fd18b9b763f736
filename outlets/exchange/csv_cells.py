"""Cells of CSV files that a spreadsheet must not take for formulas."""

from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: Any) -> Any:
    """Return a text that begins like a formula behind an apostrophe, else `value`."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
