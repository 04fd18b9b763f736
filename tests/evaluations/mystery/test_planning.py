"""A wave is planned by a worker: within which limits, and what stands in the way."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.mystery.models import Quota, Report, Wave
from evaluations.mystery.models.waves import PLANNING_LOST_AFTER
from evaluations.mystery.selectors.planning import OverBudget, quota_for
from evaluations.mystery.services import planning
from evaluations.mystery.services.handing_over import (
    cancel_visit,
)
from evaluations.mystery.services.planning import (
    NobodyToPlan,
    NothingToPlan,
    run_planning,
    start_planning,
)
from evaluations.mystery.services.waves import (
    WaveBeingPlanned,
    discard_plan,
    drop_quota,
    set_quota,
    start_wave,
)
from staffing.accounts.models import HistoryRecord
from tests.evaluations.mystery.factories import (
    ReportFactory,
    ShopperFactory,
    WaveFactory,
)
from tests.evaluations.mystery.programme import CLOSES, OPENS, planned
from tests.outlets.places.factories import OutletFactory, RegionFactory

pytestmark = pytest.mark.django_db


def test_the_deepest_region_then_the_class_decides_a_quota():
    city = RegionFactory(level="city", code="C1")
    county = RegionFactory(parent=city, code="C1-1")
    outlet = OutletFactory(region=county, outlet_class="A")
    wave = WaveFactory()
    told = [
        ("A", None, 1),
        ("", None, 2),
        ("", city, 3),
        ("A", city, 4),
        ("", county, 0),
    ]
    quotas = [
        Quota.objects.create(wave=wave, outlet_class=letter, region=region, visits=n)
        for letter, region, n in told
    ]
    assert quota_for(outlet, quotas[:2]) == 1
    assert quota_for(outlet, quotas[:4]) == 4
    assert quota_for(outlet, quotas) == 0
    assert quota_for(OutletFactory(outlet_class="B"), quotas) == 2
    assert quota_for(outlet, []) == 0


def test_a_plan_keeps_all_limits_and_says_what_it_expects(programme, office):
    wave, outlets, shoppers = programme
    wave = planned(wave, office)
    reports = list(Report.objects.order_by("number"))
    assert [one.number for one in reports] == [f"OCT-{n:04}" for n in range(1, 9)]
    assert Counter(one.outlet for one in reports) == dict.fromkeys(outlets, 2)
    assert max(Counter(one.shopper for one in reports).values()) <= 4
    assert len({(one.outlet, one.shopper) for one in reports}) == 8
    assert sorted(Counter(one.scenario for one in reports).values()) == [4, 4]
    for outlet in outlets:
        first, second = sorted(
            (one for one in reports if one.outlet == outlet), key=lambda r: r.from_on
        )
        assert first.from_on == OPENS
        assert second.to_on == CLOSES
        assert second.from_on > first.to_on + timedelta(1)
    assert [one.events.get().what for one in reports] == ["planned"] * 8
    plan = wave.plan
    assert (plan["visits"], plan["outlets"], plan["wanted"], plan["open"]) == (
        8,
        4,
        8,
        [],
    )
    assert 0 < plan["half_width"] <= plan["random_mean"] <= plan["random_most"]
    assert plan["random_count"] == 20
    assert (wave.state, len(wave.seed)) == ("planned", 32)


def test_planning_anew_replaces_what_is_not_begun_and_keeps_what_is_cancelled(
    programme, office
):
    wave, _outlets, _shoppers = programme
    planned(wave, office)
    before = set(Report.objects.values_list("outlet", "shopper"))
    given_up = Report.objects.get(number="OCT-0003")
    planned(wave, office)
    assert set(Report.objects.values_list("outlet", "shopper")) == before  # same seed
    given_up = Report.objects.get(outlet=given_up.outlet, shopper=given_up.shopper)
    cancel_visit(number=given_up.number, why="Closed for works.", by=office)
    planned(wave, office)
    assert Report.objects.filter(state="new").count() == 7
    assert Report.objects.filter(state="cancelled").get() == given_up
    numbers = Report.objects.values_list("number", flat=True)
    assert len(set(numbers)) == 8
    discard_plan(code="OCT", by=office)
    wave.refresh_from_db()
    assert (wave.state, wave.plan, wave.reports.count()) == ("draft", None, 1)


def test_a_budget_that_does_not_pay_is_refused_with_how_many_too_many(
    programme, office
):
    wave, _outlets, _shoppers = programme
    Wave.objects.update(budget=Decimal(1050), fee=Decimal(150))
    with pytest.raises(OverBudget) as refused:
        planned(wave, office)
    assert str(refused.value).startswith("8 visits cost 1200.00 yuan")
    assert "pays for 7: 1 too many" in str(refused.value)
    wave.refresh_from_db()
    assert (wave.state, Report.objects.count()) == ("draft", 0)
    Wave.objects.update(budget=Decimal(1200))
    assert planned(wave, office).state == "planned"


def test_who_was_there_not_long_ago_is_not_sent_again(programme, office):
    wave, outlets, shoppers = programme
    earlier = WaveFactory(code="SEP", state="closed")
    for shopper in shoppers[:5]:
        ReportFactory(
            wave=earlier,
            done=True,
            outlet=outlets[0],
            shopper=shopper,
            visited_on=OPENS - timedelta(90),
        )
    planned(wave, office)
    assert set(
        Report.objects.filter(wave=wave, outlet=outlets[0]).values_list("shopper")
    ) == {(shoppers[5].pk,)}
    wave.refresh_from_db()
    assert wave.plan["open"] == [
        {"outlet": outlets[0].code, "visits": 1, "reason": "all_come"}
    ]
    Report.objects.filter(wave=earlier).update(visited_on=OPENS - timedelta(91))
    planned(wave, office)
    assert Report.objects.filter(wave=wave, outlet=outlets[0]).count() == 2


def test_shoppers_of_other_agencies_and_stopped_ones_are_not_sent(programme, office):
    wave, _outlets, shoppers = programme
    ShopperFactory.create_batch(3)
    shoppers[0].active = False
    shoppers[0].save()
    planned(wave, office)
    sent = set(Report.objects.values_list("shopper", flat=True))
    assert sent <= {one.pk for one in shoppers[1:]}
    wave.agencies.clear()
    with pytest.raises(NobodyToPlan):
        planned(wave, office)


def test_outlets_out_of_business_are_not_visited(programme, office):
    wave, outlets, _shoppers = programme
    outlets[0].closed_on = OPENS - timedelta(1)
    outlets[0].save()
    planned(wave, office)
    assert not Report.objects.filter(outlet=outlets[0]).exists()
    wave.quotas.all().delete()
    with pytest.raises(NothingToPlan):
        planned(wave, office)
    assert Report.objects.count() == 6  # refused means unchanged


def test_a_wave_that_is_being_planned_is_left_alone_until_it_is(programme, office):
    wave, _outlets, _shoppers = programme
    start_planning(code=wave.code, by=office)
    for act in (start_planning, start_wave, discard_plan):
        with pytest.raises(WaveBeingPlanned):
            act(code=wave.code, by=office)
    with pytest.raises(WaveBeingPlanned):
        set_quota(code=wave.code, outlet_class="", region=None, visits=9, by=office)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    assert start_wave(code=wave.code, by=office).state == "running"


def test_the_same_planning_twice_writes_one_plan(programme, office, monkeypatch):
    wave, _outlets, _shoppers = programme
    start_planning(code=wave.code, by=office)
    plan = planning.plan

    def another_worker_is_quicker(*given, **more):
        monkeypatch.setattr(planning, "plan", plan)
        run_planning(wave_id=wave.pk, by_id=office.pk)
        return plan(*given, **more)

    monkeypatch.setattr(planning, "plan", another_worker_is_quicker)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    numbers = Report.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"OCT-{n:04}" for n in range(1, 9)]
    wave.refresh_from_db()
    assert (wave.state, wave.planning_failed) == ("planned", False)


def test_a_visit_given_up_meanwhile_keeps_the_plan_from_being_written(
    programme, office, monkeypatch, client
):
    wave, _outlets, _shoppers = programme
    before = planned(wave, office).plan
    start_planning(code=wave.code, by=office)
    plan = planning.plan

    def somebody_gives_a_visit_up(*given, **more):
        cancel_visit(number="OCT-0003", why="Closed.", by=office)
        return plan(*given, **more)

    monkeypatch.setattr(planning, "plan", somebody_gives_a_visit_up)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    wave.refresh_from_db()
    assert (wave.plan, wave.planning_since, wave.planning_failed) == (
        before,
        None,
        True,
    )
    assert Report.objects.filter(state="new").count() == 7
    client.force_login(office)
    address = reverse("mystery:wave", args=[wave.code])
    assert "ended without a plan" in client.get(address).content.decode()


def test_a_wave_that_is_started_says_no_more_that_planning_it_anew_failed(
    programme, office
):
    wave = planned(programme[0], office)
    Wave.objects.update(planning_failed=True)
    started = start_wave(code=wave.code, by=office)
    assert (started.state, started.has_no_plan_after_all) == ("running", False)


def test_a_fault_of_the_planner_is_raised_and_said_on_the_page(
    programme, office, monkeypatch
):
    wave, _outlets, _shoppers = programme
    start_planning(code=wave.code, by=office)
    monkeypatch.setattr(planning, "plan", lambda *given, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_planning(wave_id=wave.pk, by_id=office.pk)
    wave.refresh_from_db()
    assert (wave.has_no_plan_after_all, wave.is_being_planned) == (True, False)


def test_a_worker_of_whom_nothing_is_heard_does_not_hold_a_wave_for_ever(
    programme, office
):
    wave, _outlets, _shoppers = programme
    start_planning(code=wave.code, by=office)
    long_ago = timezone.now() - PLANNING_LOST_AFTER
    Wave.objects.update(planning_since=long_ago)
    wave.refresh_from_db()
    assert (wave.has_no_plan_after_all, wave.is_being_planned) == (True, False)
    assert planned(wave, office).state == "planned"


def lost_planning(wave, office):
    """Have the visits planned by a worker that does not answer in time."""
    start_planning(code=wave.code, by=office)
    Wave.objects.update(planning_since=timezone.now() - PLANNING_LOST_AFTER)


def test_a_worker_that_comes_late_leaves_a_started_wave_alone(programme, office):
    wave, _outlets, _shoppers = programme
    plan = planned(wave, office).plan
    before = set(Report.objects.values_list("pk", flat=True))
    lost_planning(wave, office)
    start_wave(code=wave.code, by=office)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    wave.refresh_from_db()
    assert (wave.state, wave.plan, wave.has_no_plan_after_all) == (
        "running",
        plan,
        False,
    )
    assert set(Report.objects.values_list("pk", flat=True)) == before


def test_a_wave_started_while_a_late_worker_plans_keeps_its_visits(
    programme, office, monkeypatch
):
    wave, _outlets, _shoppers = programme
    planned(wave, office)
    before = set(Report.objects.values_list("pk", flat=True))
    lost_planning(wave, office)
    plan = planning.plan

    def the_wave_starts(*given, **more):
        # As if it had been started before a lost planning was given up.
        Wave.objects.update(state="running")
        return plan(*given, **more)

    monkeypatch.setattr(planning, "plan", the_wave_starts)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    wave.refresh_from_db()
    assert wave.state == "running"
    assert set(Report.objects.values_list("pk", flat=True)) == before


def test_a_worker_that_comes_late_plans_nothing_for_a_draft_changed_since(
    programme, office
):
    wave, _outlets, _shoppers = programme
    lost_planning(wave, office)
    quota = set_quota(
        code=wave.code, outlet_class="B", region=None, visits=1, by=office
    )
    run_planning(wave_id=wave.pk, by_id=office.pk)
    lost_planning(wave, office)
    drop_quota(code=wave.code, quota_id=quota.pk, by=office)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    planned(wave, office)
    lost_planning(wave, office)
    discard_plan(code=wave.code, by=office)
    run_planning(wave_id=wave.pk, by_id=office.pk)
    wave.refresh_from_db()
    assert (wave.state, wave.planning_since) == ("draft", None)
    assert not Report.objects.exists()


def test_the_history_names_who_asked_for_the_plan(programme, office):
    wave = planned(programme[0], office)
    line = HistoryRecord.objects.get_for_object(wave).first()
    assert (line.actor, line.changes["state"]) == (office, ["draft", "planned"])
