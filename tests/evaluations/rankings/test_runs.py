from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.models import Run, RunStep, Scheme, SchemeVersion, Standing
from evaluations.rankings.selectors.home import (
    latest_run,
    my_latest_standing,
    runs_to_review,
)
from evaluations.rankings.services.runs import (
    RunNotComputed,
    RunNotReviewed,
    RunSuperseded,
    RunUnderWay,
    SchemeUnknown,
    create_run,
    publish_run,
    review_run,
    start_run,
)
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    worker,
)
from tests.staffing.people.factories import (
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
OCTOBER = Period.parse("2026-10")


@pytest.fixture
def operations():
    return granted_user("operations")


def test_start_run_has_a_worker_compute_it_after_the_transaction(
    operations, django_capture_on_commit_callbacks
):
    post_month(worker(), onsite=(80, 100))
    with django_capture_on_commit_callbacks(execute=True):
        run = start_run(period=OCTOBER, scheme="service_star", by=operations)
        assert run.step == RunStep.WAITING
    run.refresh_from_db()
    assert (run.step, run.people, run.created_by) == (RunStep.DONE, 1, operations)


def test_start_run_refuses_the_same_ranking_while_it_is_computed(operations):
    run = start_run(period=OCTOBER, scheme="service_star", by=operations)
    with pytest.raises(RunUnderWay):
        start_run(period=OCTOBER, scheme="service_star", by=operations)
    start_run(period=OCTOBER, scheme="onsite", by=operations)
    silent = timezone.now() - timedelta(minutes=11)
    Run.objects.filter(pk=run.pk).update(progress_at=silent)
    start_run(period=OCTOBER, scheme="service_star", by=operations)
    assert Run.objects.count() == 3


def test_create_run_names_the_schemes_it_knows():
    with pytest.raises(SchemeUnknown) as raised:
        create_run(period=OCTOBER, scheme="magic", by=None)
    assert "onsite, service_star" in str(raised.value)
    assert not Run.objects.exists()


def test_adjusted_scores_make_the_rank_of_the_fair_scheme():
    outlet = outlet_in_county()
    for satisfied in (90, 70):
        post_month(worker(outlet), onsite=(satisfied, 100))
    standings = list(ranked(scheme="service_star_fair").standings.order_by("position"))
    for one in standings:
        assert one.score == round(one.adjusted_score, 2)
        assert one.rank_low <= one.rank_all <= one.rank_high
    assert [one.rank_all for one in standings] == [1, 2]


@pytest.mark.parametrize("role", ["hr", "auditor", "administrator", "agency"])
def test_create_review_and_publish_are_refused_without_the_power(role):
    user = granted_user(role)
    with pytest.raises(PermissionDenied):
        create_run(period=OCTOBER, scheme="onsite", by=user)
    run = ranked()
    with pytest.raises(PermissionDenied):
        review_run(run_id=run.pk, by=user)
    with pytest.raises(PermissionDenied):
        publish_run(run_id=run.pk, by=user)
    run.refresh_from_db()
    assert run.state == "draft"


def test_a_role_in_one_region_does_not_rank_everybody():
    user = granted_user("regional_supervisor", region=outlet_in_county().region)
    with pytest.raises(PermissionDenied):
        create_run(period=OCTOBER, scheme="onsite", by=user)


def test_review_then_publish_freezes_a_run(operations):
    run = ranked()
    with pytest.raises(RunNotReviewed):
        publish_run(run_id=run.pk, by=operations)
    colleague = granted_user("operations")
    reviewed = review_run(run_id=run.pk, by=colleague)
    assert (reviewed.state, reviewed.reviewed_by) == ("reviewed", colleague)
    frozen = publish_run(run_id=run.pk, by=operations)
    assert (frozen.state, frozen.published_by) == ("published", operations)
    at = frozen.published_at
    assert publish_run(run_id=run.pk, by=granted_user("operations")).published_at == at
    assert review_run(run_id=run.pk, by=operations).state == "published"


def test_review_needs_a_computed_run(operations):
    run = create_run(period=OCTOBER, scheme="onsite", by=operations)
    with pytest.raises(RunNotComputed):
        review_run(run_id=run.pk, by=operations)


def test_a_correction_after_publication_is_the_next_revision(operations):
    first, overtaken = ranked(), ranked()
    for run in (first, overtaken):
        assert run.revision == 1
        review_run(run_id=run.pk, by=None)
    publish_run(run_id=first.pk, by=operations)
    with pytest.raises(RunSuperseded):
        publish_run(run_id=overtaken.pk, by=operations)
    second = ranked()
    assert second.revision == 2
    assert ranked(scheme="onsite").revision == 1
    review_run(run_id=second.pk, by=None)
    publish_run(run_id=second.pk, by=operations)
    first.refresh_from_db()
    assert first.state == "published"
    late = Run.objects.get(pk=overtaken.pk)
    with pytest.raises(RunSuperseded):
        publish_run(run_id=late.pk, by=operations)


def test_the_database_keeps_one_publication_per_revision():
    published(ranked())
    twin = ranked()
    Run.objects.filter(pk=twin.pk).update(revision=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        published(twin)


def test_a_version_that_a_run_used_is_only_superseded():
    version = SchemeVersion.objects.get(scheme__code="onsite")
    version.valid_from = date(2019, 1, 1)
    version.save()
    ranked(scheme="onsite")
    version.valid_from = date(2018, 1, 1)
    with pytest.raises(ValidationError):
        version.save()
    with pytest.raises(ValidationError):
        version.delete()
    version.refresh_from_db()
    assert version.valid_from == date(2019, 1, 1)


def test_a_version_with_broken_rules_is_not_clean():
    version = SchemeVersion.objects.get(scheme__code="onsite")
    version.rules = {"basis": "raw"}
    with pytest.raises(ValidationError, match="rules.components: missing"):
        version.full_clean()


def test_standings_are_visible_within_reach_and_to_oneself_once_published():
    outlet = outlet_in_county()
    ann = worker(outlet)
    other = worker()
    run = ranked()
    manager, clerk = staff_user("store_manager", outlet), UserFactory(employee=ann)
    run = ranked()

    def seen(user) -> set[int]:
        rows = Standing.objects.visible_to(user).filter(run=run)
        return set(rows.values_list("employee", flat=True))

    assert seen(granted_user("hr")) == {ann.pk, other.pk, manager.employee_id}
    assert seen(manager) == {ann.pk, manager.employee_id}
    assert seen(granted_user("regional_supervisor", region=outlet.region)) == {
        ann.pk,
        manager.employee_id,
    }
    for user in (clerk, UserFactory(), granted_user("administrator")):
        assert seen(user) == set()
        assert not Run.objects.visible_to(user).exists()
    published(run)
    assert seen(clerk) == {ann.pk}
    assert Run.objects.visible_to(clerk).get() == run
    assert not Run.objects.visible_to(UserFactory()).exists()


def test_schemes_are_open_to_who_is_judged_or_sets_them():
    for user in (staff_user(), granted_user("hr"), granted_user("administrator")):
        assert SchemeVersion.objects.visible_to(user).count() == 3
    assert not Scheme.objects.visible_to(UserFactory()).exists()


def test_home_asks_for_the_newest_of_each():
    clerk = staff_user()
    hr = granted_user("hr")
    assert latest_run(hr) is None
    assert my_latest_standing(clerk) is None
    published(ranked("2026-09"))
    october = published(ranked("2026-10"))
    quarter = published(ranked("2026-Q3"))
    year = published(ranked("2026"))
    draft = ranked("2026-11")
    overtaken, waiting = ranked("2026-10"), ranked("2026-10")
    assert latest_run(hr) == october
    assert latest_run(hr, PeriodKind.QUARTER) == quarter
    assert latest_run(hr, PeriodKind.YEAR) == year
    assert latest_run(granted_user("agency")) is None
    assert my_latest_standing(clerk).run == year
    assert my_latest_standing(UserFactory()) is None
    assert list(runs_to_review(hr)) == [draft, waiting]
    assert overtaken not in runs_to_review(hr)
