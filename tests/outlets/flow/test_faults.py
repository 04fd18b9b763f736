"""Which hours a fault touched, and what the reports of faults add up to."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlets.flow.affected import affected
from outlets.flow.faults import Outage, put_faults
from outlets.flow.models import Fault, FaultKind
from outlets.flow.selectors.faults import affected_hours
from tests.outlets.flow.factories import take, ticket
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user

SHANGHAI, KATHMANDU = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Kathmandu")
DAY = date(2026, 3, 14)


def local(text, zone=SHANGHAI):
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("14T10:20", "14T10:40", [10]),
        ("14T10:20", "14T12:00", [10, 11]),
        ("14T10:20", "14T12:00:01", [10, 11, 12]),
        ("14T10:00", "14T10:00", [10]),
        ("14T10:59:59", "14T11:00:01", [10, 11]),
    ],
)
def test_an_hour_is_touched_unless_it_was_over_as_it_struck(start, end, hours):
    found = affected(local(start), local(end), SHANGHAI, time.min)
    assert found == [(DAY, hour) for hour in hours]


def test_hours_are_those_of_the_clock_on_the_wall():
    start, end = local("14T10:20", KATHMANDU), local("14T12:10", KATHMANDU)
    found = affected(start.astimezone(UTC), end, KATHMANDU, time.min)
    assert found == [(DAY, 10), (DAY, 11), (DAY, 12)]


def test_an_hour_after_midnight_belongs_to_the_trading_day():
    found = affected(local("14T23:30"), local("15T04:10"), SHANGHAI, time(4))
    assert found == [
        *((DAY, hour) for hour in (23, 0, 1, 2, 3)),
        (date(2026, 3, 15), 4),
    ]


def test_it_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="ends after it starts"):
        affected(local("14T10:00"), local("14T09:00"), SHANGHAI, time.min)


@given(
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.sampled_from(["Asia/Shanghai", "Asia/Kathmandu", "Europe/Berlin"]),
)
def test_every_minute_of_a_fault_lies_in_one_of_its_hours(offset, minutes, name):
    zone = ZoneInfo(name)
    start = datetime(2026, 3, 27, tzinfo=UTC) + timedelta(minutes=offset)
    end = start + timedelta(minutes=minutes)
    hours = affected(start, end, zone, time.min)
    for step in range(0, minutes, 7):
        moment = (start + timedelta(minutes=step)).astimezone(zone)
        assert (moment.date(), moment.hour) in hours
    assert len(hours) <= minutes // 60 + 2


def _outage(n, start, end=None):
    return Outage(UUID(int=n), local(start), end and local(end))


@pytest.mark.django_db
class TestFaults:
    @pytest.fixture
    def outlet(self):
        outlet = OutletFactory(code="GZ-1")
        outlet.refresh_from_db()
        return outlet

    def put(self, outlet, *outages, kind=FaultKind.NETWORK, thing=""):
        put_faults(outlet=outlet, kind=kind, thing=thing, outages=outages)

    def told(self):
        return list(
            Fault.objects.order_by("started_at").values_list("uuid", "restored_at")
        )

    def test_saying_it_twice_changes_nothing(self, outlet):
        for _time in range(2):
            self.put(outlet, _outage(1, "14T10:00", "14T11:00"), _outage(2, "14T12:00"))
        assert self.told() == [
            (UUID(int=1), local("14T11:00")),
            (UUID(int=2), None),
        ]

    def test_what_is_not_said_any_more_goes_and_nothing_beside_it(self, outlet):
        self.put(outlet, _outage(1, "14T10:00"))
        self.put(outlet, _outage(9, "14T10:00"), kind=FaultKind.BOSS)
        self.put(outlet, _outage(2, "14T09:00"))
        assert {uuid.int for uuid, _end in self.told()} == {2, 9}

    def test_the_hours_of_a_day_with_the_kinds_in_order(self, outlet):
        self.put(outlet, _outage(1, "14T10:30", "14T11:30"))
        self.put(outlet, _outage(2, "14T11:10"), kind=FaultKind.BOSS)
        device = FaultKind.TRIAL_DEVICE
        self.put(outlet, _outage(3, "14T08:00"), kind=device, thing="D-1")
        hours = affected_hours(outlet, DAY, DAY, at=local("14T12:20"))
        assert {hour: trouble.kinds for (_on, hour), trouble in hours.items()} == {
            10: (FaultKind.NETWORK,),
            11: (FaultKind.NETWORK, FaultKind.BOSS),
            12: (FaultKind.BOSS,),
        }

    def test_a_fault_of_days_is_cut_to_those_asked_for(self, outlet):
        self.put(outlet, _outage(1, "10T10:30", "20T10:30"))
        hours = affected_hours(outlet, DAY, DAY, at=local("25T00:00"))
        assert sorted(hours) == [(DAY, hour) for hour in range(24)]
        before = affected_hours(outlet, date(2026, 3, 9), date(2026, 3, 9), at=DAY_END)
        assert before == {}

    def test_the_page_of_a_day_marks_the_hours_with_words(self, client, outlet):
        rows = [
            ticket(outlet, f"A{hour}", f"2026-03-14T{hour}:05:00+08:00", wait=60)
            for hour in (10, 12)
        ]
        take("tickets", rows)
        self.put(outlet, _outage(1, "14T10:30", "14T11:30"))
        client.force_login(granted_user("operations"))
        page = client.get("/flow/outlets/GZ-1/?day=2026-03-14")
        marked = [
            (row.hour, trouble and trouble.words)
            for row, trouble in page.context["hour_rows"]
        ]
        assert marked == [(10, "network"), (12, None)]
        assert [hour for hour, _trouble in page.context["trouble"]] == [10, 11]
        assert "Something was broken in these hours" in page.content.decode()

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_a_day_at_the_end_of_the_calendar_has_no_faults(self, client, outlet, day):
        self.put(outlet, _outage(1, "14T10:30"))
        client.force_login(granted_user("operations"))
        page = client.get(f"/flow/outlets/GZ-1/?day={day}")
        assert (page.status_code, page.context["trouble"]) == (200, [])


DAY_END = local("15T00:00")
