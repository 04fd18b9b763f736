from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text):
    """Return the instant of a local time of the outlet, as `10-12T09:00`."""
    moment = datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)
    return moment.astimezone(UTC)


class Clock:
    now = local("10-12T10:00")

    def turn(self, text):
        self.now = local(text)


@pytest.fixture
def clock(monkeypatch):
    """It is Monday, 12 October 2026, ten in the morning, until it is turned."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def regions():
    province = RegionFactory(code="P", level="province")
    city = RegionFactory(code="C", level="city", parent=province)
    county = RegionFactory(code="K", level="county", parent=city)
    return {"province": province, "city": city, "county": county}


@pytest.fixture
def outlet(regions):
    return OutletFactory(
        code="HALL", region=regions["county"], timezone="Asia/Shanghai"
    )


@pytest.fixture
def clerk(outlet):
    return staff_user("clerk", outlet)


@pytest.fixture
def other(outlet):
    return staff_user("clerk", outlet)


@pytest.fixture
def manager(outlet):
    return staff_user("store_manager", outlet)


@pytest.fixture
def supervisor(outlet):
    return staff_user("supervisor", outlet)


@pytest.fixture
def county(regions):
    return granted_user("regional_supervisor", region=regions["county"])
