"""Whatever somebody writes stays a text: in a page and in a file."""

import csv
import html
import io
import re
from collections import Counter

import pytest
from openpyxl import load_workbook

from outlets.places.models import Outlet
from tests.security.texts import FORMULA, RAW, load_attacks, write_attacks
from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.routes import ROUTES

pytestmark = pytest.mark.django_db
MOST_PAGES = 600
# Addresses that do something else than show a page.
LEFT_OUT = ("/api/docs", "/static/", "/api/schema")
# Months and days go on for ever: of addresses that differ in nothing else so many.
MOST_DATES = 2
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


def _crawl(session: str, starts: list[str]):
    """Yield (path, answer) of every page that links lead to."""
    waiting, known = list(starts), set(starts)
    shapes = Counter(_DATE.sub("date", path) for path in starts)
    while waiting and len(known) < MOST_PAGES:
        path = waiting.pop(0)
        answer = ask(session, path)
        yield path, answer
        for link in re.findall(
            r'href="([^"#]*)', answer.content.decode(errors="replace")
        ):
            target = html.unescape(link)
            if target.startswith("?"):
                target = path.partition("?")[0] + target
            ours = target.startswith("/") and not target.startswith(LEFT_OUT)
            shape = _DATE.sub("date", target)
            if ours and target not in known and shapes[shape] < MOST_DATES:
                shapes[shape] += 1
                known.add(target)
                waiting.append(target)


@pytest.mark.parametrize(
    ("role", "pages"),
    [("operations", 8), ("auditor", 5), ("administrator", 7), ("hr", 8)],
)
def test_no_text_runs_in_any_page(world, cookies, role, pages):
    starts = [
        route.path(world, objects(world, route)[0][1])
        for route in ROUTES
        if route.method == "GET" and not route.name.startswith("api-")
    ]
    with nothing_kept():
        assert load_attacks() == []
        write_attacks(world)
        odd, escaped = {}, set()
        for path, answer in _crawl(cookies[role], starts):
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            text = answer.content.decode()
            if found := [raw for raw in RAW if raw in text]:
                odd[path] = found
            if "&lt;img src=x onerror" in text:
                escaped.add(path.partition("?")[0])
    assert odd == {}
    assert len(escaped) >= pages, "the crawl did come by what was loaded"


def _cells(answer) -> list[str] | None:
    """Return the texts of a table that is sent; None if it is none.

    A cell of a workbook that computes something is said with its `=`.
    """
    if answer.content.startswith(b"PK"):
        book = load_workbook(io.BytesIO(answer.content))
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
        return [
            str(cell.value) for cell in cells if cell.data_type == "f" and cell.value
        ]
    if "csv" not in answer.headers.get("Content-Type", ""):
        return None
    text = answer.content.decode("utf-8-sig")
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row]


@pytest.mark.parametrize(
    ("role", "least"), [("operations", 10), ("auditor", 10), ("administrator", 4)]
)
def test_no_file_begins_a_cell_like_a_formula(world, cookies, role, least):
    files = 0
    with nothing_kept():
        Outlet.objects.filter(pk=world.own.outlet.pk).update(name=FORMULA)
        write_attacks(world, FORMULA)
        for route in (r for r in ROUTES if r.method == "GET"):
            if not re.search("file|workbook|template|refused", route.name):
                continue
            cells = _cells(ask(cookies[role], route.path(world, world.own)))
            if cells is None:
                continue
            files += 1
            odd = [c for c in cells if re.match(r"[=@\t\r]|[+-](?!\d)", c)]
            assert (route.label, odd) == (route.label, [])
    assert files >= least
