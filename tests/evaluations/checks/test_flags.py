"""Review flags: what raises one, what does not, who sees it, and that nothing moves."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.checks.models import Check, Flag, FlagKind, FlagState, LocatedRegion
from evaluations.checks.selectors.flags import reason_of
from evaluations.checks.services.actions import WordsMissing
from evaluations.checks.services.flagging import flag_checked_days, flag_day
from evaluations.checks.services.locating import locate_region
from evaluations.checks.services.reviewing import (
    OwnRecords,
    SettledItself,
    settle_flag,
)
from staffing.accounts.models import HistoryRecord
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.checks.honesty import (
    SCENES,
    asked,
    card_of_day,
    everything_scored,
    photo_of,
)
from tests.evaluations.checks.queue import queued, send
from tests.staffing.accounts.factories import DeviceFactory
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    return make_floor(people=5, hours="Mon-Sun 09:00-18:00")


@pytest.fixture
def county(floor):
    return granted_user("regional_supervisor", region=floor.outlet.region)


def kinds(floor, days_ago=1):
    """Look through a day and return the kinds of its flags."""
    on = floor.today - timedelta(days=days_ago)
    flag_day(floor.outlet, on)
    rows = Flag.objects.filter(outlet=floor.outlet, on=on)
    return sorted(rows.values_list("kind", flat=True))


def a_flag(floor, **given):
    card_of_day(floor, 1, seconds=1)
    kinds(floor)
    flag = Flag.objects.get()
    Flag.objects.filter(pk=flag.pk).update(**given)
    flag.refresh_from_db()
    return flag


# What raises one ----------------------------------------------------------------------


def test_an_ordinary_day_raises_nothing(floor):
    card_of_day(floor, 1)
    assert kinds(floor) == []


def test_a_card_that_went_too_quickly_is_flagged_with_its_pace(floor):
    card_of_day(floor, 1, seconds=2)
    assert kinds(floor) == ["too_quick"]
    flag = Flag.objects.get()
    assert flag.author == floor.manager
    assert (flag.evidence["people"], flag.evidence["seconds"]) == (5, 2.0)
    assert len(flag.evidence["checks"]) == 5
    assert reason_of(flag) == (
        "5 people on one card, half of them in 2.0 seconds or less."
    )


def test_looking_again_raises_nothing_twice(floor):
    card_of_day(floor, 1, seconds=2)
    on = floor.today - timedelta(days=1)
    assert (flag_day(floor.outlet, on), flag_day(floor.outlet, on)) == (1, 0)


def test_what_was_undone_raises_nothing(floor):
    for check in card_of_day(floor, 1, seconds=2):
        Check.objects.filter(pk=check.pk).update(state="set_aside")
    assert kinds(floor) == []


def test_five_days_with_the_same_failure_for_everybody_are_flagged_once(floor):
    marks = {person.pk: {"G03": "failed"} for person in floor.people}
    for ago in range(1, 7):
        card_of_day(floor, ago, marks=marks)
    found = {ago: kinds(floor, ago) for ago in range(6, 0, -1)}
    assert found == {6: [], 5: [], 4: [], 3: [], 2: ["same_marks"], 1: []}
    assert reason_of(Flag.objects.get()) == (
        "5 days in a row everybody got the same marks: G03 failed."
    )


def test_a_truly_good_outlet_is_not_flagged_on_any_of_twelve_days(floor):
    for ago in range(1, 13):
        card_of_day(floor, ago)
    # Another lead looked as well, and found nothing either.
    other = another_lead(floor)
    for ago in range(20, 26):
        card_of_day(floor, ago, by=other)
    assert [kinds(floor, ago) for ago in range(1, 13)] == [[]] * 12


def test_all_passed_is_flagged_where_another_lead_finds_failures_usual(floor):
    other = another_lead(floor)
    marks = {
        floor.people[0].pk: {"G03": "failed"},
        floor.people[1].pk: {"G01": "failed"},
    }
    for ago in range(20, 25):
        card_of_day(floor, ago, by=other, marks=marks)
    for ago in range(1, 6):
        card_of_day(floor, ago)
    assert kinds(floor) == ["same_marks"]
    flag = Flag.objects.get()
    said = flag.evidence
    assert (said["days"], said["people"], said["marks"]) == (5, 25, [])
    assert (said["others"], said["others_failed"]) == (25, 10)
    assert said["chance"] == pytest.approx(0.6**25)
    assert flag.author == floor.manager


def test_once_it_was_found_fine_the_same_is_not_asked_again_for_a_month(floor, county):
    marks = {person.pk: {"G03": "failed"} for person in floor.people}
    for ago in range(1, 11):
        card_of_day(floor, ago, marks=marks)
    assert kinds(floor, 6) == ["same_marks"]
    settle_flag(flag=Flag.objects.get(), state=FlagState.FINE, by=county)
    assert kinds(floor, 1) == []


def test_a_photo_that_was_there_before_is_flagged_with_both(floor):
    [old, *_rest] = card_of_day(floor, 9)
    [new, *_rest] = card_of_day(floor, 1)
    then = timezone.now() - timedelta(days=9)
    earlier = photo_of(old.uuid, by=floor.manager, at=then)
    other = photo_of(new.uuid, by=floor.manager, phash=SCENES[1])
    assert kinds(floor) == []
    near = f"{int(SCENES[0], 16) ^ 0b101:016x}"
    again = photo_of(new.uuid, by=floor.manager, phash=near)
    assert kinds(floor) == ["reused_photo"]
    said = Flag.objects.get().evidence
    assert said == {
        "photo": str(again.uuid),
        "earlier": str(earlier.uuid),
        "bits": 2,
        "same_file": False,
    }
    assert str(other.uuid) not in said.values()


def test_of_two_photos_of_a_day_that_are_alike_the_later_one_is_flagged(floor):
    one, other, *_rest = card_of_day(floor, 1)
    first, second = photo_of(one.uuid), photo_of(other.uuid)
    assert kinds(floor) == ["reused_photo"]
    said = Flag.objects.get().evidence
    assert (said["photo"], said["earlier"]) == (str(second.uuid), str(first.uuid))


def test_photos_of_other_outlets_and_of_long_ago_do_not_count(floor):
    elsewhere = make_floor(people=1)
    photo_of(card_of_day(elsewhere, 3)[0].uuid)
    old = card_of_day(floor, 120)[0]
    photo_of(old.uuid, at=timezone.now() - timedelta(days=120))
    photo_of(card_of_day(floor, 1)[0].uuid)
    assert kinds(floor) == []


def test_a_live_photo_that_shows_an_earlier_photo_is_flagged(floor):
    photo_of(card_of_day(floor, 9)[0].uuid, at=timezone.now() - timedelta(days=9))
    request = asked(floor, floor.people[0], days_ago=2)
    check = card_of_day(floor, 2)[0]
    photo_of(request.uuid, taken_at=check.observed_at, at=check.observed_at)
    assert kinds(floor, 2) == ["reused_photo"]


def test_checks_at_night_are_flagged_by_the_outlets_own_clock(floor):
    card_of_day(floor, 1, clock=time(22, 30))
    assert kinds(floor) == ["after_hours"]
    flag = Flag.objects.get()
    assert "22:30" in reason_of(flag)
    assert "Mon-Sun 09:00-18:00" in reason_of(flag)
    assert len(flag.evidence["checks"]) == 5


def test_without_opening_hours_no_hour_is_wrong():
    floor = make_floor(people=5)
    card_of_day(floor, 1, clock=time(22, 30))
    assert kinds(floor) == []


def test_checks_on_another_outlets_tablet_or_far_off_are_flagged(floor):
    elsewhere = make_floor(people=0)
    checks = card_of_day(floor, 1)
    Check.objects.filter(pk=checks[0].pk).update(
        device=DeviceFactory(outlet=floor.outlet)
    )
    assert kinds(floor) == []
    Check.objects.filter(pk=checks[1].pk).update(
        device=DeviceFactory(outlet=elsewhere.outlet)
    )
    Check.objects.filter(pk=checks[2].pk).update(distance_m=500)
    assert kinds(floor) == ["off_site"]
    flag = Flag.objects.get()
    assert flag.evidence["checks"] == [str(checks[1].uuid)]
    assert elsewhere.outlet.code in reason_of(flag)


def test_a_distance_beyond_the_setting_is_flagged_in_metres(floor):
    checks = card_of_day(floor, 1)
    Check.objects.filter(pk=checks[0].pk).update(distance_m=2340)
    assert kinds(floor) == ["off_site"]
    assert reason_of(Flag.objects.get()) == (
        "1 check was made up to 2,340 m from the outlet."
    ) or "2340 m" in reason_of(Flag.objects.get())


@pytest.mark.parametrize(
    ("sent", "kept"), [(40, 40), (-1, None), ("40", None), (10**9, None)]
)
def test_a_tablet_sends_metres_and_nothing_else_of_where_it_is(floor, sent, kept):
    record = queued(floor, floor.people[0], distance_m=sent, latitude=23.1)
    assert send(record) == [("accepted", None)]
    assert Check.objects.get().distance_m == kept
    # The distance makes no other record of it.
    assert send(record | {"distance_m": 7}) == [("accepted", None)]


def test_only_where_its_region_asks_does_the_card_say_where_the_outlet_is(
    floor, county, client
):
    type(floor.outlet).objects.update(latitude=23.129, longitude=113.264)
    client.force_login(floor.manager)
    url = reverse("checks:card")
    assert '"place": null' in client.get(url).content.decode()
    locate_region(region=floor.outlet.region, ask=True, by=county)
    page = client.get(url).content.decode()
    assert '"place": {"latitude": 23.129, "longitude": 113.264}' in page
    assert "it may say no" in page
    locate_region(region=floor.outlet.region, ask=False, by=county)
    assert '"place": null' in client.get(url).content.decode()


def test_only_who_corrects_in_the_whole_region_switches_it_on(floor):
    with pytest.raises(PermissionDenied):
        locate_region(region=floor.outlet.region, ask=True, by=floor.manager)
    assert not LocatedRegion.objects.exists()


class TestPhotosAskedFor:
    def test_none_came_for_somebody_who_was_checked(self, floor):
        card_of_day(floor, 3)
        asked(floor, floor.people[0], days_ago=3)
        assert kinds(floor, 3) == ["no_photo"]
        assert Flag.objects.get().author == floor.manager

    def test_who_was_not_checked_was_not_here(self, floor):
        tap(floor, floor.people[1])
        asked(floor, floor.people[0], days_ago=3)
        assert kinds(floor, 3) == []

    def test_a_tablet_has_a_day_longer(self, floor):
        card_of_day(floor, 1)
        asked(floor, floor.people[0], days_ago=1)
        assert kinds(floor, 1) == []

    def test_one_that_was_taken_that_day_answers(self, floor):
        check = card_of_day(floor, 3)[0]
        request = asked(floor, floor.people[0], days_ago=3)
        photo_of(request.uuid, taken_at=check.observed_at)
        assert kinds(floor, 3) == []

    def test_one_of_another_day_does_not(self, floor):
        card_of_day(floor, 3)
        request = asked(floor, floor.people[0], days_ago=3)
        photo_of(request.uuid, taken_at=timezone.now())
        assert kinds(floor, 3) == ["no_photo"]
        assert "on another day" in reason_of(Flag.objects.get())

    def test_one_that_comes_late_settles_the_question(self, floor):
        check = card_of_day(floor, 3)[0]
        request = asked(floor, floor.people[0], days_ago=3)
        assert kinds(floor, 3) == ["no_photo"]
        photo_of(request.uuid, taken_at=check.observed_at)
        flag_checked_days(floor.today)
        assert Flag.objects.get(kind=FlagKind.NO_PHOTO).state == FlagState.GONE


def test_the_task_looks_through_yesterday_and_what_came_late(floor):
    card_of_day(floor, 1, seconds=1)
    late = card_of_day(floor, 5, seconds=1)
    assert flag_checked_days(floor.today) == 1
    Check.objects.filter(pk__in=[c.pk for c in late]).update(received_at=timezone.now())
    assert flag_checked_days(floor.today) == 1
    assert flag_checked_days(floor.today) == 0


# Nothing moves ------------------------------------------------------------------------


def test_no_flag_and_nothing_said_to_it_moves_a_score(floor, county):
    marks = {person.pk: {"G03": "failed"} for person in floor.people}
    for ago in range(2, 7):
        card_of_day(floor, ago, marks=marks, seconds=1, clock=time(23))
    asked(floor, floor.people[0], days_ago=2)
    before = everything_scored()
    assert len(before[0]) > 0
    assert kinds(floor, 2) == ["after_hours", "no_photo", "same_marks", "too_quick"]
    for flag in Flag.objects.all():
        settle_flag(flag=flag, state=FlagState.TALKED, note="We spoke", by=county)
    assert everything_scored() == before


# Who says what ------------------------------------------------------------------------


def test_what_came_of_it_is_kept_with_its_history(floor, county):
    flag = a_flag(floor)
    settle_flag(flag=flag, state=FlagState.TALKED, note=" Showed her ", by=county)
    flag.refresh_from_db()
    assert (flag.state, flag.note, flag.settled_by) == ("talked", "Showed her", county)
    settle_flag(flag=flag, state=FlagState.FINE, by=county)
    changes = [
        entry.changes["state"]
        for entry in HistoryRecord.objects.filter(object_id=flag.pk).order_by("id")
        if "state" in (entry.changes or {})
    ]
    assert changes[-2:] == [["open", "talked"], ["talked", "fine"]]


def test_talking_needs_words_and_who_does_not_correct_there_says_nothing(floor, county):
    flag = a_flag(floor)
    with pytest.raises(WordsMissing):
        settle_flag(flag=flag, state=FlagState.TALKED, note="  ", by=county)
    for by in (floor.manager, granted_user("auditor"), granted_user("hr")):
        with pytest.raises(PermissionDenied):
            settle_flag(flag=flag, state=FlagState.FINE, by=by)
    flag.refresh_from_db()
    assert (flag.state, flag.settled_by) == ("open", None)


def test_nobody_settles_what_is_about_her_own_records(floor, county):
    flag = a_flag(floor, author=county)
    with pytest.raises(OwnRecords):
        settle_flag(flag=flag, state=FlagState.FINE, by=county)


def test_what_settled_itself_stays_so(floor, county):
    flag = a_flag(floor, state=FlagState.GONE)
    with pytest.raises(SettledItself):
        settle_flag(flag=flag, state=FlagState.FINE, by=county)


def test_who_sees_a_flag(floor, county):
    flag = a_flag(floor)
    manager, colleague = floor.manager, another_lead(floor)
    clerk = UserFactory(employee=floor.people[0])

    def seers():
        users = {
            "county": county,
            "operations": granted_user("operations"),
            "auditor": granted_user("auditor"),
            "hr": granted_user("hr"),
            "manager": manager,
            "colleague": colleague,
            "clerk": clerk,
            "elsewhere": make_floor().manager,
        }
        return [n for n, u in users.items() if Flag.objects.visible_to(u).exists()]

    reviewers = ["county", "operations", "auditor"]
    assert seers() == reviewers
    settle_flag(flag=flag, state=FlagState.FINE, by=county)
    assert seers() == reviewers
    # Once somebody has spoken with her about it, she reads what was said.
    settle_flag(flag=flag, state=FlagState.TALKED, note="We spoke", by=county)
    assert seers() == [*reviewers, "manager"]


def test_the_pages_lead_from_the_list_to_what_came_of_it(floor, county, client):
    flag = a_flag(floor)
    client.force_login(county)
    page = client.get(reverse("checks:flags")).content.decode()
    assert "in 1.0 seconds or less" in page
    url = reverse("checks:flag", args=[flag.uuid])
    page = client.get(url).content.decode()
    assert "It may well be harmless" in page
    assert floor.people[0].name in page
    settle = reverse("checks:flag_settle", args=[flag.uuid])
    page = client.post(settle, {"state": "talked", "note": ""}).content.decode()
    assert "Say in a few words" in page
    assert client.post(settle, {"state": "open"}).status_code == 200
    answer = client.post(settle, {"state": "talked", "note": "Showed her how"})
    assert answer.url == url
    assert flag.uuid not in {f.uuid for f in Flag.objects.open()}
    client.force_login(floor.manager)
    page = client.get(reverse("checks:flags")).content.decode()
    assert "Talked about with you" in page
    assert "Showed her how" in client.get(url).content.decode()


def test_the_home_page_of_the_region_says_that_there_is_something(
    floor, county, client
):
    client.force_login(county)
    assert "in how checks were made" not in client.get("/").content.decode()
    flag = a_flag(floor)
    page = client.get("/").content.decode()
    assert "1 sign in how checks were made" in page
    assert reverse("checks:flag", args=[flag.uuid]) in page
    client.force_login(floor.manager)
    assert "in how checks were made" not in client.get("/").content.decode()


def test_the_list_filters_by_kind_state_outlet_and_day(floor, county, client):
    a_flag(floor)
    client.force_login(county)

    def shown(**query):
        page = client.get(reverse("checks:flags"), query).content.decode()
        return "seconds or less" in page

    yesterday = floor.today - timedelta(days=1)
    assert shown()
    assert shown(kind="too_quick", outlet=floor.outlet.code, state="open")
    assert shown(first=f"{yesterday:%F}", last=f"{yesterday:%F}")
    assert not shown(kind="off_site")
    assert not shown(state="fine")
    assert not shown(outlet="nowhere")
    assert not shown(first=f"{floor.today:%F}")
    assert not shown(kind="nonsense")


def test_the_list_costs_the_same_for_one_and_for_many(
    floor, county, client, django_assert_num_queries
):
    flag = a_flag(floor)
    client.force_login(county)
    url = reverse("checks:flags")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for n in range(15):
        Flag.objects.create(
            outlet=flag.outlet,
            on=flag.on,
            kind=flag.kind,
            key=f"k{n}",
            author=another_lead(floor),
            standard=flag.standard,
            evidence=flag.evidence,
        )
    with django_assert_num_queries(len(one)):
        client.get(url)
