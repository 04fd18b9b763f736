"""Rows of the first sheet of an XLSX workbook that may have been made to do harm.

A workbook is a ZIP of XML. Before a library reads it, its directory is judged, and its
sheets are scanned as a stream: sizes, ratios, entities, rows, columns and cells.
"""

import zipfile
from collections.abc import Callable, Iterator
from typing import IO
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from defusedxml.common import DefusedXmlException
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils.exceptions import InvalidFileException

from outlets.exchange import sheets
from outlets.exchange.sheets import MOST_COLUMNS

MOST_SHEETS = 100
MOST_PARTS = 5000
MOST_RATIO = 300  # unpacked to packed; a full sheet reaches a tenth of it
LONGEST_CELL = 32_767  # characters, as in the format itself
# Read whole by the library, so bounded by themselves. In bytes.
MOST_SHARED_TEXT = 64 * 1024 * 1024
MOST_OTHER_PART = 16 * 1024 * 1024
# Elements in one row, or in all that surrounds the rows.
MOST_ELEMENTS = 200_000
_RATIO_MATTERS_FROM = 10 * 1024 * 1024
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
_SHEETS = "xl/worksheets/"
_SHARED = "xl/sharedStrings.xml"
_MARKED_UP = (".xml", ".rels")

DAMAGED = gettext_lazy(
    "The file is damaged or was cut short. Save it again and send it once more."
)
UNPACKS_TOO_LARGE = gettext_lazy(
    "The file unpacks to far more than its size. Send the plain table, in parts if "
    "need be."
)
_NO_WORKBOOK = gettext_lazy("The file is no XLSX workbook.")
_DECLARES = gettext_lazy(
    "The workbook declares entities of its own, which no spreadsheet program writes. "
    "Save it again as XLSX."
)


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why."""

    def __str__(self) -> str:
        return str(self.args[0])


def too_many_columns(row: int, columns: int) -> str:
    return _(
        "Row %(row)d has %(columns)d columns; a file may have %(most)d. Send the "
        "table alone."
    ) % {"row": row, "columns": columns, "most": MOST_COLUMNS}


def too_many_rows(most: int) -> str:
    return _("The file has more than %(most)d rows. Send it in parts.") % {"most": most}


def read_rows(binary: IO[bytes]) -> Iterator[list[str]]:
    """Yield the rows of the first sheet as stripped text.

    Raises:
        UnreadableFile: no workbook, damaged, or beyond a limit.
    """
    try:
        with zipfile.ZipFile(binary) as archive:
            _judge_directory(archive)
            for part in archive.infolist():
                if part.filename.endswith(_MARKED_UP):
                    with archive.open(part) as stream:
                        _scan(stream, counted=_holds_cells(part.filename))
        binary.seek(0)
        yield from _rows(binary)
    except DefusedXmlException as error:
        raise UnreadableFile(_DECLARES) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(DAMAGED) from error
    except (
        *(InvalidFileException, ParseError, expat.ExpatError),
        *(KeyError, ValueError, TypeError, IndexError, AttributeError),
    ) as error:
        raise UnreadableFile(_NO_WORKBOOK) from error


def _holds_cells(name: str) -> bool:
    return name.startswith(_SHEETS) or name == _SHARED


def _judge_directory(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(
        name.startswith(_SHEETS) for name in names
    ):
        raise UnreadableFile(_NO_WORKBOOK)
    if len(parts) > MOST_PARTS or len(names) != len(parts):
        raise UnreadableFile(_NO_WORKBOOK)
    if sum(name.startswith(_SHEETS) for name in names) > MOST_SHEETS * 2:
        raise UnreadableFile(
            _("The workbook has more than %(most)d sheets. Send the first one alone.")
            % {"most": MOST_SHEETS}
        )
    if sum(part.file_size for part in parts) > settings.IMPORT_MOST_UNPACKED_BYTES:
        raise UnreadableFile(UNPACKS_TOO_LARGE)
    for part in parts:
        _judge_part(part)


def _judge_part(part: zipfile.ZipInfo) -> None:
    if part.flag_bits & _ENCRYPTED:
        raise UnreadableFile(
            _("The workbook has a password. Save it without one and send it again.")
        )
    if (
        part.file_size > _RATIO_MATTERS_FROM
        and part.file_size > part.compress_size * MOST_RATIO
    ):
        raise UnreadableFile(UNPACKS_TOO_LARGE)
    if part.filename == _SHARED:
        most = MOST_SHARED_TEXT
    elif part.filename.endswith(_MARKED_UP) and not _holds_cells(part.filename):
        most = MOST_OTHER_PART
    else:
        return  # a sheet is scanned, a picture never opened
    if part.file_size > most:
        raise UnreadableFile(
            _("The workbook holds too much besides its rows. Save the sheet as CSV.")
        )


class _Scanner:
    """Counts what a library would have to hold in memory at once."""

    def __init__(self) -> None:
        self.rows = self.columns = self.elements = self.characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self.columns += 1
            self.characters = 0
        elif tag == "row":
            self.rows += 1
            self.columns = self.elements = self.characters = 0
        elif tag == "si":
            self.elements = self.characters = 0
        self.elements += 1
        if self.columns > MOST_COLUMNS or self.elements > MOST_ELEMENTS:
            raise UnreadableFile(too_many_columns(self.rows, self.columns))
        if self.rows > sheets.most_rows():
            raise UnreadableFile(too_many_rows(sheets.most_rows()))

    def text(self, data: str) -> None:
        self.characters += len(data)
        if self.characters > LONGEST_CELL:
            raise UnreadableFile(
                _("Near row %(row)d a cell holds more than %(most)d characters.")
                % {"row": max(self.rows, 1), "most": LONGEST_CELL}
            )


def _refuse_declarations(*_args: object) -> None:
    raise UnreadableFile(_DECLARES)


def _scan(stream: IO[bytes], *, counted: bool) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    if counted:
        scanner = _Scanner()
        parser.StartElementHandler = scanner.start
        parser.CharacterDataHandler = scanner.text
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    feed: Callable[[bytes, bool], object] = parser.Parse
    while chunk := stream.read(_CHUNK):
        feed(chunk, False)
    feed(b"", True)


def _rows(binary: IO[bytes]) -> Iterator[list[str]]:
    """Yield the rows as wide as the heading, or wider where more is filled in."""
    width = 0
    try:
        for cells in sheets.rows_of_first_sheet(binary):
            width = width or len(cells)
            yield cells + [""] * (width - len(cells))
    except sheets.TooManyColumns as error:
        raise UnreadableFile(too_many_columns(error.row, error.columns)) from error
    except sheets.TooManyRows as error:
        raise UnreadableFile(too_many_rows(error.most)) from error
