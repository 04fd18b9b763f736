"""When a floor deserves a look: rules, limits, and one alert until it is over."""

from datetime import datetime

import pytest
from scipy import stats

from outlets.flow.alerting import (
    BY_RULE,
    BY_STATISTICS,
    Alarm,
    Finding,
    Hour,
    Limits,
    Moment,
    by_rule,
    by_statistics,
    count_band,
    decide,
    expected_between,
    open_for_s,
    share_limit,
    was_open,
)
from outlets.places.rules import parse_hours

DAY = parse_hours("Mon-Sun 09:00-18:00")
NIGHT = parse_hours("Mon-Sun 18:00-02:00")


def raised(moment):
    return {one.alarm for one in by_rule(moment, Limits()) if one.raised}


def lasting(moment):
    return {one.alarm for one in by_rule(moment, Limits()) if one.lasts}


class TestByRule:
    @pytest.mark.parametrize(
        ("seconds", "alarms"),
        [
            (419, set()),
            (420, {Alarm.WAIT_NEAR}),
            (600, {Alarm.WAIT_NEAR}),
            (601, {Alarm.WAIT_NEAR, Alarm.WAIT_OVER}),
        ],
    )
    def test_the_longest_wait_nears_its_limit_and_passes_it(self, seconds, alarms):
        assert raised(Moment(waiting=1, longest_s=seconds, serving=1)) == alarms

    def test_a_wait_that_was_over_is_over_until_it_is_no_longer_near(self):
        assert Alarm.WAIT_OVER in lasting(Moment(1, longest_s=420, serving=1))
        assert Alarm.WAIT_OVER not in lasting(Moment(1, longest_s=419, serving=1))

    @pytest.mark.parametrize(("seconds", "found"), [(251, False), (252, True)])
    def test_a_priority_customer_nears_six_minutes(self, seconds, found):
        moment = Moment(priority_s=seconds, serving=1)
        assert (Alarm.PRIORITY in raised(moment)) is found

    @pytest.mark.parametrize(
        ("waiting", "begins", "goes_on"),
        [(12, False, False), (13, False, True), (15, False, True), (16, True, True)],
    )
    def test_a_queue_is_long_and_stays_so_a_little_below(
        self, waiting, begins, goes_on
    ):
        moment = Moment(waiting=waiting, serving=1)
        assert (Alarm.QUEUE in raised(moment)) is begins
        assert (Alarm.QUEUE in lasting(moment)) is goes_on

    @pytest.mark.parametrize(
        ("moment", "found"),
        [
            (Moment(waiting=1, longest_s=180), True),
            (Moment(waiting=1, longest_s=179), False),
            (Moment(waiting=1, longest_s=180, serving=1), False),
            (Moment(waiting=1, longest_s=180, since_call_s=179), False),
            (Moment(waiting=1, longest_s=180, since_call_s=180), True),
            (Moment(), False),
        ],
    )
    def test_nobody_serves_while_people_wait(self, moment, found):
        assert (Alarm.NOBODY in raised(moment)) is found

    @pytest.mark.parametrize(
        ("silent_s", "expected", "found"),
        [
            (1800, 7.0, True),
            (1799, 7.0, False),
            (1800, 6.9, False),  # e^-6.9 is more than one in a thousand
            (1800, None, False),
            (None, 7.0, False),
        ],
    )
    def test_a_machine_is_silent_where_no_ticket_at_all_is_improbable(
        self, silent_s, expected, found
    ):
        moment = Moment(silent_s=silent_s, expected=expected)
        assert (Alarm.SILENT in raised(moment)) is found

    def test_a_silence_lasts_until_something_is_heard(self):
        assert Alarm.SILENT in lasting(Moment(silent_s=1800, expected=None))


class TestCountBand:
    @pytest.mark.parametrize(
        ("past", "low", "high"),
        [
            ([20] * 8, 8, 36),
            ([0] * 8, 0, 2),
            ([100] * 4, 69, 136),
            ([5, 40, 8, 60, 3, 50, 9, 33], 0, 154),  # varies far more than Poisson
        ],
    )
    def test_limits_are_those_of_the_predictive_distribution(self, past, low, high):
        band = count_band(past)
        assert (band.low, band.high) == (low, high)

    def test_steady_hours_give_the_exact_predictive_distribution(self):
        """With φ = 1 it is Jeffreys' negative binomial: r = Σx + ½, p = k / (k + 1)."""
        past = [20] * 8
        exact = stats.nbinom(sum(past) + 0.5, 8 / 9)
        band = count_band(past)
        assert band.low == exact.ppf(0.00135)
        assert band.high == exact.ppf(0.99865)
        assert band.mean == 20.0625

    def test_one_hour_tells_no_limits(self):
        with pytest.raises(ValueError, match="two hours"):
            count_band([3])


class TestShareLimit:
    @pytest.mark.parametrize(
        ("past", "of", "limit"),
        [
            ([(2, 20)] * 8, 20, 7.0),  # the binomial quantile is the wider
            ([(0, 20)] * 8, 20, 2.0),
            ([(1, 50)] * 8, 10, 2.0),
            ([(0, 20), (8, 20)] * 4, 20, 17.6446),  # Laney's chart is
        ],
    )
    def test_the_wider_of_chart_and_quantile_is_the_limit(self, past, of, limit):
        assert round(share_limit(past, of), 4) == limit

    @pytest.mark.parametrize(("past", "of"), [([(0, 0)], 5), ([(1, 2)], 0)])
    def test_a_share_takes_customers(self, past, of):
        with pytest.raises(ValueError, match="customers"):
            share_limit(past, of)


