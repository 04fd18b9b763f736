"""Whatever somebody writes stays a text: in a page and in a file."""

import csv
import html
import io
import re

import pytest

from outlets.places.models import Outlet
from tests.security.texts import FORMULA, RAW, load_attacks
from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.routes import ROUTES

pytestmark = pytest.mark.django_db
MOST_PAGES = 300
# Addresses that do something else than show a page.
LEFT_OUT = ("/api/docs", "/static/", "/api/schema")


def _crawl(session: str, starts: list[str]):
    """Yield (path, answer) of every page that links lead to."""
    waiting, known = list(starts), set(starts)
    while waiting and len(known) < MOST_PAGES:
        path = waiting.pop(0)
        answer = ask(session, path)
        yield path, answer
        for link in re.findall(r'href="([^"#]*)', answer.content.decode(errors="")):
            target = html.unescape(link)
            if target.startswith("?"):
                target = path.partition("?")[0] + target
            ours = target.startswith("/") and not target.startswith(LEFT_OUT)
            if ours and target not in known:
                known.add(target)
                waiting.append(target)


@pytest.mark.parametrize("role", ["operations", "auditor"])
def test_no_text_runs_in_any_page(world, cookies, role):
    starts = [
        route.path(world, objects(world, route)[0][1])
        for route in ROUTES
        if route.method == "GET" and not route.name.startswith("api-")
    ]
    with nothing_kept():
        assert load_attacks() == []
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
    assert len(escaped) > 8, "the crawl did come by what was loaded"


def test_no_export_begins_a_cell_like_a_formula(world, cookies):
    with nothing_kept():
        Outlet.objects.filter(pk=world.own.outlet.pk).update(name=FORMULA)
        files = 0
        for route in (r for r in ROUTES if r.method == "GET"):
            answer = ask(cookies["operations"], route.path(world, world.own))
            if "csv" not in answer.headers.get("Content-Type", ""):
                continue
            files += 1
            text = answer.content.decode("utf-8-sig")
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert FORMULA not in cells
            odd = [c for c in cells if re.match(r"[=@\t\r]|[+-](?!\d)", c)]
            assert odd == []
    assert files >= 4
