from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from evaluations.ledger import sources
from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run, RunState, RunStep
from evaluations.rankings.services import computing
from evaluations.rankings.services.runs import create_run, review_run
from tests.evaluations.rankings.factories import (
    SOURCE,
    line,
    outlet_in_county,
    post,
    post_bar,
    post_month,
    published,
    ranked,
    see_lists,
    worker,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet():
    return outlet_in_county(code="O-118", name="Riverside")


@pytest.fixture
def team(outlet):
    """Four people: the first three with falling scores, the last without any."""
    people = [worker(outlet, number=f"E{n}", name=f"Clerk {n}") for n in range(1, 5)]
    for person, satisfied in zip(people, (90, 80, 70), strict=False):
        post_month(person, onsite=(satisfied, 100))
    return people


@pytest.fixture
def operations(client):
    user = granted_user("operations")
    client.force_login(user)
    return user


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"rankings:{name}", args=args), query)
    assert response.status_code == status, response.content[:500]
    return response


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


# --- The list and the making of runs -------------------------------------------------


def test_list_teaches_when_there_is_nothing(client, operations):
    text = text_of(page(client, "list"))
    assert "No ranking yet" in text
    assert reverse("rankings:start") in text


def test_list_shows_runs_with_their_state(client, operations, team):
    run = published(ranked())
    ranked()
    text = text_of(page(client, "list"))
    assert reverse("rankings:run", args=[run.pk]) in text
    assert "published" in text
    assert "draft" in text


def test_list_leads_a_clerk_to_her_own_score_and_others_nowhere(client):
    client.force_login(staff_user())
    assert page(client, "list", status=302).url == reverse("rankings:mine")
    client.force_login(granted_user("administrator"))
    page(client, "list", status=403)


def test_list_takes_the_same_queries_for_one_and_twenty(
    client, operations, team, django_assert_num_queries
):
    ranked()
    with CaptureQueriesContext(connection) as one:
        page(client, "list")
    for _ in range(19):
        create_run(period=Period.parse("2026-10"), scheme="onsite", by=operations)
    with django_assert_num_queries(len(one)):
        page(client, "list")


def test_start_computes_a_draft(
    client, operations, team, django_capture_on_commit_callbacks
):
    form = page(client, "start").context["form"]
    assert form["scheme"].value() == "service_star"
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            reverse("rankings:start"), {"period": "2026-10", "scheme": "service_star"}
        )
    run = Run.objects.get()
    assert response.url == reverse("rankings:run", args=[run.pk])
    assert (run.state, run.step, run.ranked) == ("draft", "done", 3)
    assert run.created_by == operations


@pytest.mark.parametrize("data", [{}, {"period": "2026-13", "scheme": "onsite"}])
def test_start_refuses_what_is_no_period(client, operations, data):
    response = client.post(reverse("rankings:start"), data)
    assert response.status_code == 200
    assert "period" in response.context["form"].errors
    assert not Run.objects.exists()


def test_start_refuses_a_second_one_while_the_first_is_computed(client, operations):
    data = {"period": "2026-10", "scheme": "onsite"}
    client.post(reverse("rankings:start"), data)
    response = client.post(reverse("rankings:start"), data)
    assert "being computed already" in text_of(response)
    assert Run.objects.count() == 1


@pytest.mark.parametrize("role", ["hr", "auditor", "administrator"])
def test_start_is_for_who_may_rank(client, role):
    client.force_login(granted_user(role))
    page(client, "start", status=403)
    response = client.post(
        reverse("rankings:start"), {"period": "2026-10", "scheme": "onsite"}
    )
    assert response.status_code == 403
    assert not Run.objects.exists()


# --- Progress ------------------------------------------------------------------------


def test_run_shows_its_progress_and_leads_on_when_done(client, operations, team):
    run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=operations)
    Run.objects.filter(pk=run.pk).update(step=RunStep.SCORING, done=500, total=2000)
    text = text_of(page(client, "run", run.pk))
    assert 'hx-trigger="every 2s"' in text
    assert "500 of 2,000 people" in text
    htmx = {"HX-Request": "true", "HX-Target": "progress"}
    url = reverse("rankings:run", args=[run.pk])
    fragment = client.get(url, headers=htmx)
    assert fragment.content.decode().strip().startswith("<section")
    computing.compute_run(run_id=run.pk)
    assert client.get(url, headers=htmx)["HX-Redirect"] == url


def test_run_says_why_it_failed_and_stops_asking(client, operations):
    run = create_run(period=Period.parse("2026-10"), scheme="onsite", by=operations)
    Run.objects.filter(pk=run.pk).update(failed=True, message="Out of paper.")
    text = text_of(page(client, "run", run.pk))
    assert "Out of paper." in text
    assert "every 2s" not in text
    assert reverse("rankings:start") in text


# --- Standings -----------------------------------------------------------------------


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


# --- Review and publication ----------------------------------------------------------


