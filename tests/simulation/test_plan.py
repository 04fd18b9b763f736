from datetime import date

import pytest

from simulation.chain.plan import Plan
from simulation.chain.seasons import demand_factor, holiday_factor


def test_plan_covers_whole_months_up_to_the_last_day():
    plan = Plan(outlets=1, months=6, seed=1, until=date(2026, 11, 21))
    assert plan.first == date(2026, 6, 1)
    assert plan.day(plan.days - 1) == date(2026, 11, 21)


def test_plan_reaches_over_the_turn_of_the_year():
    assert Plan(1, 3, 1, date(2026, 1, 31)).first == date(2025, 11, 1)


@pytest.mark.parametrize(
    ("until", "last_rostered"),
    [
        (date(2026, 11, 21), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 12, 31)),
    ],
)
def test_plan_has_a_roster_for_the_month_of_the_day_after(until, last_rostered):
    plan = Plan(1, 2, 1, until)
    assert plan.day(plan.horizon - 1) == last_rostered


@pytest.mark.parametrize("size", [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_plan_refuses_an_empty_chain(size):
    with pytest.raises(ValueError, match="."):
        Plan(*size, until=date(2026, 11, 21))


def test_stream_repeats_itself_and_differs_by_label_and_seed():
    plan = Plan(1, 1, 5, date(2026, 11, 21))
    assert plan.stream("a", 3).random() == plan.stream("a", 3).random()
    other = Plan(1, 1, 6, date(2026, 11, 21))
    draws = {
        plan.stream("a", 3).random(),
        plan.stream("a", 4).random(),
        plan.stream("b", 3).random(),
        other.stream("a", 3).random(),
    }
    assert len(draws) == 4


def test_holidays_are_quiet_and_bills_bring_people():
    assert holiday_factor(date(2026, 2, 18)) == 0.35
    assert holiday_factor(date(2026, 10, 5)) == 0.9
    assert holiday_factor(date(2026, 10, 8)) == 1.0
    # Two Wednesdays without a holiday, one of them at the end of the month.
    assert demand_factor(date(2026, 11, 11), 0) == 0.93
    assert demand_factor(date(2026, 10, 28), 0) == pytest.approx(0.93 * 1.15)
