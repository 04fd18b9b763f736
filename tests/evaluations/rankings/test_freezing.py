"""Two people publish, and what is published stays as it is."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from evaluations.rankings.models import Run, RunFrozen, SeenList, Standing
from evaluations.rankings.services.runs import (
    ListsUnseen,
    ListUnknown,
    RunReviewed,
    SamePerson,
    publish_run,
    review_run,
    see_list,
)
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    see_lists,
    worker,
)
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    outlet = outlet_in_county()
    for days in (20, 3):
        post_month(worker(outlet), onsite=(80, 100), days=days)
    return ranked()


def test_review_waits_for_every_list_with_rows(run):
    reviewer = granted_user("operations")
    with pytest.raises(ListsUnseen, match="1 lists"):
        review_run(run_id=run.pk, by=reviewer)
    run.refresh_from_db()
    assert run.state == "draft"
    seen = see_list(run_id=run.pk, code="missing", note="new one", by=reviewer)
    assert (seen.rows, seen.note, seen.seen_by) == (1, "new one", reviewer)
    see_list(run_id=run.pk, code="missing", note="", by=reviewer)
    assert SeenList.objects.get().note == ""
    assert review_run(run_id=run.pk, by=reviewer).state == "reviewed"
    with pytest.raises(RunReviewed):
        see_list(run_id=run.pk, code="missing", note="x", by=reviewer)


def test_see_list_is_refused_without_the_power_and_for_unknown_lists(run):
    with pytest.raises(PermissionDenied):
        see_list(run_id=run.pk, code="missing", note="", by=granted_user("hr"))
    with pytest.raises(ListUnknown):
        see_list(run_id=run.pk, code="magic", note="", by=granted_user("operations"))
    assert not SeenList.objects.exists()


def test_who_reviewed_does_not_publish(run):
    reviewer = granted_user("operations")
    see_lists(run, reviewer)
    review_run(run_id=run.pk, by=reviewer)
    with pytest.raises(SamePerson):
        publish_run(run_id=run.pk, by=reviewer)
    run.refresh_from_db()
    assert (run.state, run.published_by) == ("reviewed", None)
    colleague = granted_user("operations")
    assert publish_run(run_id=run.pk, by=colleague).published_by == colleague


def test_the_database_asks_for_two_people(run):
    one = granted_user("operations")
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(
            state="published",
            reviewed_at=now,
            published_at=now,
            reviewed_by=one,
            published_by=one,
        )


def test_a_deployment_of_one_person_turns_it_off(settings):
    settings.RANKINGS_TWO_PEOPLE = False
    only = granted_user("operations")
    run = ranked()
    review_run(run_id=run.pk, by=only)
    assert publish_run(run_id=run.pk, by=only).state == "published"


def test_a_published_run_and_its_standings_refuse_every_change(run):
    standing = run.standings.first()
    standing.save()  # a draft may still change
    published(run)
    before = list(run.standings.order_by("pk").values())
    for change in (
        lambda: Run.objects.filter(pk=run.pk).update(fits={}),
        lambda: Run.objects.filter(pk=run.pk).delete(),
        run.save,
        run.delete,
        standing.save,
        standing.delete,
        lambda: Standing.objects.filter(run=run).update(score=1),
        lambda: Standing.objects.filter(run=run).delete(),
    ):
        with pytest.raises(RunFrozen):
            change()
    assert list(run.standings.order_by("pk").values()) == before
    assert Run.objects.filter(pk=run.pk).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a trigger of PostgreSQL")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rankings_standing SET score = 1",
        "DELETE FROM rankings_standing",
        "UPDATE rankings_run SET fits = '{}'",
        "UPDATE rankings_run SET state = 'draft', published_at = NULL",
        "DELETE FROM rankings_run",
    ],
)
def test_postgresql_refuses_changes_past_the_models(run, statement):
    published(run)
    with (
        pytest.raises(DatabaseError, match="frozen"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert run.standings.count() == 2
