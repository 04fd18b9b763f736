"""What is held, how long, and what an erasure does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from staffing.notices.holdings import HOLDINGS, KINDS
from staffing.notices.models import Bulletin, Notice, QuietHours
from staffing.people.personal.models import Action
from tests.staffing.notices.factories import AT, NoticeFactory
from tests.staffing.people.factories import UserFactory, staff_user

pytestmark = pytest.mark.django_db
NOTICES, BULLETINS, QUIET = HOLDINGS
KEPT, ANNOUNCED = KINDS


def bulletin(by=None, until=date(2026, 3, 20), **given):
    return Bulletin.objects.create(
        published_at=AT,
        published_by=by or UserFactory(),
        shown_from=date(2026, 3, 1),
        shown_until=until,
        **({"title_en": "Drill", "body_en": "At nine."} | given),
    )


def test_her_file_says_what_she_was_told_and_when_she_read_it():
    li = staff_user()
    NoticeFactory(employee=li.employee, read_at=AT)
    NoticeFactory()
    rows = list(NOTICES.rows_of(li.employee))
    assert [(row["kind"], row["read_at"]) for row in rows] == [("test", AT)]


def test_an_erasure_takes_her_notices_and_her_name_out_of_texts():
    li = staff_user(name="Zhang Xiaomei", number="E-777")
    NoticeFactory(employee=li.employee)
    other = NoticeFactory()
    QuietHours.objects.create(user=li)
    told = bulletin(body_en="Ask Zhang Xiaomei (E-777).")
    assert [one.foresee(li.employee) for one in HOLDINGS] == [1, 1, 1]
    for one in HOLDINGS:
        one.erase(li.employee, "X-1")
    told.refresh_from_db()
    assert "Zhang" not in told.body_en
    assert "777" not in told.body_en
    assert list(Notice.objects.all()) == [other]
    assert not QuietHours.objects.exists()


def test_old_notices_go_and_those_of_announcements_stay_as_long_as_these():
    cut_off = timezone.localdate(AT) + timedelta(days=1)
    NoticeFactory()
    kept = NoticeFactory(sent_at=AT + timedelta(days=2))
    told = NoticeFactory(bulletin=bulletin())
    assert KEPT.apply(cut_off, Action.DELETE, 500) == 1
    assert set(Notice.objects.all()) == {kept, told}


def test_old_announcements_go_with_what_was_told_of_them():
    NoticeFactory(bulletin=bulletin(until=date(2026, 3, 19)))
    NoticeFactory(bulletin=Bulletin.objects.get())
    kept = bulletin(until=date(2026, 3, 20))
    assert ANNOUNCED.apply(date(2026, 3, 20), Action.DELETE, 1) == 1
    assert ANNOUNCED.apply(date(2026, 3, 20), Action.DELETE, 500) == 2
    assert list(Bulletin.objects.all()) == [kept]
    assert not Notice.objects.exists()
