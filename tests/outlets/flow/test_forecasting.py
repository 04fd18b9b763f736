"""What a forecast makes of weekday, trend, season, holidays and gaps."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.forecast import pasts_of, together
from outlets.flow.forecasting import (
    HORIZON,
    Past,
    day_totals,
    expected,
    forecast,
    same_weekday_mean,
)
from tests.real import real_pack

MONDAY = date(2025, 1, 6)
WEEK = np.array([100.0, 120, 90, 110, 150, 200, 60])


def past(counts, holidays=None) -> Past:
    table = np.asarray(counts, dtype=float)
    return Past(MONDAY, table if table.ndim == 2 else table[:, None], holidays or {})


def weeks(number: int) -> np.ndarray:
    return np.tile(WEEK, number)


def test_a_place_that_repeats_itself_is_forecast_exactly():
    found = expected(past(weeks(12)))
    assert found[:, 0] == pytest.approx(np.tile(WEEK, 4))


def test_slots_keep_their_profile():
    counts = np.outer(weeks(12), [0.5, 0.3, 0.2, 0.0])
    found = expected(past(counts))
    assert found == pytest.approx(np.outer(np.tile(WEEK, 4), [0.5, 0.3, 0.2, 0.0]))


def test_a_new_level_is_followed():
    counts = np.concatenate([weeks(12), 2 * weeks(12)])
    found = expected(past(counts))[:, 0] / np.tile(WEEK, 4)
    assert found == pytest.approx(np.full(HORIZON, found[0]), rel=0.02)
    assert 1.7 < found[0] < 2.05


def test_one_strange_day_moves_little():
    counts = weeks(12)
    counts[-3] *= 20
    found = expected(past(counts))[:, 0] / np.tile(WEEK, 4)
    others = np.arange(HORIZON) % 7 != 4
    assert found[others] == pytest.approx(1, rel=0.06)
    assert found[4] == pytest.approx(1.27, abs=0.01)
    assert same_weekday_mean(past(counts))[4, 0] == 5.75 * 150


def test_last_years_season_is_believed_in_part():
    counts = weeks(57)
    counts[5 * 7 : 9 * 7] *= 2  # 52 weeks before the horizon
    found = expected(past(counts))[:, 0] / np.tile(WEEK, 4)
    assert found[10] == pytest.approx(2**0.3, rel=0.001)


def holidays_of(*days: int, name="National Day") -> dict[date, str]:
    return {MONDAY + timedelta(days=day): name for day in days}


def test_a_holiday_does_to_a_day_what_it_did_before():
    counts = weeks(12)
    counts[[30, 52]] *= 0.25
    found = expected(past(counts, holidays_of(30, 52, 84 + 9)))[:, 0]
    # Two days seen and their own mean drawn towards none as if one more had shown it.
    usual = np.tile(WEEK, 4)
    effect = found[9] / usual[9]
    assert effect == pytest.approx(0.25 ** ((2 + 2 / 3) / 3), rel=0.02)
    others = np.arange(HORIZON) != 9
    assert found[others] == pytest.approx(usual[others], rel=0.02)


def test_a_holiday_that_was_closed_is_closed():
    counts = weeks(12)
    counts[[30, 52]] = np.nan
    found = expected(past(counts, holidays_of(30, 52, 84 + 9)))
    assert np.isnan(found[9, 0])
    assert np.isnan(found).sum() == 1


def test_a_weekday_without_records_is_closed():
    counts = weeks(12)
    counts[6::7] = np.nan
    found = expected(past(counts))
    assert np.isnan(found[6::7]).all()
    assert found[:6, 0] == pytest.approx(WEEK[:6])


def test_small_counts_are_expected_as_often_as_they_come():
    counts = np.zeros((84, 2))
    counts[::14, 0] = 1
    counts[:, 1] = 2
    found = expected(past(counts))
    assert 0.3 < found[0, 0] < 0.7, "every other Monday"
    assert found[1, 0] == 0


def test_too_little_past_says_nothing():
    assert np.isnan(expected(past(weeks(3)))).all()
    assert forecast(past(weeks(7))) is None
    assert np.isnan(expected(past(np.full(84, np.nan)))).all()


class TestForecast:
    def test_what_repeats_itself_has_no_error(self):
        found = forecast(past(weeks(14)))
        assert found.first == MONDAY + timedelta(days=98)
        assert found.middle[:, 0] == pytest.approx(np.tile(WEEK, 4))
        assert found.test.origins == 2
        assert found.test.day_error == pytest.approx(0, abs=1e-5)
        assert found.test.plain_day_error == 0
        assert found.low == pytest.approx(found.middle)
        assert found.high == pytest.approx(found.middle)

    def test_four_of_five_lie_in_the_band(self):
        chance = np.random.default_rng(1)
        counts = np.outer(weeks(60), [1.0, 0.4, 0.1])
        counts = chance.poisson(counts * np.exp(chance.normal(0, 0.2, (420, 1))))
        made = forecast(past(counts[: 420 - HORIZON]))
        came = counts[-HORIZON:]
        inside = (made.low <= came) & (came <= made.high)
        assert 0.65 < inside.mean() < 0.95
        assert (made.low <= made.middle).all()
        assert (made.middle <= made.high).all()

    def test_the_plain_mean_stands_where_it_was_off_less(self):
        counts = weeks(24)
        counts[::2] *= np.where(np.arange(84) % 2, 1.0, 3.0)
        found = forecast(past(counts))
        assert found.plain == (found.test.plain_slot_error < found.test.slot_error)
        chosen = same_weekday_mean if found.plain else expected
        assert found.middle == pytest.approx(chosen(past(counts)), nan_ok=True)

    @given(
        st.lists(
            st.one_of(st.integers(0, 300), st.just(float("nan"))),
            min_size=56,
            max_size=90,
        )
    )
    def test_nothing_breaks_it(self, counts):
        found = forecast(past(counts))
        known = ~np.isnan(found.middle)
        assert (found.middle[known] >= 0).all()
        assert np.isfinite(found.middle[known]).all()


def test_day_totals_keep_the_unknown():
    counts = np.array([[1.0, np.nan], [np.nan, np.nan]])
    assert day_totals(counts)[0, 0] == 1
    assert np.isnan(day_totals(counts)[1, 0])


@pytest.mark.real
@pytest.mark.parametrize(("pack", "step"), [("streets", 56), ("shops", 112)])
def test_errors_are_a_tenth_below_the_same_weekday_mean(pack, step):
    for holidays in (True, False):
        pasts = pasts_of(real_pack(pack), holidays=holidays)
        some = [past for _root, past in list(pasts.values())[::4] or pasts.values()]
        assert together(some, step=step).lower >= 0.10
