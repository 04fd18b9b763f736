"""What happens to rosters is told to whom it concerns; late months are asked for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from outlets.places.models import Outlet
from staffing.notices.kinds import registered
from staffing.notices.models import Notice
from staffing.rosters.models import (
    ChangeKind,
    Roster,
    RosterDay,
    RosterRules,
    ShiftKind,
)
from staffing.rosters.services.days import Day, change_days
from staffing.rosters.services.leaves import (
    approve_leave,
    ask_leave,
    refuse_leave,
    withdraw_leave,
)
from staffing.rosters.services.reminding import remind, settle_reminder
from staffing.rosters.services.telling import see_changes
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


def at(day, hour=1):
    """Return an hour of November in UTC; 1 is nine in the morning in Shanghai."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def outlet():
    return OutletFactory(code="P1", name="North Gate", region=RegionFactory(code="NS"))


@pytest.fixture
def manager(outlet):
    return staff_user("store_manager", outlet)


def told(kind, **who):
    return Notice.objects.filter(kind=kind, **who)


def words(notice):
    return registered()[notice.kind].words(notice)


class TestLateMonths:
    def test_from_the_day_in_the_rules_on_once_a_day(self, manager):
        remind(now=at(24))
        assert not Notice.objects.exists()
        for day, hour in ((25, 1), (25, 8), (26, 1)):
            remind(now=at(day, hour))
        assert told("roster_due", employee=manager.employee).count() == 2
        notice = Notice.objects.first()
        assert words(notice) == (
            "The roster of December 2026 is not published yet (North Gate)."
        )
        link = registered()["roster_due"].link(notice)
        assert link == "/rosters/at/P1/2026-12/"
        with translation.override("zh-hans"):
            assert words(notice) == "2026年12月的班表尚未发布（North Gate）。"

    def test_a_reminder_ends_with_its_day(self, manager):
        remind(now=at(25))
        waiting = Notice.objects.waiting
        assert waiting(at(25, 15)).count() == 1
        assert waiting(at(25, 16)).count() == 0  # midnight in Shanghai

    def test_the_nearest_rules_say_from_when(self, outlet, manager):
        RosterRules.objects.update_or_create(
            region=None, defaults={"remind_from_day": 20}
        )
        remind(now=at(20))
        assert Notice.objects.count() == 1
        Notice.objects.all().delete()
        RosterRules.objects.create(region=outlet.region, remind_from_day=28)
        remind(now=at(27))
        assert not Notice.objects.exists()
        remind(now=at(28))
        assert Notice.objects.count() == 1

    @pytest.mark.parametrize("how", ["published", "imported", "closed", "empty"])
    def test_whose_month_is_there_or_needs_none_is_not_reminded(
        self, outlet, manager, how
    ):
        if how == "published":
            Roster.objects.create(
                outlet=outlet,
                month=DECEMBER,
                state="published",
                published_at=timezone.now(),
                published_by=manager,
            )
        elif how == "imported":
            RosterDay.objects.create(
                outlet=outlet,
                employee=manager.employee,
                on=date(2026, 12, 5),
                shift=ShiftKind.objects.first(),
            )
        elif how == "closed":
            Outlet.objects.update(closed_on=date(2026, 11, 30))
        else:
            manager.employee.assignments.update(ends_on=date(2026, 11, 30))
        remind(now=at(30))
        assert not Notice.objects.exists()

    def test_a_draft_is_not_published(self, outlet, manager):
        Roster.objects.create(outlet=outlet, month=DECEMBER)
        remind(now=at(25))
        assert told("roster_due").count() == 1

    def test_on_the_last_day_the_county_is_told_which_are_late(self, outlet, manager):
        county = granted_user("regional_supervisor", region=outlet.region)
        other = OutletFactory(code="P2", region=outlet.region)
        staff_user("store_manager", other)
        remind(now=at(29))
        assert not told("rosters_late").exists()
        remind(now=at(30))
        remind(now=at(30, 2))
        notice = told("rosters_late").get()
        assert notice.user == county
        assert words(notice) == (
            "2 outlets have not published the roster of December 2026: P1, P2"
        )
        assert registered()["rosters_late"].link(notice) == "/rosters/?month=2026-12"

    def test_where_nobody_manages_the_region_is_reminded(self, outlet):
        AssignmentFactory(outlet=outlet)
        county = granted_user("regional_supervisor", region=outlet.region)
        remind(now=at(25))
        assert told("roster_due").get().user == county

    def test_publishing_ends_the_reminder_of_the_day(self, outlet, manager):
        now = timezone.now()
        today = timezone.localdate(now)
        first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        Notice.objects.create(
            employee=manager.employee,
            kind="roster_due",
            key=f"roster_due:{outlet.pk}:{first:%Y-%m}:{today:%F}",
            sent_at=now - timedelta(hours=1),
            appears_at=now - timedelta(hours=1),
        )
        settle_reminder(outlet, first)
        assert not Notice.objects.waiting(timezone.now()).exists()

    def test_many_outlets_cost_the_queries_of_one(
        self, outlet, manager, django_assert_num_queries
    ):
        for more in (0, 12):
            for _one in range(more):
                staff_user("store_manager", OutletFactory(region=outlet.region))
            Notice.objects.all().delete()
            # Late outlets, rules, posts, grants; then as `notify` does.
            with django_assert_num_queries(9):
                remind(now=at(25))


