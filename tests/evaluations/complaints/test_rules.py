import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.complaints.rules import case_figures


def test_figures_of_open_and_closed_cases():
    figures = case_figures({None: 2, 0: 1, 2: 1, 3: 1, 10: 1})
    assert (figures.complaints, figures.closed, figures.still_open) == (6, 4, 2)
    assert (figures.days_median, figures.closed_within_2_days) == (2.5, 2)
    assert figures.days_p90 == pytest.approx(7.9)
    assert figures.closed_share == pytest.approx(4 / 6)
    # Open cases stay below the line: they were not closed within two days.
    assert figures.share_within_2_days == pytest.approx(2 / 6)
    assert figures.percent_within_2_days == pytest.approx(100 / 3)


def test_figures_without_closed_cases_know_no_days():
    figures = case_figures({None: 3})
    assert (figures.days_median, figures.days_p90) == (None, None)
    assert (figures.closed_share, figures.share_within_2_days) == (0.0, 0.0)


def test_figures_of_nothing_know_no_shares():
    figures = case_figures({})
    assert figures.complaints == 0
    assert figures.closed_share is None
    assert figures.percent_within_2_days is None


@given(st.dictionaries(st.integers(0, 2000), st.integers(1, 50), min_size=1))
def test_percentiles_lie_between_the_extremes(counts):
    figures = case_figures(counts)
    assert min(counts) <= figures.days_median <= figures.days_p90 <= max(counts)
    assert figures.closed == sum(counts.values())
