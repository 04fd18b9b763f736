"""Scores of a month, what they add to the outlet, and that nobody's rank moves."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from evaluations.growth.models import OutletBonus, Project, ProjectScore
from evaluations.growth.services import refusals, scoring
from evaluations.growth.services.scoring import post_bonus, settle
from evaluations.ledger import services as ledger
from evaluations.ledger.models import Entry
from evaluations.rankings.models import SchemeVersion, Standing
from tests.evaluations.awards.factories import (
    OCTOBER,
    computed_run,
    county_with_scores,
)
from tests.evaluations.growth.scenes import Ideas, last_month, this_month
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return Ideas()


def said():
    """Return what the ledger says about outlets, line by line."""
    rows = Entry.objects.filter(source="innovation").order_by("id")
    return [
        (one.points, one.version, one.reverses_id is not None, one.reason)
        for one in rows
    ]


def test_a_month_that_is_over_adds_to_the_outlet_at_once_and_once(scene):
    scene.score("8.5")
    entry = Entry.objects.get(source="innovation")
    assert (entry.kind, entry.component, entry.employee, entry.outlet) == (
        "adjustment",
        "innovation",
        None,
        scene.outlet,
    )
    assert (entry.points, entry.n, entry.on) == (170, 1, last_month().last)
    bonus = OutletBonus.objects.get()
    assert entry.source_id == str(bonus.uuid)
    assert (bonus.best, bonus.points, bonus.most) == (Decimal("8.5"), 170, 200)
    scene.score("8.5")  # the tablet lost our reply
    assert settle(timezone.localdate()) == 0
    assert said() == [(170, 1, False, "")]
    assert ProjectScore.objects.count() == 1


def test_the_running_month_adds_when_it_is_over(scene):
    month = this_month()
    scene.score("9.0", month=month)
    assert settle(month.last.replace(day=1)) == 0
    assert said() == []
    assert settle(month.last) == 1
    assert settle(month.last) == 0
    assert said() == [(180, 1, False, "")]


def test_only_the_best_of_an_outlets_month_counts(scene):
    other = scene.suggest(by=staff_user(outlet=scene.outlet))
    away = scene.suggest(by=(stranger := staff_user()), outlet=_outlet_of(stranger))
    scene.score("6.0")
    scene.score("5.0", project=scene.suggest())
    assert said() == [(120, 1, False, "")]  # a weaker one changes nothing
    scene.score("9.5", project=other)
    scene.score("10", project=away)
    points = {one.outlet_id: (one.points, one.n) for one in OutletBonus.objects.all()}
    assert points == {scene.outlet.pk: (190, 3), away.outlet_id: (200, 1)}


def _outlet_of(user):
    return user.employee.assignments.get().outlet


def test_a_score_is_not_rewritten(scene):
    scene.score("8.5")
    with pytest.raises(refusals.ScoredAlready):
        scene.score("9.0")
    assert ProjectScore.objects.get().score == Decimal("8.5")
    assert said() == [(170, 1, False, "")]


def test_a_correction_keeps_what_stood_and_reverses_what_the_ledger_said(scene):
    scene.score("8.5")
    row = scene.correct("6.0")
    assert (row.version, row.reason) == (2, "read wrongly")
    scores = ProjectScore.objects.order_by("version")
    assert [one.score for one in scores] == [Decimal("8.5"), Decimal("6.0")]
    assert [one.pk for one in scores.standing()] == [row.pk]
    assert said() == [
        (170, 1, False, ""),
        (-170, 1, True, "read wrongly"),
        (120, 2, False, "read wrongly"),
    ]
    scene.correct("6.0")  # sent again
    assert len(said()) == 3
    scene.correct("0")
    assert said()[3:] == [(-120, 2, True, "read wrongly")]


def test_a_closed_month_is_corrected_with_a_reason_and_never_first_scored(scene):
    scene.score("8.5")
    ledger.close_period(period=last_month(), by=scene.hr)
    other = scene.suggest()
    with pytest.raises(refusals.MonthClosed):
        scene.score(project=other)
    with pytest.raises(refusals.ReasonNeeded):
        scene.correct("5.0", reason=" ")
    assert ProjectScore.objects.count() == 1
    scene.correct("5.0")
    assert OutletBonus.objects.get().points == 100


def test_a_score_has_its_range_its_words_and_its_month(scene):
    for points in ("10.1", "-0.1", "7.55"):
        with pytest.raises(refusals.ScoreOutOfRange):
            scene.score(points)
    with pytest.raises(refusals.ReasonNeeded):
        scoring.score(
            project_id=scene.project.pk,
            month=last_month(),
            score=Decimal(5),
            comment=" ",
            by=scene.operations,
        )
    early = last_month().previous.previous
    following = this_month().last.toordinal() + 1
    coming = type(early).month_of(date.fromordinal(following))
    for month in (early, coming):
        with pytest.raises(refusals.OutsideTheMonths):
            scene.score(month=month)
    with pytest.raises(refusals.ProjectMoved):
        scene.correct("5.0")
    scene.score(month=last_month())
    with pytest.raises(refusals.MonthNotScored):
        scene.correct("5.0", month=this_month())
    assert ProjectScore.objects.count() == 1


def test_a_changed_setting_moves_no_month_that_stands(scene, settings):
    settings.GROWTH_BONUS_MOST = 1
    scene.score("8.0")
    assert said() == [(80, 1, False, "")]
    settings.GROWTH_BONUS_MOST = 2
    assert settle(timezone.localdate()) == 0
    scene.correct("10")
    assert OutletBonus.objects.get().points == 100
    scene.score("10", month=last_month().previous)
    assert OutletBonus.objects.get(month=last_month().previous.code).points == 200


def test_a_bonus_of_the_outlet_moves_nobodys_rank():
    """Not even where the scheme takes people's bonuses."""
    version = SchemeVersion.objects.get(scheme__code="service_star")
    limits = {"bonus_limit": 300, "deduction_limit": 500}
    SchemeVersion.objects.filter(pk=version.pk).update(rules=version.rules | limits)
    outlet, people = county_with_scores([80, 95, 90])

    def listed():
        rows = Standing.objects.filter(run=computed_run()).order_by("employee")
        return [
            (one.employee_id, one.score, one.raw_score, one.ranks, one.components)
            for one in rows
        ]

    before = listed()
    assert len(before) == len(people)
    assert post_bonus(outlet.pk, OCTOBER, [Decimal(10)], by=granted_user("hr")) == 1
    assert Entry.objects.get(source="innovation").points == 200
    assert listed() == before


def test_settling_asks_as_often_for_one_idea_as_for_many(
    scene, django_assert_num_queries
):
    scene.score("8.5")
    with django_assert_num_queries(2):
        settle(timezone.localdate())
    for _ in range(5):
        scene.score("7.0", project=scene.suggest())
    with django_assert_num_queries(2):
        settle(timezone.localdate())
    assert Project.objects.count() == 6
