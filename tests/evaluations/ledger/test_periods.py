from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.ledger.periods import Period, PeriodKind


@pytest.mark.parametrize(
    ("code", "first", "last", "kind"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), PeriodKind.MONTH),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), PeriodKind.MONTH),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), PeriodKind.QUARTER),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), PeriodKind.QUARTER),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), PeriodKind.YEAR),
    ],
)
def test_parse_reads_months_quarters_and_years(code, first, last, kind):
    period = Period.parse(code)
    assert (period.first, period.last, period.kind) == (first, last, kind)
    assert period.code == code


@pytest.mark.parametrize(
    "code", ["", "2026-13", "2026-Q5", "26-10", "2026-1", "2026/10"]
)
def test_parse_refuses_what_is_no_period(code):
    with pytest.raises(ValueError, match="is no period"):
        Period.parse(code)


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_lies_in_its_month_quarter_and_year(day):
    month, quarter = Period.month_of(day), Period.quarter_of(day)
    assert day in month
    assert month in quarter.months
    assert quarter.first in Period.year_of(day)


@given(
    st.dates(min_value=date(1901, 1, 1), max_value=date(2199, 12, 31)),
    st.sampled_from([Period.month_of, Period.quarter_of, Period.year_of]),
)
def test_previous_ends_the_day_before(day, maker):
    period = maker(day)
    assert (period.first - period.previous.last).days == 1
    assert period.previous.kind == period.kind
