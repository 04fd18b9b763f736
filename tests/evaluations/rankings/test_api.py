from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from evaluations.ledger.models import Entry
from evaluations.ledger.periods import Period
from evaluations.rankings.services.computing import compute_run
from evaluations.rankings.services.runs import create_run
from staffing.accounts.authentication import Service
from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_month,
    published,
    ranked,
    worker,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
RANKINGS = "/api/v1/rankings/"


@pytest.fixture
def api():
    """A client of HR's machine."""
    client = APIClient()
    client.force_authenticate(Service("hr", frozenset({"rankings:read"})))
    return client


@pytest.fixture
def outlet():
    return outlet_in_county(code="O1")


@pytest.fixture
def team(outlet):
    people = [worker(outlet, number=f"E{number}") for number in range(1, 5)]
    for person, satisfied in zip(people, (90, 80, 70, 60), strict=True):
        post_month(person, onsite=(satisfied, 100))
    return people


def test_rankings_lists_runs_of_a_period_newest_first(api, team):
    first, second = published(ranked()), ranked()
    ranked("2026-09")
    found = api.get(RANKINGS, {"period": "2026-10"}).json()
    assert found["next"] is None
    assert [run["id"] for run in found["results"]] == [second.pk, first.pk]
    assert found["results"][1] | {
        "created_at": "",
        "reviewed_at": "",
        "published_at": "",
    } == {
        "id": first.pk,
        "period": "2026-10",
        "scheme": "service_star",
        "scheme_version": 1,
        "state": "published",
        "revision": 1,
        "hash": first.hash,
        "people": 4,
        "ranked": 4,
        "eligible": 4,
        "created_at": "",
        "reviewed_at": "",
        "published_at": "",
    }
    assert len(api.get(RANKINGS).json()["results"]) == 3
    assert api.get(f"{RANKINGS}{first.pk}/").json()["state"] == "published"


def test_rankings_leaves_out_what_is_not_computed(api, team):
    run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=None)
    assert api.get(RANKINGS).json()["results"] == []
    assert api.get(f"{RANKINGS}{run.pk}/standings/").status_code == 404
    compute_run(run_id=run.pk)
    assert api.get(f"{RANKINGS}{run.pk}/standings/").status_code == 200


@pytest.mark.parametrize("period", ["", "2026-13", "10/2026", "2026-Q5"])
def test_rankings_refuses_what_is_no_period(api, period):
    response = api.get(RANKINGS, {"period": period})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid"
    assert "period" in response.json()["errors"]


def standings(api, run, **query):
    response = api.get(f"{RANKINGS}{run.pk}/standings/", query)
    assert response.status_code == 200, response.json()
    return response.json()


def test_standings_come_best_first_and_page_by_page(api, team):
    run = ranked()
    first = standings(api, run, limit=3)
    numbers = [row["employee_number"] for row in first["results"]]
    rest = api.get(first["next"]).json()
    numbers += [row["employee_number"] for row in rest["results"]]
    assert numbers == ["E1", "E2", "E3", "E4"]
    assert rest["next"] is None
    row = first["results"][1]
    assert list(row) == [
        "period",
        "employee_number",
        "name",
        "outlet_code",
        "raw_score",
        "adjusted_score",
        "score",
        "ranks",
        "rank",
        "rank_low",
        "rank_high",
        "eligible",
        "reasons",
        "components",
    ]
    assert (row["score"], row["rank"], row["outlet_code"]) == (88.0, 2, "O1")
    assert row["components"]["onsite"]["points"] == 40.0
    assert row["components"]["mystery"] is None
    assert list(row["components"]) == [
        "daily",
        "knowledge",
        "mystery",
        "onsite",
        "callback",
    ]


def test_standings_carry_adjusted_figures_and_the_interval_of_their_level(
    api, outlet, team
):
    post_month(worker(outlet, number="E5"), knowledge=None)
    run = ranked()
    stored = run.standings.get(employee__number="E2")
    for level in ("all", "outlet", "county"):
        row = standings(api, run, level=level)["results"][1]
        low, high, *_rest = stored.intervals[level]
        assert (row["rank_low"], row["rank_high"]) == (low, high)
    assert row["adjusted_score"] == float(stored.adjusted_score)
    part = row["components"]["onsite"]
    assert list(part) == ["raw", "adjusted", "n", "weight", "points"]
    assert part["adjusted"] == stored.components["onsite"]["adjusted"]
    unranked = standings(api, run)["results"][-1]
    assert (unranked["score"], unranked["adjusted_score"]) == (None, None)
    assert (unranked["rank_low"], unranked["rank_high"]) == (None, None)


def test_standings_of_a_level_and_a_place(api, outlet, team):
    other = OutletFactory(code="O2", region=outlet.region)
    post_month(worker(other, number="X1"), onsite=(100, 100))
    run = ranked()

    def ranks(**query):
        rows = standings(api, run, **query)["results"]
        return [(row["employee_number"], row["rank"]) for row in rows]

    assert ranks()[:2] == [("X1", 1), ("E1", 2)]
    assert ranks(level="outlet")[:2] == [("X1", None), ("E1", 1)]
    assert ranks(place="O1")[0] == ("E1", 2)
    assert ranks(place="O1", level="outlet")[0] == ("E1", 1)
    assert ranks(place="O2") == [("X1", 1)]
    assert len(ranks(place=outlet.region.code, level="county")) == 5
    assert len(ranks(place=outlet.region.parent.parent.code)) == 5


