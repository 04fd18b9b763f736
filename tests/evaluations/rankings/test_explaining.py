"""What pages say about a score: why it moved, how sure it is, what would have done."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from evaluations.rankings.models import Display, Scheme, SchemeVersion, Shown
from evaluations.rankings.selectors.adjustments import average_drawn_to
from evaluations.rankings.selectors.differences import change_since
from evaluations.rankings.services.display import show_to_staff
from evaluations.rankings.shipped import ship
from staffing.accounts.models import HistoryRecord
from staffing.rosters.models import Absence, RosterDay
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    worker,
)
from tests.evaluations.rankings.pages import text_of
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    ship(Scheme.objects, SchemeVersion.objects, "service_star_fair", 1)


@pytest.fixture
def outlet():
    return outlet_in_county(code="O-118", name="Riverside")


def team_of(outlet, satisfied, month="2026-10", **parts):
    """Return people of an outlet with so many satisfied ratings of a hundred each."""
    people = [worker(outlet, name=f"Clerk {n}") for n in satisfied]
    for person, good in zip(people, satisfied, strict=True):
        post_month(person, month, onsite=(good, 100), **parts)
    return people


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"rankings:{name}", args=args), query)
    assert response.status_code == status, response.content[:500]
    return response


def sign_in(client, employee) -> None:
    client.force_login(UserFactory(employee=employee))


# --- Change and noise ----------------------------------------------------------------


def test_change_names_the_calls_that_made_it_and_calls_it_chance(outlet):
    ann = worker(outlet)
    post_month(ann, "2026-09", callback=(9, 9))
    post_month(ann, "2026-10", callback=(7, 9))
    before = published(ranked("2026-09"))
    now = published(ranked("2026-10"))
    standing = now.standings.get(employee=ann)
    viewer = granted_user("operations")
    change = change_since(standing, viewer)
    assert change.before.run == before
    # Weights 30, 20 and 50: two of nine calls are 11.11 of 50 points.
    assert [(row.label, round(row.points, 4)) for row in change.rows] == [
        ("daily check", 0),
        ("knowledge test", 0),
        ("call-back satisfaction", -11.1111),
    ]
    assert (change.difference, round(change.rest, 4)) == (-11.11, 0.0011)
    assert change.sentences[:2] == (
        "11.11 points fewer than in September 2026",
        "nearly all of it from call-back satisfaction: "
        "7 of 9 calls satisfied instead of 9 of 9",
    )
    with translation.override("zh-hans"):
        assert change_since(standing, viewer).sentences[:2] == (
            "比 2026年9月低 11.11 分",
            "几乎全部来自回访满意度：本期 9 次回访中 7 次满意，上期 9 次中 9 次满意",
        )


@pytest.mark.parametrize(
    ("then", "within", "verdict"),
    [
        ("88.000000", True, "the difference is within chance"),
        ("70.000000", False, "the difference is more than chance makes"),
        (None, None, "whether that is chance cannot be told"),
    ],
)
def test_change_goes_by_the_deviations_of_both(outlet, then, within, verdict):
    ann = worker(outlet)
    post_month(ann, "2026-09", onsite=(80, 100))
    post_month(ann, "2026-10", onsite=(90, 100))
    before, now = ranked("2026-09"), ranked("2026-10")
    before.standings.update(adjusted_score=then, adjusted_deviation="3")
    now.standings.update(adjusted_score="90", adjusted_deviation="4")
    before, now = published(before), published(now)
    change = change_since(now.standings.get(), granted_user("operations"))
    assert change.within_chance is within
    assert change.sentences[-1] == verdict


def test_change_is_silent_without_an_earlier_score(outlet):
    ann = worker(outlet)
    post_month(ann, onsite=(80, 100))
    run = published(ranked())
    assert change_since(run.standings.get(), granted_user("operations")) is None


# --- Raw and adjusted ----------------------------------------------------------------


def test_explain_shows_both_scores_and_why_they_differ(client, fair, outlet):
    team_of(outlet, range(60, 84, 2), mystery=90)
    few = worker(outlet, name="Few")
    post_month(few, onsite=(10, 10), mystery=90)
    run = ranked(scheme="service_star_fair")
    standing = run.standings.get(employee=few)
    part = standing.components["onsite"]
    average = average_drawn_to(part)
    assert average == pytest.approx(run_average(run), abs=0.01)
    client.force_login(granted_user("operations"))
    response = get(client, "explain", run.pk, few.number)
    steps = response.context["explanation"].steps
    assert steps.basis == "adjusted"
    assert steps.scores == (float(standing.raw_score), float(standing.score))
    assert response.context["explanation"].score == float(standing.score)
    text = text_of(response)
    assert f"towards the average of {average:.1f}" in text
    assert "(10 ratings)" in text
    assert "nobody says who they were" in text


def run_average(run) -> float:
    return run.fits["2026-10"]["onsite"]["peers"]["all"][0]


def test_steps_link_to_the_entries_below_them(client, outlet):
    (ann,) = team_of(outlet, [80])
    run = ranked()
    client.force_login(granted_user("operations"))
    text = text_of(get(client, "explain", run.pk, ann.number))
    assert 'href="#part-daily"' in text
    assert 'id="part-daily"' in text
    assert "style=" not in text.split("<main")[-1]


# --- How sure a place is -------------------------------------------------------------


def test_mine_says_place_interval_band_and_chance(client, outlet):
    people = team_of(outlet, [90, 80, 70, 60, 50])
    run = ranked()
    run.standings.update(intervals={"outlet": [1, 3, 1, 0.25], "county": [2, 4, 2, 1]})
    published(run)
    sign_in(client, people[1])
    response = get(client, "mine")
    places = response.context["own"].places
    assert [
        (one.level, one.rank, one.low, one.high, one.band, one.alike, one.percent)
        for one in places
    ] == [("outlet", 2, 1, 3, 1, 4, 25.0), ("county", 2, 2, 4, 2, 4, 100)]
    text = text_of(response)
    assert "somewhere between 1 and 3" in text
    assert "cannot be told apart from 4 other people" in text
    assert "is 25 %" in text
    assert "What this means" in text


def test_run_separates_bands_and_sorts_by_what_is_asked(client, outlet):
    people = team_of(outlet, [90, 80, 70])
    run = ranked()
    for person, band, chance in zip(people, (1, 1, 2), (0.1, 0.9, 0.5), strict=True):
        own = {"outlet": [1, 3, band, chance]}
        run.standings.filter(employee=person).update(intervals=own)
    client.force_login(granted_user("operations"))
    rows = get(client, "run", run.pk, place="O-118").context["listing"].rows
    assert [(row.band, row.opens_band) for row in rows] == [
        (1, False),
        (1, False),
        (2, True),
    ]
    listing = get(client, "run", run.pk, place="O-118", sort="chance").context[
        "listing"
    ]
    assert [row.chance for row in listing.rows] == [90.0, 50.0, 10.0]
    assert not any(row.opens_band for row in listing.rows)


# --- The gap -------------------------------------------------------------------------


def test_mine_says_which_calls_would_have_closed_the_gap(client, outlet):
    people = team_of(outlet, [80] * 5)
    scored = [(10, 10), (7, 10), (2, 10), (2, 10), (2, 10)]
    for person, callback in zip(people, scored, strict=True):
        post_month(person, days=0, knowledge=None, callback=callback)
    published(ranked())
    sign_in(client, people[1])
    own = get(client, "mine").context["own"]
    prize = own.prizes[0]
    assert (prize.level, prize.won, prize.gap) == ("outlet", False, 10.0)
    assert prize.ways == ("3 more satisfied call-backs of 10",)


def test_mine_is_honest_where_no_single_part_would_do(client, outlet):
    people = team_of(outlet, [100, 95, 95, 95, 95])
    post_month(people[0], days=0, knowledge=None, mystery=100)
    for person in people[1:]:
        post_month(person, days=0, knowledge=None, mystery=10)
    published(ranked())
    sign_in(client, people[1])
    response = get(client, "mine")
    assert response.context["own"].prizes[0].ways == ()
    assert "No single part would have closed it" in text_of(response)


def test_mine_names_the_tie_break_that_decided(client, outlet):
    first, second, *_others = people = team_of(outlet, [80] * 5)
    post_month(first, days=0, knowledge=None, callback=(9, 10), mystery=80)
    post_month(second, days=0, knowledge=None, callback=(8, 10), mystery=90)
    for person in people[2:]:
        post_month(person, days=0, knowledge=None, callback=(1, 10), mystery=10)
    run = published(ranked())
    scores = run.standings.filter(employee__in=[first, second])
    assert len(set(scores.values_list("score", flat=True))) == 1
    sign_in(client, second)
    response = get(client, "mine")
    prize = response.context["own"].prizes[0]
    assert (prize.won, prize.gap, prize.tie) == (
        False,
        0.0,
        "the higher call-back value",
    )
    assert "this decided: the higher call-back value" in text_of(response)
    sign_in(client, first)
    assert get(client, "mine").context["own"].prizes[0].tie == prize.tie


# --- Moved, joined, left, on leave ---------------------------------------------------


def test_explain_says_who_joined_moved_and_was_on_leave(client, outlet):
    old = OutletFactory(name="Old town")
    ann = worker(old, hired_on=date(2026, 10, 2))
    ann.assignments.update(starts_on=date(2026, 10, 2), ends_on=date(2026, 10, 20))
    AssignmentFactory(employee=ann, outlet=outlet, starts_on=date(2026, 10, 21))
    for day in (5, 6):
        RosterDay.objects.create(
            employee=ann, on=date(2026, 10, day), absence=Absence.LEAVE
        )
    post_month(ann, onsite=(80, 100))
    run = ranked()
    client.force_login(granted_user("operations"))
    found = get(client, "explain", run.pk, ann.number).context["circumstances"]
    assert found == (
        "joined on 2 October 2026",
        "moved from Old town to Riverside on 21 October 2026; listed at Riverside",
        "on leave on 2 days of the period",
    )


# --- Kindness ------------------------------------------------------------------------


def test_the_list_of_an_outlet_is_shown_only_once_it_is_switched_on(client, outlet):
    people = team_of(outlet, [90, 80, 70])
    run = published(ranked())
    sign_in(client, people[1])
    get(client, "own_outlet", run.pk, status=404)
    assert not get(client, "mine").context["own"].outlet_list
    publisher = granted_user("operations")
    show_to_staff(scheme="service_star", shown=Shown.OUTLET_LIST, by=publisher)
    assert reverse("rankings:own_outlet", args=[run.pk]) in text_of(get(client, "mine"))
    text = text_of(get(client, "own_outlet", run.pk))
    for person in people:
        assert person.name in text
    assert "83.00" not in text  # places, never others' scores
    sign_in(client, worker(OutletFactory()))
    get(client, "own_outlet", run.pk, status=404)


def test_a_small_outlet_has_no_list_even_if_it_is_switched_on(client, outlet):
    people = team_of(outlet, [90, 80])
    run = published(ranked())
    show_to_staff(
        scheme="service_star", shown=Shown.OUTLET_LIST, by=granted_user("operations")
    )
    sign_in(client, people[0])
    get(client, "own_outlet", run.pk, status=404)
    assert "too few people with a score for places" in text_of(get(client, "mine"))


def test_the_switch_is_for_who_may_publish_and_its_history_names_her(client):
    hr, operations = granted_user("hr"), granted_user("operations")
    with pytest.raises(PermissionDenied):
        show_to_staff(scheme="service_star", shown=Shown.OUTLET_LIST, by=hr)
    assert not Display.objects.exists()
    client.force_login(operations)
    data = {"scheme": "service_star", "shown": "outlet_list"}
    client.post(reverse("rankings:display"), data)
    assert Display.objects.get().shown == Shown.OUTLET_LIST
    record = HistoryRecord.objects.filter(content_type__model="display").get()
    assert record.actor == operations
    client.post(reverse("rankings:display"), data | {"shown": "everything"})
    assert Display.objects.get().shown == Shown.OUTLET_LIST


# --- Outlets that moved --------------------------------------------------------------


def two_months(*outlets):
    for place, (then, now) in zip(outlets, ((90, 60), (70, 80)), strict=False):
        for person in team_of(place, [then] * 3, "2026-09"):
            post_month(person, "2026-10", onsite=(now, 100))
    return published(ranked("2026-09")), ranked("2026-10")


def test_movers_say_why_an_outlet_fell(client, outlet):
    other = outlet_in_county(code="O-200")
    before, run = two_months(outlet, other)
    client.force_login(granted_user("operations"))
    assert reverse("rankings:movers", args=[run.pk]) in text_of(
        get(client, "run", run.pk)
    )
    found = get(client, "movers", run.pk).context["moves"]
    assert (found.before, found.outlets) == (before, 2)
    fell, rose = found.rows
    assert (fell.outlet, fell.lost, fell.difference) == (outlet, 1, -15.0)
    assert [(one.label, one.points) for one in fell.effects][0] == (
        "on-site satisfaction",
        -15.0,
    )
    assert fell.sentences[0] == "15 points fewer than in September 2026"
    assert [one.lost for one in fell.people] == [3, 3, 3]
    assert (rose.outlet, rose.lost) == (other, -1)
    only = get(client, "movers", run.pk, shown="rose").context["moves"]
    assert [row.outlet for row in only.rows] == [other]


def test_movers_take_the_same_queries_for_one_and_for_two(
    client, outlet, django_assert_num_queries
):
    other = outlet_in_county(code="O-200")
    _before, run = two_months(outlet, other)
    client.force_login(granted_user("operations"))
    with CaptureQueriesContext(connection) as one:
        assert (
            len(get(client, "movers", run.pk, shown="rose").context["moves"].rows) == 1
        )
    with django_assert_num_queries(len(one)):
        assert len(get(client, "movers", run.pk).context["moves"].rows) == 2


def test_movers_are_for_those_who_see_records(client, outlet):
    before, _run = two_months(outlet)
    client.force_login(staff_user("store_manager", outlet))
    rows = get(client, "movers", _run.pk).context["moves"].rows
    assert [row.outlet for row in rows] == [outlet]
    client.force_login(staff_user("store_manager"))
    assert get(client, "movers", _run.pk).context["moves"].rows == ()
    sign_in(client, before.standings.first().employee)
    get(client, "movers", before.pk, status=403)


def test_movers_teach_without_an_earlier_ranking(client, outlet):
    team_of(outlet, [90, 80, 70])
    client.force_login(granted_user("operations"))
    text = text_of(get(client, "movers", ranked().pk))
    assert "Nothing to compare with yet" in text
