from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from evaluations.awards.models import Award, AwardList
from evaluations.awards.selectors.lists import runs_without_lists
from evaluations.awards.services import (
    ListNotDraft,
    RunNotPublished,
    RunNotReviewed,
    RunSuperseded,
    draw_winners,
    publish_list,
)
from evaluations.awards.services.rounds import (
    cancel_round,
    finish_round,
    open_round,
)
from evaluations.ledger.services import Line, put
from evaluations.rankings.models import Run, Scheme, SchemeVersion
from evaluations.rankings.services.runs import publish_run
from tests.at_once import at_once
from tests.evaluations.awards.factories import (
    computed_run,
    county_with_scores,
    published_run,
    reviewed_run,
)
from tests.evaluations.awards.rounds import Scene, plan
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operations():
    return granted_user("operations")


def _winners(award_list):
    return [(a.place_code, a.employee.number, a.rank) for a in award_list.awards.all()]


def test_draw_winners_follows_the_quotas_of_a_month(operations):
    county_with_scores([80, 95, 90, 85, 70], code="NS")
    county_with_scores([60, 50, 40, 30], code="FT")  # four: too few for an outlet prize
    lists = draw_winners(run_id=reviewed_run().pk, by=operations)
    assert {one.level: _winners(one) for one in lists} == {
        "outlet": [("NS-1", "NS-1", 1)],
        "county": [
            ("FT", "FT-0", 1),
            ("FT", "FT-1", 2),
            ("FT", "FT-2", 3),
            ("NS", "NS-1", 1),
            ("NS", "NS-2", 2),
            ("NS", "NS-3", 3),
        ],
    }
    assert {(one.title, one.status) for one in lists} == {("service_star", "draft")}


def test_draw_winners_twice_answers_the_same_lists(operations):
    county_with_scores([80, 95])
    run = reviewed_run()
    first = draw_winners(run_id=run.pk, by=operations)
    assert draw_winners(run_id=run.pk, by=operations) == first
    assert AwardList.objects.count() == len(first)


def test_runs_to_draw_cost_the_same_queries_for_one_and_for_three(
    django_assert_num_queries,
):
    county_with_scores([80, 95])
    for count in (1, 2, 3):
        reviewed_run()
        with django_assert_num_queries(3):
            assert len(runs_without_lists()) == count


def test_a_run_with_one_finished_round_is_offered_for_its_other_titles():
    scene = Scene()
    scene.approved()
    publish_run(run_id=scene.run.pk, by=scene.operations)
    day = timezone.localdate() - timedelta(days=8)
    scene.show(on=day)
    finish_round(round_id=scene.round.pk, by=scene.operations)
    assert runs_without_lists() == [scene.run]


def test_a_cancelled_round_leaves_its_title_to_the_draw_again(operations):
    county_with_scores([80, 95, 90, 85, 70])
    run = reviewed_run()
    county = plan(title="service_star")
    opened = open_round(run_id=run.pk, plan=county, by=operations)
    assert runs_without_lists() == [run]
    assert [one.level for one in draw_winners(run_id=run.pk, by=operations)] == [
        "outlet"
    ]
    assert runs_without_lists() == []
    cancel_round(round_id=opened.pk, by=operations)
    assert runs_without_lists() == [run]
    assert {one.level for one in draw_winners(run_id=run.pk, by=operations)} == {
        "outlet",
        "county",
    }
    assert runs_without_lists() == []


def test_a_run_whose_titles_all_come_of_rounds_is_not_offered(operations):
    county_with_scores([80, 95, 90, 85, 70])
    run = reviewed_run()
    for level in ("outlet", "county"):
        star = plan(title="service_star", level=level)
        open_round(run_id=run.pk, plan=star, by=operations)
    assert runs_without_lists() == []


def test_draw_winners_refuses_a_run_that_nobody_reviewed(operations):
    county_with_scores([80, 95])
    with pytest.raises(RunNotReviewed):
        draw_winners(run_id=computed_run().pk, by=operations)
    assert not AwardList.objects.exists()


def test_draw_winners_refuses_a_run_that_was_superseded(operations):
    county_with_scores([80, 95])
    earlier, later = reviewed_run(), reviewed_run()
    publish_run(run_id=later.pk, by=operations)
    with pytest.raises(RunSuperseded):
        draw_winners(run_id=earlier.pk, by=operations)


