"""A real browser at a real server, signed in without the form.

Every window notes what it requests and what its console says; when a test ends, a
request that left the host, a breach of the content policy or an uncaught error in a
script fails it.

`STARHALL_SLOW_CPU=6` makes every page six times slower than this machine is: what
passes by luck on a fast one fails there.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from staffing.people.models import User
from tests import migrated

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
DESK = (1024, 768)
TABLET = (768, 1024)
PHONE = (390, 844)
SLOWER = int(os.environ.get("STARHALL_SLOW_CPU", "1"))
# A busy machine is no failure; only what never comes is waited for that long.
PATIENCE_MS = 20_000 * SLOWER


@dataclass
class Window:
    """A page of one person, and what went wrong in it."""

    page: Page
    host: str  # "localhost" is this machine as well
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self._note_request(request.url))
        self.page.on("console", lambda said: self._note_console(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))

    def _note_request(self, url: str) -> None:
        parts = urlsplit(url)
        here = (self.host, f"localhost:{urlsplit(f'//{self.host}').port}")
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in here:
            self.wrong.append(f"left the host: {url}")

    def _note_console(self, text: str) -> None:
        if re.search("content.security.policy", text, re.IGNORECASE):
            self.wrong.append(text)


Browse = Callable[..., Page]


def _slow_down(page: Page) -> None:
    probe = page.context.new_cdp_session(page)
    probe.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without it browser tests are skipped, in CI they fail."""
    if not CHROMIUM.exists():
        reason = f"no Chromium at {CHROMIUM}"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright runs an event loop in this thread, where fixtures use the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browse(
    chromium: Browser, live_server, django_db_serialized_rollback
) -> Iterator[Browse]:
    """Open a page: `page = browse(user, size=PHONE, language="zh-hans")`.

    Paths are relative to the server: `page.goto("/checks/")`.
    """
    migrated.put_back(connection)
    windows: list[Window] = []

    def open_page(
        user: User | None = None,
        *,
        size: tuple[int, int] = DESK,
        language: str = "en",
        theme: str = "light",
        **options,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        if SLOWER > 1:
            context.on("page", _slow_down)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[
                settings.SESSION_COOKIE_NAME
            ].value
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        window = Window(context.new_page(), urlsplit(live_server.url).netloc)
        windows.append(window)
        return window.page

    yield open_page
    wrong = [line for window in windows for line in window.wrong]
    for window in windows:
        window.page.context.close()
    assert wrong == []
