"""Rostered days without a check: named once they are over, and in no score."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.checks import missing, posting
from evaluations.checks.models import Check, CheckState
from evaluations.checks.services.cards import today_at
from evaluations.ledger.models import Entry
from staffing.rosters.models import Absence, RosterDay, ShiftKind
from tests.evaluations.checks.factories import make_floor, tap
from tests.evaluations.rankings.factories import post_month, ranked
from tests.staffing.people.factories import UserFactory, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    return make_floor(people=2)


def roster(floor, person, on: date, absence="") -> RosterDay:
    shift = (
        None
        if absence
        else ShiftKind.objects.get_or_create(
            code="early", defaults={"starts_at": "09:00", "ends_at": "17:00"}
        )[0]
    )
    return RosterDay.objects.create(
        employee=person, on=on, shift=shift, absence=absence, outlet=floor.outlet
    )


def named() -> list[tuple[int, date]]:
    """Return whose day the ledger names as missing today."""
    entries = Entry.objects.standing().filter(component="missing_check")
    return list(entries.order_by("on", "employee").values_list("employee", "on"))


def test_a_rostered_day_that_is_over_is_named_and_weighs_nothing(floor):
    first, second = floor.people
    yesterday = floor.today - timedelta(days=1)
    roster(floor, first, yesterday)
    roster(floor, second, yesterday, Absence.LEAVE)
    roster(floor, second, floor.today)
    assert missing.settle(floor.today) == 1
    (entry,) = Entry.objects.all()
    assert (entry.employee, entry.outlet, entry.on) == (first, floor.outlet, yesterday)
    assert (entry.component, entry.points, entry.out_of, entry.n) == (
        *("missing_check", 0, 0),
        1,
    )
    assert missing.settle(floor.today) == 0
    assert Entry.objects.count() == 1


def test_a_late_check_takes_the_place_of_the_missing_one(floor):
    first, second = floor.people
    yesterday = floor.today - timedelta(days=1)
    for person in floor.people:
        roster(floor, person, yesterday)
    assert missing.settle(floor.today) == 2
    late = timezone.now() - timedelta(days=1)
    tap(floor, first, on=yesterday, observed_at=late)
    assert named() == [(second.pk, yesterday)]
    reversal = Entry.objects.get(component="missing_check", reverses__isnull=False)
    assert (reversal.employee, reversal.on, reversal.n) == (first, yesterday, -1)
    daily = Entry.objects.standing().get(component="daily")
    assert (daily.employee, daily.points) == (first, 10_000)
    assert missing.settle(floor.today) == 0


def test_an_undone_check_leaves_the_day_missing_and_a_day_off_does_not(floor):
    first, second = floor.people
    yesterday = floor.today - timedelta(days=1)
    days = [roster(floor, person, yesterday) for person in (first, second)]
    late = timezone.now() - timedelta(days=1)
    check = tap(floor, first, on=yesterday, observed_at=late)
    missing.settle(floor.today)
    assert named() == [(second.pk, yesterday)]
    Check.objects.filter(pk=check.pk).update(state=CheckState.SET_ASIDE)
    posting.post_days([(first.pk, yesterday)])
    missing.settle(floor.today)
    assert named() == [(first.pk, yesterday), (second.pk, yesterday)]
    # The roster was wrong: she had the day off.
    RosterDay.objects.filter(pk=days[0].pk).update(shift=None, absence=Absence.OFF)
    assert missing.settle(floor.today) == 1
    assert named() == [(second.pk, yesterday)]


def test_a_check_that_waits_to_be_posted_is_no_missing_one(floor):
    first, _second = floor.people
    yesterday = floor.today - timedelta(days=1)
    roster(floor, first, yesterday)
    missing.settle(floor.today)
    check = tap(floor, first, on=yesterday, observed_at=timezone.now() - timedelta(1))
    Check.objects.filter(pk=check.pk).update(pending=True)
    missing.settle(floor.today)
    assert named() == []
    assert Entry.objects.standing().filter(component="daily").count() == 1


def test_nobody_is_missed_after_her_last_day_or_before_the_window(floor):
    first, second = floor.people
    yesterday = floor.today - timedelta(days=1)
    first.left_on = yesterday - timedelta(days=1)
    first.save()
    roster(floor, first, yesterday)
    roster(floor, second, floor.today - timedelta(days=missing.DAYS_BACK + 1))
    assert missing.settle(floor.today) == 0


def test_a_day_that_is_not_over_at_its_outlet_is_not_looked_at():
    floor = make_floor(people=1, timezone="Pacific/Pago_Pago")
    (clerk,) = floor.people
    here = today_at(floor.outlet)
    roster(floor, clerk, here)
    assert missing.settle(here + timedelta(days=1)) == 0
    roster(floor, clerk, here - timedelta(days=1))
    assert missing.settle(here + timedelta(days=1)) == 1


def test_a_missing_day_changes_no_score_and_stands_in_the_review(floor):
    clerk = floor.people[0]
    post_month(clerk, onsite=(80, 100))
    before = ranked().standings.get(employee=clerk)
    roster(floor, clerk, date(2026, 10, 25))
    run = ranked()
    after = run.standings.get(employee=clerk)
    assert after.input == before.input
    assert named() == [(clerk.pk, date(2026, 10, 25))]
    assert run.entries_until == Entry.objects.latest("pk").pk


def test_the_link_of_a_missing_day_opens_for_her_and_her_manager_alone(client, floor):
    first, second = floor.people
    yesterday = floor.today - timedelta(days=1)
    roster(floor, first, yesterday)
    missing.settle(floor.today)
    url = posting.link(Entry.objects.get().source_id)
    assert url == reverse("checks:day", args=[first.uuid, yesterday])
    for user, status in (
        (floor.manager, 200),
        (UserFactory(employee=first), 200),
        (UserFactory(employee=second), 404),
        (staff_user("store_manager", make_floor().outlet), 404),
    ):
        client.force_login(user)
        response = client.get(url)
        assert response.status_code == status
        if status == 200:
            assert "left out of the score, not counted as failed" in (
                response.content.decode()
            )
    client.force_login(floor.manager)
    today = client.get(reverse("checks:day", args=[first.uuid, floor.today]))
    assert today.status_code == 404
