"""Rows into files, as they come: NDJSON, CSV, XLSX and Parquet.

Each writer takes a binary file, gets rows one by one, and holds no more than a batch.
CSV and Parquet have a column per field; objects and lists in them are JSON texts.
"""

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook

from evaluations.feed.models import ExportForm
from outlets.exchange.cell_text import guarded
from outlets.exchange.downloads import BOM, sheet_cell
from outlets.exchange.feed_kinds import FeedKind, Type

_BATCH = 5000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NESTED = (Type.OBJECT, Type.LIST)
# A sheet of a workbook ends here, heading included.
MOST_SHEET_ROWS = 1_048_576


class TooManyRows(Exception):
    """A workbook's sheet does not hold them."""


class Writer(ABC):
    """`id` is the row's lasting id, as the feed has it; it stands in front."""

    def __init__(self, file: IO[bytes], kind: FeedKind) -> None:
        self.file, self.kind = file, kind
        self.names = ["id", *(field.name for field in kind.fields)]
        self.nested = [field.name for field in kind.fields if field.type in _NESTED]

    @abstractmethod
    def add(self, ident: str, row: Mapping[str, Any]) -> None: ...

    def close(self) -> None:  # noqa: B027 - most have nothing left
        """Write what is left; the file stays open."""

    def flat(self, ident: str, row: Mapping[str, Any]) -> dict[str, Any]:
        cells = {"id": ident, **row}
        for name in self.nested:
            if cells[name] is not None:
                cells[name] = _encode(cells[name])
        return cells


class Ndjson(Writer):
    def add(self, ident: str, row: Mapping[str, Any]) -> None:
        self.file.write(_encode({"id": ident, **row}).encode() + b"\n")


class Csv(Writer):
    def __init__(self, file: IO[bytes], kind: FeedKind) -> None:
        super().__init__(file, kind)
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        self._text.write(BOM)
        self._writer = csv.writer(self._text)
        self._writer.writerow(self.names)

    def add(self, ident: str, row: Mapping[str, Any]) -> None:
        self._writer.writerow(
            [
                guarded(cell) if isinstance(cell, str) else cell
                for cell in self.flat(ident, row).values()
            ]
        )

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class Xlsx(Writer):
    def __init__(self, file: IO[bytes], kind: FeedKind) -> None:
        super().__init__(file, kind)
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(kind.name)
        self._sheet.append(self.names)
        self._rows = 1

    def add(self, ident: str, row: Mapping[str, Any]) -> None:
        self._rows += 1
        if self._rows > MOST_SHEET_ROWS:
            raise TooManyRows
        self._sheet.append(
            [sheet_cell(self._sheet, cell) for cell in self.flat(ident, row).values()]
        )

    def close(self) -> None:
        self._book.save(self.file)


class Parquet(Writer):
    """Dates and instants are such; whole numbers 64 bits wide."""

    def __init__(self, file: IO[bytes], kind: FeedKind) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        super().__init__(file, kind)
        types = {
            Type.WHOLE: pa.int64(),
            Type.NUMBER: pa.float64(),
            Type.TRUTH: pa.bool_(),
            Type.DATE: pa.date32(),
            Type.INSTANT: pa.timestamp("us", tz="UTC"),
        }
        columns = [pa.field("id", pa.string(), nullable=False)] + [
            pa.field(one.name, types.get(one.type, pa.string()), nullable=one.null)
            for one in kind.fields
        ]
        self._schema = pa.schema(columns)
        self._table = pa.Table
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self._dated = {
            one.name: date.fromisoformat
            if one.type is Type.DATE
            else datetime.fromisoformat
            for one in kind.fields
            if one.type in (Type.DATE, Type.INSTANT)
        }

    def add(self, ident: str, row: Mapping[str, Any]) -> None:
        cells = self.flat(ident, row)
        for name, read in self._dated.items():
            if cells[name] is not None:
                cells[name] = read(cells[name])
        self._rows.append(cells)
        if len(self._rows) == _BATCH:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            table = self._table.from_pylist(self._rows, schema=self._schema)
            self._writer.write_table(table)
            self._rows = []


WRITERS: Mapping[str, type[Writer]] = {
    ExportForm.NDJSON: Ndjson,
    ExportForm.CSV: Csv,
    ExportForm.XLSX: Xlsx,
    ExportForm.PARQUET: Parquet,
}
CONTENT_TYPES = {
    ExportForm.NDJSON: "application/x-ndjson",
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.XLSX: (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    ExportForm.PARQUET: "application/vnd.apache.parquet",
}
