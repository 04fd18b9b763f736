"""Files from strangers at the import page: refused in words, and none is kept."""

import gzip
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from outlets.exchange.models import Import
from tests.sight.asking import ask, nothing_kept
from tests.sight.crawl import digest

pytestmark = pytest.mark.django_db
ADDRESS = reverse("imports:kind", args=["employees"])


def _picture(width: int, height: int) -> bytes:
    """Return a PNG of one colour: 50 megapixels are 50 kB until they are opened."""

    def part(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = part(b"IDAT", zlib.compress(bytes((width + 1) * height), 9))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + part(b"IEND", b"")


def _zip_bomb() -> bytes:
    """Return 60 megabytes of blanks as the only sheet of a workbook."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return packed.getvalue()


# By what it is: name, type, content.
EVIL = {
    "a picture called a table": ("staff.csv", "text/csv", _picture(10_000, 5_000)),
    "a picture called one": ("staff.png", "image/png", _picture(10_000, 5_000)),
    "a PDF": ("staff.csv", "text/csv", b"%PDF-1.7\n%\xe2\xe3"),
    "a gzip bomb": (
        "staff.csv.gz",
        "application/gzip",
        gzip.compress(b"x" * 50_000_000),
    ),
    "a workbook that bursts": ("staff.xlsx", "application/zip", _zip_bomb()),
    "a program": ("staff.csv", "text/csv", b"\x7fELF\x02\x01\x01\0\0\0"),
    "a page": ("staff.csv", "text/csv", b"<script>canary()</script>"),
    "nothing": ("staff.csv", "text/csv", b""),
}


@pytest.mark.parametrize("what", EVIL)
def test_what_is_no_table_is_refused_in_words_and_not_kept(world, cookies, what):
    name, kind, content = EVIL[what]
    before = digest()
    with nothing_kept():
        file = SimpleUploadedFile(name, content, kind)
        answer = ask(cookies["operations"], ADDRESS, "POST", {"file": file})
        assert answer.status_code == 200
        assert "is-invalid" in answer.content.decode()
        assert digest() == before


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/staff.csv",
        "..\\..\\staff.csv",
        "<svg onload=canary()>.csv",
        "a\0b.csv",
    ],
)
def test_a_name_of_a_file_is_no_path_and_no_markup(world, cookies, name):
    with nothing_kept():
        file = SimpleUploadedFile("x.csv", b"number,name,post\nE9,Li Na,clerk\n")
        file._name = name
        answer = ask(cookies["operations"], ADDRESS, "POST", {"file": file})
        assert answer.status_code in (200, 302)
        for imported in Import.objects.exclude(pk=world.imported.pk):
            assert ".." not in imported.stored
            page = ask(
                cookies["operations"], reverse("imports:import", args=[imported.uuid])
            )
            assert "<svg onload" not in page.content.decode()
