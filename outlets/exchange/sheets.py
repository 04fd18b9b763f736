"""The rows of the first sheet of a workbook that `workbooks` has judged.

openpyxl reads cells, and keeps more than it gives: in its tree an empty element per
row and per shared string, and in a list how high each row is. It also fills up a sheet
to whatever size the sheet claims. So the loops are ours: a row is dropped when it has
been read, and only what stands in the file comes out of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, time
from typing import IO, Any

from django.conf import settings
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

MOST_ROWS = 1_048_576  # of one sheet, as in the format itself
MOST_COLUMNS = 1000
_STRING_TAG = f"{{{SHEET_MAIN_NS}}}si"
_TABLE_TAG = f"{{{SHEET_MAIN_NS}}}sst"
_SHEETS = "xl/worksheets/"


class TooManyRows(Exception):
    """A row has a number beyond the limit; `most` is the limit."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyColumns(Exception):
    """A cell stands beyond the limit."""

    def __init__(self, row: int, columns: int) -> None:
        super().__init__(row, columns)
        self.row, self.columns = row, columns


def most_rows() -> int:
    return min(MOST_ROWS, settings.IMPORT_MOST_ROWS)


def rows_of_first_sheet(binary: IO[bytes]) -> Iterator[list[str]]:
    """Yield rows as stripped text, without the empty cells at their ends.

    A row that the file leaves out comes as an empty list, so that the n-th is row n.

    Raises:
        TooManyRows, TooManyColumns: as they say.
        KeyError, ValueError, TypeError, IndexError, AttributeError, ParseError: it is
            no workbook after all.
    """
    reader = ExcelReader(binary, read_only=True, data_only=True, keep_links=False)
    with closing(reader.archive) as archive:
        reader.read_manifest()
        reader.read_workbook()
        book: Any = reader.wb
        apply_stylesheet(archive, book)
        strings = _shared_strings(reader)
        with archive.open(_first_sheet(reader)) as source:
            parser = WorkSheetParser(
                source,
                strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            yield from _rows(source, parser)


def _first_sheet(reader: Any) -> str:
    for _sheet, part in reader.parser.find_sheets():
        if part.target.startswith(_SHEETS) and part.target in reader.valid_files:
            path: str = part.target
            return path
    raise KeyError(_SHEETS)


def _shared_strings(reader: Any) -> list[str]:
    part = reader.package.find(SHARED_STRINGS)
    if part is None:
        return []
    strings: list[str] = []
    with reader.archive.open(part.PartName[1:]) as source:
        table: Any = None
        for event, element in iterparse(source, events=("start", "end")):
            if event == "start":
                table = element if element.tag == _TABLE_TAG else table
            elif element.tag == _STRING_TAG:
                text: Any = Text.from_tree(element)
                strings.append(text.content.replace("x005F_", ""))
                table.clear()
    return strings


def _rows(source: IO[bytes], parser: Any) -> Iterator[list[str]]:
    number, most = 0, most_rows()
    data: Any = None
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            data = element if element.tag == DATA_TAG else data
        elif element.tag == ROW_TAG:
            said, cells = parser.parse_row(element)
            if said > most:
                raise TooManyRows(most)
            # A row that claims to stand before the last one comes after it.
            for _missing in range(number + 1, said):
                yield []
            number = max(said, number + 1)
            yield _laid_out(number, cells)
            data.clear()
            parser.row_dimensions.clear()
        elif element.tag == DATA_TAG:
            return


def _laid_out(number: int, cells: Sequence[dict[str, Any]]) -> list[str]:
    laid: list[str] = []
    for cell in cells:
        text, column = _as_text(cell["value"]), cell["column"]
        if not text:
            continue
        if column > MOST_COLUMNS:
            raise TooManyColumns(number, column)
        laid.extend([""] * (column - len(laid)))
        laid[column - 1] = text
    return laid


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
