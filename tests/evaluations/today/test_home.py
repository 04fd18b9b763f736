"""The home page of each role: which cards, what they say, what they ask for."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.awards.services import draw_winners, publish_list
from evaluations.feedback.models import CallBack, CallDraw
from evaluations.knowledge.services.taking import begin, submit
from evaluations.mystery.models import VisitAppeal
from evaluations.today.cards import cards_for
from evaluations.today.cards.card import Tone, minutes, number, percent
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.complaints.factories import logged
from tests.evaluations.feedback.factories import RatingFactory
from tests.evaluations.knowledge.sitting import Clock, plan
from tests.evaluations.mystery.factories import ReportFactory, VisitFactory
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    worker,
)
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


def titles(user):
    return [card.title for card in cards_for(user)]


def card(user, title):
    return next(card for card in cards_for(user) if card.title == title)


# --- Who sees which cards -------------------------------------------------------------


@pytest.mark.parametrize("post", ["store_manager", "supervisor"])
def test_outlet_leads_see_their_floor(post):
    assert titles(staff_user(post)) == [
        "Today's checks",
        "Customers today",
        "What customers say",
        "My score",
    ]


def test_a_clerk_sees_her_own_score_alone():
    assert titles(staff_user("clerk")) == ["My score"]


def test_a_regional_supervisor_sees_her_region_by_exception():
    user = granted_user("regional_supervisor", region=RegionFactory())
    assert titles(user) == [
        "Outlets without a check today",
        "Exceptions",
        "Longest waits this week",
        "Latest ranking",
        "Award lists",
    ]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("hr", ["Latest ranking", "Award lists"]),
        (
            "operations",
            [
                "Rankings to decide",
                "Awards to decide",
                "On the way to the ledger",
                "Award lists",
            ],
        ),
        ("administrator", ["Registry", "Other systems"]),
        ("auditor", ["Latest ranking", "Award lists", "To be read"]),
        ("agency", ["Mystery visits"]),
    ],
)
def test_a_granted_role_sees_its_cards(role, expected):
    assert titles(granted_user(role)) == expected


def test_several_roles_see_all_their_cards_each_once():
    user = granted_user("hr")
    RoleGrantFactory(user=user, role="auditor")
    assert titles(user) == ["Latest ranking", "Award lists", "To be read"]


def test_nobody_in_particular_is_told_whom_to_ask(client):
    client.force_login(UserFactory(username="newcomer"))
    page = client.get("/").content.decode()
    assert "Your account has no role yet" in page
    assert re.search(r"signed in as newcomer.*Ask the administrator", page, re.DOTALL)


def test_the_page_asks_strangers_to_sign_in(client):
    response = client.get("/")
    assert (response.status_code, response.url) == (302, "/accounts/sign-in/?next=/")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "role", ["hr", "operations", "administrator", "auditor", "agency"]
)
def test_the_page_stands_in_both_languages(client, role, language):
    client.cookies["django_language"] = language
    user = granted_user(role)
    client.force_login(user)
    page = client.get("/").content.decode()
    assert page.count('<section class="card today-card') == len(titles(user))


# --- What the cards say ---------------------------------------------------------------


def test_checks_name_who_is_left_and_then_say_that_all_is_done():
    floor = make_floor(people=1)
    second = another_lead(floor)
    tap(floor, floor.people[0])
    tap(floor, second.employee)
    found = card(floor.manager, "Today's checks")
    assert (found.says, found.done, found.due) == ("2 of 3 people checked", 2, 3)
    assert [line.text for line in found.lines] == ["Manager Chen"]
    assert found.tone is Tone.ATTENTION
    tap(floor, floor.manager.employee, by=second)
    again = card(floor.manager, "Today's checks")
    assert (again.says, again.tone) == (
        "Everybody on shift has been checked",
        Tone.GOOD,
    )


def test_checks_of_other_outlets_do_not_count():
    floor, other = make_floor(people=1), make_floor(people=1)
    tap(other, other.people[0])
    assert card(floor.manager, "Today's checks").done == 0


def test_ratings_are_of_the_own_outlet_and_the_weakest_comes_first():
    floor = make_floor(people=2)
    first, second = floor.people
    now = timezone.now()
    day = {"rated_at": now, "on": timezone.localdate(), "outlet": floor.outlet}
    RatingFactory(employee=first, score=5, **day)
    RatingFactory(employee=second, score=5, **day)
    RatingFactory(employee=second, score=2, **day)
    RatingFactory(employee=second, score=1, channel="sms", **day)
    RatingFactory(employee=first, score=1, rated_at=now, on=timezone.localdate())
    found = card(floor.manager, "What customers say")
    assert found.says == "66.7\u00a0% satisfied in the last four weeks"
    assert [(line.text, line.note) for line in found.lines] == [
        (second.name, "50.0\u00a0% of 2 ratings"),
        (first.name, "100.0\u00a0% of 1 rating"),
    ]


def test_own_score_shows_how_it_moved_and_where_most_is_to_be_gained():
    person = worker(outlet_in_county())
    for month, knowledge in [("2026-09", 80), ("2026-10", 90)]:
        post_month(person, month, knowledge=knowledge, onsite=(18, 20))
        published(ranked(month))
    user = UserFactory(employee=person)
    found = card(user, "My score")
    # (15 × 100 + 10 × 90 + 25 × 90) / 50 = 93.00; with knowledge 80: 91.00.
    assert found.says == "93.00 points in 2026-10"
    assert ("+2.00", "since the month before") in [
        (figure.value, figure.label) for figure in found.figures
    ]
    # On-site: weight 25 of 50, 10 points missing: 5.0 points of the whole.
    assert found.lines[0].text == "Most to gain: on-site satisfaction, now 90.0 of 100"
    assert found.lines[0].note == "up to +5.0 points"


def test_own_score_is_not_shown_before_it_is_published():
    person = worker(outlet_in_county())
    post_month(person, onsite=(18, 20))
    ranked()
    found = card(UserFactory(employee=person), "My score")
    assert found.says == "No score has been published for you yet"


def test_own_score_says_kindly_that_there_is_too_little():
    person = worker(outlet_in_county())
    post_month(person, onsite=None)
    published(ranked())
    found = card(UserFactory(employee=person), "My score")
    assert found.says == "No score for 2026-10"


def test_a_region_lists_its_outlets_without_a_check_and_no_others():
    county = RegionFactory()
    user = granted_user("regional_supervisor", region=county)
    floor = make_floor(people=1, region=county)
    idle = make_floor(people=1, region=county).outlet
    OutletFactory(region=county)  # nobody works there
    make_floor(people=1)  # in another region
    tap(floor, floor.people[0])
    found = card(user, "Outlets without a check today")
    assert found.says == "1 of 2 outlets has no check yet"
    assert [line.note for line in found.lines] == [idle.code]


def test_seeing_everything_in_another_role_does_not_widen_the_region():
    county = RegionFactory()
    user = granted_user("regional_supervisor", region=county)
    RoleGrantFactory(user=user, role="hr")
    idle = make_floor(people=1, region=county).outlet
    make_floor(people=1)
    found = card(user, "Outlets without a check today")
    assert found.says == "1 of 1 outlets has no check yet"
    assert [line.note for line in found.lines] == [idle.code]


def test_each_outlet_is_asked_for_its_own_day(monkeypatch):
    """At 03:00 UTC on the 22nd it is the 22nd in Shanghai and the 21st in New York."""
    county = RegionFactory()
    user = granted_user("regional_supervisor", region=county)
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    east = make_floor(people=1, region=county, timezone="Asia/Shanghai")
    west = make_floor(people=1, region=county, timezone="America/New_York")
    for floor in (east, west):
        tap(floor, floor.people[0])
    found = card(user, "Outlets without a check today")
    assert (found.says, found.done, found.due) == (
        "Every outlet has begun its checks",
        2,
        2,
    )


def test_operations_see_runs_until_they_are_published():
    user = granted_user("operations")
    worker(outlet_in_county())
    run = ranked()
    assert card(user, "Rankings to decide").says == "1 ranking waits for you"
    published(run)
    assert card(user, "Rankings to decide").says == "No ranking waits for you"


def test_operations_see_award_lists_until_they_are_published():
    user = granted_user("operations")
    county_with_scores([90, 80, 70, 60, 50])
    run = published_run(user)
    lists = draw_winners(run_id=run.pk, by=user)
    found = card(user, "Awards to decide")
    assert found.says == f"{len(lists)} award lists wait for you"
    for drawn in lists:
        publish_list(award_list_id=drawn.pk, by=user)
    assert card(user, "Awards to decide").says == "No award list waits for you"
    published_card = card(granted_user("hr"), "Award lists")
    assert published_card.says == "Published last: Service Star · 2026-10"
    assert sorted(line.note for line in published_card.lines) == [
        "county · 3 winners",
        "outlet · 1 winner",
    ]


def test_records_of_past_days_are_counted_until_the_ledger_has_them():
    user = granted_user("operations")
    rating = RatingFactory(on=timezone.localdate() - timedelta(days=1))
    RatingFactory(on=timezone.localdate())
    found = card(user, "On the way to the ledger")
    assert found.says == "1 record of past days is not in the ledger yet"
    rating.pending = False
    rating.save()
    again = card(user, "On the way to the ledger")
    assert again.says == "Everything up to yesterday is in the ledger"


def test_the_registry_names_its_holes():
    OutletFactory(hours="Mon-Fri 09:00-18:00", outlet_class="A")
    OutletFactory()
    UserFactory()
    found = card(granted_user("administrator"), "Registry")
    assert [(line.text, line.note) for line in found.lines] == [
        ("Outlets without opening hours", "1"),
        ("Outlets without a class", "1"),
        ("Accounts without a role", "1"),
    ]


def test_an_empty_registry_says_how_to_begin():
    found = card(granted_user("administrator"), "Registry")
    assert found.says == "The registry is empty"
    assert "manage.py ingest regions" in found.hint


def test_exceptions_end_with_nothing_to_decide():
    user = granted_user("regional_supervisor", region=RegionFactory())
    assert card(user, "Exceptions").says == "Nothing waits for your decision"


@pytest.mark.parametrize("outlets", [1, 20])
def test_the_home_page_of_a_region_costs_the_same_for_many_outlets(
    client, django_assert_num_queries, outlets
):
    county = RegionFactory()
    OutletFactory.create_batch(outlets, region=county)
    client.force_login(granted_user("regional_supervisor", region=county))
    with django_assert_num_queries(23):
        client.get("/")


# --- Numbers --------------------------------------------------------------------------


def test_numbers_are_rounded_half_up_and_written_out():
    assert number(93.005, 2) == "93.01"
    assert number(1234) == "1,234"
    assert percent(2, 3) == "66.7\u00a0%"
    assert percent(0, 0) == "–"
    assert minutes(90) == "1.5 min"
    assert minutes(None) == "–"


def test_the_day_on_the_page_is_the_local_one(client, monkeypatch):
    late = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 02:00 the next day in Shanghai
    monkeypatch.setattr(timezone, "now", lambda: late)
    client.force_login(granted_user("hr"))
    assert "Sunday, 22 November 2026" in client.get("/").content.decode()


# --- Who waits for an answer ----------------------------------------------------------


def test_open_complaints_and_calls_wait_for_the_leads_of_the_outlet(monkeypatch):
    outlet = OutletFactory()
    manager, clerk = staff_user("store_manager", outlet), staff_user("clerk", outlet)
    logged(outlet, clerk, key=uuid4())
    logged(outlet, clerk, key=uuid4())
    elsewhere = OutletFactory()
    logged(elsewhere, staff_user("clerk", elsewhere), key=uuid4())
    now, today = timezone.now(), timezone.localdate()
    draw = CallDraw.objects.create(
        outlet=outlet, on=today, drawn_at=now, seed="", pool={}, wanted={}
    )
    CallBack.objects.create(
        draw=draw,
        outlet=outlet,
        employee=clerk.employee,
        on=today,
        ticket_no="A1",
        served_at=now,
        archive_month="2026-11",
    )
    title = "Customers who wait for us"
    found = card(manager, title)
    assert (found.says, found.tone) == ("3 matters wait", Tone.ATTENTION)
    assert [line.text for line in found.lines] == [
        "2 complaints are open",
        "1 customer to be called back",
    ]
    assert title not in titles(clerk)
    later = timezone.now() + timedelta(days=9)
    monkeypatch.setattr(timezone, "now", lambda: later)
    overdue = card(manager, title)
    assert (overdue.tone, overdue.lines[0].text) == (
        Tone.BAD,
        "2 complaints are overdue",
    )


def test_the_weekly_test_waits_until_it_is_taken(monkeypatch):
    Clock(monkeypatch)
    clerk = staff_user("clerk")
    assert "Knowledge test" not in titles(clerk)
    assert plan() == 1
    found = card(clerk, "Knowledge test")
    assert (found.says, found.tone) == (
        "This week's test waits for you",
        Tone.ATTENTION,
    )
    assert found.hint == "It takes 15 minutes, at a time of your choice."
    sitting = begin(by=clerk)
    found = card(clerk, "Knowledge test")
    assert found.says == "Your test is under way until 09:15"
    assert found.actions[0].url == reverse("knowledge:sitting", args=[sitting.uuid])
    submit(sitting_uuid=sitting.uuid, by=clerk)
    assert "Knowledge test" not in titles(clerk)


def test_the_region_is_told_of_visits_to_check_and_appeals_to_decide():
    visit = VisitFactory(unreleased=True)
    back = VisitFactory(unreleased=True, outlet=visit.outlet)
    ReportFactory(done=True, outlet=back.outlet, visit=back)
    released = VisitFactory(outlet=visit.outlet)
    for state in ("open", "asked"):
        VisitAppeal.objects.create(
            visit=released,
            ground="fact",
            words="No.",
            state=state,
            by=UserFactory(),
            due_on=timezone.localdate() - timedelta(days=1),
        )
    region = granted_user("regional_supervisor", region=visit.outlet.region)
    shown = card(region, "Mystery visits to look at")
    assert [(line.text, line.note) for line in shown.lines] == [
        ("1 appeal to be decided", "1 overdue"),
        ("1 visit to be checked and released", ""),
    ]
    assert (shown.says, shown.tone) == ("2 matters wait", Tone.BAD)
    far = granted_user("regional_supervisor", region=RegionFactory())
    assert "Mystery visits to look at" not in titles(far)
