"""Rows of text out of CSV and XLSX files, one at a time."""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
Rows = Iterator[list[str]]


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why."""


@contextmanager
def open_rows(path: Path) -> Iterator[Rows]:
    """Open a spreadsheet as rows of stripped text; what the file is, its content tells.

    Raises:
        UnreadableFile: no such file, or neither UTF-8 CSV (also gzipped) nor XLSX;
            perhaps only when the rows are read.
    """
    try:
        binary = path.open("rb")
    except OSError as error:
        raise UnreadableFile(str(error)) from error
    with binary:
        yield _readable(binary)


def _readable(binary: IO[bytes]) -> Rows:
    try:
        start = binary.read(4)
        binary.seek(0)
        if start == _ZIP:
            yield from _xlsx_rows(binary)
        elif start[:2] == _GZIP:
            with gzip.open(binary) as unpacked:
                yield from _csv_rows(unpacked)  # type: ignore[arg-type]
        else:
            yield from _csv_rows(binary)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("The file is not UTF-8 text (byte %(at)d): save it as CSV UTF-8.")
            % {"at": error.start}
        ) from error
    except (OSError, EOFError, csv.Error, zlib.error, zipfile.BadZipFile) as error:
        raise UnreadableFile(str(error)) from error
    except (InvalidFileException, KeyError) as error:
        raise UnreadableFile(_("The file is no XLSX workbook.")) from error


def _csv_rows(binary: IO[bytes]) -> Rows:
    text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
    heading = text.readline()
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    text.seek(0)
    for row in csv.reader(text, delimiter=delimiter, strict=True):
        yield [cell.strip() for cell in row]


def _xlsx_rows(binary: IO[bytes]) -> Rows:
    workbook = openpyxl.load_workbook(binary, read_only=True, data_only=True)
    try:
        width = 0
        for row in workbook.worksheets[0].iter_rows(values_only=True):
            cells = [_as_text(cell) for cell in row]
            # A sheet drops the empty cells at the end of a row, and may add some.
            while cells and not cells[-1] and (not width or len(cells) > width):
                cells.pop()
            width = width or len(cells)
            yield cells + [""] * (width - len(cells))
    finally:
        workbook.close()


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()
