"""Who is needed, what is ahead and the floor now, as a browser shows them."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from outlets.flow.forecasts import forecast_outlet
from outlets.flow.models import HalfHourFlow, Holiday
from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.outlets.flow.factories import TicketFactory, take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user

pytestmark = pytest.mark.browser
SEEN = date(2026, 3, 2)


@pytest.fixture
def manager():
    outlet = OutletFactory(code="P1", name="Market Street")
    HalfHourFlow.objects.bulk_create(
        HalfHourFlow(
            outlet=outlet,
            date=SEEN - timedelta(days=days),
            start_minute=minute,
            arrivals=(days * 7 + minute // 30) % 9 + 6,
            servers=2,
        )
        for days in range(1, 80)
        for minute in range(540, 1080, 30)
    )
    take(
        "tickets",
        [
            ticket(
                outlet,
                f"A{n}",
                f"{SEEN}T{9 + n // 20:02}:{n % 20 * 3:02}",
                wait=n * 7 % 900,
                service_time=300,
                employee_number=f"E{n % 3}",
            )
            for n in range(120)
        ],
    )
    forecast_outlet(outlet_id=outlet.pk)
    first = SEEN + timedelta(days=5)
    Holiday.objects.create(region=outlet.region, date=first, name="清明节")
    now = timezone.now()
    day = now.astimezone(outlet.zone).date()
    for minutes in (2, 5, 8):
        arrived = now - timedelta(minutes=minutes)
        TicketFactory(outlet=outlet, date=day, arrived_at=arrived)
    return staff_user("store_manager", outlet=outlet)


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [(DESK, "en", "light"), (TABLET, "en", "dark"), (PHONE, "zh-hans", "light")],
    ids=["desk-en-light", "tablet-en-dark", "phone-zh-light"],
)
def test_pages_fit_and_are_open_to_everybody(browse, manager, size, language, theme):
    page = browse(manager, size=size, language=language, theme=theme)
    for name, address in (
        ("seen", f"need/?day={SEEN}"),
        ("need", f"need/?day={SEEN + timedelta(days=3)}"),
        ("ahead", "ahead/"),
        ("floor", "floor/"),
    ):
        page.goto(f"/flow/outlets/P1/{address}", wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert violations(page) == []
        if folder := os.environ.get("STARHALL_SCREENSHOTS"):
            shot = Path(folder) / f"{name}-{size[0]}-{language}-{theme}.png"
            page.screenshot(path=str(shot), full_page=True)
