from evaluations.mystery.rules.kindness import LEAST_SPREAD, Compared, Usual, usual


def test_the_gap_is_how_much_kinder_the_own_checks_are():
    assert Compared(outlet=1, checks=96.0, visits=80.5, n=4).gap == 15.5
    assert Compared(outlet=1, checks=70.0, visits=80.0, n=4).gap == -10.0


def test_usual_is_the_median_and_spread_that_one_odd_outlet_does_not_move():
    # Deviations from 10: 4, 2, 0, 2, 60; their median is 2, and 1.4826 × 2.
    assert usual([6, 8, 10, 12, 70]) == Usual(median=10, spread=2.9652, outlets=5)


def test_where_all_differ_alike_a_hair_is_not_far():
    found = usual([10.0, 10.0, 10.0, 10.0, 10.1])
    assert found == Usual(10.0, LEAST_SPREAD, 5)
    assert found.excess(10.1) < 0.1
    assert found.excess(16.0) == 3.0


def test_with_few_outlets_nothing_is_usual():
    assert usual([1.0, 2.0, 3.0, 4.0]) is None
