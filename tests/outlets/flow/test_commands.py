import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet():
    outlet = OutletFactory(code="P1")
    take(
        "tickets",
        [
            ticket(outlet, "A1", "2026-03-14T09:00", wait=30, service="pay"),
            ticket(outlet, "A2", "2026-03-14T09:10", wait=10, service="card"),
            ticket(outlet, "A3", "2026-03-15T10:00", left=5),
            ticket(outlet, "A4", "2026-03-16T10:00"),
        ],
    )
    return outlet


def hourly(*arguments) -> list[str]:
    out = StringIO()
    call_command("flow_hourly", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_flow_hourly_writes_a_line_per_hour_with_both_days_included(outlet):
    lines = hourly("P1", "2026-03-14", "2026-03-15")
    assert [json.loads(line) for line in lines] == [
        {
            "date": "2026-03-14",
            "hour": 9,
            "arrivals": 2,
            "served": 2,
            "abandoned": 0,
            "wait_mean_s": 20.0,
            "wait_p50_s": 20.0,
            "wait_p90_s": 28.0,
            "share_over_600_s": 0.0,
            "share_over_20_s": 0.5,
            "abandoned_wait_mean_s": None,
        },
        {
            "date": "2026-03-15",
            "hour": 10,
            "arrivals": 1,
            "served": 0,
            "abandoned": 1,
            "wait_mean_s": None,
            "wait_p50_s": None,
            "wait_p90_s": None,
            "share_over_600_s": None,
            "share_over_20_s": None,
            "abandoned_wait_mean_s": 5.0,
        },
    ]


def test_flow_hourly_writes_the_same_into_a_file(outlet, tmp_path):
    path = tmp_path / "hours.ndjson"
    said = hourly("P1", "2026-03-14", "2026-03-16", "--out", str(path))
    assert said == ["flow_hourly P1: 3 hours"]
    assert path.read_text().splitlines() == hourly("P1", "2026-03-14", "2026-03-16")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("P9", "2026-03-14", "2026-03-15"), "There is no outlet P9."),
        (("P1", "2026-03-99", "2026-03-15"), "2026-03-99 is not a date"),
        (("P1", "today", "2026-03-15"), "today is not a date such as 2026-10-31"),
        (
            ("P1", "2026-03-15", "2026-03-14"),
            "The last day 2026-03-14 is before the first 2026-03-15.",
        ),
        (
            ("P1", "2026-03-14", "2026-03-15", "--out", "/nowhere/hours"),
            "/nowhere/hours cannot be written",
        ),
    ],
)
def test_flow_hourly_says_what_is_wrong(outlet, arguments, said):
    with pytest.raises(CommandError, match=said):
        hourly(*arguments)