def test_standings_keep_to_the_places_of_the_run(api, outlet, team):
    run = ranked()
    old = outlet.region
    outlet.region = outlet_in_county().region
    outlet.save()
    assert len(standings(api, run, place=old.code)["results"]) == 4
    assert standings(api, run, place=outlet.region.code)["results"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"level": "street"},
        {"level": ""},
        {"place": "nowhere"},
        {"place": ""},
        {"limit": "0"},
        {"limit": "1001"},
    ],
)
def test_standings_refuse_bad_values(api, team, query):
    run = ranked()
    response = api.get(f"{RANKINGS}{run.pk}/standings/", query)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == list(query)


def test_standings_of_no_run_are_not_found(api):
    response = api.get(f"{RANKINGS}77/standings/")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_standings_take_the_same_queries_for_one_and_twenty(
    api, outlet, django_assert_num_queries
):
    post_month(worker(outlet), onsite=(80, 100))
    run = ranked()
    with CaptureQueriesContext(connection) as one:
        standings(api, run)
    for _ in range(19):
        post_month(worker(outlet), onsite=(80, 100))
    run = ranked()
    with django_assert_num_queries(len(one)):
        assert len(standings(api, run)["results"]) == 20


def test_standings_show_a_manager_her_outlet_only(outlet, team):
    post_month(worker(number="X1"), onsite=(100, 100))
    run = ranked()
    client = APIClient()
    client.force_authenticate(staff_user("store_manager", outlet))
    rows = standings(client, run)["results"]
    assert [row["employee_number"] for row in rows] == ["E1", "E2", "E3", "E4"]
    foreign = worker().assignments.get().outlet.code
    response = client.get(f"{RANKINGS}{run.pk}/standings/", {"place": foreign})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (lambda: None, 401),
        (lambda: Service("other", frozenset({"flow:read"})), 403),
        (staff_user, 403),
        (UserFactory, 403),
        (lambda: granted_user("administrator"), 403),
        (lambda: granted_user("agency"), 403),
        (lambda: granted_user("hr"), 200),
        (lambda: granted_user("auditor"), 200),
        (lambda: Service("hr", frozenset({"rankings:read"})), 200),
    ],
)
def test_rankings_are_for_who_sees_records(team, caller, status):
    run = ranked()
    client = APIClient()
    client.force_authenticate(caller())
    for path in (
        RANKINGS,
        f"{RANKINGS}{run.pk}/standings/",
        "/api/v1/employees/E1/score/?period=2026-10",
    ):
        assert client.get(path).status_code == status


def score(api, number, **query):
    return api.get(f"/api/v1/employees/{number}/score/", query)


def test_score_gives_the_newest_run_with_the_entries_behind_it(api, team):
    ranked()
    post(line(team[0], "mystery", date(2026, 10, 9), points=8_000, out_of=10_000))
    run = ranked()
    post(line(team[0], "mystery", date(2026, 10, 10), points=0, out_of=10_000))
    found = score(api, "E1", period="2026-10").json()
    assert (found["run"], found["state"], found["rank"]) == (run.pk, "draft", 1)
    assert found["components"]["mystery"]["raw"] == 80.0
    entries = found["entries"]
    assert {code: len(rows) for code, rows in entries.items()} == {
        "callback": 0,
        "daily": 20,
        "knowledge": 1,
        "mystery": 1,
        "onsite": 1,
    }
    posted = Entry.objects.get(employee=team[0], component="onsite")
    assert entries["onsite"] == [
        {
            "on": "2026-10-01",
            "outlet_code": "O1",
            "points": 90.0,
            "out_of": 100.0,
            "n": 100,
            "source": "tests",
            "source_id": posted.source_id,
            "version": 1,
        }
    ]


def test_score_of_a_quarter_has_the_entries_of_its_months(api, team):
    post_month(team[0], "2026-11", onsite=(60, 100))
    published(ranked())
    changed = Entry.objects.get(employee=team[0], on="2026-11-01", component="onsite")
    run = ranked("2026-Q4")
    post(withdrawn=[changed.source_id])
    found = score(api, "E1", period="2026-Q4").json()
    assert (found["run"], found["score"]) == (run.pk, 85.5)
    assert len(found["entries"]["daily"]) == 40
    assert [entry["on"] for entry in found["entries"]["onsite"]] == [
        "2026-10-01",
        "2026-11-01",
    ]


def test_score_asks_for_a_period_and_knows_who_is_listed(api, team):
    ranked()
    assert score(api, "E1").status_code == 400
    assert score(api, "E1", period="soon").status_code == 400
    assert score(api, "E1", period="2026-10", level="street").status_code == 400
    assert score(api, "E1", period="2026-09").status_code == 404
    assert score(api, "nobody", period="2026-10").status_code == 404
    by_outlet = score(api, "E2", period="2026-10", level="outlet")
    assert by_outlet.json()["rank"] == 2
