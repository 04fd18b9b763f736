from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from evaluations.knowledge.models import Sitting
from evaluations.knowledge.services.preparing import prepare_weeks
from evaluations.knowledge.services.taking import begin
from evaluations.knowledge.services.telling import tell
from staffing.notices.kinds import kind_of
from staffing.notices.models import Notice
from staffing.rosters.models import Leave
from tests.evaluations.knowledge.sitting import WEEK, Clock, plan
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import staff_user

pytestmark = pytest.mark.django_db
EARLY = datetime(2026, 10, 11, 16, 6, tzinfo=UTC)  # Monday, six past midnight
SATURDAY = datetime(2026, 10, 17, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, EARLY)


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def clerk(clock, outlet):
    clerk = staff_user("clerk", outlet)
    plan()
    return clerk


def told():
    rows = Notice.objects.order_by("pk").values_list("employee", "key")
    return [(employee, key.partition(":")[0]) for employee, key in rows]


def test_a_test_is_told_of_once_after_the_quiet_hours_and_until_the_week_ends(
    clerk, clock
):
    for _again in range(2):
        tell(clock.now)
        clock.pass_by(hours=1)
    notice = Notice.objects.get()
    assert (notice.employee, notice.key) == (clerk.employee, "weekly_test:2026-W42")
    assert notice.appears_at == datetime(2026, 10, 11, 23, 0, tzinfo=UTC)  # at seven
    assert notice.ends_at == datetime(2026, 10, 18, 16, 0, tzinfo=UTC)
    kind = kind_of(notice.kind)
    assert kind.words(notice) == (
        "The test 2026-W42 waits for you: 15 minutes, by 18 Oct 2026."
    )
    with translation.override("zh-hans"):
        words = kind.words(notice)
    assert words == "考核 2026-W42 待您作答：限时 15 分钟，截至 2026年10月18日。"
    assert kind.link(notice) == "/knowledge/mine/"


def test_who_is_on_approved_leave_is_told_when_she_is_back(clerk, clock, outlet):
    asked = staff_user("clerk", outlet)
    prepare_weeks(clock.now)
    for user, state in ((clerk, "approved"), (asked, "asked")):
        Leave.objects.create(
            employee=user.employee,
            outlet=outlet,
            first_on=WEEK,
            last_on=WEEK + timedelta(days=1),
            state=state,
        )
    tell(clock.now)
    assert told() == [(asked.employee.pk, "weekly_test")]
    clock.pass_by(days=2)
    tell(clock.now)
    assert told()[1:] == [(clerk.employee.pk, "weekly_test")]


def test_who_has_not_begun_is_reminded_once_the_day_before_the_last(
    clerk, clock, outlet
):
    began = staff_user("clerk", outlet)
    prepare_weeks(clock.now)
    tell(clock.now)
    begin(by=began)
    clock.now = SATURDAY - timedelta(days=1)
    tell(clock.now)
    assert len(told()) == 2
    clock.now = SATURDAY
    for _again in range(2):
        tell(clock.now)
        clock.pass_by(hours=1)
    assert told()[2:] == [(clerk.employee.pk, "weekly_test_closes")]
    reminder = Notice.objects.get(kind="weekly_test_closes")
    assert kind_of(reminder.kind).words(reminder) == (
        "You have not taken the test 2026-W42 yet. The last day is 18 Oct 2026."
    )


@pytest.mark.parametrize(("days", "count"), [(0, 1), (3, 2)])
def test_a_deployment_sets_when_it_reminds(clerk, clock, settings, days, count):
    settings.KNOWLEDGE_REMIND_DAYS = days
    tell(clock.now)
    clock.now = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)  # Thursday
    tell(clock.now)
    assert len(told()) == count


def test_who_is_told_late_is_not_reminded_in_the_same_breath(clerk, clock):
    clock.now = SATURDAY
    tell(clock.now)
    clock.pass_by(hours=1)
    tell(clock.now)
    assert told() == [(clerk.employee.pk, "weekly_test")]


def test_whoever_begins_need_not_be_told_any_more_and_others_still(
    clerk, clock, outlet
):
    other = staff_user("clerk", outlet)
    prepare_weeks(clock.now)
    tell(clock.now)
    clock.pass_by(hours=9)
    begin(by=clerk)
    standing = Notice.objects.filter(ends_at__gt=clock.now)
    assert [notice.employee for notice in standing] == [other.employee]


def test_telling_costs_the_same_for_one_person_and_for_many(
    clerk, clock, outlet, django_assert_num_queries
):
    for _more in range(20):
        staff_user("clerk", outlet)
    prepare_weeks(clock.now)
    # Clocks, whom it waits for; of `notify` quiet hours, places and the rows.
    with django_assert_num_queries(7):
        tell(clock.now)
    assert len(told()) == Sitting.objects.count() == 21
    with django_assert_num_queries(2):
        tell(clock.now)