def found(hour, past):
    return {one.alarm for one in by_statistics(hour, past) if one.raised}


class TestByStatistics:
    PAST = [Hour(arrivals=20, called=20, over=2, abandoned=1)] * 8

    @pytest.mark.parametrize(
        ("hour", "alarms"),
        [
            (Hour(20, 20, 2, 1), set()),
            (Hour(36, 36, 3, 1), set()),
            (Hour(37, 37, 3, 1), {Alarm.ARRIVALS_HIGH}),
            (Hour(8, 8, 1, 0), set()),
            (Hour(7, 7, 1, 0), {Alarm.ARRIVALS_LOW}),
            (Hour(20, 20, 7, 1), set()),
            (Hour(20, 20, 8, 1), {Alarm.WAITS_HIGH}),
            (Hour(20, 20, 0, 0), set()),  # good news
            (Hour(20, 15, 1, 6), {Alarm.ABANDONED_HIGH}),
            (Hour(9, 9, 9, 9), set()),  # too few customers for a share
        ],
    )
    def test_an_hour_beside_those_like_it(self, hour, alarms):
        assert found(hour, self.PAST) == alarms

    def test_three_weeks_tell_nothing_and_four_do(self):
        assert by_statistics(Hour(200), self.PAST[:3]) == []
        assert Alarm.ARRIVALS_HIGH in found(Hour(200), self.PAST[:4])

    def test_the_figures_say_what_was_compared(self):
        told = {one.alarm: one.figures for one in by_statistics(Hour(40), self.PAST)}
        assert told[Alarm.ARRIVALS_HIGH] == {
            "arrivals": 40,
            "usual": 20.1,
            "low": 8,
            "high": 36,
            "weeks": 8,
        }


def finding(alarm, *, begins=True, lasts=True):
    return Finding(alarm, begins, lasts)


class TestDecide:
    def test_one_alert_until_it_is_over(self):
        over = finding(Alarm.QUEUE)
        first = decide([over], [], BY_RULE)
        assert [one.alarm for one in first.raised] == [Alarm.QUEUE]
        again = decide([over], [Alarm.QUEUE], BY_RULE)
        assert (again.raised, again.ended) == ((), frozenset())
        calm = decide([finding(Alarm.QUEUE, begins=False)], [Alarm.QUEUE], BY_RULE)
        assert (calm.raised, calm.ended) == ((), frozenset())
        back = decide(
            [finding(Alarm.QUEUE, begins=False, lasts=False)], [Alarm.QUEUE], BY_RULE
        )
        assert back.ended == {Alarm.QUEUE}

    def test_of_what_nothing_is_said_any_more_is_over(self):
        assert decide([], [Alarm.QUEUE], BY_RULE).ended == {Alarm.QUEUE}

    def test_what_is_not_judged_stays(self):
        decision = decide([], [Alarm.ARRIVALS_HIGH], BY_RULE)
        assert decision.ended == frozenset()

    def test_a_wait_over_the_limit_is_not_near_it_as_well(self):
        both = [finding(Alarm.WAIT_OVER), finding(Alarm.WAIT_NEAR)]
        decision = decide(both, [Alarm.WAIT_NEAR], BY_RULE)
        assert [one.alarm for one in decision.raised] == [Alarm.WAIT_OVER]
        assert decision.ended == {Alarm.WAIT_NEAR}
        standing = decide([finding(Alarm.WAIT_NEAR)], [Alarm.WAIT_OVER], BY_RULE)
        assert [one.alarm for one in standing.raised] == [Alarm.WAIT_NEAR]
        assert standing.ended == {Alarm.WAIT_OVER}

    def test_where_the_machine_is_silent_few_arrivals_say_nothing(self):
        low = [finding(Alarm.ARRIVALS_LOW)]
        assert decide(low, [Alarm.SILENT], BY_STATISTICS).raised == ()
        assert decide(low, [], BY_STATISTICS).raised == tuple(low)


@pytest.mark.parametrize(
    ("spans", "hour", "seconds"),
    [
        (DAY, 11, 2 * 3600),
        (DAY, 9, 0),
        (DAY, 8, None),
        (DAY, 18, None),
        (NIGHT, 1, 7 * 3600),
        (NIGHT, 3, None),
    ],
)
def test_how_long_it_has_been_open(spans, hour, seconds):
    assert open_for_s(spans, datetime(2026, 3, 14, hour)) == seconds


@pytest.mark.parametrize(
    ("spans", "hour", "whole"),
    [(DAY, 9, True), (DAY, 17, True), (DAY, 8, False), (DAY, 18, False), ((), 3, True)],
)
def test_an_hour_counts_where_it_was_open_all_of_it(spans, hour, whole):
    assert was_open(spans, datetime(2026, 3, 14, hour)) is whole


def test_an_hour_with_a_break_in_it_does_not_count():
    spans = parse_hours("Mon-Sun 09:00-12:20,12:40-18:00")
    assert not was_open(spans, datetime(2026, 3, 14, 12))


def test_arrivals_to_expect_between_two_moments():
    usual = {9: 6.0, 10: 12.0}
    begins, ends = datetime(2026, 3, 14, 9, 30), datetime(2026, 3, 14, 10, 15)
    assert expected_between(usual, begins, ends) == 6.0
    assert expected_between({}, begins, ends) == 0.0
