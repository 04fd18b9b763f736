from datetime import date

import pytest

from evaluations.ledger.periods import Period
from evaluations.rankings.rules.eligibility import reasons
from evaluations.rankings.rules.people import Bar, on_duty
from evaluations.rankings.rules.registry import (
    BarEntry,
    Stay,
    listed_at,
    resolved_bars,
)
from evaluations.rankings.rules.values import Sums
from tests.evaluations.rankings.people import ONSITE, SERVICE_STAR, month, person

OCTOBER = Period.parse("2026-10")


def why(one, period="2026-10", rules=SERVICE_STAR, *, scored=True) -> list[str]:
    return reasons(one, rules, Period.parse(period), scored=scored)


def share(component, points, out_of, code="2026-10"):
    """Return months in which `component` had `points` of `out_of` records."""
    sums = {component: (Sums(100 * out_of, 1, out_of, 100 * points),)}
    return {code: {**month(onsite=80.0), **sums}}


def test_no_score_is_named_by_the_kind_of_period():
    assert why(person(), scored=False) == ["too_few_components"]
    assert why(person(), "2026-Q4", scored=False) == ["too_few_months"]
    assert why(person(), "2026", scored=False) == ["too_few_months"]


@pytest.mark.parametrize(("days", "found"), [(14, ["too_few_days"]), (15, [])])
def test_too_few_days_asks_for_fifteen_in_a_month(days, found):
    one = person(months={"2026-10": month(onsite=80.0, days=days)})
    assert why(one) == found
    assert why(one, "2026-Q4") == []
    assert why(one, rules=ONSITE) == []


def test_nothing_checked_at_all_is_too_few_days():
    assert why(person(months={}), scored=False) == [
        "too_few_components",
        "too_few_days",
    ]


@pytest.mark.parametrize(
    ("bar", "month_out", "quarter_out", "year_out"),
    [
        (Bar("attitude_complaint", "2026-10", "2026-10-05", None), True, False, False),
        (Bar("attitude_complaint", "2026-Q4", "2026-10-05", None), False, True, False),
        (Bar("attitude_complaint", "2026", "2026-10-05", None), False, False, True),
        (Bar("wrong_transaction", "2026-09", "2026-09-05", None), False, False, False),
        (Bar("red_line", "", "2025-01-05", None), True, True, True),
        (Bar("red_line", "", "2026-10-31", None), True, True, True),
        (Bar("red_line", "", "2026-11-01", None), False, True, True),
        (Bar("red_line", "", "2025-01-05", "2026-10-31"), False, False, False),
        (Bar("red_line", "", "2025-01-05", "2026-11-01"), True, False, False),
        (Bar("red_line", "", "2025-01-05", "2027-01-01"), True, True, True),
    ],
)
def test_bars_keep_out_of_the_periods_they_cover(bar, month_out, quarter_out, year_out):
    one = person(bars=(bar,))
    outs = [bool(why(one, period)) for period in ("2026-10", "2026-Q4", "2026")]
    assert outs == [month_out, quarter_out, year_out]


def test_bars_of_other_codes_are_not_the_schemes_business():
    assert why(person(bars=(Bar("late", "", "2026-01-01", None),))) == []


@pytest.mark.parametrize(
    ("replied", "sent", "satisfied", "replies", "found"),
    [
        (15, 100, 9, 10, []),
        (14, 100, 10, 10, ["sms_gate"]),
        (15, 100, 89, 100, ["sms_gate"]),
        (0, 0, 0, 10, []),  # none sent: no gate
        (20, 100, 0, 0, []),  # nobody said anything: nothing is missed
    ],
)
def test_sms_gate(replied, sent, satisfied, replies, found):
    sums = share("sms_reply", replied, sent)["2026-10"]
    sums |= share("sms_satisfaction", satisfied, replies)["2026-10"]
    assert why(person(months={"2026-10": sums})) == found
    assert why(person(months={"2026-10": sums}), rules=ONSITE) == []


