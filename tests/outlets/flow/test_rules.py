"""Wait bins against NumPy on the raw waits, and what an hour counts."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlets.flow.rules import (
    WAIT_BINS,
    WAIT_COLUMNS,
    WAIT_EDGES,
    Flow,
    Month,
    Served,
    TicketTimes,
    Waits,
    merged,
    roll_up_hours,
    roll_up_servers,
    wait_bin,
)

WAITS = st.lists(
    st.one_of(
        st.integers(0, 40),
        st.integers(0, 900),
        st.integers(0, 20_000),
        st.sampled_from([e + d for e in WAIT_EDGES for d in (0, 1)]),
    ),
    max_size=60,
)
SOME_WAITS = WAITS.filter(bool)
DAY = date(2026, 3, 14)


def bounds(wait: float, longest: int) -> tuple[float, float]:
    """Return the smallest and the largest whole second in the bin of a wait."""
    index = int(wait_bin(wait))
    lower = WAIT_EDGES[index - 1] + 1 if index else 0
    return lower, min((*WAIT_EDGES, longest)[index], longest)


class TestBins:
    def test_there_is_a_column_for_every_bin(self):
        assert WAIT_BINS == len(WAIT_COLUMNS) == len(set(WAIT_COLUMNS)) == 28
        assert list(WAIT_EDGES) == sorted(set(WAIT_EDGES))
        assert {20, 60, 300, 360, 600} <= set(WAIT_EDGES)

    @pytest.mark.parametrize("edge", WAIT_EDGES)
    def test_an_edge_belongs_to_the_lower_bin(self, edge):
        assert wait_bin(edge) + 1 == wait_bin(edge + 1)

    def test_a_wait_of_hours_falls_into_the_last_bin(self):
        assert wait_bin([0, 7200, 7201, 10**6]).tolist() == [0, 26, 27, 27]


class TestWaits:
    def test_nobody_has_no_figures(self):
        nobody = Waits.of([])
        assert nobody == Waits()
        assert nobody.mean_s is None
        assert nobody.share_over(600) is None
        assert nobody.percentile_s(0.5) is None

    @given(SOME_WAITS)
    def test_the_mean_is_exact(self, waits):
        assert Waits.of(waits).mean_s == sum(waits) / len(waits)

    @given(SOME_WAITS, st.sampled_from(WAIT_EDGES))
    def test_a_share_over_an_edge_is_exact(self, waits, edge):
        longer = sum(wait > edge for wait in waits)
        assert Waits.of(waits).share_over(edge) == longer / len(waits)

    def test_a_share_over_what_is_no_edge_is_refused(self):
        with pytest.raises(ValueError, match="601"):
            Waits.of([1]).share_over(601)

    @given(SOME_WAITS, st.sampled_from([0.0, 0.1, 0.5, 0.75, 0.9, 0.99, 1.0]))
    def test_a_percentile_is_within_one_bin_of_numpy(self, waits, fraction):
        exact = float(np.percentile(waits, fraction * 100, method="linear"))
        below = int((len(waits) - 1) * fraction)
        around = sorted(waits)[below : below + 2]
        widths = [high - low for low, high in (bounds(w, max(waits)) for w in around)]
        estimate = Waits.of(waits).percentile_s(fraction)
        assert abs(estimate - exact) <= max(widths) + 1e-6

    @given(SOME_WAITS, st.integers(0, 59))
    def test_every_single_wait_is_placed_in_its_own_bin(self, waits, rank):
        rank %= len(waits)
        histogram = Waits.of(waits)
        low, high = bounds(sorted(waits)[rank], max(waits))
        fraction = rank / (len(waits) - 1) if len(waits) > 1 else 0.0
        if (len(waits) - 1) * fraction == rank:
            assert low - 1e-6 <= histogram.percentile_s(fraction) <= high + 1e-6

    @given(SOME_WAITS)
    def test_the_longest_wait_is_exact(self, waits):
        assert Waits.of(waits).percentile_s(1.0) == max(waits)

    @given(st.lists(st.integers(0, 20_000), min_size=2, max_size=2))
    def test_the_median_of_two_is_exact(self, waits):
        assert Waits.of(waits).percentile_s(0.5) == pytest.approx(sum(waits) / 2)

    @given(SOME_WAITS)
    def test_percentiles_do_not_fall(self, waits):
        histogram = Waits.of(waits)
        values = [histogram.percentile_s(q / 10) for q in range(11)]
        assert all(a <= b + 1e-6 for a, b in zip(values, values[1:], strict=False))

    @given(WAITS, WAITS)
    def test_adding_up_is_the_same_as_counting_together(self, one, other):
        assert Waits.of(one) + Waits.of(other) == Waits.of(one + other)


def ticket(hour=9, **given) -> TicketTimes:
    values = {
        "date": DAY,
        "clock_s": hour * 3600,
        "service": "pay",
        "priority": "none",
        "employee_number": "",
        "called_s": None,
        "finished_s": None,
        "abandoned_s": None,
    }
    return TicketTimes(**values | given)


class TestHours:
    def test_an_hour_counts_who_came_was_served_and_left(self):
        hours = roll_up_hours(
            [
                ticket(called_s=601, finished_s=700),
                ticket(called_s=600),
                ticket(abandoned_s=45),
                ticket(),
                ticket(hour=10, called_s=0, finished_s=0),
            ]
        )
        assert hours[DAY, 9, "pay"] == Flow(
            arrivals=4,
            served=2,
            abandoned=1,
            abandoned_wait_sum_s=45,
            finished=1,
            service_sum_s=99,
            waits=Waits.of([601, 600]),
        )
        assert hours[DAY, 9, "pay"].share_over_600_s == 0.5
        assert hours[DAY, 10, "pay"].arrivals == 1

    def test_services_and_days_are_kept_apart(self):
        other_day = date(2026, 3, 15)
        hours = roll_up_hours(
            [ticket(), ticket(service="card"), ticket(date=other_day)]
        )
        assert set(hours) == {(DAY, 9, "pay"), (DAY, 9, "card"), (other_day, 9, "pay")}

    @pytest.mark.parametrize(
        "priority", ["elderly", "weak", "sick", "disabled", "pregnant"]
    )
    def test_a_priority_customer_is_late_after_six_minutes(self, priority):
        hours = roll_up_hours(
            [
                ticket(priority=priority, called_s=10, finished_s=360),
                ticket(priority=priority, called_s=10, finished_s=361),
                ticket(priority=priority, called_s=10),
            ]
        )
        flow = hours[DAY, 9, "pay"]
        assert flow.priority_arrivals == 3
        assert flow.priority_finished == 2
        assert flow.priority_late == 1
        assert flow.priority_late_share == 0.5

    @pytest.mark.parametrize("priority", ["vip", "none", ""])
    def test_a_vip_is_no_priority_customer(self, priority):
        hours = roll_up_hours([ticket(priority=priority, called_s=0, finished_s=999)])
        assert hours[DAY, 9, "pay"].priority_arrivals == 0
        assert hours[DAY, 9, "pay"].priority_late == 0

    def test_flows_add_up(self):
        one = roll_up_hours([ticket(called_s=30)])[DAY, 9, "pay"]
        other = roll_up_hours([ticket(abandoned_s=5)])[DAY, 9, "pay"]
        assert merged([one, other]) == Flow(
            arrivals=2,
            served=1,
            abandoned=1,
            abandoned_wait_sum_s=5,
            waits=Waits.of([30]),
        )
        assert merged([]) == Flow()


def test_a_server_counts_called_tickets_of_her_own():
    servers = roll_up_servers(
        [
            ticket(employee_number="E1", called_s=5, finished_s=65, priority="vip"),
            ticket(employee_number="E1", called_s=5),
            ticket(employee_number="E1", abandoned_s=5),
            ticket(employee_number="", called_s=5, finished_s=10),
        ]
    )
    assert servers == {(DAY, "E1"): Served(2, 1, 60, 1)}


class TestMonth:
    def test_is_written_and_read_as_a_code(self):
        assert str(Month.parse("2026-02")) == "2026-02"
        assert Month.parse("2026-02") == Month.of(date(2026, 2, 28))

    @pytest.mark.parametrize("code", ["", "2026", "2026-13", "2026-2", "0000-01", "x"])
    def test_what_is_no_month_is_refused(self, code):
        with pytest.raises(ValueError, match="."):
            Month.parse(code)

    def test_has_its_days_and_neighbours(self):
        month = Month.parse("2028-02")
        assert month.span == (date(2028, 2, 1), date(2028, 2, 29))
        assert len(month.days) == 29
        assert (str(month.previous), str(month.next)) == ("2028-01", "2028-03")
        assert str(Month.parse("2026-01").previous) == "2025-12"

    def test_the_calendar_has_two_ends(self):
        first, last = Month.parse("0001-01"), Month.parse("9999-12")
        assert first.previous == first
        assert last.next == last
