"""Files that leave the product: no cell opens as a formula, and nothing is lost."""

import datetime
import io
from decimal import Decimal
from urllib.parse import unquote

import openpyxl
import pytest
from django.http import StreamingHttpResponse
from hypothesis import example, given
from hypothesis import strategies as st

from outlets.exchange.cell_text import guarded, opens_as_formula, unguarded
from outlets.exchange.downloads import table_response, workbook_response
from outlets.exchange.readers import read_rows

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\ttext",
    " =1",
    "\u00a0=1",
    "\u3000=cmd|' /C calc'!A0",
    "\ufeff=1",
    '"=1',
    "'=1",
    "''=1",
    "\x00=1",
    "\x1b=1",
    "\u200b=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "﹣1",
    "−1",
]
HARMLESS = [
    "",
    "Market Street",
    "O'Hara",
    "'quoted'",
    "2026-10-31",
    "a=b",
    "李娜",
    "#N/A",
]
# What may stand in a cell of a file: any text but what no file can carry.
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)
SIGNS = st.text(st.sampled_from("=+-@＝－'\"\t\r\n \ufeff\u200b\x00a1,;"), max_size=8)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_some_program_could_run_gets_an_apostrophe(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@given(TEXT | SIGNS)
@example("'=1")
def test_guarding_and_unguarding_undo_each_other(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text).startswith("'") or not opens_as_formula(guarded(text))


def _csv_of(*cells):
    return table_response("t", ["a", "b"], [cells]).getvalue()


@given(TEXT | SIGNS, TEXT | SIGNS)
def test_our_own_csv_read_back_gives_the_text(first, second):
    content = _csv_of(first, second)
    heading, row = read_rows(io.BytesIO(content))
    assert heading == ["a", "b"]
    assert row == [first.strip(), second.strip()]


@given(TEXT | SIGNS)
def test_no_cell_of_a_workbook_is_a_formula(text):
    book = openpyxl.load_workbook(
        io.BytesIO(table_response("t", ["a"], [[text]], form="xlsx").getvalue())
    )
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert all(cell.data_type in ("s", "inlineStr") for cell in cells if cell.value)


def test_numbers_stay_numbers_and_dates_dates():
    day = datetime.date(2026, 10, 31)
    row = [-5, Decimal("-0.25"), 1.5, None, day, "-5"]
    (lines,) = [table_response("t", list("abcdef"), [row]).getvalue().splitlines()[1:]]
    assert lines == [b"-5,-0.25,1.5,,2026-10-31,'-5"]
    answer = table_response("t", list("abcdef"), [row], form="xlsx")
    cells = list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active)[1]
    assert [cell.value for cell in cells[:4]] == [-5, -0.25, 1.5, None]
    assert cells[4].value.date() == day
    assert (cells[5].value, cells[5].data_type, cells[5].quotePrefix) == (
        "-5",
        "s",
        True,
    )


def test_a_guarded_cell_of_a_workbook_reads_back_as_it_was():
    answer = workbook_response("t", [("", ["a"], [["=1+1"]])])
    _heading, row = read_rows(io.BytesIO(answer.getvalue()))
    assert row == ["=1+1"]


@pytest.mark.parametrize(
    ("name", "plain", "decoded"),
    [
        ("flow-P1", 'attachment; filename="flow-P1.csv"', None),
        ("名单", None, "名单.csv"),
        ("../../etc/passwd", 'attachment; filename="_.._etc_passwd.csv"', None),
        ('a"b\r\nSet-Cookie: x', None, "a_b_Set-Cookie_ x.csv"),
        ("", 'attachment; filename="table.csv"', None),
        ("exe\u202egpj", 'attachment; filename="exe_gpj.csv"', None),
    ],
)
def test_the_file_name_is_one_header_and_no_path(name, plain, decoded):
    header = table_response(name, ["a"], []).headers["Content-Disposition"]
    assert "\n" not in header
    if plain:
        assert header == plain
    if decoded:
        assert decoded in unquote(header)


def test_csv_leaves_row_by_row_and_nobody_guesses_its_type():
    asked = []

    def rows():
        for number in range(3):
            asked.append(number)
            yield [number]

    answer = table_response("t", ["n"], rows())
    assert isinstance(answer, StreamingHttpResponse)
    assert asked == []
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.getvalue().decode("utf-8-sig").split() == ["n", "0", "1", "2"]
