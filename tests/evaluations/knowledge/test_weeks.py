"""A Monday begins at each outlet when it begins there."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.knowledge.calendar import clocks_by_day
from evaluations.knowledge.models import Sitting, TestResult
from evaluations.knowledge.selectors.sittings import my_week
from evaluations.knowledge.services.marking import close_overdue
from evaluations.knowledge.services.preparing import prepare_weeks
from evaluations.knowledge.services.taking import NoTestThisWeek, begin, submit
from tests.evaluations.knowledge.sitting import WEEK, Clock, answer_all, plan
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user

pytestmark = pytest.mark.django_db
# Monday the 12th, two in the morning in Shanghai: Sunday evening in Lisbon.
AT = datetime(2026, 10, 11, 18, 0, tzinfo=UTC)
SUNDAY = WEEK + timedelta(days=6)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, AT)


@pytest.fixture
def east():
    return OutletFactory(timezone="Asia/Shanghai")


@pytest.fixture
def west():
    return OutletFactory(timezone="Europe/Lisbon")


def weeks():
    return set(Sitting.objects.values_list("outlet", "week"))


def test_a_week_is_prepared_when_it_begins_at_the_outlet(clock, east, west):
    early, late = staff_user("clerk", east), staff_user("clerk", west)
    last_week = WEEK - timedelta(days=7)
    assert plan() == 2
    assert weeks() == {(east.pk, WEEK), (west.pk, last_week)}
    assert my_week(early).sitting.week == WEEK
    assert my_week(late).sitting.week == last_week
    clock.now = datetime(2026, 10, 11, 23, 0, tzinfo=UTC)  # midnight in Lisbon
    assert prepare_weeks(clock.now) == 1
    assert weeks() == {(east.pk, WEEK), (west.pk, last_week), (west.pk, WEEK)}
    assert my_week(late).sitting.week == WEEK
    assert prepare_weeks(clock.now) == 0


def test_a_trading_day_that_begins_late_makes_a_late_monday(clock, east):
    night = OutletFactory(timezone="Asia/Shanghai", day_starts_at=time(4, 0))
    days = clocks_by_day(timezone.now())
    assert sorted(days) == [WEEK - timedelta(days=1), WEEK]
    clerk = staff_user("clerk", night)
    plan()
    assert my_week(clerk).sitting.week == WEEK - timedelta(days=7)


def test_a_week_ends_when_it_ends_at_the_outlet(clock, east, west):
    early, late = staff_user("clerk", east), staff_user("clerk", west)
    clock.now = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
    plan()
    # Monday in Shanghai, Sunday evening in Lisbon: there it can still be taken.
    clock.now = AT + timedelta(days=7)
    with pytest.raises(NoTestThisWeek):
        begin(by=early)
    assert close_overdue(clock.now) == 1
    assert list(TestResult.objects.values_list("employee", "taken_on")) == [
        (early.employee.pk, SUNDAY)
    ]
    sitting = begin(by=late)
    answer_all(sitting, late)
    submit(sitting_uuid=sitting.uuid, by=late)
    hers = TestResult.objects.get(employee=late.employee)
    assert (hers.score, hers.taken_on) == (10000, SUNDAY)


def test_nobody_is_absent_before_her_own_week_is_over(clock, east, west):
    staff_user("clerk", west)
    clock.now = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
    plan()
    clock.now = datetime(2026, 10, 18, 22, 59, tzinfo=UTC)
    assert close_overdue(clock.now) == 0
    clock.now += timedelta(minutes=1)
    assert close_overdue(clock.now) == 1
    assert Sitting.objects.get().state == "absent"


def test_a_lead_meets_the_week_of_her_outlet(client, clock, west, east):
    staff_user("clerk", east)
    staff_user("clerk", west)
    plan()
    for outlet, code in ((east, "2026-W42"), (west, "2026-W41")):
        client.force_login(staff_user("store_manager", outlet))
        page = client.get(reverse("knowledge:week"))
        assert (page.context["code"], len(page.context["rows"])) == (code, 1)


def test_preparing_costs_the_same_for_one_person_and_for_many(
    clock, east, west, django_assert_num_queries
):
    staff_user("clerk", east)
    staff_user("clerk", west)
    plan()
    for outlet in (east, west):
        for _more in range(10):
            staff_user("clerk", outlet)
    # Blueprints, clocks; for each of two days the keepers, who is expected, the rows
    # in a savepoint of their own.
    with django_assert_num_queries(8):
        assert prepare_weeks(clock.now) == 20
