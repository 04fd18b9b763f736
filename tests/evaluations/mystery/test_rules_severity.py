"""Severities and corrected values: against whole matrices, and on known truth."""

import numpy as np
import pytest

from evaluations.mystery.rules.designs import Spread
from evaluations.mystery.rules.severity import VisitValue, estimate

SPREAD = Spread(severity=8, outlet=10, visit=7)


def some_visits(seed=1, known=0.8):
    draw = np.random.default_rng(seed)
    outlets = np.concatenate([np.arange(9), draw.integers(9, size=21)]).tolist()
    return [
        VisitValue(
            percent=float(draw.normal(80, 12)),
            outlet=outlet,
            shopper=f"K{at % 5}" if draw.random() < known else None,
        )
        for at, outlet in enumerate(outlets)
    ]


def dense(visits, asked):
    """Return (effects of outlets, errors, of shoppers) by generalised least squares.

    The outlet asked about is fixed, the others and the shoppers are random.
    """
    outlets = sorted({one.outlet for one in visits})
    shoppers = sorted({one.shopper for one in visits if one.shopper})
    y = np.array([one.percent for one in visits])
    z = np.array([[one.outlet == o for o in outlets] for one in visits], float)
    k = np.array([[one.shopper == s for s in shoppers] for one in visits], float)
    fixed = [np.ones(len(visits))]
    if asked is not None:
        fixed.append(z[:, outlets.index(asked)])
        z = z * np.array([o != asked for o in outlets])
    alone = np.diag([SPREAD.severity**2 * (one.shopper is None) for one in visits])
    cov = (
        SPREAD.outlet**2 * z @ z.T
        + SPREAD.severity**2 * k @ k.T
        + alone
        + SPREAD.visit**2 * np.eye(len(visits))
    )
    x = np.column_stack(fixed)
    inverse = np.linalg.inv(cov)
    beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    rest = inverse @ (y - x @ beta)
    effects = SPREAD.outlet**2 * z.T @ rest
    if asked is not None:
        effects[outlets.index(asked)] = beta[1]
    project = inverse - inverse @ x @ np.linalg.inv(x.T @ inverse @ x) @ x.T @ inverse
    severity_cov = (
        SPREAD.severity**2 * np.eye(len(shoppers))
        - SPREAD.severity**4 * k.T @ project @ k
    )
    return effects, SPREAD.severity**2 * k.T @ rest, np.sqrt(np.diag(severity_cov))


@pytest.mark.parametrize("known", [1.0, 0.7])
def test_outlets_are_what_least_squares_makes_of_them(known):
    visits = some_visits(known=known)
    found = estimate(visits, spread=SPREAD)
    levels = []
    for outlet in sorted(found.outlets):
        effects, _severity, _errors = dense(visits, outlet)
        apart = effects[outlet] - effects.mean()
        levels.append(found.outlets[outlet].corrected.value - apart)
    assert levels == pytest.approx([levels[0]] * 9)  # one level for all of them
    assert 60 < levels[0] < 100


def test_severities_are_what_least_squares_makes_of_them():
    visits = some_visits()
    found = estimate(visits, spread=SPREAD).shoppers
    _outlets, effects, errors = dense(visits, None)
    for at, shopper in enumerate(sorted(found)):
        severity = found[shopper].severity
        assert severity.value == pytest.approx(-effects[at])
        assert severity.error == pytest.approx(errors[at])


def test_one_severe_shopper_by_hand():
    """Two shoppers at the same three outlets, 12 points apart each time.

    Per outlet the difference d of both has the variance 2 (1 + 1/3 of it shared):
    the severities are ± d/2, drawn towards 0 by 3 / (3 + 1).
    """
    even = Spread(severity=1, outlet=1, visit=1)
    visits = [
        VisitValue(level + by, outlet, shopper)
        for outlet, level in enumerate((70, 80, 90))
        for shopper, by in (("mild", 6), ("severe", -6))
    ]
    found = estimate(visits, spread=even)
    assert found.shoppers["severe"].severity.value == pytest.approx(6 * 3 / 4)
    assert found.shoppers["mild"].severity.value == pytest.approx(-6 * 3 / 4)
    assert found.shoppers["mild"].visits == 3
    # Everybody met both, so that nothing is to be corrected.
    assert found.outlets[0].raw == 70
    assert found.outlets[0].corrected.value - found.outlets[
        2
    ].corrected.value == pytest.approx(-20)


