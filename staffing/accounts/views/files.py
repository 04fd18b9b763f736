"""Lists as files that a spreadsheet opens, and takes for text and nothing else."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What a spreadsheet would take for a formula, or for something to fetch.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_response(
    name: str, form: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """Answer with `name` as `csv` or `xlsx`."""
    kind = _XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    response = HttpResponse(content_type=kind)
    disposition = content_disposition_header(True, f"{name}.{form}")
    response["Content-Disposition"] = disposition or ""
    table = [heading, *rows]
    if form == "xlsx":
        _write_workbook(response, table)
    else:
        response.write("\ufeff")  # without it Excel takes UTF-8 for something else
        csv.writer(response).writerows([neutral(cell) for cell in row] for row in table)
    return response


def _write_workbook(response: HttpResponse, table: Iterable[Sequence[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table:
        sheet.append([_cell(value) for value in row])
    stream = BytesIO()
    book.save(stream)
    response.write(stream.getvalue())


def _cell(value: Any) -> Any:
    value = neutral(value)
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def neutral(value: Any) -> Any:
    """Return text so that no spreadsheet computes it."""
    if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA):
        return f"'{value}"
    return value
