"""Tables as files to download: CSV and XLSX, streamed, and safe to open.

Text that looks like a formula is disarmed (`cell_text`): by an apostrophe in CSV, by
the cell's type in XLSX. Numbers stay numbers, None is an empty cell.
"""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from outlets.exchange.cell_text import guarded, opens_as_formula

Row = Sequence[Any]
BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
# The most characters that a cell of a workbook holds.
LONGEST_CELL = 32_767
_UNFIT_FOR_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e]+')
_LONGEST_NAME = 120


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_response(
    name: str, heading: Sequence[str], rows: Iterable[Row], *, form: str = Form.CSV
) -> HttpResponseBase:
    """Answer with a file called `name` (without ending) of one heading and many rows.

    CSV leaves row by row; a workbook is written to a file on disk first.
    """
    form = Form(form)
    response: HttpResponseBase
    if form is Form.XLSX:
        response = workbook_response(name, [("", heading, rows)])
    else:
        response = StreamingHttpResponse(_csv_lines(heading, rows))
        _dress(response, name, form)
    return response


def workbook_response(
    name: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Row]]]
) -> FileResponse:
    """Answer with a workbook of sheets given as (title, heading, rows)."""
    book = Workbook(write_only=True)
    for title, heading, rows in sheets:
        sheet = book.create_sheet(title or None)
        sheet.append([sheet_cell(sheet, cell) for cell in heading])
        for row in rows:
            sheet.append([sheet_cell(sheet, cell) for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    response = FileResponse(file)
    _dress(response, name, Form.XLSX)
    return response


def safe_name(name: str, form: Form) -> str:
    """Return a file name that no system reads as a path or hides the ending of."""
    stem = _UNFIT_FOR_A_NAME.sub("_", name).strip(" .") or "table"
    return f"{stem[:_LONGEST_NAME]}.{form.value}"


def _dress(response: HttpResponseBase, name: str, form: Form) -> None:
    response["Content-Type"] = CONTENT_TYPES[form]
    # RFC 6266: a plain name where it is ASCII, `filename*` (RFC 5987) where not.
    response["Content-Disposition"] = (
        content_disposition_header(True, safe_name(name, form)) or ""
    )
    response["X-Content-Type-Options"] = "nosniff"


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(heading: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([_csv_cell(cell) for cell in heading])
    for row in rows:
        yield writer.writerow([_csv_cell(cell) for cell in row])


def _csv_cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    return guarded(_text(value))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def sheet_cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", _text(value))
    cell = WriteOnlyCell(sheet, text[:LONGEST_CELL])
    cell.data_type = "s"  # openpyxl would take "=1" for a formula
    if opens_as_formula(text):
        cell.quotePrefix = True  # stays text when somebody edits the cell
    return cell
