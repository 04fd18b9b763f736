"""The pad at a counter: a tap is thanked for, kept without a network, counted once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.feedback.models import Rating
from staffing.accounts.services.credentials import issue
from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.browser.test_queue import AT_REST
from tests.evaluations.feedback.voices import Hall

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def hall(settings):
    settings.FEEDBACK_PAD_REST = timedelta(0)
    settings.FEEDBACK_PAD_THANKS_SECONDS = 1
    return Hall(timezone.now())


@pytest.fixture
def pad(browse, hall, live_server):
    """Open the pad of counter 1 on its tablet, where nobody is signed in."""
    token = issue(hall.device, timezone.now())

    def open_pad(language="en", size=DESK, theme="light"):
        page = browse(language=language, size=size, theme=theme, has_touch=True)
        cookie = {"name": "device", "value": token, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(reverse("feedback:pad"))
        return page

    return open_pad


def marks():
    rows = Rating.objects.order_by("rated_at")
    return list(rows.values_list("channel", "score"))


def test_a_tap_without_a_network_survives_a_restart_and_counts_once(pad):
    page = pad()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.locator('[data-score="5"]').tap()
    expect(page.locator(".pad-thanks")).to_be_visible()
    expect(page.locator(".pad-asking")).to_be_visible()  # idle again by itself
    expect(page.locator("#pad-waiting")).to_be_hidden()
    assert marks() == [("pad", 5)]
    page.context.set_offline(True)
    page.locator('[data-score="2"]').tap()
    expect(page.locator("#pad-waiting [data-n]")).to_have_text("1")
    page.reload()  # the page too comes from what the tablet holds
    expect(page.locator("#pad-waiting [data-n]")).to_have_text("1")
    assert marks() == [("pad", 5)]
    page.context.set_offline(False)
    expect(page.locator("#pad-waiting")).to_be_hidden()
    assert marks() == [("pad", 5), ("pad", 2)]


@pytest.mark.parametrize(
    ("language", "size", "theme"),
    [("zh-hans", TABLET, "dark"), ("en", PHONE, "light")],
)
def test_nobody_stumbles_over_the_pad(pad, language, size, theme):
    page = pad(language, size, theme)
    page.evaluate(AT_REST)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for face in page.locator("[data-score]").all():
        box = face.bounding_box()
        assert min(box["width"], box["height"]) >= 44
