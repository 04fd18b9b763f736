"""What somebody does with what she was told, and what nobody else can."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from staffing.notices.models import Notice
from staffing.notices.services.reading import (
    NothingToAcknowledge,
    acknowledge,
    mark_all_read,
    mark_read,
    own_notices,
)
from tests.staffing.notices.factories import NoticeFactory
from tests.staffing.people.factories import UserFactory, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    return staff_user()


def mine(li, **given):
    return NoticeFactory(employee=li.employee, **given)


def test_reading_keeps_the_first_time(li):
    notice = mine(li)
    first = mark_read(uuid=notice.uuid, by=li).read_at
    assert mark_read(uuid=notice.uuid, by=li).read_at == first


def test_acknowledging_reads_too_and_keeps_the_first_time(li):
    notice = mine(li, asks=True)
    first = acknowledge(uuid=notice.uuid, by=li)
    assert first.read_at == first.acknowledged_at
    assert acknowledge(uuid=notice.uuid, by=li).acknowledged_at == first.read_at


def test_what_asks_nothing_cannot_be_acknowledged(li):
    notice = mine(li)
    with pytest.raises(NothingToAcknowledge):
        acknowledge(uuid=notice.uuid, by=li)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_nobody_reads_what_is_anothers_or_not_shown_yet(li):
    held = mine(li, appears_at=timezone.now() + timedelta(hours=1))
    others = NoticeFactory(asks=True)
    for uuid in (held.uuid, others.uuid, uuid4()):
        for deed in (mark_read, acknowledge):
            with pytest.raises(Notice.DoesNotExist):
                deed(uuid=uuid, by=li)
    assert not own_notices(li).exists()


def test_reading_all_leaves_what_came_meanwhile_and_what_asks(li):
    shown, asking = mine(li), mine(li, asks=True)
    later, others = mine(li), NoticeFactory()
    assert mark_all_read(until=asking.pk, by=li) == 1
    read = Notice.objects.filter(read_at__isnull=False)
    assert set(read) == {shown}
    assert mark_all_read(until=10**9, by=li) == 1
    assert set(read.all()) == {shown, later}
    assert others not in read


def test_who_has_left_reads_nothing_more(li):
    mine(li)
    li.employee.left_on = timezone.localdate() - timedelta(days=1)
    li.employee.save()
    assert not own_notices(type(li).objects.get(pk=li.pk)).exists()


def test_who_is_no_staff_is_told_by_her_account():
    user = UserFactory()
    notice = NoticeFactory(employee=None, user=user)
    assert list(own_notices(user)) == [notice]


def test_what_waits_is_shown_unread_or_unconfirmed_and_not_over(li):
    now = timezone.now()
    unread, asking = mine(li), mine(li, asks=True, read_at=now)
    mine(li, read_at=now)
    mine(li, asks=True, read_at=now, acknowledged_at=now)
    mine(li, ends_at=now)
    mine(li, appears_at=now + timedelta(hours=1))
    assert set(Notice.objects.visible_to(li).waiting(now)) == {unread, asking}
