"""Erlang C and A against the textbook and against the states themselves."""

from math import exp, factorial, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlets.flow.queueing import (
    Load,
    Outcome,
    ServiceTimes,
    mean_patience_s,
    outcome,
    people_needed,
)

SERVICE_S = 200.0
RATES = st.floats(0.0005, 0.2)
PATIENCE = st.one_of(st.none(), st.floats(30, 5000))


def erlangs(offered: float, patience_s: float | None = None) -> Load:
    return Load(offered / SERVICE_S, SERVICE_S, patience_s)


def erlang_c(offered: float, people: int) -> float:
    """The probability to wait, as every textbook writes it."""
    busy = offered**people / factorial(people) * people / (people - offered)
    return busy / (sum(offered**k / factorial(k) for k in range(people)) + busy)


def states(load: Load, people: int, most: int = 3000) -> tuple[float, float]:
    """Waiting and abandoning from the balance of births and deaths, state by state."""
    leave, serve = 1 / load.patience_s, 1 / load.service_s
    logs = [0.0]
    for n in range(1, most):
        out = min(n, people) * serve + max(n - people, 0) * leave
        logs.append(logs[-1] + log(load.arrivals_per_s) - log(out))
    weights = [exp(value - max(logs)) for value in logs]
    waiting = sum(weights[people:]) / sum(weights)
    queue = sum((n - people) * w for n, w in enumerate(weights) if n > people)
    return waiting, queue / sum(weights) * leave / load.arrivals_per_s


@pytest.mark.parametrize(
    ("offered", "people"), [(1.5, 2), (0.2, 1), (8, 10), (40, 45), (0.01, 3)]
)
def test_without_giving_up_it_is_erlang_c(offered, people):
    found = outcome(erlangs(offered), people, 600)
    waits = erlang_c(offered, people)
    assert found.waiting == pytest.approx(waits, rel=1e-8)
    late = waits * exp(-(people - offered) * 600 / SERVICE_S)
    assert found.within == pytest.approx(1 - late, rel=1e-8)
    assert found.abandoned == 0
    assert found.occupancy == pytest.approx(offered / people)


@pytest.mark.parametrize(
    ("offered", "people", "patience_s"),
    [(10, 8, 300), (10, 12, 300), (100, 60, 5000), (30, 30, 40), (0.3, 1, 90)],
)
def test_with_giving_up_it_is_the_balance_of_the_states(offered, people, patience_s):
    load = erlangs(offered, patience_s)
    found = outcome(load, people, 600)
    waiting, abandoned = states(load, people)
    assert found.waiting == pytest.approx(waiting, rel=1e-7)
    assert found.abandoned == pytest.approx(abandoned, rel=1e-7)
    assert found.occupancy == pytest.approx(offered * (1 - abandoned) / people)


def test_a_worked_example():
    """60 customers an hour, 4 minutes each: 4 at work, 6 serve 98 % in 10 minutes."""
    load = Load(60 / 3600, 240)
    assert load.offered == 4
    assert people_needed(load, target=0.9, limit_s=600) == 5
    assert outcome(load, 5, 600).within == pytest.approx(0.9545, abs=5e-5)
    assert outcome(load, 4, 600).within == 0


def test_nobody_comes():
    nobody = Load(0, 240)
    assert people_needed(nobody, target=0.9, limit_s=600) == 0
    assert outcome(nobody, 1, 600) == Outcome(1.0, 0.0, 0.0, 0.0)


def test_with_no_limit_only_who_finds_somebody_free_is_in_time():
    found = outcome(erlangs(3, 300), 4, 0)
    assert found.within == pytest.approx(1 - found.waiting, rel=1e-9)


@given(RATES, PATIENCE, st.integers(1, 40))
def test_shares_are_shares_and_add_up(rate, patience_s, people):
    load = Load(rate, SERVICE_S, patience_s)
    found = outcome(load, people, 600)
    assert 0 <= found.within <= 1
    assert 0 <= found.abandoned <= 1
    assert 0 <= found.waiting <= 1
    assert found.within + found.abandoned <= 1 + 1e-9
    assert found.within >= 1 - found.waiting - 1e-9
    assert 0 <= found.occupancy <= 1 + 1e-9


@given(RATES, PATIENCE, st.sampled_from([0.8, 0.9, 0.95]), st.integers(20, 900))
def test_the_need_is_the_fewest_that_reach_the_target(rate, patience_s, target, limit):
    load = Load(rate, SERVICE_S, patience_s)
    people = people_needed(load, target=target, limit_s=limit)
    assert outcome(load, people, limit).within >= target
    if people > 1:
        assert outcome(load, people - 1, limit).within < target


@pytest.mark.parametrize(
    ("load", "people"),
    [(Load(1e-6, 200, 5), 400), (Load(30, 170, 1e7), 3), (Load(5, 170, 1), 1)],
)
def test_extremes_give_shares(load, people):
    found = outcome(load, people, 600)
    assert 0 <= found.within <= 1
    assert found.abandoned == pytest.approx(
        max(0.0, 1 - people / load.offered), abs=0.01
    )


@pytest.mark.parametrize("given", [(-1, 200), (1, 0), (1, 200, 0)])
def test_a_load_out_of_range_is_refused(given):
    with pytest.raises(ValueError, match=r"rate|service|patience"):
        Load(*given)


def test_questions_without_an_answer_are_refused():
    with pytest.raises(ValueError, match="anybody"):
        outcome(erlangs(1), 0, 600)
    with pytest.raises(ValueError, match="limit"):
        outcome(erlangs(1), 2, -1)
    for target in (0, 1, 90):
        with pytest.raises(ValueError, match="target"):
            people_needed(erlangs(1), target=target, limit_s=600)


class TestPatience:
    def test_all_waits_count_and_only_leaving_ends_them(self):
        """Nine were called after a minute, one left after three: 12 minutes."""
        assert mean_patience_s(9 * 60 + 180, 1) == 720

    def test_a_few_say_nothing(self):
        assert mean_patience_s(720, 19, at_least=20) is None
        assert mean_patience_s(720, 20, at_least=20) == 36
        assert mean_patience_s(720, 0) is None
        assert mean_patience_s(0, 5) is None


class TestServiceTimes:
    def test_an_hour_with_many_speaks_for_itself(self):
        times = ServiceTimes.of({9: (950, 950 * 100), 10: (50, 50 * 300)})
        assert times.overall_s == 110
        assert times.at(9) == (95_000 + 50 * 110) / 1000
        assert times.at(10) == (15_000 + 50 * 110) / 100
        assert times.at(23) == 110

    def test_nothing_is_known(self):
        assert ServiceTimes.of({}) is None
        assert ServiceTimes.of({9: (0, 0)}) is None
