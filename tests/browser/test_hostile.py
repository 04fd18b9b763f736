"""A few mornings on which everything goes wrong; many more by hand (tablet.md)."""

import pytest
from playwright.sync_api import Playwright  # noqa: F401

from tests.browser.conftest import CHROMIUM
from tests.browser.tablets import Morning
from tests.evaluations.standards.factories import ship_standards

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_nothing_is_lost_or_doubled_whatever_goes_wrong(
    chromium, live_server, django_db_serialized_rollback
):
    ship_standards()
    launcher = chromium.browser_type
    morning = Morning(live_server.url, chromium, launcher, CHROMIUM, kill_every=2)
    done = morning.run(range(3, 5))
    assert done["sequences"] == 2
    assert done["on a browser that is killed"] == 1
    assert done["records"] > 0
