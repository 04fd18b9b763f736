"""Telling people something: once, when they want to be told, in few queries."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from staffing.notices import kinds
from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice, QuietHours
from staffing.notices.selectors.recipients import Recipient
from staffing.notices.services.notifying import Message, notify, settle
from staffing.notices.services.quiet import set_quiet_hours
from tests.outlets.places.factories import OutletFactory
from tests.staffing.notices.factories import AT, NoticeFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    UserFactory,
    staff_user,
)

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)  # 7:00 the day after


@pytest.fixture(autouse=True)
def _an_urgent_kind(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(
        NoticeKind("fire", "Fire", lambda one: "Fire", lambda one: "", urgent=True)
    )


def message(to, key="k", kind="test", **given):
    return Message(kind=kind, key=key, to=to, **given)


def test_the_same_key_is_told_once_a_person():
    first, second = Recipient.employee(EmployeeFactory()), Recipient.of(UserFactory())
    notify([message(first), message(second), message(first)], now=AT)
    notify([message(first, arguments={"later": 1}), message(first, "other")], now=AT)
    assert Notice.objects.count() == 3
    assert Notice.objects.get(employee=first.employee_id, key="k").arguments == {}


def test_a_member_of_staff_is_told_by_her_employee_row():
    user = staff_user()
    assert Recipient.of(user) == Recipient(employee_id=user.employee_id)


def test_a_notice_goes_to_exactly_one_person():
    for both in ({}, {"employee": EmployeeFactory(), "user": UserFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeFactory(**({"employee": None} | both))


def test_what_can_wait_appears_after_the_quiet_hours_of_the_house():
    user = staff_user(outlet=OutletFactory(timezone="Asia/Shanghai"))
    notify([message(Recipient.of(user))], now=NIGHT)
    assert Notice.objects.get().appears_at == MORNING


def test_the_clock_is_that_of_the_outlet():
    user = staff_user(outlet=OutletFactory(timezone="Europe/Berlin"))
    notify([message(Recipient.of(user))], now=NIGHT)  # 16:00 there
    assert Notice.objects.get().appears_at == NIGHT


def test_who_moved_lives_by_the_clock_of_her_new_outlet():
    user = staff_user(outlet=OutletFactory(timezone="Europe/Berlin"))
    AssignmentFactory(
        employee=user.employee,
        outlet=OutletFactory(timezone="Asia/Shanghai"),
        starts_on="2026-03-01",
    )
    notify([message(Recipient.of(user))], now=NIGHT)
    assert Notice.objects.get().appears_at == MORNING


def test_what_is_urgent_waits_for_nothing():
    notify([message(Recipient.of(staff_user()), kind="fire")], now=NIGHT)
    told = Notice.objects.get()
    assert (told.urgent, told.appears_at) == (True, NIGHT)


def test_her_own_quiet_hours_win():
    early, never, user = staff_user(), staff_user(), UserFactory()
    QuietHours.objects.create(user=early, begins=time(20), ends=time(6))
    QuietHours.objects.create(user=never, begins=time(0), ends=time(0))
    QuietHours.objects.create(user=user, begins=time(23), ends=time(23, 30))
    notify([message(Recipient.of(one)) for one in (early, never, user)], now=NIGHT)

    def shown(**who):
        return Notice.objects.get(**who).appears_at

    assert shown(employee=early.employee) == MORNING - timedelta(hours=1)
    assert shown(employee=never.employee) == NIGHT
    assert shown(user=user) == NIGHT + timedelta(minutes=30)


def test_many_are_told_with_the_queries_of_one(django_assert_num_queries):
    outlet = OutletFactory()
    for count in (1, 40):
        people = [Recipient.of(staff_user(outlet=outlet)) for _one in range(count)]
        # Quiet hours, clocks, the notices; begin and end of the transaction.
        with django_assert_num_queries(5):
            notify([message(to) for to in people], now=AT)


def test_nobody_need_read_what_is_settled():
    kept = NoticeFactory(key="b")
    gone = [NoticeFactory(key="a"), NoticeFactory(key="a")]
    settle(["a"], now=AT)
    assert {one.key for one in Notice.objects.waiting(AT)} == {"b"}
    settle(["a", "b"], now=AT + timedelta(hours=1))
    for one in (*gone, kept):
        one.refresh_from_db()
    assert [one.ends_at for one in gone] == [AT, AT]


class TestSettingQuietHours:
    def test_what_is_held_back_follows_them(self, monkeypatch):
        user = staff_user()
        monkeypatch.setattr("django.utils.timezone.now", lambda: NIGHT)
        held = NoticeFactory(employee=user.employee, sent_at=NIGHT, appears_at=MORNING)
        others = NoticeFactory(sent_at=NIGHT, appears_at=MORNING)
        set_quiet_hours(begins=time(0), ends=time(0), by=user)
        held.refresh_from_db()
        others.refresh_from_db()
        assert (held.appears_at, others.appears_at) == (NIGHT, MORNING)

    def test_setting_them_again_changes_the_row(self):
        user = staff_user()
        set_quiet_hours(begins=time(20), ends=time(6), by=user)
        set_quiet_hours(begins=time(21), ends=time(6), by=user)
        assert QuietHours.objects.get(user=user).begins == time(21)