def test_who_met_the_severe_one_is_raised():
    visits = [VisitValue(80, n, "mild") for n in range(6)]
    visits += [VisitValue(60, n, "severe") for n in range(6)]
    visits += [VisitValue(60, "unlucky", "severe"), VisitValue(80, "lucky", "mild")]
    found = estimate(visits, spread=SPREAD).outlets
    assert (found["unlucky"].raw, found["lucky"].raw) == (60, 80)
    gap = found["lucky"].corrected.value - found["unlucky"].corrected.value
    assert 0 < gap < 5
    assert found["lucky"].corrected.low < found["lucky"].corrected.value
    assert found["lucky"].corrected.high > found["lucky"].corrected.value


@pytest.mark.parametrize(
    ("visits", "told"),
    [
        # Two visits are too few, three are enough where others came as well.
        ([(0, "a"), (1, "a"), (0, "b"), (1, "b")], set()),
        ([(0, "a"), (1, "a"), (2, "a"), (0, "b"), (1, "b")], {"a"}),
        # Nobody else came where she was, or at one outlet only.
        ([(0, "a"), (1, "a"), (2, "a"), (3, "b")], set()),
        ([(0, "a"), (1, "a"), (2, "a"), (2, "b")], set()),
        # Somebody unknown is somebody else.
        ([(0, "a"), (1, "a"), (2, "a"), (0, None), (1, None)], {"a"}),
    ],
)
def test_too_little_evidence_is_no_severity(visits, told):
    values = [VisitValue(80, outlet, shopper) for outlet, shopper in visits]
    found = estimate(values, spread=SPREAD).shoppers
    assert {key for key, one in found.items() if one.severity is not None} == told
    assert None not in found


def test_one_outlet_is_compared_with_nobody():
    found = estimate([VisitValue(80, "x", "a")], spread=SPREAD)
    assert found.outlets["x"].raw == 80
    assert found.outlets["x"].corrected is None
    assert estimate([], spread=SPREAD).outlets == {}


def test_the_order_of_visits_does_not_matter():
    visits = some_visits()
    one, other = (estimate(rows, spread=SPREAD) for rows in (visits, visits[::-1]))
    for outlet, value in one.outlets.items():
        assert value.corrected.value == pytest.approx(
            other.outlets[outlet].corrected.value
        )


def test_nine_in_ten_intervals_hold_the_truth():
    """For outlets far from the mean as for those near it."""
    draw = np.random.default_rng(11)
    held, far_held, severe_held, apart = [], [], [], []
    for _turn in range(150):
        truth, severity = draw.normal(80, 10, 30), draw.normal(0, 8, 12)
        truth[0], truth[1] = truth.mean() + 25, truth.mean() - 25
        outlet = np.repeat(np.arange(30), 2)
        shopper = draw.integers(12, size=60)
        percent = truth[outlet] - severity[shopper] + draw.normal(0, 7, 60)
        rows = zip(percent.tolist(), outlet.tolist(), shopper.tolist(), strict=True)
        found = estimate([VisitValue(*row) for row in rows], spread=SPREAD)
        # What is told is an outlet against the mean of all: the level is put aside.
        level = np.mean([one.corrected.value for one in found.outlets.values()])
        for at, value in found.outlets.items():
            shift = truth.mean() - level
            inside = (
                value.corrected.low + shift <= truth[at] <= value.corrected.high + shift
            )
            (far_held if at < 2 else held).append(inside)
            apart.append((value.corrected.value - level) - (truth[at] - truth.mean()))
        for at, one in found.shoppers.items():
            if one.severity is not None:
                low, high = one.severity.low, one.severity.high
                severe_held.append(low <= severity[at] <= high)
    assert np.mean(held) == pytest.approx(0.9, abs=0.015)
    assert np.mean(far_held) == pytest.approx(0.9, abs=0.05)
    assert np.mean(severe_held) == pytest.approx(0.9, abs=0.025)
    assert np.mean(apart) == pytest.approx(0, abs=1e-9)
