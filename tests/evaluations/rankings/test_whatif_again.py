"""What-if where the whole ranking is computed again: longer periods, curves, bonus."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from evaluations.ledger.models import EntryKind
from evaluations.rankings.models import Run, SchemeVersion, Standing
from evaluations.rankings.selectors import matrices
from evaluations.rankings.services import trying
from evaluations.rankings.services.rerunning import kept_rerun, rerun
from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_month,
    ranked,
    worker,
)
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CLIFF = {
    "kind": "piecewise",
    **{"lower": 60, "lower_score": 90, "upper": 90, "upper_score": 100},
    "below_score": 0,
}
ONSITE_ONLY = {
    "w_onsite": 100,
    **{f"w_{code}": 0 for code in ("daily", "knowledge", "mystery", "callback")},
}


@pytest.fixture(autouse=True)
def cached(settings):
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "what-if-again",
        }
    }
    matrices.cache.clear()
    matrices.forget()


@pytest.fixture
def team():
    """Six people at one outlet: one is best on the floor, one best in the tests."""
    outlet = outlet_in_county(code="O-118", name="Riverside")
    people = [
        worker(outlet, number=f"E{n}", name=f"Clerk {n}", gender="FM"[n % 2])
        for n in range(1, 7)
    ]
    for n, person in enumerate(people):
        for month in ("2026-10", "2026-11"):
            onsite = (95 - 5 * n, 100)
            post_month(person, month, knowledge=25 + 15 * n, onsite=onsite)
    return people


@pytest.fixture
def operations(client):
    user = granted_user("operations")
    client.force_login(user)
    return user


def get(client, run: Run, headers=None, **query):
    response = client.get(
        reverse("rankings:what-if", args=[run.pk]), query, headers=headers or {}
    )
    assert response.status_code == 200
    return response


def with_rules(**changed) -> None:
    """Change the Service Star itself; `curve` is put on the on-site ratings."""
    version = SchemeVersion.objects.get(scheme__code="service_star")
    rules = version.rules | {k: v for k, v in changed.items() if k != "curve"}
    for one in rules["components"]:
        if one["code"] == "onsite" and "curve" in changed:
            one["curve"] = changed["curve"]
    SchemeVersion.objects.filter(pk=version.pk).update(rules=rules)


def scores(outcome) -> list[int]:
    return sorted(outcome.score.tolist())


def test_a_quarter_without_changes_shows_the_ranking_as_it_is(client, operations, team):
    run = ranked("2026-Q4")
    trial = get(client, run).context["trial"]
    assert (trial.movement.movers, trial.entering, trial.leaving) == (0, 0, 0)
    assert trial.movement.ranked_before == 6


def test_other_weights_in_a_quarter_are_a_run_by_those_rules(client, operations, team):
    run = ranked("2026-Q4")
    context = get(client, run, **ONSITE_ONLY).context
    (level,) = [one for one in context["trial"].levels if one.level == "outlet"]
    assert [one.standing.employee.number for one in level.enters] == ["E1"]
    assert [one.standing.employee.number for one in level.leaves] == ["E6"]
    (moved,) = level.enters
    assert (moved.score_before, moved.score_after) == (82.5, 95.0)
    before, after = (
        sorted(run.standings.values_list("score", flat=True)),
        scores(kept_rerun(run, _head_tried(run)).after),
    )
    rules = SchemeVersion.objects.get(scheme__code="service_star").rules
    rules["components"] = [
        one | {"weight": 100} for one in rules["components"] if one["code"] == "onsite"
    ]
    rules |= {"least_components": 1, "tie_breaks": []}
    SchemeVersion.objects.filter(scheme__code="service_star").update(rules=rules)
    assert after == [int(100 * one.score) for one in _by_score(ranked("2026-Q4"))]
    assert before != after


def _by_score(run: Run) -> list[Standing]:
    return list(run.standings.order_by("score"))


def _head_tried(run: Run) -> str:
    from django.http import QueryDict

    from evaluations.rankings.forms_whatif import ScenarioForm
    from evaluations.rankings.rules.scenario import head_of_scenario
    from evaluations.rankings.services.preparing import base_rules
    from evaluations.rankings.services.rerunning import head_of, head_text

    query = QueryDict("&".join(f"{k}={v}" for k, v in ONSITE_ONLY.items()))
    form = ScenarioForm(base_rules(run), query, run.kind)
    assert form.is_valid()
    return head_text(head_of_scenario(head_of(run), form.scenario, run.kind))


def test_least_months_and_quotas_of_the_year_can_be_moved(client, operations, team):
    run = ranked("2026")
    assert run.ranked == 0  # a year needs nine
    context = get(client, run, months=2).context
    assert context["trial"].movement.ranked_after == 6
    assert "days" not in context["form"].fields
    response = client.get(
        reverse("rankings:what-if-rules", args=[run.pk]), {"months": 2}
    )
    assert response.json()["least_months"] == {"quarter": 2, "year": 2}


def test_a_month_with_a_curve_is_computed_again(client, operations, team):
    with_rules(curve=CLIFF)
    run = ranked()
    assert get(client, run).context["trial"].movement.movers == 0
    context = get(client, run, **ONSITE_ONLY).context
    (level,) = [one for one in context["trial"].levels if one.level == "outlet"]
    (moved,) = level.enters
    # 95 of a hundred are past the curve's upper end.
    assert (moved.standing.employee.number, moved.score_after) == ("E1", 100.0)


def test_limits_of_bonus_can_be_moved_where_the_rules_take_one(
    client, operations, team
):
    with_rules(bonus_limit=200)
    kind = EntryKind.ADJUSTMENT
    post(line(team[5], "daily", date(2026, 10, 3), points=900, kind=kind))
    run = ranked()
    context = get(client, run).context
    assert str(context["form"]["bonus_limit"].value()) == "2"
    assert "deduction_limit" not in context["form"].fields
    standing = run.standings.get(employee=team[5])
    after = get(client, run, bonus_limit=5).context["trial"]
    assert after.movement.ranked_after == 6
    again = kept_rerun(run, _head_with(run, bonus_limit=500))
    row = again.matrix.keys.tolist().index(team[5].pk)
    assert again.after.score[row] == int(100 * (standing.score + Decimal(3)))


def _head_with(run: Run, **rules) -> str:
    from evaluations.rankings.services.rerunning import head_of, head_text

    head = head_of(run)
    head["rules"] |= rules
    for month in head["months"].values():
        month["rules"] |= rules
    return head_text(head)


def test_posts_with_weights_of_their_own_keep_them_and_the_page_says_so(
    client, operations, team
):
    with_rules(variants={"supervisor": {"daily": 50, "onsite": 50}})
    text = get(client, ranked()).content.decode()
    assert "These posts have weights of their own and keep them: supervisor" in text


def test_a_large_period_is_computed_by_a_worker(client, operations, team, monkeypatch):
    monkeypatch.setattr(trying, "AT_ONCE", 17)  # six people by three months are more
    asked = []
    monkeypatch.setattr(trying.tasks.rerun, "delay", lambda *of: asked.append(of))
    run = ranked("2026-Q4")
    text = get(client, run, **ONSITE_ONLY).content.decode()
    assert "The ranking is being computed by these rules" in text
    get(client, run, **ONSITE_ONLY)
    assert asked == [(run.pk, _head_tried(run))]
    waiting = HTMX | {"HX-Target": "waiting"}
    assert "HX-Refresh" not in get(client, run, headers=waiting, **ONSITE_ONLY)
    trying.tasks.rerun(*asked[0])
    found = get(client, run, headers=waiting, **ONSITE_ONLY)
    assert found["HX-Refresh"] == "true"
    assert get(client, run, **ONSITE_ONLY).context["trial"].entering == 1


def test_nothing_is_written_and_the_second_time_costs_no_ranking(
    client, operations, team, monkeypatch
):
    run = ranked("2026-Q4")
    before = list(run.standings.order_by("pk").values())
    get(client, run, **ONSITE_ONLY)
    assert list(run.standings.order_by("pk").values()) == before
    again = rerun(run_id=run.pk, head=_head_tried(run))
    monkeypatch.setattr("evaluations.rankings.services.rerunning.rank_people", None)
    known = kept_rerun(run, _head_tried(run))
    assert scores(known.after) == scores(again.after)


def test_a_run_whose_figures_do_not_come_again_is_not_covered(client, operations, team):
    run = ranked("2026-Q4")
    Standing.objects.filter(run=run, employee=team[0]).update(score="12.34")
    for _time in range(2):
        text = get(client, run).content.decode()
        assert "Other rules cannot be tried on this ranking" in text
