from hypothesis import given
from hypothesis import strategies as st

from simulation.chain.duty import Window
from simulation.chain.queue import (
    NOBODY,
    TURNAROUND_SECONDS,
    Customer,
    serve,
)

ENDLESS = float("inf")


def customer(arrived: int, needs: int = 100, *, urgent: bool = False) -> Customer:
    return Customer(arrived, needs, urgent, patience=10_000)


def test_serve_calls_the_next_when_the_counter_is_free_again():
    first, second = serve([customer(10), customer(20)], [Window(0, 0, ENDLESS)], [1.0])
    assert (first.called, first.left, first.server) == (22, 122, 0)
    assert second.called == 122 + TURNAROUND_SECONDS


def test_serve_takes_the_urgent_before_those_who_came_earlier():
    outcomes = serve(
        [customer(0), customer(5), customer(9, urgent=True)],
        [Window(0, 0, ENDLESS)],
        [1.0],
    )
    assert [o.called for o in outcomes] == [12, 282, 147]


def test_serve_gives_the_next_customer_to_who_has_been_free_longest():
    windows = [Window(0, 0, ENDLESS), Window(1, 0, ENDLESS)]
    outcomes = serve(
        [customer(0, 50), customer(1, 500), customer(900)], windows, [1.0, 1.0]
    )
    assert [o.server for o in outcomes] == [0, 1, 0]


def test_serve_lets_the_impatient_go_and_never_calls_them():
    impatient = Customer(arrived=10, needs=60, urgent=False, patience=30)
    _busy, gone = serve([customer(0, 600), impatient], [Window(0, 0, ENDLESS)], [1.0])
    assert (gone.called, gone.left, gone.server) == (None, 40, NOBODY)


def test_serve_calls_nobody_during_a_break_and_takes_a_slow_server_longer():
    windows = [Window(0, 0, 100), Window(0, 400, ENDLESS)]
    (late,) = serve([customer(150, 100)], windows, [1.5])
    assert (late.called, late.left) == (400, 550)


@given(
    arrivals=st.lists(st.integers(0, 5000), max_size=40).map(sorted),
    needs=st.lists(st.integers(1, 900), min_size=40, max_size=40),
    counters=st.integers(1, 4),
)
def test_serve_never_gives_a_counter_two_customers_at_once(arrivals, needs, counters):
    customers = [
        Customer(at, need, at % 7 == 0, patience=600)
        for at, need in zip(arrivals, needs, strict=False)
    ]
    windows = [Window(number, 0, ENDLESS) for number in range(counters)]
    outcomes = serve(customers, windows, [1.0] * counters)
    for number in range(counters):
        spans = sorted((o.called, o.left) for o in outcomes if o.server == number)
        assert all(
            nxt >= left + TURNAROUND_SECONDS
            for (_, left), (nxt, _) in zip(spans, spans[1:], strict=False)
        )
    for guest, outcome in zip(customers, outcomes, strict=True):
        if outcome.called is None:
            assert outcome.left == guest.arrived + guest.patience
        else:
            assert 0 <= outcome.called - guest.arrived < guest.patience
