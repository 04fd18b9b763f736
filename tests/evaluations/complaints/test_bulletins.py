"""What leaders are told of a day, once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from evaluations.complaints.services.bulletins import tell_of_yesterday, watch_volume
from staffing.notices.kinds import kind_of
from staffing.notices.models import Notice
from tests.evaluations.complaints.factories import CaseFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


def cases(outlet, on, n):
    received = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    for _n in range(n):
        CaseFactory(outlet=outlet, on=on, received_at=received, employee=None)


def told(kind):
    rows = Notice.objects.filter(kind=kind).order_by("id")
    return [(n.user, n.arguments["code"], n.arguments["received"]) for n in rows]


@pytest.fixture
def city(regions):
    return granted_user("regional_supervisor", region=regions["city"])


def test_each_leader_is_told_of_yesterday_once_and_asked_to_confirm(
    clock, outlet, county, city
):
    cases(outlet, date(2026, 10, 11), 2)
    tell_of_yesterday(timezone.now())
    tell_of_yesterday(timezone.now())
    assert sorted(told("complaints_daily"), key=lambda row: row[1]) == [
        (city, "C", 2),
        (county, "K", 2),
    ]
    assert set(Notice.objects.values_list("asks", flat=True)) == {True}
    notice = Notice.objects.get(user=county)
    words = kind_of(notice.kind).words(notice)
    assert words.endswith("2 complaints received, 0 closed, 0 overdue.")
    assert kind_of(notice.kind).link(notice) == "/complaints/days/K/2026-10-11/"


def test_a_day_without_anything_is_no_bulletin(clock, outlet, county):
    tell_of_yesterday(timezone.now())
    assert Notice.objects.count() == 0


def test_an_unusual_day_is_told_the_moment_it_passes_its_limit_and_once(
    clock, outlet, county
):
    today = date(2026, 10, 12)
    for week in range(1, 9):
        cases(outlet, today - timedelta(weeks=week), 2)
    cases(outlet, today, 8)
    watch_volume(timezone.now())
    assert told("complaints_volume") == []
    cases(outlet, today, 1)
    watch_volume(timezone.now())
    watch_volume(timezone.now() + timedelta(hours=1))
    assert told("complaints_volume") == [(county, "K", 9)]
    assert Notice.objects.get().urgent


def test_a_new_chain_without_four_weeks_raises_no_alarm(clock, outlet, county):
    cases(outlet, date(2026, 10, 5), 1)
    cases(outlet, date(2026, 10, 12), 30)
    watch_volume(timezone.now())
    assert told("complaints_volume") == []
