"""Files made to do harm, or sent by mistake: one clear sentence, no memory spent."""

import gzip
import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from contextlib import contextmanager
from datetime import date, datetime

import openpyxl
import pytest

from outlets.exchange.readers import LONGEST_LINE, UnreadableFile, read_rows

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def said(content) -> str:
    """Return the sentence with which reading `content` ends."""
    binary = io.BytesIO(content) if isinstance(content, bytes) else content
    binary.seek(0)
    with pytest.raises(UnreadableFile) as refused:
        for _row in read_rows(binary):
            pass
    return str(refused.value)


@contextmanager
def peak_below(most: int):
    """Fail when the block holds more than `most` bytes of Python memory at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def png(width: int, height: int) -> bytes:
    """A black picture, every pixel of it."""

    def chunk(name, data):
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 1) * height), 9)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def workbook(rows=(("a",), ("1",))) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """Return the workbook with one part replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"\xff\xd8\xff\xe0JFIF", "is an image"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "of the old kind (.xls)"),
        ("code,name\n1,2\n".encode("utf-16"), "UTF-16"),
        ("code,name,region\n1,2,3\n".encode("utf-16-le"), "UTF-16"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00rest", "binary data"),
        (b"code,na\x00me\n1,2\n", "binary data"),
        (b"<!DOCTYPE html><html><table></table></html>", "web page or XML"),
        (b"\n <?xml version='1.0'?><a/>", "web page or XML"),
        ("编码,名称\n1,南山\n".encode("gb18030"), "not UTF-8 text (near row 1)"),
        (b'a,b\n1,"never closed\n2,3\n', "Row 2 opens a quotation mark that is never"),
        (b'a,b\n1,"x"y\n', "In row 2 a cell goes on after its closing quotation mark"),
        (b'a,b\n1,"' + b"x" * 200_000 + b'"\n', "Row 2 opens a quotation mark"),
        (b",".join([b"c"] * 10_000), "Row 1 has 10000 columns; a file may have 1000."),
        (gzip.compress(png(8, 8)), "is an image"),
        (gzip.compress(gzip.compress(b"a,b\n")), "packed archive"),
        (gzip.compress(b"a,b\n" * 5000)[:-20], "damaged or was cut short"),
        (workbook()[:-100], "damaged or was cut short"),
        (with_part(workbook(), SHEET, BOMB.encode()), "declares entities"),
        (
            with_part(workbook(), "xl/sharedStrings.xml", BOMB.encode()),
            "declares entities",
        ),
        (with_part(workbook(), "xl/workbook.xml", BOMB.encode()), "declares entities"),
        (with_part(workbook(), SHEET, b"<worksheet><sheetData>"), "no XLSX workbook"),
        (workbook([["c"] * 1200]), "Row 1 has 1001 columns"),
        (workbook([["a"], ["x" * 40_000]]), None),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(content, sentence):
    if sentence is None:  # openpyxl cuts it to what the format allows
        assert len(list(read_rows(io.BytesIO(content)))[1][0]) == 32_767
        return
    assert sentence in said(content)


def test_a_picture_of_fifty_megapixels_is_not_even_opened():
    content = png(10_000, 5_000)
    with peak_below(1_000_000):
        assert "is an image" in said(content)


class Endless(io.RawIOBase):
    """A file of `size` times the same byte, made up as it is read."""

    def __init__(self, start: bytes, size: int) -> None:
        self.start, self.size, self.at = start, size, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.at = offset if whence == 0 else self.size + offset
        return self.at

    def tell(self):
        return self.at

    def readinto(self, buffer):
        count = max(0, min(len(buffer), self.size - self.at))
        data = (self.start[self.at : self.at + count]).ljust(count, b"x")
        buffer[:count] = data
        self.at += count
        return count


def test_a_line_of_a_hundred_megabytes_is_refused_after_the_first_one():
    with peak_below(12 * LONGEST_LINE):
        file = io.BufferedReader(Endless(b"code,name\n", 100_000_000))
        assert "Line 2 is longer than a million characters" in said(file)


def test_a_gzip_bomb_is_stopped_at_its_ratio_in_bounded_memory():
    bomb = gzip.compress(b"a,b\n" + (b"x" * 1000 + b"\n") * 80_000)
    assert len(bomb) < 200_000
    with peak_below(5_000_000):
        assert "unpacks to far more than its size" in said(bomb)


def test_a_gzip_beyond_what_may_be_unpacked_is_stopped_there(settings):
    settings.IMPORT_MOST_UNPACKED_BYTES = 100_000
    file = gzip.compress(random.Random(1).randbytes(60_000).hex().encode() + b"\n")
    assert "unpacks to far more than its size" in said(file)


def test_an_xlsx_bomb_is_refused_by_its_directory():
    content = with_part(workbook(), SHEET, b" " * 60_000_000)
    assert len(content) < 100_000
    with peak_below(1_000_000):
        assert "unpacks to far more than its size" in said(content)


def test_a_directory_that_lies_about_its_sizes_gains_nothing():
    content = with_part(workbook(), SHEET, b" " * 60_000_000)
    size = struct.pack("<I", 60_000_000)
    assert size in content
    lying = content.replace(size, struct.pack("<I", 1000))
    with peak_below(2_000_000):
        assert "damaged" in said(lying)


def test_a_workbook_of_many_sheets_is_refused():
    content = workbook()
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2, 300):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "<worksheet/>")
    assert "more than 100 sheets" in said(out)


