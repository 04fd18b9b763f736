"""Pages of runs: the list, making one, its progress, review and publication."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Run, RunState, RunStep
from evaluations.rankings.services import computing
from evaluations.rankings.services.runs import create_run, review_run
from tests.evaluations.rankings.factories import (
    published,
    ranked,
    see_lists,
)
from tests.evaluations.rankings.pages import page, text_of
from tests.staffing.people.factories import (
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


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


def test_review_and_publish(client, operations, team):
    run = ranked()
    see_lists(run, operations)
    client.post(reverse("rankings:review", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, run.reviewed_by) == ("reviewed", operations)
    own = page(client, "run", run.pk)
    assert own.context["may_publish"] is False
    assert "You have reviewed it: somebody else publishes it." in text_of(own)
    said = client.post(reverse("rankings:publish", args=[run.pk]), follow=True)
    assert "Somebody else has to publish it" in text_of(said)
    colleague = granted_user("operations")
    client.force_login(colleague)
    offered = page(client, "run", run.pk)
    assert offered.context["may_publish"] is True
    assert "somebody else publishes it" not in text_of(offered)
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


def test_pages_ask_for_a_sign_in(client):
    for name in ("list", "start", "mine"):
        assert "sign-in" in page(client, name, status=302).url