def test_review_and_publish(client, operations, team):
    run = ranked()
    see_lists(run, operations)
    client.post(reverse("rankings:review", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, run.reviewed_by) == ("reviewed", operations)
    said = client.post(reverse("rankings:publish", args=[run.pk]), follow=True)
    assert "Somebody else has to publish it" in text_of(said)
    colleague = granted_user("operations")
    client.force_login(colleague)
    asked = text_of(page(client, "publish", run.pk))
    assert "3 people have a score, 3 of them eligible" in asked
    client.post(reverse("rankings:publish", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, run.published_by) == ("published", colleague)


def test_publish_says_when_nobody_has_reviewed(client, operations, team):
    run = ranked()
    response = client.post(reverse("rankings:publish", args=[run.pk]), follow=True)
    assert "has to be reviewed" in text_of(response)
    run.refresh_from_db()
    assert run.state == RunState.DRAFT


@pytest.mark.parametrize("role", ["hr", "auditor"])
def test_review_and_publish_are_for_who_may(client, operations, team, role):
    run = ranked()
    client.force_login(granted_user(role))
    for name in ("review", "publish"):
        response = client.post(reverse(f"rankings:{name}", args=[run.pk]))
        assert response.status_code == 403
    review_run(run_id=run.pk, by=None)
    response = client.post(reverse("rankings:publish", args=[run.pk]))
    assert response.status_code == 403
    run.refresh_from_db()
    assert run.state == RunState.REVIEWED


# --- One person's score --------------------------------------------------------------


def test_explain_adds_up_and_leads_to_every_entry(client, operations, team):
    first = team[0]
    run = ranked()
    response = page(client, "explain", run.pk, first.number)
    explanation = response.context["explanation"]
    assert explanation.score == 93.0
    steps = explanation.steps
    assert [(step.code, step.raw) for step in steps.rows] == [
        ("daily", 30.0),
        ("knowledge", 18.0),
        ("onsite", 45.0),
    ]
    assert (steps.scores[0], steps.rounding[0]) == (93.0, 0.0)
    rows = {row.code: row for row in explanation.rows}
    assert (len(rows["daily"].entries), rows["daily"].records) == (20, "20 days")
    assert rows["mystery"].raw is None
    text = text_of(response)
    for entry in Entry.objects.filter(employee=first):
        assert escape(entry.get_absolute_url()) in text


def test_explain_links_each_entry_to_its_record(client, operations, team, monkeypatch):
    source = sources.Source(
        SOURCE, "made for tests", lambda until: 0, lambda pk: f"/records/{pk}/"
    )
    monkeypatch.setitem(sources._sources, SOURCE, source)
    text = text_of(page(client, "explain", ranked().pk, team[0].number))
    for entry in Entry.objects.filter(employee=team[0]):
        assert f'href="/records/{entry.source_id}/"' in text


def test_explain_names_what_is_there_but_too_little(client, operations, outlet):
    person = worker(outlet)
    post_month(person, onsite=(9, 9), mystery=80)
    response = page(client, "explain", ranked().pk, person.number)
    onsite = next(r for r in response.context["explanation"].rows if r.code == "onsite")
    assert (onsite.raw, onsite.n, onsite.short) == (100.0, 9, True)
    assert dict(response.context["explanation"].lines)[onsite] is None
    assert "counts from 10" in text_of(response)


def test_explain_shows_what_counted_then_and_says_what_came_since(
    client, operations, team
):
    first = team[0]
    run = ranked()
    before = page(client, "explain", run.pk, first.number).context["explanation"]
    visit = line(first, "mystery", date(2026, 10, 9), points=100, out_of=10_000)
    knowledge = Entry.objects.get(employee=first, component="knowledge")
    post(visit)
    post(withdrawn=[knowledge.source_id])
    response = page(client, "explain", run.pk, first.number)
    after = response.context["explanation"]
    assert after.rows == before.rows
    assert all(row.complete for row in after.rows)
    assert after.posted_since == 2
    assert "2 entries were posted after" in text_of(response)


def test_explain_shows_gates_and_bars(client, operations, outlet):
    person = worker(outlet)
    post_month(person, onsite=(80, 100))
    day = date(2026, 10, 9)
    post(
        line(person, "sms_reply", day, points=1000, out_of=10_000, n=100),
        line(person, "sms_satisfaction", day, points=1000, out_of=1000, n=10),
    )
    post_bar(person, "attitude_complaint", scope="2026-10")
    response = page(client, "explain", ranked().pk, person.number)
    gates = response.context["explanation"].gates
    assert [(gate.share, gate.met) for gate in gates] == [(10.0, False), (100.0, True)]
    bar = Entry.objects.get(kind=EntryKind.BAR)
    text = text_of(response)
    assert escape(bar.get_absolute_url()) in text
    assert "Upheld attitude complaint" in text


def test_explain_of_a_quarter_opens_its_months(client, operations, team):
    first = team[0]
    post_month(first, "2026-11", onsite=(60, 100))
    kept = published(ranked())
    run = ranked("2026-Q4")
    response = page(client, "explain", run.pk, first.number)
    months = response.context["explanation"].months
    assert [(m.period.code, m.score, m.run_id) for m in months] == [
        ("2026-10", 93.0, kept.pk),
        ("2026-11", 78.0, None),
        ("2026-12", None, None),
    ]
    opened = page(client, "explain", run.pk, first.number, month="2026-11")
    assert opened.context["explanation"].score == 78.0
    assert len(opened.context["explanation"].rows[0].entries) == 20
    page(client, "explain", run.pk, first.number, month="2026-09", status=404)
    page(client, "explain", run.pk, first.number, month="soon", status=404)
    page(client, "explain", kept.pk, first.number, month="2026-10", status=404)


def test_explain_hides_what_was_judged_at_a_foreign_outlet(client, outlet):
    person = worker(OutletFactory())
    post_month(person, onsite=(80, 100))
    person.assignments.update(ends_on=date(2026, 10, 20))
    AssignmentFactory(employee=person, outlet=outlet, starts_on=date(2026, 10, 21))
    run = ranked()
    client.force_login(staff_user("store_manager", outlet))
    response = page(client, "explain", run.pk, person.number)
    rows = response.context["explanation"].rows
    assert [(len(row.entries), row.complete) for row in rows[:1]] == [(0, False)]
    assert "an outlet that you do not see" in text_of(response)


def test_explain_is_for_those_who_see_records_there(client, outlet, team):
    run = ranked()
    client.force_login(staff_user("store_manager", outlet))
    page(client, "explain", run.pk, "E1")
    client.force_login(staff_user("store_manager"))
    page(client, "explain", run.pk, "E1", status=404)
    client.force_login(granted_user("agency"))
    page(client, "explain", run.pk, "E1", status=404)


# --- One's own score -----------------------------------------------------------------


def test_mine_teaches_before_anything_is_published(client, team):
    ranked()
    client.force_login(UserFactory(employee=team[0]))
    assert "No score has been published yet" in text_of(page(client, "mine"))
    page(client, "mine", period="2026-10", status=404)


def test_mine_shows_ones_own_place_and_gap_and_nobody_below(client, outlet, team):
    fifth = worker(outlet, number="E5", name="Clerk 5")
    sixth = worker(outlet, number="E6", name="Clerk 6")
    post_month(fifth, onsite=(30, 100))
    post_month(sixth, onsite=(20, 100))
    run = published(ranked())
    client.force_login(UserFactory(employee=team[1]))
    response = page(client, "mine")
    own = response.context["own"]
    assert (float(own.standing.score), own.outlet_rank) == (88.0, 2)
    assert [(prize.level, prize.won, prize.gap) for prize in own.prizes] == [
        ("outlet", False, 5.0),
        ("county", True, None),
    ]
    explained = page(client, "explain", run.pk, "E2")
    for text in (text_of(response), text_of(explained)):
        for other in ("Clerk 1", "Clerk 3", "Clerk 5", "E5", "63.00", "58.00"):
            assert other not in text
    assert explained.context["ranks"] == [("outlet", 2)]
    page(client, "explain", run.pk, "E3", status=404)
    page(client, "explain", run.pk, "E1", status=404)
    landed = page(client, "run", run.pk, status=302)
    assert landed.url == reverse("rankings:explain", args=[run.pk, "E2"])


def test_mine_says_why_a_high_score_did_not_win(client, outlet, team):
    for satisfied in (30, 20):
        post_month(worker(outlet), onsite=(satisfied, 100))
    first = team[0]
    post_bar(first, "attitude_complaint", scope="2026-10")
    published(ranked())
    client.force_login(UserFactory(employee=first))
    response = page(client, "mine")
    assert "Your score was high enough" in text_of(response)
    assert "upheld attitude complaint" in text_of(response).lower()
    client.force_login(UserFactory(employee=team[1]))
    prizes = page(client, "mine").context["own"].prizes
    assert [prize.won for prize in prizes] == [True, True]


def test_mine_has_no_rank_at_a_small_outlet_and_no_score_without_parts(client):
    outlet = outlet_in_county()
    ann, bob = worker(outlet), worker(outlet)
    post_month(ann, onsite=(80, 100))
    published(ranked())
    client.force_login(UserFactory(employee=ann))
    own = page(client, "mine").context["own"]
    assert own.outlet_rank is None
    assert [prize.level for prize in own.prizes] == ["county"]
    client.force_login(UserFactory(employee=bob))
    text = text_of(page(client, "mine"))
    assert "too few parts for a score" in text.lower()
    assert "without a score there is no place yet" in text


def test_mine_keeps_to_the_newest_revision_and_lists_other_periods(client, team):
    first = team[0]
    published(ranked())
    post_month(first, "2026-11", onsite=(80, 100))
    november = published(ranked("2026-11"))
    post(line(first, "mystery", date(2026, 11, 9), points=10_000, out_of=10_000))
    second = published(ranked("2026-11"))
    assert (november.revision, second.revision) == (1, 2)
    client.force_login(UserFactory(employee=first))
    own = page(client, "mine").context["own"]
    assert own.standing.run == second
    assert [standing.run.period for standing in own.earlier] == ["2026-10"]
    assert page(client, "mine", period="2026-10").context["own"].standing.score == 93


def test_pages_ask_for_a_sign_in(client):
    for name in ("list", "start", "mine"):
        assert "sign-in" in page(client, name, status=302).url
