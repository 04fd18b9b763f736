"""Watching all floors at once: what is raised, what ends, what it costs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from outlets.flow import alert_receivers
from outlets.flow.alerts import (
    AlertIsOver,
    Watched,
    acknowledge_alert,
    compare_hours,
    watch_floors,
)
from outlets.flow.models import FlowAlert, Holiday, HourlyFlow
from outlets.flow.rules import WAIT_COLUMNS
from outlets.flow.selectors.watching import usual_hours
from tests.outlets.flow.factories import TicketFactory
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 3, 20, tzinfo=UTC)  # Saturday, 11:20 in Shanghai
TODAY = date(2026, 3, 14)
HOURS = "Mon-Sun 09:00-18:00"


class Heard:
    """A receiver that remembers."""

    def __init__(self):
        self.begun, self.over = [], []

    def raised(self, alerts):
        self.begun += [(one.outlet.code, one.kind) for one in alerts]

    def settled(self, alerts):
        self.over += [(one.outlet.code, one.kind) for one in alerts]


@pytest.fixture
def heard(monkeypatch):
    receiver = Heard()
    monkeypatch.setattr(alert_receivers, "_receivers", {"test": receiver})
    return receiver


def hourly(outlet, day, hour, arrivals, *, over=0, abandoned=0):
    HourlyFlow.objects.create(
        outlet=outlet,
        date=day,
        hour=hour,
        service="",
        arrivals=arrivals,
        served=arrivals - abandoned,
        abandoned=abandoned,
        abandoned_wait_sum_s=0,
        finished=0,
        service_sum_s=0,
        priority_arrivals=0,
        priority_finished=0,
        priority_late=0,
        **{WAIT_COLUMNS[-1]: over},
    )


def open_outlet(code="P1", weeks=8, arrivals=20, **given):
    """Return an outlet whose Saturdays had so many arrivals in each hour."""
    outlet = OutletFactory(code=code, hours=HOURS, **given)
    for week in range(1, weeks + 1):
        for hour in range(9, 18):
            hourly(outlet, TODAY - timedelta(weeks=week), hour, arrivals, over=2)
    return outlet


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


def waiting(outlet, minutes, **given):
    return TicketFactory(outlet=outlet, arrived_at=ago(minutes), **given)


def serving(outlet):
    return TicketFactory(
        outlet=outlet, arrived_at=ago(9), called_at=ago(2), employee_number="E1"
    )


def kinds(outlet=None):
    rows = FlowAlert.objects.open()
    if outlet is not None:
        rows = rows.filter(outlet=outlet)
    return set(rows.values_list("kind", flat=True))


def test_a_wait_nears_the_limit_passes_it_and_is_over(heard):
    outlet = open_outlet()
    serving(outlet)
    ticket = waiting(outlet, 8)
    assert watch_floors(now=NOW) == Watched(outlets=1, raised=1, ended=0)
    assert kinds() == {"wait_near"}
    assert watch_floors(now=NOW) == Watched(outlets=1, raised=0, ended=0)
    watch_floors(now=NOW + timedelta(minutes=3))
    assert kinds() == {"wait_over"}
    ticket.called_at = NOW + timedelta(minutes=4)
    ticket.save()
    watch_floors(now=NOW + timedelta(minutes=5))
    assert kinds() == set()
    assert heard.begun == [("P1", "wait_near"), ("P1", "wait_over")]
    assert heard.over == [("P1", "wait_near"), ("P1", "wait_over")]
    assert FlowAlert.objects.get(kind="wait_over").figures == {
        "wait_s": 660,
        "limit_s": 600,
        "waiting": 1,
    }


def test_priority_customers_are_seen_until_they_are_finished():
    outlet = open_outlet()
    serving(outlet)
    ticket = TicketFactory(
        outlet=outlet, arrived_at=ago(5), called_at=ago(1), priority="pregnant"
    )
    TicketFactory(outlet=outlet, arrived_at=ago(5), called_at=ago(1), priority="vip")
    watch_floors(now=NOW)
    assert kinds() == {"priority"}
    ticket.finished_at = NOW
    ticket.save()
    watch_floors(now=NOW)
    assert kinds() == set()


def test_nobody_serves_a_long_queue():
    outlet = open_outlet()
    for _one in range(16):
        waiting(outlet, 4)
    watch_floors(now=NOW)
    assert kinds() == {"nobody_serving", "queue_long"}


def test_a_machine_falls_silent_and_is_heard_again():
    outlet = open_outlet()
    TicketFactory(
        outlet=outlet, arrived_at=ago(50), called_at=ago(45), finished_at=ago(40)
    )
    watch_floors(now=NOW)  # 40 minutes at 20 an hour: 13 were to be expected
    assert kinds() == {"machine_silent"}
    assert FlowAlert.objects.get().figures == {"silent_s": 2400, "expected": 13.3333}
    waiting(outlet, 0)
    serving(outlet)
    watch_floors(now=NOW)
    assert kinds() == set()


@pytest.mark.parametrize("arrivals", [4, 0])
def test_a_quiet_outlet_is_not_taken_for_a_silent_machine(arrivals):
    outlet = open_outlet(arrivals=arrivals)
    TicketFactory(
        outlet=outlet, arrived_at=ago(50), called_at=ago(45), finished_at=ago(40)
    )
    watch_floors(now=NOW)
    assert kinds() == set()


def test_closed_outlets_raise_nothing_and_end_what_stands():
    outlet = open_outlet()
    for _one in range(16):
        waiting(outlet, 4)
    watch_floors(now=NOW)
    night = datetime(2026, 3, 14, 11, 0, tzinfo=UTC)  # 19:00
    assert watch_floors(now=night) == Watched(outlets=0, raised=0, ended=2)


def test_without_known_hours_the_rules_hold_at_any_time():
    outlet = open_outlet()
    outlet.hours = ""
    outlet.save()
    serving(outlet)
    waiting(outlet, 11)
    watch_floors(now=NOW)
    assert kinds() == {"wait_over"}


def test_what_has_no_queue_machine_or_is_closed_for_good_is_not_watched():
    waiting(OutletFactory(hours=HOURS), 30)
    gone = open_outlet("P2", closed_on=date(2026, 3, 1))
    waiting(gone, 30)
    assert watch_floors(now=NOW) == Watched(outlets=0, raised=0, ended=0)


class TestComparedHours:
    def test_a_busy_hour_is_raised_once_and_ends_with_a_usual_one(self, heard):
        outlet = open_outlet()
        hourly(outlet, TODAY, 10, 37)
        assert compare_hours(now=NOW) == Watched(outlets=1, raised=1, ended=0)
        assert compare_hours(now=NOW) == Watched(outlets=1, raised=0, ended=0)
        hourly(outlet, TODAY, 11, 20)
        compare_hours(now=NOW + timedelta(hours=1))
        assert heard.begun == [("P1", "arrivals_high")]
        assert heard.over == [("P1", "arrivals_high")]
        assert FlowAlert.objects.get().figures == {
            "hour": 10,
            "arrivals": 37,
            "usual": 20.1,
            "low": 8,
            "high": 36,
            "weeks": 8,
        }

    def test_the_hour_is_judged_ten_minutes_after_its_end(self):
        outlet = open_outlet()
        hourly(outlet, TODAY, 10, 37)
        hourly(outlet, TODAY, 9, 20)
        at_nine_past = datetime(2026, 3, 14, 3, 9, tzinfo=UTC)
        compare_hours(now=at_nine_past)
        assert kinds() == set()
        compare_hours(now=at_nine_past + timedelta(minutes=1))
        assert kinds() == {"arrivals_high"}

    def test_an_hour_without_tickets_has_few_arrivals(self):
        open_outlet()
        compare_hours(now=NOW)
        assert kinds() == {"arrivals_low"}

    def test_long_waits_and_lost_customers_are_shares(self):
        outlet = open_outlet()
        hourly(outlet, TODAY, 10, 30, over=12, abandoned=10)
        compare_hours(now=NOW)
        assert kinds() == {"waits_high", "abandoned_high"}

    def test_too_few_weeks_compare_nothing(self):
        outlet = open_outlet(weeks=3)
        hourly(outlet, TODAY, 10, 200)
        compare_hours(now=NOW)
        assert kinds() == set()

    def test_a_holiday_is_compared_with_nothing_and_nothing_with_it(self):
        province = RegionFactory(code="GD", level="province")
        outlet = open_outlet(region=RegionFactory(code="GD-SZ", parent=province))
        week_ago = TODAY - timedelta(weeks=1)
        Holiday.objects.create(region=province, date=week_ago, name="Festival")
        days = usual_hours({outlet.pk: (outlet, TODAY)})
        assert [len(found) for found in days.values()] == [7]
        Holiday.objects.create(region=outlet.region, date=TODAY, name="Festival")
        assert usual_hours({outlet.pk: (outlet, TODAY)}) == {}


def test_many_outlets_cost_the_queries_of_one(heard, django_assert_num_queries):
    def fill(first, last):
        for n in range(first, last):
            outlet = open_outlet(f"Q{n}")
            hourly(outlet, TODAY, 10, 37)
            if n % 2:
                serving(outlet)
                waiting(outlet, 11)

    for last in (2, 12):
        fill(0 if last == 2 else 2, last)
        FlowAlert.objects.all().delete()
        # Outlets, tickets; holidays, days and hours of the silent; what stands; the
        # new, and what was written of them; begin and end of the transaction.
        with django_assert_num_queries(10):
            assert watch_floors(now=NOW).raised == last
        # Outlets; holidays, days, hours, today; the rest as before.
        with django_assert_num_queries(10):
            assert compare_hours(now=NOW).raised == last


def test_one_alert_of_a_kind_is_open_at_a_time():
    outlet = OutletFactory()
    FlowAlert.objects.create(outlet=outlet, kind="queue_long", raised_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        FlowAlert.objects.create(outlet=outlet, kind="queue_long", raised_at=NOW)
    FlowAlert.objects.update(ended_at=NOW)
    FlowAlert.objects.create(outlet=outlet, kind="queue_long", raised_at=NOW)


class TestAcknowledging:
    @pytest.fixture
    def alert(self):
        return FlowAlert.objects.create(
            outlet=OutletFactory(code="P1"), kind="queue_long", raised_at=NOW
        )

    @pytest.mark.parametrize(
        ("role", "place"),
        [
            ("store_manager", "outlet"),
            ("supervisor", "outlet"),
            ("regional_supervisor", "region"),
            ("operations", None),
        ],
    )
    def test_who_works_with_records_there_may(self, alert, heard, role, place):
        outlet = alert.outlet
        scope = {"outlet": {"outlet": outlet}, "region": {"region": outlet.region}}
        by = granted_user(role, **scope.get(place, {}))
        acknowledge_alert(uuid=alert.uuid, by=by)
        alert.refresh_from_db()
        assert alert.acknowledged_by == by
        assert heard.over == [("P1", "queue_long")]

    def test_who_only_reads_may_not(self, alert):
        with pytest.raises(PermissionDenied):
            acknowledge_alert(uuid=alert.uuid, by=granted_user("auditor"))
        alert.refresh_from_db()
        assert alert.acknowledged_at is None

    def test_an_outsider_does_not_find_it(self, alert):
        other = granted_user("store_manager", outlet=OutletFactory())
        with pytest.raises(FlowAlert.DoesNotExist):
            acknowledge_alert(uuid=alert.uuid, by=other)

    def test_who_comes_second_changes_nothing(self, alert, heard):
        first = granted_user("operations")
        acknowledge_alert(uuid=alert.uuid, by=first)
        acknowledge_alert(uuid=alert.uuid, by=granted_user("operations"))
        alert.refresh_from_db()
        assert alert.acknowledged_by == first
        assert len(heard.over) == 1

    def test_what_is_over_needs_nobody(self, alert):
        FlowAlert.objects.update(ended_at=NOW)
        with pytest.raises(AlertIsOver):
            acknowledge_alert(uuid=alert.uuid, by=granted_user("operations"))