def test_another_zip_is_no_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("table.csv", "a,b\n1,2\n")
    assert said(out) == "The file is no XLSX workbook."


def test_more_rows_than_allowed_are_refused(settings):
    settings.IMPORT_MOST_ROWS = 3
    assert said(b"a\n1\n2\n3\n") == "The file has more than 3 rows. Send it in parts."
    assert said(workbook([["a"], ["1"], ["2"], ["3"]])) == (
        "The file has more than 3 rows. Send it in parts."
    )


def sheet(rows: str, before: str = "") -> bytes:
    """Return a workbook whose first sheet holds this XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = (
        f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData></worksheet>'
    )
    return with_part(workbook(), SHEET, data.encode())


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, *texts: str, more: str = "") -> str:
    cells = "".join(cell(f"{'ABC'[at]}{number}", t) for at, t in enumerate(texts))
    return f'<row r="{number}"{more}>{cells}</row>'


def read(content: bytes) -> list[list[str]]:
    return list(read_rows(io.BytesIO(content)))


def test_a_row_far_down_is_refused_before_those_above_are_made_up():
    far = sheet(row(1, "a") + row(10**12, "1"))
    assert said(far) == "The file has more than 1048576 rows. Send it in parts."


def test_rows_that_are_left_out_count():
    assert read(sheet(row(1, "a", "b") + row(4, "1"))) == [
        ["a", "b"],
        ["", ""],
        ["", ""],
        ["1", ""],
    ]


@pytest.mark.parametrize("claimed", ["A1:XFD1048576", "A1", "B2:C3"])
def test_what_a_sheet_claims_to_measure_is_not_believed(claimed):
    dimension = f'<dimension ref="{claimed}"/>'
    content = sheet(row(1, "a", "b") + row(2, "1", "2") + row(3, "3"), dimension)
    assert read(content) == [["a", "b"], ["1", "2"], ["3", ""]]


def test_a_row_that_claims_to_stand_before_the_last_is_not_lost():
    content = sheet(row(1, "a") + row(3, "1") + row(2, "2") + row(3, "3"))
    assert read(content) == [["a"], [""], ["1"], ["2"], ["3"]]


def test_empty_cells_far_to_the_right_cost_nothing_and_filled_ones_are_refused():
    empty = sheet(row(1, "a") + '<row r="2"><c r="A2"><v>1</v></c><c r="ZZZ2"/></row>')
    assert read(empty) == [["a"], ["1"]]
    filled = sheet(row(1, "a") + f'<row r="2">{cell("ZZZ2", "x")}</row>')
    assert "Row 2 has 18278 columns; a file may have 1000." in said(filled)


def test_the_first_sheet_has_to_be_one_of_the_sheets_that_were_judged():
    content = workbook()
    parts = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        links = archive.read(parts).replace(b"worksheets/sheet1", b"other/sheet1")
        table = archive.read(SHEET)
    elsewhere = with_part(content, "xl/other/sheet1.xml", table)
    assert said(with_part(elsewhere, parts, links)) == "The file is no XLSX workbook."


def test_a_long_sheet_is_read_in_the_memory_of_a_short_one():
    """Heights of rows, which Excel writes, and emptied rows are not kept."""
    rows = (row(n, f"E{n}", more=' ht="15" customHeight="1"') for n in range(1, 20_001))
    content = sheet("".join(rows))
    with peak_below(2_000_000):
        assert sum(1 for _row in read_rows(io.BytesIO(content))) == 20_000


def test_shared_texts_are_read_as_they_are_written():
    texts = ("编号", "a &amp; b", "<r><t>two </t></r><r><t>runs</t></r>")
    items = "".join(
        f"<si>{text if '<r>' in text else f'<t>{text}</t>'}</si>" for text in texts
    )
    table = f'<sst xmlns="{SPACE}">{items}</sst>'.encode()
    cells = "".join(
        f'<c r="{"ABC"[at]}1" t="s"><v>{at}</v></c>' for at in range(len(texts))
    )
    content = with_part(sheet(f'<row r="1">{cells}</row>'), SHARED, table)
    content = _declared(content)
    assert read(content) == [["编号", "a & b", "two runs"]]
    beyond = _declared(
        with_part(sheet('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), SHARED, table)
    )
    assert said(beyond) == "The file is no XLSX workbook."


def _declared(content: bytes) -> bytes:
    """Say that the workbook has a table of shared texts."""
    types, name = "[Content_Types].xml", f"/{SHARED}"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings"
    line = f'<Override PartName="{name}" ContentType="{kind}+xml"/></Types>'
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said = archive.read(types).replace(b"</Types>", line.encode())
    return with_part(content, types, said)


def test_dates_numbers_and_flags_read_as_they_did():
    book = openpyxl.Workbook()
    book.active.append(["day", "at", "whole", "part", "flag", "empty", "text"])
    moment = datetime(2026, 10, 5, 9, 30)
    book.active.append([date(2026, 10, 5), moment, 3.0, 2.5, True, None, " x "])
    file = io.BytesIO()
    book.save(file)
    assert read(file.getvalue())[1] == [
        *("2026-10-05T00:00:00", "2026-10-05T09:30:00", "3", "2.5", "1", "", "x")
    ]


def test_what_looks_like_a_formula_is_text():
    content = b"code,name\n1,\"=cmd|' /C calc'!A0\"\n"
    assert list(read_rows(io.BytesIO(content)))[1] == ["1", "=cmd|' /C calc'!A0"]