@pytest.mark.parametrize("role", ["hr", "auditor", "administrator"])
def test_only_operations_draw_and_publish(role):
    county_with_scores([80, 95])
    run = published_run()
    other = granted_user(role)
    with pytest.raises(PermissionDenied):
        draw_winners(run_id=run.pk, by=other)
    award_list = draw_winners(run_id=run.pk, by=None)[0]
    with pytest.raises(PermissionDenied):
        publish_list(award_list_id=award_list.pk, by=other)
    award_list.refresh_from_db()
    assert award_list.status == "draft"


def test_publish_list_waits_for_the_ranking_to_be_published(operations):
    county_with_scores([80, 95])
    award_list = draw_winners(run_id=reviewed_run().pk, by=operations)[0]
    with pytest.raises(RunNotPublished):
        publish_list(award_list_id=award_list.pk, by=operations)


def test_publish_list_awards_everybody_and_says_who_and_when(operations):
    county_with_scores([80, 95])
    award_list = draw_winners(run_id=published_run().pk, by=operations)[0]
    published = publish_list(award_list_id=award_list.pk, by=operations)
    assert (published.status, published.published_by) == ("published", operations)
    assert published.published_at == published.changed_at
    assert set(published.awards.values_list("state", flat=True)) == {"awarded"}
    with pytest.raises(ListNotDraft):
        publish_list(award_list_id=award_list.pk, by=operations)


def test_a_later_revision_supersedes_the_published_list(operations):
    outlet, people = county_with_scores([80, 95])
    first = draw_winners(run_id=published_run().pk, by=operations)[0]
    publish_list(award_list_id=first.pk, by=operations)
    second = draw_winners(run_id=published_run().pk, by=operations)[0]
    publish_list(award_list_id=second.pk, by=operations)
    first.refresh_from_db()
    assert (first.status, first.run.revision) == ("superseded", 1)
    assert second.run.revision == 2


def test_publish_list_refuses_an_older_revision(operations):
    county_with_scores([80, 95])
    old = draw_winners(run_id=published_run().pk, by=operations)[0]
    new = draw_winners(run_id=published_run().pk, by=operations)[0]
    publish_list(award_list_id=new.pk, by=operations)
    with pytest.raises(RunSuperseded):
        publish_list(award_list_id=old.pk, by=operations)
    new.refresh_from_db()
    assert new.status == "published"


def test_an_open_attitude_case_holds_the_winner_back_until_it_is_closed(operations):
    outlet, people = county_with_scores([80, 95])
    held = people[1]
    put(
        source="complaints",
        lines=[
            Line(
                source_id="C1",
                component="attitude_complaint",
                kind="hold",
                on=date(2026, 11, 2),
                employee_id=held.pk,
                outlet_id=outlet.pk,
            )
        ],
    )
    award_list = draw_winners(run_id=published_run().pk, by=operations)[0]
    publish_list(award_list_id=award_list.pk, by=operations)
    states = dict(award_list.awards.values_list("employee__number", "state"))
    assert states == {"NS-1": "held", "NS-0": "awarded"}
    colleague = granted_user("administrator")
    seen = Award.objects.visible_to(colleague).values_list(
        "employee__number", flat=True
    )
    assert list(seen) == ["NS-0"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_of_two_lists_published_at_once_one_stays():
    """They rest on two schemes that lead to the same title."""
    drafts = [_draft_of(code) for code in ("one", "two")]
    raised = at_once(
        *[lambda pk=one.pk: publish_list(award_list_id=pk, by=None) for one in drafts]
    )
    assert raised == []
    statuses = AwardList.objects.values_list("status", flat=True)
    assert sorted(statuses) == ["published", "superseded"]


def _draft_of(code):
    scheme = Scheme.objects.create(code=code, name=code)
    version = SchemeVersion.objects.create(
        scheme=scheme, number=1, valid_from=date(2026, 1, 1), rules={}
    )
    now = timezone.now()
    run = Run.objects.create(
        period="2026-10",
        scheme=scheme,
        scheme_version=version,
        revision=1,
        step="done",
        hash="h",
        input_hash="i",
        state="published",
        reviewed_at=now,
        published_at=now,
    )
    return AwardList.objects.create(
        run=run, period=run.period, level="county", title="service_star"
    )
