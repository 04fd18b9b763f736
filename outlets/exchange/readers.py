"""Rows of text out of CSV and XLSX files, one at a time, from hands we do not know.

A file is read as a stream: memory holds one row, whatever the file claims to be. What
is wrong with a file is said in one sentence: what, where, and how to mend it.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outlets.exchange import workbooks
from outlets.exchange.cell_text import unguarded
from outlets.exchange.sheets import MOST_COLUMNS
from outlets.exchange.workbooks import UnreadableFile

__all__ = ["Rows", "UnreadableFile", "open_rows", "read_rows"]

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
Rows = Iterator[list[str]]

LONGEST_LINE = 1 << 20  # characters; far beyond any row of any kind
_LOOKED_AT = 4096  # bytes that tell what a file is
# A small file that unpacks to this many times its size was made to do harm.
MOST_RATIO = 300
_RATIO_MATTERS_FROM = 50 * 1024 * 1024

_IMAGE = gettext_lazy("The file is an image. Send the table itself, as CSV or XLSX.")
_ARCHIVE = gettext_lazy("The file is a packed archive. Unpack it and send the table.")
_OLD_EXCEL = gettext_lazy(
    "The file is a workbook of the old kind (.xls), or one with a password. Save it "
    "as XLSX without a password."
)
_UTF_16 = gettext_lazy(
    "The file is UTF-16 text. Save it as “CSV UTF-8”, or send the workbook as XLSX."
)
_STARTS = (
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"II*\x00", _IMAGE),
    (b"MM\x00*", _IMAGE),
    (b"RIFF", _IMAGE),
    (b"%PDF", gettext_lazy("The file is a PDF. Send the table as CSV or XLSX.")),
    (b"\xd0\xcf\x11\xe0", _OLD_EXCEL),
    (b"\xff\xfe", _UTF_16),
    (b"\xfe\xff", _UTF_16),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
)
_MARKUP = gettext_lazy(
    "The file is a web page or XML, not a table. Open it in a spreadsheet program and "
    "save it as XLSX."
)
_BINARY = gettext_lazy(
    "The file holds binary data, no text. Send the table as “CSV UTF-8” or XLSX."
)


@contextmanager
def open_rows(path: Path) -> Iterator[Rows]:
    """Open a file on disk as rows; see `read_rows`.

    Raises:
        UnreadableFile: also when there is no such file.
    """
    try:
        binary = path.open("rb")
    except OSError as error:
        raise UnreadableFile(str(error)) from error
    with binary:
        yield read_rows(binary)


def read_rows(binary: IO[bytes]) -> Rows:
    """Yield the rows of a spreadsheet as stripped text.

    What the file is, its content tells, never its name. `binary` can seek.

    Raises:
        UnreadableFile: neither UTF-8 CSV (also gzipped) nor XLSX, damaged, or larger
            than the settings allow; perhaps only after many rows.
    """
    try:
        start = binary.read(_LOOKED_AT)
        binary.seek(0)
        if start.startswith(_ZIP):
            yield from workbooks.read_rows(binary)
        elif start.startswith(_GZIP):
            yield from _gzipped_rows(binary)
        else:
            _check_start(start)
            yield from _csv_rows(binary)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(workbooks.DAMAGED) from error


def _gzipped_rows(binary: IO[bytes]) -> Rows:
    size = binary.seek(0, io.SEEK_END)
    binary.seek(0)
    with gzip.open(binary) as unpacked:
        bounded = io.BufferedReader(_Bounded(unpacked, size), 1 << 16)
        start = bounded.peek(_LOOKED_AT)[:_LOOKED_AT]
        if start.startswith((*_ZIP, _GZIP)):
            raise UnreadableFile(_ARCHIVE)
        _check_start(start)
        yield from _csv_rows(bounded)


class _Bounded(io.RawIOBase):
    """A stream of unpacked bytes that stops a bomb before it has gone off."""

    def __init__(self, unpacked: Any, packed_size: int) -> None:
        self._unpacked = unpacked
        self._packed_size = packed_size
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._unpacked.read(len(buffer))
        self._seen += len(data)
        bomb = (
            self._seen > _RATIO_MATTERS_FROM
            and self._seen > self._packed_size * MOST_RATIO
        )
        if bomb or self._seen > settings.IMPORT_MOST_UNPACKED_BYTES:
            raise UnreadableFile(workbooks.UNPACKS_TOO_LARGE)
        buffer[: len(data)] = data
        return len(data)


def _check_start(start: bytes) -> None:
    """Refuse what is plainly no text, by its first bytes."""
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile(_("The file is empty."))
    for magic, sentence in _STARTS:
        if start.startswith(magic):
            raise UnreadableFile(sentence)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableFile(_MARKUP)
    if b"\x00" in start.partition(b"\n")[0]:
        raise UnreadableFile(_UTF_16 if start[1::2].count(0) > 8 else _BINARY)


def _csv_rows(binary: Any) -> Rows:
    row = 0
    text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
    try:
        for cells in _records(text):
            row += 1
            if len(cells) > MOST_COLUMNS:
                raise UnreadableFile(workbooks.too_many_columns(row, len(cells)))
            if row > settings.IMPORT_MOST_ROWS:
                raise UnreadableFile(workbooks.too_many_rows(settings.IMPORT_MOST_ROWS))
            yield [unguarded(cell).strip() for cell in cells]
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("The file is not UTF-8 text (near row %(row)d): save it as CSV UTF-8.")
            % {"row": row + 1}
        ) from error
    except csv.Error as error:
        raise UnreadableFile(_quoting(str(error)) % {"row": row + 1}) from error
    finally:
        with suppress(ValueError):  # the file was closed before we came to an end
            text.detach()  # or it would be closed along with us


def _records(text: io.TextIOWrapper) -> Iterator[list[str]]:
    lines = _lines(text)
    heading = next(lines, "")
    delimiter = ";" if heading.count(";") > heading.count(",") else ","

    def again() -> Iterator[str]:
        yield heading
        yield from lines

    return csv.reader(again(), delimiter=delimiter, strict=True)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise UnreadableFile(
                _(
                    "Line %(line)d is longer than a million characters and has no "
                    "end: the file lacks line breaks, or it is no table."
                )
                % {"line": number}
            )
        yield line


def _quoting(error: str) -> str:
    """Say in our words what the reader of CSV found wrong."""
    if "end of data" in error or "field limit" in error:
        return _(
            "Row %(row)d opens a quotation mark that is never closed. Close it, or "
            "write a quotation mark inside a cell twice."
        )
    if "expected after" in error:
        return _(
            "In row %(row)d a cell goes on after its closing quotation mark. Write a "
            "quotation mark inside a cell twice."
        )
    return _("Row %(row)d is no CSV. Save the table again as CSV UTF-8 or XLSX.")