class TestChangedDays:
    @pytest.fixture
    def li(self, outlet):
        return staff_user(outlet=outlet)

    def change(self, li, outlet, manager, day, kind=ChangeKind.EDIT, absence="off"):
        days = [Day(li.employee, date(2026, 12, day), absence=absence)]
        return change_days(days, outlet=outlet, kind=kind, by=manager)

    def test_the_person_is_told_once_until_she_has_seen_it(self, li, outlet, manager):
        for day in (1, 2):
            self.change(li, outlet, manager, day)
        notice = told("roster_changed", employee=li.employee).get()
        assert words(notice) == "Published days of yours were changed (North Gate)."
        until = li.employee.roster_changes.order_by("pk").last().pk
        assert see_changes(employee=li.employee, until=until) == 2
        notice.refresh_from_db()
        assert notice.is_over(timezone.now())
        self.change(li, outlet, manager, 3)
        assert told("roster_changed", employee=li.employee).count() == 2

    def test_what_came_while_she_looked_is_told_anew(self, li, outlet, manager):
        first = self.change(li, outlet, manager, 1)[0]
        self.change(li, outlet, manager, 2)
        assert see_changes(employee=li.employee, until=first.pk) == 1
        rows = told("roster_changed", employee=li.employee)
        assert sorted(row.is_over(timezone.now()) for row in rows) == [False, True]

    def test_leave_and_swaps_are_told_by_their_decision(self, li, outlet, manager):
        self.change(li, outlet, manager, 1, kind=ChangeKind.LEAVE, absence="leave")
        assert not Notice.objects.exists()


class TestLeave:
    @pytest.fixture
    def li(self, outlet):
        return staff_user(outlet=outlet)

    @pytest.fixture
    def leave(self, li):
        today = timezone.localdate()
        return ask_leave(
            first_on=today + timedelta(days=10),
            last_on=today + timedelta(days=11),
            note="",
            by=li,
        )

    @pytest.mark.parametrize(
        ("approves", "state"), [(True, "approved"), (False, "refused")]
    )
    def test_whoever_asked_is_told_what_was_decided(
        self, li, leave, manager, approves, state
    ):
        if approves:
            approve_leave(uuid=leave.uuid, by=manager)
        else:
            refuse_leave(uuid=leave.uuid, because="Too few of us", by=manager)
        notice = told("leave_decided").get()
        assert notice.employee == li.employee
        assert words(notice).endswith(f": {state}.")
        link = registered()["leave_decided"].link(notice)
        assert link == f"/my-roster/leave/{leave.uuid}/"

    def test_who_withdraws_knows_it(self, li, leave):
        withdraw_leave(uuid=leave.uuid, by=li)
        assert not Notice.objects.exists()