def test_sms_gate_of_a_quarter_looks_at_its_sums():
    months = share("sms_reply", 5, 100, "2026-10") | share(
        "sms_reply", 25, 100, "2026-11"
    )
    assert why(person(months=months), "2026-Q4") == []
    assert why(person(months=share("sms_reply", 5, 100)), "2026-Q4") == ["sms_gate"]


@pytest.mark.parametrize(
    ("achieved", "base", "found"),
    [(99, 100, ["volume_gate"]), (100, 100, []), (130, 100, []), (5, 0, [])],
)
def test_volume_gate_needs_a_target(achieved, base, found):
    assert why(person(months=share("volume", achieved, base))) == found


def test_reasons_come_in_a_fixed_order():
    bars = (
        Bar("red_line", "", "2026-01-01", None),
        Bar("attitude_complaint", "2026-10", "2026-10-01", None),
    )
    months = share("sms_reply", 0, 100)
    one = person(bars=bars, months=months, on_duty=False)
    assert why(one) == ["attitude_complaint", "red_line", "sms_gate", "not_on_duty"]


@pytest.mark.parametrize(
    ("hired", "left", "assigned", "found"),
    [
        (None, None, True, True),
        (None, None, False, False),
        ("2026-10-31", "2026-10-31", True, True),
        ("2026-11-01", None, True, False),
        (None, "2026-10-30", True, False),
    ],
)
def test_on_duty_is_employed_and_assigned_on_the_last_day(hired, left, assigned, found):
    def day(text):
        return date.fromisoformat(text) if text else None

    duty = on_duty(
        day=OCTOBER.last, hired_on=day(hired), left_on=day(left), assigned=assigned
    )
    assert duty is found


FIRST, LATER, END = date(2026, 1, 1), date(2026, 10, 12), date(2026, 10, 31)


@pytest.mark.parametrize(
    ("stays", "left_on", "outlet", "assigned"),
    [
        ([], None, None, False),
        ([(1, "A", FIRST, None)], None, 1, True),
        ([(1, "A", date(2026, 11, 1), None)], None, None, False),
        # Moved: listed at the new place.
        ([(1, "A", FIRST, LATER), (2, "B", LATER, None)], None, 2, True),
        # Gone: the last assignment, even if another one began later and ended sooner.
        ([(1, "A", FIRST, None), (2, "B", LATER, LATER)], END, 1, True),
        ([(1, "A", FIRST, LATER)], None, 1, False),
        ([(1, "A", FIRST, None)], LATER, 1, False),
        # At two places at once: the one entered later, then the smaller code.
        ([(1, "A", FIRST, None), (2, "B", LATER, None)], None, 2, True),
        ([(2, "B", FIRST, None), (1, "A", FIRST, None)], None, 1, True),
    ],
)
def test_listed_at(stays, left_on, outlet, assigned):
    found, holds = listed_at([Stay(*stay) for stay in stays], END, left_on)
    assert (found and found.outlet_id, holds) == (outlet, assigned)


def entry(number, day, *, case="1", code="red_line", scope=""):
    return BarEntry(code, scope, date(2026, 10, day), ("discipline", case), number)


def lifted(bars, lifts) -> list[str | None]:
    return [bar.lifted_on for bar in resolved_bars(bars, lifts)]


def test_a_lift_of_the_same_case_ends_that_bar_alone():
    bars = [entry(1, 1), entry(2, 2, case="2")]
    assert lifted(bars, [entry(3, 20, case="2")]) == [None, "2026-10-20"]


def test_any_other_lift_ends_all_open_bars_before_it():
    bars = [entry(1, 1), entry(2, 2, case="2"), entry(4, 25, case="3")]
    lifts = [entry(3, 20, case="other"), entry(5, 28, case="other")]
    assert lifted(bars, lifts) == ["2026-10-20", "2026-10-20", "2026-10-28"]


def test_a_lift_ends_neither_a_later_bar_nor_one_of_a_named_period():
    assert lifted([entry(2, 20)], [entry(1, 20, case="other")]) == [None]
    assert lifted([entry(1, 1, scope="2026-10")], [entry(2, 20)]) == [None]
    assert lifted([entry(1, 1)], [entry(2, 20, code="other")]) == [None]
