"""The figures of a month from its sums."""

import pytest

from outlets.flow.ratios import (
    FIGURES,
    LEAST_PEERS,
    LEAST_SERVED,
    Bounds,
    Crowding,
    MonthSums,
    Spread,
    crowding,
    figures_of,
    spread,
    sums_of,
)
from outlets.flow.rules import Flow, Waits

BOUNDS = Bounds(idle_below=0.4, crowded_above=0.1)


def flow(served=100, over=0, **given):
    waits = Waits.of([60] * (served - over) + [700] * over)
    return Flow(arrivals=served, served=served, waits=waits, **given)


def test_the_worked_examples_of_the_paper():
    sums = MonthSums(
        flow=flow(300),
        people=600,
        minutes=60,
        people_met=500,
        customers_counted=300,
        business=1800,
        business_days=30,
        business_served=360,
        customers_trading=300,
        sent_on=45,
        serving_s=40 * 324,
        staffed_s=12 * 1800,
        business_headed=1800,
        heads_twice=5 + 7,
    )
    assert sums.conversion == 0.6
    assert sums.business_per_customer == 1.2
    assert sums.volume_per_head == 300.0
    assert sums.triage_rate == 0.15
    assert sums.utilisation == 0.6
    assert sums.per_hundred == (pytest.approx(166.666_667), 100.0, 120.0)


def test_nothing_on_record_is_unknown_and_never_zero():
    assert set(figures_of(MonthSums()).values()) == {None}
    assert list(figures_of(MonthSums())) == list(FIGURES)
    assert MonthSums().per_hundred is None


def test_a_counter_that_saw_nobody_is_zero_and_not_unknown():
    assert figures_of(MonthSums(minutes=60))["people"] == 0


def test_no_ticket_sent_on_means_that_it_is_not_recorded():
    assert MonthSums(flow=flow()).triage_rate is None


def test_customers_alone_stand_for_themselves():
    assert MonthSums(flow=flow()).per_hundred == (None, 100.0, None)


def test_a_region_is_the_sum_of_its_outlets_and_no_mean_of_means():
    small = MonthSums(people_met=10, customers_counted=10, heads_twice=2)
    large = MonthSums(people_met=90, customers_counted=30, business_headed=100)
    both = sums_of([small, large])
    assert both.conversion == 0.4
    assert both.volume_per_head == 100.0


@pytest.mark.parametrize(
    ("over", "serving_s", "said"),
    [
        (10, 0, None),  # one in ten is no more than one in ten; no service time
        (11, 0, Crowding.CROWDED),
        (11, 100, Crowding.CROWDED),  # customers count before idle staff
        (10, 399, Crowding.IDLE),
        (10, 400, Crowding.NEITHER),
        (0, 999, Crowding.NEITHER),
    ],
)
def test_crowded_goes_before_idle(over, serving_s, said):
    sums = MonthSums(flow=flow(100, over), serving_s=serving_s, staffed_s=1000)
    assert crowding(sums, BOUNDS) is said


def test_a_few_calls_say_neither():
    few, enough = flow(LEAST_SERVED - 1, 20), flow(LEAST_SERVED, 20)
    assert crowding(MonthSums(flow=few), BOUNDS) is None
    assert crowding(MonthSums(flow=enough), BOUNDS) is Crowding.CROWDED


def test_quartiles_lie_between_the_known_values():
    assert spread([4, None, 1, 10, 2, 3]) == Spread(5, 2.0, 3.0, 4.0)


def test_fewer_than_five_are_not_shown():
    assert LEAST_PEERS == 5
    assert spread([1, 2, 3, 4, None]) is None
