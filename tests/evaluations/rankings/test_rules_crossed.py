"""Variance components against closed forms, brute force and, on real data, lme4."""

import json

import numpy as np
import pytest

from benchmarks.severity import cells_of as cells_of_pack
from evaluations.rankings.rules import crossed
from evaluations.rankings.rules.crossed import (
    Cells,
    VarianceComponents,
    effects,
    variance_components,
)
from tests.real import real_pack


def cells_of(person, rater, value):
    key, inverse = np.unique(
        np.array(person) * 100_000 + np.array(rater), return_inverse=True
    )
    value = np.array(value, dtype=float)
    return Cells(
        person=key // 100_000,
        rater=key % 100_000,
        count=np.bincount(inverse).astype(float),
        total=np.bincount(inverse, value),
        squares=np.bincount(inverse, value * value),
    )


def balanced(people, raters, seed=1):
    stream = np.random.RandomState(seed)
    table = (
        70
        + 6 * stream.standard_normal((people, 1))
        + 4 * stream.standard_normal((1, raters))
        + 3 * stream.standard_normal((people, raters))
    )
    person, rater = np.divmod(np.arange(people * raters), raters)
    return table, cells_of(person, rater, table.ravel())


@pytest.mark.parametrize(("people", "raters"), [(12, 5), (5, 12)])
def test_variance_components_of_a_balanced_table_are_those_of_anova(people, raters):
    table, cells = balanced(people, raters)
    mean = table.mean()
    of_person, of_rater = table.mean(axis=1), table.mean(axis=0)
    rest = table - of_person[:, None] - of_rater[None, :] + mean
    residual = (rest**2).sum() / ((people - 1) * (raters - 1))
    between_people = raters * ((of_person - mean) ** 2).sum() / (people - 1)
    between_raters = people * ((of_rater - mean) ** 2).sum() / (raters - 1)
    found = variance_components(cells)
    assert found.residual == pytest.approx(residual, rel=1e-5)
    assert found.person == pytest.approx((between_people - residual) / raters, rel=1e-5)
    assert found.rater == pytest.approx((between_raters - residual) / people, rel=1e-5)
    assert found.intercept == pytest.approx(mean, rel=1e-9)


def unbalanced(seed=3):
    stream = np.random.RandomState(seed)
    person = stream.randint(0, 6, 40)
    rater = stream.randint(0, 4, 40)
    value = 60 + 5 * person + 3 * rater + 4 * stream.standard_normal(40)
    return person, rater, value


def test_the_deviance_is_that_of_the_normal_density():
    person, rater, value = unbalanced()
    found = variance_components(cells_of(person, rater, value), reml=False)
    covariance = (
        found.person * (person[:, None] == person[None, :])
        + found.rater * (rater[:, None] == rater[None, :])
        + found.residual * np.eye(40)
    )
    off = value - found.intercept
    _sign, logdet = np.linalg.slogdet(covariance)
    density = 40 * np.log(2 * np.pi) + logdet + off @ np.linalg.solve(covariance, off)
    assert found.deviance == pytest.approx(density, rel=1e-9)


@pytest.mark.parametrize("swapped", [False, True], ids=["more people", "more raters"])
def test_effects_are_the_best_linear_unbiased_ones(swapped):
    person, rater, value = unbalanced()
    if swapped:
        person, rater = rater, person
    given = VarianceComponents(20.0, 7.0, 16.0, 0.0, 0.0)
    found = effects(cells_of(person, rater, value), given)
    z = np.concatenate(
        [np.eye(person.max() + 1)[person], np.eye(rater.max() + 1)[rater]], axis=1
    )
    sizes = [person.max() + 1, rater.max() + 1]
    prior = np.diag(np.repeat([20.0, 7.0], sizes))
    v = z @ prior @ z.T + 16 * np.eye(40)
    inverse = np.linalg.inv(v)
    ones = np.ones(40)
    intercept = ones @ inverse @ value / (ones @ inverse @ ones)
    predicted = prior @ z.T @ inverse @ (value - intercept)
    errors = np.diag(prior - prior @ z.T @ inverse @ z @ prior)
    assert found.intercept == pytest.approx(intercept, rel=1e-9)
    together = np.concatenate([found.person, found.rater])
    assert together == pytest.approx(predicted, rel=1e-8)
    spread = np.concatenate([found.person_error, found.rater_error])
    assert spread == pytest.approx(errors, rel=1e-8)


def test_a_large_smaller_side_is_solved_sparsely_with_the_same_effects(monkeypatch):
    cells = cells_of(*unbalanced())
    given = VarianceComponents(20.0, 7.0, 16.0, 0.0, 0.0)
    dense, found = effects(cells, given), variance_components(cells)
    monkeypatch.setattr(crossed, "DENSE", 1)
    thin = effects(cells, given)
    assert thin.person == pytest.approx(dense.person, rel=1e-9)
    assert thin.rater == pytest.approx(dense.rater, rel=1e-9)
    assert variance_components(cells).deviance == pytest.approx(found.deviance)


def test_nothing_is_told_apart_with_one_rater():
    with pytest.raises(ValueError, match="two raters"):
        variance_components(cells_of([0, 1, 1], [0, 0, 0], [1, 2, 3]))


@pytest.mark.real
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_variance_components_of_the_real_ratings_are_those_of_lme4(method):
    pack = real_pack("people")
    expected = json.loads((pack / "expected" / "variance_components.json").read_text())[
        method
    ]
    found = variance_components(cells_of_pack(pack), reml=method == "REML")
    assert found.person == pytest.approx(expected["var_employee"], rel=1e-3)
    assert found.rater == pytest.approx(expected["var_rater"], rel=1e-3)
    assert found.residual == pytest.approx(expected["var_residual"], rel=1e-3)
    assert found.intercept == pytest.approx(expected["intercept"], rel=1e-5)
    assert found.deviance == pytest.approx(expected["minus_2_log_likelihood"], abs=1e-3)


@pytest.mark.parametrize("value", [[70, 80, 90, 100], [0, 0, 100, 100], [5, 5, 5, 5]])
def test_judgements_that_people_and_raters_explain_alone_stop_nothing(value):
    # Two people, two raters, no residual: whoever asks gets figures or a ValueError.
    cells = cells_of([0, 0, 1, 1], [0, 1, 0, 1], value)
    try:
        found = variance_components(cells)
    except ValueError:
        return
    assert np.isfinite([found.person, found.rater, found.residual]).all()
