"""Whatever somebody writes stays a text, also for a browser."""

import pytest
from django.urls import reverse

from tests.security.texts import CODE, load_attacks
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.browser


def test_no_text_runs_in_a_browser(browse):
    assert load_attacks() == []
    page = browse(granted_user("operations"))
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.add_init_script("window.ran = 0; window.canary = () => { window.ran += 1 }")
    shown = 0
    for path in (
        reverse("today:home"),
        reverse("checks:list"),
        reverse("checks:standard", args=["XSS"]),
        reverse("knowledge:list"),
        reverse("mystery:list"),
        reverse("mystery:visit", args=[CODE]),
        reverse("feedback:list"),
        reverse("complaints:list"),
        reverse("complaints:case", args=[CODE]),
        reverse("targets:list"),
        reverse("flow:outlet", args=[CODE]) + "?day=2026-10-05",
    ):
        page.goto(path)
        shown += "onerror=canary" in page.locator("main").inner_text()
        assert (path, page.evaluate("window.ran")) == (path, 0)
    assert ran == []
    assert shown >= 6
