"""Real shops of a real operator: the region tree and opening hours."""

from collections import Counter

import pytest

from outlets.places.models import Outlet, Region
from outlets.places.selectors import ancestries
from tests.outlets.flow.packs import expected, load_file, loaded
from tests.real import REAL

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture(scope="module", autouse=True)
def reports(django_db_setup, django_db_blocker):
    with loaded("telecom", django_db_blocker) as reports:
        yield reports


def test_everything_loads_once_and_is_unchanged_the_second_time(reports):
    for name, report in reports.items():
        assert report.counts["created"] == report.read
        assert report.counts["rejected"] == 0
        again = load_file(REAL / "telecom" / name)
        assert again.counts["unchanged"] == again.read == report.read


def test_outlets_hang_on_the_counties_that_the_pack_says():
    above = ancestries()
    found = Counter(
        (above[outlet.region_id].county.code, above[outlet.region_id].province.code)
        for outlet in Outlet.objects.all()
        if above[outlet.region_id].county
    )
    wanted = {
        (row["region_code"], row["province_code"]): int(row["outlets"])
        for row in expected("telecom", "outlets_per_county")
        if int(row["outlets"])
        and Region.objects.get(code=row["region_code"]).level == "county"
    }
    assert found == wanted


def test_a_normal_week_has_the_minutes_that_the_pack_says():
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for row in expected("telecom", "weekly_minutes"):
        minutes = dict.fromkeys(range(1, 8), 0)
        for span in Outlet.objects.get(code=row["outlet_code"]).opening_spans:
            minutes[span.weekday] += span.minutes
        assert [minutes[n] for n in range(1, 8)] == [
            int(row[f"{day}_minutes"]) for day in days
        ]
        assert sum(minutes.values()) == int(row["weekly_minutes"])
