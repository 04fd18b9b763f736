"""The page on which other rules are tried: who sees it, what it says, what it costs."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.ledger.models import Entry
from evaluations.rankings.models import Run, Scheme, SchemeVersion, Standing
from evaluations.rankings.rules.scheme import SchemeRules
from evaluations.rankings.selectors import matrices
from evaluations.rankings.selectors.trials import Fair, fair_would_choose
from evaluations.rankings.services import preparing, trying
from evaluations.rankings.services.preparing import base_rules, prepare_what_if
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_bar,
    post_month,
    published,
    ranked,
    worker,
)
from tests.evaluations.rankings.pages import text_of
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def forgotten():
    """Nothing is left in memory from another test."""
    matrices.forget()


@pytest.fixture
def cached(settings):
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "what-if",
        }
    }
    matrices.cache.clear()


@pytest.fixture
def team():
    """Six people at one outlet: one is best on the floor, one best in the tests."""
    outlet = outlet_in_county(code="O-118", name="Riverside")
    people = [
        worker(outlet, number=f"E{n}", name=f"Clerk {n}", gender="FM"[n % 2])
        for n in range(1, 7)
    ]
    for n, person in enumerate(people):
        post_month(person, knowledge=70 + 5 * n, onsite=(95 - 5 * n, 100))
    return people


@pytest.fixture
def operations(client):
    user = granted_user("operations")
    client.force_login(user)
    return user


def get(client, run, status=200, name="what-if", headers=None, **query):
    address = reverse(f"rankings:{name}", args=[run.pk])
    response = client.get(address, query, headers=headers)
    assert response.status_code == status, response.content[:500]
    return response


KNOWLEDGE_ONLY = {"w_knowledge": "80", "w_onsite": "5", "w_mystery": "0"}


def test_page_without_changes_shows_the_ranking_as_it_is(client, operations, team):
    response = get(client, ranked())
    assert "The rules are those of the ranking." in text_of(response)
    trial = response.context["trial"]
    assert (trial.entering, trial.leaving, trial.movement.movers) == (0, 0, 0)
    assert trial.movement.correlation == pytest.approx(1)
    assert [level.winners_before for level in trial.levels] == [1, 3]


def test_other_weights_show_who_enters_and_who_leaves(client, operations, team):
    # As it is: 15 daily, 10 knowledge, 25 on-site; Clerk 1 wins the outlet.
    response = get(client, ranked(), **KNOWLEDGE_ONLY)
    outlet, county = response.context["trial"].levels
    (enters,), (leaves,) = outlet.enters, outlet.leaves
    assert enters.standing.employee == team[5]
    assert leaves.standing.employee == team[0]
    assert (enters.rank_before, enters.rank_after) == (6, 1)
    assert (leaves.rank_before, leaves.rank_after) == (1, 6)
    # (15*100 + 10*95 + 25*70) / 50 before; 12, 64 and 4 of 80 after.
    assert enters.score_before == 84.0
    assert enters.score_after == 94.5
    assert [one.standing.employee for one in county.enters] == [
        team[5],
        team[4],
        team[3],
    ]
    text = text_of(response)
    assert "3 would win who do not now, 3 would win no more" in text
    assert "Clerk 6" in text
    assert "84.00 → <strong>94.50</strong>" in text


def test_changes_say_what_keeps_people_out(client, operations, team):
    post_bar(team[0])
    run = ranked()
    outlet, _county = get(client, run, **{"try": "1"}).context["trial"].levels
    (enters,) = outlet.enters  # no box is ticked: the red line holds no longer
    assert enters.standing.employee == team[0]
    assert [reason.code for reason in enters.reasons] == ["red_line"]
    kept = {"try": "1", "bar_red_line": "on", "gate_sms_gate": "on"}
    outlet, _county = get(client, run, **kept).context["trial"].levels
    assert (outlet.entering, outlet.leaving) == (0, 0)


def test_weights_of_another_sum_are_scaled_to_a_hundred(client, operations, team):
    every = {f"w_{one}": "1" for one in ("daily", "knowledge", "onsite")}
    response = get(client, ranked(), w_mystery="0", w_callback="0", **every)
    assert [weight for _, weight in response.context["weights"]] == [
        33.34,
        33.33,
        33.33,
    ]
    assert response.context["scaled"]
    assert "Left out: mystery visit, call-back satisfaction" in text_of(response)


def test_fragment_has_the_result_and_the_summary_only(client, operations, team):
    text = text_of(get(client, ranked(), headers=HTMX, **KNOWLEDGE_ONLY))
    assert "<form" not in text
    assert "<html" not in text
    assert 'hx-swap-oob="innerHTML:#whatif-summary"' in text
    assert "Clerk 6" in text


def test_impossible_choice_is_said_and_gives_no_result(client, operations, team):
    run = ranked()
    for query, words in (
        ({"w_daily": "-1"}, "greater than or equal to 0"),
        ({"least_components": "9"}, "less than or equal to 5"),
        ({"basis": "magic"}, "not one of the available choices"),
        ({f"w_{one['code']}": "0" for one in base_rules(run)["components"]}, "above"),
    ):
        response = get(client, run, **query)
        assert response.context["trial"] is None
        assert words in text_of(response)


def test_adjusted_basis_is_a_run_of_the_adjusted_scheme(client, operations, team):
    run = ranked()
    response = get(client, run, basis="adjusted")
    fair = dict(run.standings.values_list("employee__number", "adjusted_score"))
    kept = matrices.kept(run)
    number_of = dict(Standing.objects.values_list("employee", "employee__number"))
    rules = SchemeRules.parse(base_rules(run) | {"basis": "adjusted"})
    outcome = trying.ready(run) and preparing.rerank(kept.matrix, rules)
    for key, score in zip(kept.matrix.keys.tolist(), outcome.score, strict=True):
        assert score == int(fair[number_of[key]] * 100 + Decimal("0.5"))
    assert response.context["changed"]


def test_least_records_under_the_adjusted_basis_are_estimated_again(
    client, operations, team
):
    run = ranked()
    response = get(client, run, basis="adjusted", n_onsite="50")
    assert response.context["trial"] is not None
    assert ("onsite", 50) in matrices.kept(run).matrix.adjusted
    get(client, run, basis="adjusted", n_onsite="60")
    codes = {key for key in matrices.kept(run).matrix.adjusted if key[0] == "onsite"}
    assert codes == {("onsite", 10), ("onsite", 60)}


def test_small_groups_are_masked_outside_the_lists(client, operations, team):
    response = get(client, ranked(), **KNOWLEDGE_ONLY)
    tables = {table.title: table for table in response.context["trial"].tables}
    assert [row.masked for row in tables["Gender"].rows] == [True, True]
    assert [row.people for row in tables["Outlet class"].rows] == [6]
    assert "too few people to show" in text_of(response)


def test_years_of_service_and_posts_stand_in_their_own_order(client, operations, team):
    hired = (2026, 2024, 2022, 2019, 2010)
    for year in hired:
        for number in range(5):
            person = worker(
                team[0].assignments.get().outlet,
                hired_on=date(year, 1, 1),
                post=("supervisor", "flow_consultant", "clerk")[number % 3],
            )
            post_month(person, onsite=(70 + number, 100))
    response = get(client, ranked(), **KNOWLEDGE_ONLY)
    tables = {table.title: table for table in response.context["trial"].tables}
    assert [row.name for row in tables["Years of service"].rows] == [
        "less than 1 year",
        "1 to 3",
        "3 to 5",
        "5 to 10",
        "10 or more",
        "unknown",
    ]
    assert sum(row.people for row in tables["Years of service"].rows) == 31
    assert [row.name for row in tables["Post"].rows] == [
        "counter clerk",
        "flow consultant",
        "supervisor",
    ]


def test_nothing_is_written_by_a_what_if(client, operations, team):
    run = ranked()
    tables = (Run, Standing, Entry, Scheme, SchemeVersion)
    before = [list(model.objects.order_by("pk").values()) for model in tables]
    with CaptureQueriesContext(connection) as asked:
        get(client, run, **KNOWLEDGE_ONLY)
        get(client, run, basis="adjusted", n_onsite="50")
        get(client, run, name="what-if-rules", **KNOWLEDGE_ONLY)
        get(client, run, name="fair")
    verbs = {query["sql"].split()[0] for query in asked.captured_queries}
    assert verbs <= {"SELECT", "SAVEPOINT", "RELEASE", "DECLARE"}
    assert before == [list(model.objects.order_by("pk").values()) for model in tables]


def test_rules_of_a_scenario_come_as_a_file(client, operations, team):
    run = ranked()
    answer = get(client, run, name="what-if-rules", **KNOWLEDGE_ONLY)
    assert "service_star-2026-10-what-if.json" in answer["Content-Disposition"]
    rules = json.loads(answer.content)
    assert [one["weight"] for one in rules["components"]] == [12, 64, 4, 20]
    SchemeRules.parse(rules)
    refused = get(client, run, status=302, name="what-if-rules", w_daily="x")
    assert refused.url == reverse("rankings:what-if", args=[run.pk])


def test_auditor_tries_and_takes_no_draft(client, team):
    client.force_login(granted_user("auditor"))
    run = ranked()
    text = text_of(get(client, run, **KNOWLEDGE_ONLY))
    assert "Clerk 6" in text
    assert "for a draft" not in text
    get(client, run, status=403, name="what-if-rules")


@pytest.mark.parametrize("role", ["hr", "regional_supervisor"])
def test_who_neither_ranks_nor_audits_tries_nothing(client, team, role):
    region = {"region": RegionFactory()} if role == "regional_supervisor" else {}
    client.force_login(granted_user(role, **region))
    run = published(ranked())
    for name in ("what-if", "what-if-rules", "fair"):
        get(client, run, status=403, name=name)
    address = reverse("rankings:run", args=[run.pk])
    assert "adjusted order" not in text_of(client.get(address))


def test_run_page_says_how_many_the_adjusted_order_would_choose(
    client, operations, team
):
    run = ranked()
    assert fair_would_choose(run) == Fair(None)
    address = reverse("rankings:run", args=[run.pk])
    assert "Would the adjusted order choose others?" in text_of(client.get(address))
    assert "would choose the same people" in text_of(get(client, run, name="fair"))
    assert fair_would_choose(run) == Fair(0)
    assert "would choose the same people" in text_of(client.get(address))
    explain = reverse("rankings:explain", args=[run.pk, "E1"])
    assert "would choose the same people" in text_of(client.get(explain))


def test_fair_order_that_differs_is_counted(client, operations):
    # Ten tested once each, one of them a lucky hundred; one tested for long, 95.
    outlet = outlet_in_county()
    for n in range(12):
        person = worker(outlet, number=f"L{n}")
        post_month(person, knowledge=80, onsite=(60 + n % 3, 100))
    lucky, steady = worker(outlet, number="LUCKY"), worker(outlet, number="STEADY")
    post_month(lucky, knowledge=80, onsite=(10, 10))
    post_month(steady, knowledge=80, onsite=(392, 400))
    run = ranked()
    get(client, run)
    best = run.standings.get(rank_outlet=1)
    assert best.employee == lucky
    adjusted = {one.employee.number: one.adjusted_score for one in run.standings.all()}
    assert adjusted["STEADY"] > adjusted["LUCKY"]
    assert fair_would_choose(run) == Fair(1)
    response = get(client, run, basis="adjusted")
    outlet_change = response.context["trial"].levels[0]
    assert [one.standing.employee for one in outlet_change.enters] == [steady]


def test_adjusted_run_and_longer_periods_ask_no_fair_question(client, operations, team):
    scheme, _ = Scheme.objects.get_or_create(code="service_star_fair")
    if not scheme.versions.exists():
        rules = rules_of("service_star_fair-1")
        scheme.versions.create(number=1, valid_from="2025-01-01", rules=rules)
    assert fair_would_choose(ranked(scheme="service_star_fair")) is None
    for code in ("2026-Q4", "2026"):
        assert fair_would_choose(ranked(code)) is None


def test_run_that_gives_other_figures_is_not_covered(client, operations, team):
    run = ranked()
    Standing.objects.filter(run=run, employee=team[0]).update(score="12.34")
    assert "Other rules cannot be tried on this ranking" in text_of(get(client, run))


def test_empty_run_can_be_tried(client, operations):
    response = get(client, ranked())
    assert response.context["trial"].movement.people == 0


def test_large_run_is_laid_out_by_a_worker(
    client, operations, team, cached, monkeypatch
):
    monkeypatch.setattr(trying, "AT_ONCE", 5)
    asked = []
    monkeypatch.setattr(trying.tasks.prepare_what_if, "delay", asked.append)
    run = ranked()
    text = text_of(get(client, run, basis="adjusted"))
    assert "The figures are being laid out" in text
    assert "?basis=adjusted" in text
    get(client, run)
    assert asked == [run.pk]  # asked once, whoever looks meanwhile
    waiting = HTMX | {"HX-Target": "waiting"}
    assert "0 of 6 people" in text_of(get(client, run, headers=waiting))
    trying.tasks.prepare_what_if(run.pk)
    assert get(client, run, headers=waiting)["HX-Refresh"] == "true"
    assert get(client, run).context["trial"] is not None


def test_another_process_finds_the_matrix_in_the_cache(
    client, operations, team, cached, django_assert_num_queries
):
    run = ranked()
    get(client, run, **KNOWLEDGE_ONLY)
    matrices.forget()
    with django_assert_num_queries(0):
        kept = matrices.kept(run)
    assert kept.matrix.keys.tolist() == [
        *run.standings.order_by("employee_uuid").values_list("employee", flat=True)
    ]
    matrices.forget()
    assert prepare_what_if(run_id=run.pk).matrix is not None


def test_computing_a_run_prepares_its_what_if(team):
    from evaluations.ledger.periods import Period
    from evaluations.rankings import tasks
    from evaluations.rankings.services.runs import create_run

    run = create_run(period=Period.parse("2026-10"), scheme="service_star", by=None)
    tasks.compute_run(run.pk)
    run.refresh_from_db()
    assert matrices.kept(run).matrix is not None


def test_what_if_takes_the_same_queries_for_few_and_many(
    client, operations, team, django_assert_num_queries
):
    few = ranked()
    get(client, few, **KNOWLEDGE_ONLY)
    with CaptureQueriesContext(connection) as asked:
        get(client, few, headers=HTMX, **KNOWLEDGE_ONLY)
    budget = len(asked)
    for n in range(20):
        person = worker(team[0].assignments.get().outlet, number=f"N{n}")
        post_month(person, knowledge=60 + n, onsite=(90 - n, 100))
    many = ranked()
    get(client, many, **KNOWLEDGE_ONLY)
    with django_assert_num_queries(budget):
        get(client, many, headers=HTMX, **KNOWLEDGE_ONLY)
    assert budget <= 8


def test_memory_of_a_process_is_bounded(team):
    runs = [ranked() for _ in range(2)]
    prepare_what_if(run_id=runs[0].pk)
    assert runs[0].hash == runs[1].hash  # the same input, the same matrix
    assert len(matrices._memory) == 1
    for number in range(5):
        runs[0].hash = str(number)
        matrices._hold(runs[0], matrices.Kept())
    assert list(matrices._memory) == ["2", "3", "4"]
