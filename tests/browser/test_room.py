"""Every page of checking, read by axe-core as a screen reader would stumble over it.

The addresses are those of the table of sight, so that a page that is added is read too.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from evaluations.checks.models import Recheck
from staffing.people.models import User
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_queue import AT_REST
from tests.sight.routes import ROUTES
from tests.sight.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROOM = ("checks:", "standards:")
# What answers with something else than a page.
NO_PAGE = {"checks:photo", "checks:worker"}
# Who opens what: the first of them that may.
ROLES = ("regional_supervisor", "store_manager", "administrator")


def addresses(world: World) -> dict[str, str]:
    """Return every page of the room by its name, in the county of the viewers."""
    return {
        route.label: route.path(world, world.own)
        for route in ROUTES
        if route.method == "GET"
        and route.name.startswith(ROOM)
        and not route.name.endswith("_file")
        and route.name not in NO_PAGE
    }


def read(pages: dict[str, Page], path: str) -> list[str] | None:
    """Return what is wrong with a page; None: none of the viewers may open it.

    Who is led elsewhere, as by a blind re-check, has not seen it.
    """
    for page in pages.values():
        answer = page.goto(path)
        opened = urlsplit(page.url).path == urlsplit(path).path
        if answer is not None and answer.status == 200 and opened:
            page.evaluate(AT_REST)
            wide = page.evaluate("document.documentElement.scrollWidth")
            width = page.viewport_size["width"]
            off = [f"{wide} px wide"] if wide > width else []
            return violations(page) + off
    return None


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("en", "light", PHONE), ("zh-hans", "dark", TABLET)],
)
def test_nobody_stumbles_over_a_page_of_checking(browse, language, theme, size):
    world = build()
    supervisor = world.viewers["regional_supervisor"]
    assert isinstance(supervisor, User)
    Recheck.objects.filter(uuid=world.own.recheck.uuid).update(by=supervisor)
    pages = {
        role: browse(world.viewers[role], size=size, language=language, theme=theme)
        for role in ROLES
    }
    found = {name: read(pages, path) for name, path in addresses(world).items()}
    assert len(found) > 40
    assert {name: wrong for name, wrong in found.items() if wrong != []} == {}
