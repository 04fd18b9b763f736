"""The PDF of a certificate: one landscape sheet of A4, its font subset inside."""

import io
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import qrcode
from django.conf import settings
from fontTools.ttLib import TTFont
from fpdf import FPDF

from evaluations.awards.certificate_words import Words

FAMILY = "certificate"
WIDTH, HEIGHT = 297, 210
GOLD, INK, GREY = (176, 124, 24), (28, 36, 48), (96, 104, 116)
QR_SIDE = 30


@lru_cache(maxsize=2)
def _font_file(weight: int) -> Path:
    """Return a TrueType file of the font; the package brings it packed for the web.

    Unpacked once a process into the folder of what we write ourselves.
    """
    packed = (
        Path(settings.NODE_MODULES)
        / "@fontsource/noto-sans-sc/files"
        / f"noto-sans-sc-chinese-simplified-{weight}-normal.woff"
    )
    folder = settings.VAR_DIR / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"noto-sans-sc-{weight}.ttf"
    if not target.exists():
        font = TTFont(packed)
        font.flavor = None
        partial = target.with_suffix(".part")
        font.save(partial)
        partial.replace(target)
    return target


def pdf_of(words: Words | None, address: str, text: str, issued_at: datetime) -> bytes:
    """Return the file. `address` is the check page, `text` the signed document.

    The document is attached to the file byte for byte, so that whoever has the paper's
    file can check it without us. The times in it are those
    of its issue, so that the same certificate gives the same bytes.

    Raises:
        ValueError: there are no words: the text was erased.
    """
    if words is None:
        raise ValueError("a certificate whose text was erased has no file")
    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_creation_date(issued_at)
    pdf.set_title(f"{words.heading} · {words.holder}")
    pdf.set_author(words.issuer)
    pdf.add_font(FAMILY, "", _font_file(400))
    pdf.add_font(FAMILY, "B", _font_file(700))
    pdf.add_page()
    _frame(pdf)
    _lines(pdf, words)
    _foot(pdf, words, address)
    pdf.embed_file(
        basename=f"certificate-{words.number}.txt",
        bytes=text.encode(),
        modification_date=issued_at,
        creation_date=issued_at,
    )
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*GOLD)
    pdf.set_line_width(1.2)
    pdf.rect(10, 10, WIDTH - 20, HEIGHT - 20)
    pdf.set_line_width(0.3)
    pdf.rect(13, 13, WIDTH - 26, HEIGHT - 26)
    pdf.set_fill_color(*GOLD)
    pdf.star(
        x=WIDTH / 2, y=32, r_in=3.4, r_out=8.4, corners=5, style="F", rotate_degrees=180
    )


def _lines(pdf: FPDF, words: Words) -> None:
    _line(pdf, 46, words.heading, 30, INK, bold=True)
    _line(pdf, 72, words.holder, 34, INK, bold=True)
    _line(pdf, 94, words.sentence, 15, GREY)
    _line(pdf, 106, words.title, 30, GOLD, bold=True)
    _line(pdf, 126, words.place, 16, INK)
    _line(pdf, 137, words.period, 16, INK)


def _line(
    pdf: FPDF,
    y: float,
    text: str,
    size: float,
    color: tuple[int, int, int],
    *,
    bold: bool = False,
) -> None:
    """Set one centred line; a long one gets smaller until it fits the sheet."""
    pdf.set_text_color(*color)
    room = WIDTH - 50
    pdf.set_font(FAMILY, "B" if bold else "", size)
    while pdf.get_string_width(text) > room and size > 8:
        size -= 1
        pdf.set_font_size(size)
    pdf.set_xy(25, y)
    pdf.cell(room, size * 0.5, text, align="C")


def _foot(pdf: FPDF, words: Words, address: str) -> None:
    drawing = io.BytesIO()
    qrcode.make(address, border=1).save(drawing, "PNG")
    top = HEIGHT - 20 - QR_SIDE - 8
    left = WIDTH - 24 - QR_SIDE
    pdf.image(drawing, x=left, y=top, w=QR_SIDE)
    pdf.set_font(FAMILY, "", 8)
    pdf.set_text_color(*GREY)
    pdf.set_xy(left - 20, top + QR_SIDE + 1)
    pdf.cell(QR_SIDE + 22, 4, words.scan, align="R")
    pdf.set_font(FAMILY, "", 13)
    pdf.set_text_color(*INK)
    pdf.set_xy(24, top + 8)
    pdf.cell(150, 6, words.issuer)
    pdf.set_xy(24, top + 16)
    pdf.cell(150, 6, words.issued)
    pdf.set_font(FAMILY, "", 8)
    pdf.set_text_color(*GREY)
    pdf.set_xy(24, top + QR_SIDE - 3)
    pdf.cell(150, 4, words.number)
    pdf.set_xy(24, top + QR_SIDE + 1)
    pdf.cell(150, 4, words.key)
