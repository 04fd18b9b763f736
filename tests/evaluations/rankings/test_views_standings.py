"""The page of a run: who stands where, and who may see it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.rankings.selectors.standings import touch
from staffing.people.models import Assignment
from tests.evaluations.rankings.factories import (
    post_month,
    published,
    ranked,
    worker,
)
from tests.evaluations.rankings.pages import page, text_of
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [row.standing.employee.name for row in response.context["listing"].rows]


def test_run_lists_best_first_with_ties_and_reasons(client, operations, outlet, team):
    fifth = worker(outlet, name="Clerk 5")
    post_month(fifth, onsite=(80, 100), days=3)
    response = page(client, "run", ranked().pk)
    rows = response.context["listing"].rows
    assert [(row.rank, row.tied) for row in rows] == [
        (1, False),
        (2, True),
        (2, True),
        (4, False),
        (None, False),
    ]
    text = text_of(response)
    assert "too few checked days" in text
    assert "too few parts for a score" in text


def test_where_she_stood_elsewhere_is_not_told_to_who_leads_here(
    client, operations, outlet, team
):
    """Of a person who came, her new manager sees no rank of the month before."""
    elsewhere = OutletFactory(region=outlet.region)
    comer = worker(elsewhere, number="X9")
    for person, good in ((comer, 95), *((one, 90) for one in team)):
        post_month(person, "2026-09", onsite=(good, 100))
    published(ranked("2026-09"))
    Assignment.objects.filter(employee=comer).update(outlet=outlet)
    post_month(comer, onsite=(100, 100))
    run = ranked()

    def changes(user):
        client.force_login(user)
        rows = page(client, "run", run.pk, level="all").context["listing"].rows
        return {row.standing.employee.number: row.change for row in rows}

    lead, everybody = staff_user("store_manager", outlet), operations
    stayed = {person.number for person in team[:3]}
    seen = changes(lead)
    assert (seen["X9"], {seen[one] is None for one in stayed}) == (None, {False})
    assert changes(everybody)["X9"] == 0


def test_run_narrows_by_place_level_name_and_award(client, operations, outlet, team):
    other = OutletFactory(region=outlet.region, name="Hillside")
    best = worker(other, name="Best of all", number="X9")
    post_month(best, onsite=(100, 100))
    run = ranked()
    assert names(page(client, "run", run.pk))[0] == "Best of all"
    here = page(client, "run", run.pk, place="O-118")
    assert names(here) == ["Clerk 1", "Clerk 2", "Clerk 3", "Clerk 4"]
    assert [row.rank for row in here.context["listing"].rows] == [1, 2, 3, None]
    chain = page(client, "run", run.pk, place="O-118", level="all")
    assert [row.rank for row in chain.context["listing"].rows] == [2, 3, 4, None]
    county = page(client, "run", run.pk, place=outlet.region.code)
    assert county.context["level"] == "county"
    assert names(page(client, "run", run.pk, q="x9")) == ["Best of all"]
    assert names(page(client, "run", run.pk, shown="unranked")) == ["Clerk 4"]
    assert names(page(client, "run", run.pk, shown="out")) == ["Clerk 4"]
    assert len(names(page(client, "run", run.pk, shown="eligible"))) == 4
    assert "Nobody fits this choice" in text_of(page(client, "run", run.pk, q="zzz"))
    page(client, "run", run.pk, place="nowhere", status=404)


def test_run_shows_the_change_since_the_published_month_before(
    client, operations, team
):
    first, second, *_others = team
    for person, satisfied in ((first, 50), (second, 60)):
        post_month(person, "2026-09", onsite=(satisfied, 100))
    published(ranked("2026-09"))
    response = page(client, "run", ranked().pk)
    rows = response.context["listing"].rows
    assert [row.change for row in rows] == [1, -1, None, None]
    assert "up 1" in text_of(response)
    assert "down 1" in text_of(response)


def test_a_change_is_chance_where_the_likely_ranks_of_then_and_now_overlap(
    client, operations, outlet
):
    """Two swap their places by far more than chance; two others by a hair."""
    people = [worker(outlet, number=f"P{n}") for n in range(6)]
    months = {
        "2026-09": (4980, 4985, 3000, 2000, 1005, 1000),
        "2026-10": (4985, 4980, 2000, 3000, 1005, 1000),
    }
    for month, ratings in months.items():
        for person, good in zip(people, ratings, strict=True):
            post_month(person, month, onsite=(good, 5000))
    published(ranked("2026-09", "onsite"))
    response = page(client, "run", ranked(scheme="onsite").pk)
    rows = response.context["listing"].rows
    assert [
        (row.standing.employee.number, row.change, row.is_chance) for row in rows
    ] == [
        ("P0", 1, True),
        ("P1", -1, True),
        ("P3", 1, False),
        ("P2", -1, False),
        ("P4", 0, True),
        ("P5", 0, True),
    ]
    assert text_of(response).count("within chance: ") == 2


@pytest.mark.parametrize(
    ("one", "other", "touching"),
    [
        ((1, 5), (5, 9), True),
        ((1, 5), (6, 9), False),
        ((6, 9), (1, 5), False),
        ((2, 3), (1, 9), True),
        ((None, None), (1, 9), False),
        ((1, 9), (None, None), False),
    ],
)
def test_touch(one, other, touching):
    assert touch(one, other) is touching


def test_run_answers_htmx_with_the_list_alone(client, operations, team):
    response = client.get(
        reverse("rankings:run", args=[ranked().pk]),
        {"q": "Clerk 2"},
        headers={"HX-Request": "true", "HX-Target": "standings"},
    )
    assert response.content.decode().strip().startswith('<section id="standings">')
    assert "Clerk 2" in response.content.decode()


def test_run_takes_the_same_queries_for_one_and_twenty(
    client, operations, outlet, django_assert_num_queries
):
    post_month(worker(outlet), onsite=(80, 100))
    published(ranked("2026-09"))
    run = ranked()
    with CaptureQueriesContext(connection) as one:
        page(client, "run", run.pk)
    for _ in range(19):
        post_month(worker(outlet), onsite=(80, 100))
    run = ranked()
    with django_assert_num_queries(len(one)):
        page(client, "run", run.pk)


def test_run_shows_only_what_lies_within_reach(client, outlet, team):
    stranger = worker(OutletFactory(), name="Stranger")
    post_month(stranger, onsite=(95, 100))
    run = ranked()
    manager = staff_user("store_manager", outlet)
    client.force_login(manager)
    response = page(client, "run", run.pk)
    assert names(response) == [f"Clerk {n}" for n in range(1, 5)]
    assert [row.rank for row in response.context["listing"].rows] == [1, 2, 3, None]
    assert page(client, "run", run.pk).context["totals"].people == 4
    page(
        client, "run", run.pk, place=stranger.assignments.get().outlet.code, status=404
    )
    client.force_login(granted_user("regional_supervisor", region=outlet.region.parent))
    assert len(names(page(client, "run", run.pk))) == 4


def test_run_is_not_found_by_outsiders(client, team):
    run = published(ranked())
    for user in (UserFactory(), granted_user("administrator"), granted_user("agency")):
        client.force_login(user)
        page(client, "run", run.pk, status=404)
