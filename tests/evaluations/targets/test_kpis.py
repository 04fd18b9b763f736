"""KPI values: entered, computed, scored, told to the ledger."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.ledger.models import Entry
from evaluations.ledger.periods import Period
from evaluations.targets.models import KpiDefinition, KpiValue, MonthWeight
from evaluations.targets.services import flow
from evaluations.targets.services.kpis import (
    MonthNotOver,
    MonthWeightsOff,
    SecondFigureMissing,
    enter_value,
    set_month_weights,
    settle,
)
from outlets.flow.models import DailyVolume, HourlyFlow
from outlets.flow.rules import WAIT_COLUMNS
from tests.evaluations.targets.factories import TargetFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
OCTOBER = Period.parse("2026-10")
LAST = date(2026, 10, 31)


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def operations():
    return granted_user("operations")


def kpi(code="flagship_share"):
    return KpiDefinition.objects.get(code=code)


def entered(place, by, code="flagship_share", month=OCTOBER, figures=(7500, 10_000)):
    numerator, denominator = figures
    return enter_value(
        kpi=kpi(code),
        place=place,
        month=month,
        numerator=numerator,
        denominator=denominator,
        by=by,
    )


def posted(component="kpi"):
    rows = Entry.objects.standing().filter(component=component)
    return list(rows.values_list("outlet", "employee", "points", "out_of", "n"))


@pytest.mark.parametrize(
    ("figures", "score"),
    [
        ((7500, 10_000), 9500),
        ((6600, 10_000), 9200),
        ((5999, 10_000), 0),
        ((1, 0), None),
    ],
)
def test_a_ratio_is_scored_with_its_cliff(outlet, operations, figures, score):
    assert entered(outlet, operations, figures=figures).score == score


def test_an_outlets_score_reaches_the_ledger_and_a_regions_does_not(outlet, operations):
    entered(outlet, operations)
    entered(outlet.region, operations)
    assert settle(LAST) == 1
    assert posted() == [(outlet.pk, None, 9500, 10_000, 1)]
    assert settle(LAST) == 0


def test_a_corrected_figure_is_the_next_version(outlet, operations):
    entered(outlet, operations)
    settle(LAST)
    entered(outlet, operations, figures=(9000, 10_000))
    assert settle(LAST) == 2
    assert posted() == [(outlet.pk, None, 10_000, 10_000, 1)]
    assert KpiValue.objects.count() == 1


def test_a_lead_is_kept_and_never_scored(outlet, operations):
    value = entered(outlet, operations, "competitor_lead", figures=(7910, 7690))
    assert (value.figure_shown, value.score) == (2.2, None)
    assert settle(LAST) == 0


def test_an_index_is_its_own_score(outlet, operations):
    value = entered(outlet, operations, "third_party_index", figures=(7910, None))
    assert value.score == 7910


def test_a_weak_point_is_half_overall_half_its_sub_items(outlet, operations):
    weak = KpiDefinition.objects.create(code="weak", name_en="Weak", kind="weak_point")
    for code in ("a", "b"):
        KpiDefinition.objects.create(
            code=code, name_en=code, kind="index", part_of=weak
        )
    entered(outlet, operations, "a", figures=(6000, None))
    entered(outlet, operations, "b", figures=(7000, None))
    assert entered(outlet, operations, "weak", figures=(9000, None)).score == 7750
    settle(LAST)
    assert posted() == [(outlet.pk, None, 7750, 10_000, 1)]  # sub-items are no KPI


def test_volume_per_head_is_transactions_by_mean_headcount(outlet):
    AssignmentFactory(outlet=outlet, starts_on=date(2026, 1, 1))
    AssignmentFactory(outlet=outlet, starts_on=date(2026, 10, 31))
    leaver = AssignmentFactory(outlet=outlet, starts_on=date(2026, 1, 1))
    leaver.employee.left_on = leaver.ends_on = date(2026, 10, 31)
    leaver.save()
    leaver.employee.save()
    for day in (1, 31):
        DailyVolume.objects.create(
            outlet=outlet, date=date(2026, 10, day), service="s", quantity=110
        )
    TargetFactory(
        employee=None, outlet=outlet, kpi="volume_per_head", base=8000, challenge=9600
    )
    settle(LAST)
    value = KpiValue.objects.get()
    assert (value.numerator, value.denominator) == (22_000, 250)  # 2 and 3 people
    assert (value.figure_shown, value.score, value.source) == (88.0, 9500, "computed")
    assert posted() == [(outlet.pk, None, 9500, 10_000, 1)]


def test_a_month_without_staff_or_target_scores_nothing(outlet):
    DailyVolume.objects.create(outlet=outlet, date=LAST, service="s", quantity=5)
    settle(LAST)
    assert not KpiValue.objects.exists()
    AssignmentFactory(outlet=outlet, starts_on=date(2026, 1, 1))
    settle(LAST)
    assert KpiValue.objects.get().score is None
    assert posted() == []


def test_a_figure_entered_by_hand_is_not_computed_over(outlet, operations):
    AssignmentFactory(outlet=outlet, starts_on=date(2026, 1, 1))
    DailyVolume.objects.create(outlet=outlet, date=LAST, service="s", quantity=5)
    entered(outlet, operations, "volume_per_head", figures=(900, 100))
    settle(LAST)
    assert KpiValue.objects.get().numerator == 900


@pytest.mark.parametrize(
    "role", ["store_manager", "regional_supervisor", "hr", "auditor"]
)
def test_who_does_not_load_figures_enters_none(outlet, role):
    by = (
        staff_user(role, outlet)
        if role == "store_manager"
        else granted_user(
            role, **({"region": outlet.region} if role.startswith("reg") else {})
        )
    )
    with pytest.raises(PermissionDenied):
        entered(outlet, by)
    assert not KpiValue.objects.exists()


def test_half_a_ratio_and_a_month_that_runs_are_refused(outlet, operations):
    with pytest.raises(SecondFigureMissing):
        entered(outlet, operations, figures=(1, None))
    with pytest.raises(MonthNotOver):
        entered(outlet, operations, month=Period.parse("2999-01"))
    assert not KpiValue.objects.exists()


def test_month_weights_add_up_to_100_or_are_none(operations):
    flagship = kpi()
    good = dict.fromkeys(range(1, 12), 500) | {12: 4500}
    set_month_weights(kpi=flagship, year=2026, weights=good, by=operations)
    with pytest.raises(MonthWeightsOff):
        set_month_weights(kpi=flagship, year=2026, weights={1: 9999}, by=operations)
    assert MonthWeight.objects.count() == 12
    set_month_weights(kpi=flagship, year=2026, weights={1: 10_000}, by=operations)
    assert list(MonthWeight.objects.values_list("month", "weight")) == [(1, 10_000)]
    set_month_weights(kpi=flagship, year=2026, weights={}, by=operations)
    assert not MonthWeight.objects.exists()


def test_the_administrator_weighs_no_months():
    with pytest.raises(PermissionDenied):
        set_month_weights(
            kpi=kpi(), year=2026, weights={1: 10_000}, by=granted_user("administrator")
        )
    assert not MonthWeight.objects.exists()


def hour(outlet, on=LAST, **fields):
    zero = dict.fromkeys(
        (
            "arrivals",
            "served",
            "abandoned",
            "abandoned_wait_sum_s",
            "finished",
            "service_sum_s",
            "priority_arrivals",
            "priority_finished",
            "priority_late",
            *WAIT_COLUMNS,
        ),
        0,
    )
    row = zero | fields
    return HourlyFlow.objects.create(outlet=outlet, date=on, hour=9, service="", **row)


def test_a_month_of_flow_is_one_entry_per_figure(outlet):
    hour(
        outlet,
        served=10,
        wait_to_600=7,
        wait_to_20=1,
        wait_to_630=2,
        priority_finished=4,
        priority_late=1,
    )
    DailyVolume.objects.create(outlet=outlet, date=LAST, service="s", quantity=300)
    assert flow.settle(LAST) == 3
    assert posted("waiting") == [(outlet.pk, None, 800, 1000, 10)]
    assert posted("priority_service") == [(outlet.pk, None, 300, 400, 4)]
    assert posted("transactions") == [(outlet.pk, None, 0, 0, 300)]
    assert flow.settle(LAST) == 0


def test_a_month_that_runs_is_not_posted(outlet):
    hour(outlet, served=1, wait_to_20=1)
    assert flow.settle(date(2026, 10, 30)) == 0


def test_an_old_month_nobody_ranked_is_posted_once(outlet):
    hour(outlet, on=date(2026, 1, 15), served=1, wait_to_20=1)
    assert flow.settle(LAST) == 1
    assert flow.settle(LAST) == 0
