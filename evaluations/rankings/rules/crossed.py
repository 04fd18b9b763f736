"""Crossed random effects of people and raters: how much each of them varies.

The model is `y = intercept + person + rater + residual` with independent normal
effects. Variances are found by maximising the restricted (REML) or the full (ML)
likelihood, profiled over intercept and residual variance as in Bates, Mächler, Bolker
and Walker (2015), "Fitting linear mixed-effects models using lme4", J. Stat. Softw.
67(1), section 3; the criterion is theirs, so the figures agree with lme4's. The side
with more levels is eliminated first, where the system is diagonal, so that 700 people
judged by 3,000 raters, or 200,000 people by 3,000 raters, cost a dense system of the
smaller side only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse.linalg import splu

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Up to so many levels the smaller side is solved densely, and its errors are exact.
DENSE = 3000
_CHUNK = 4096
_LEAST_INFORMATION = 1e-12


@dataclass(frozen=True, slots=True)
class Cells:
    """Judgements added up per person and rater, as parallel arrays.

    `person` and `rater` count from 0 and leave no number out; `count` judgements (at
    least 1) have the sum `total` and the sum of squares `squares`.
    """

    person: Ints
    rater: Ints
    count: Floats
    total: Floats
    squares: Floats


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Variances in squared units of the judgements; `intercept` in their units.

    `deviance` is −2 log (restricted) likelihood at the optimum.
    """

    person: float
    rater: float
    residual: float
    intercept: float
    deviance: float


@dataclass(frozen=True, slots=True)
class Effects:
    """Predicted effects (BLUPs) and the variances of their errors (PEV).

    Arrays follow the numbers of people and raters. A rater's effect is her severity:
    below 0 she judges harder than the others.
    """

    intercept: float
    person: Floats
    person_error: Floats
    rater: Floats
    rater_error: Floats


def variance_components(cells: Cells, *, reml: bool = True) -> VarianceComponents:
    """Estimate the three variances and the intercept.

    Raises:
        ValueError: there are fewer than two people, raters or spare judgements, or
            people and raters explain every judgement, so that nothing is told apart.
    """
    system = _System(cells)
    if min(system.people, system.raters) < 2 or system.n <= system.people:
        raise ValueError("two people, two raters and repeated judgements are needed")

    def deviance(theta: Floats) -> float:
        try:
            return system.solve(abs(theta[0]), abs(theta[1])).deviance(reml=reml)
        except ValueError:
            return float("inf")

    best = _lowest(deviance)
    found = system.solve(*best)
    residual = found.residual_variance(reml=reml)
    return VarianceComponents(
        person=residual * best[0] ** 2,
        rater=residual * best[1] ** 2,
        residual=residual,
        intercept=found.intercept,
        deviance=found.deviance(reml=reml),
    )


def effects(cells: Cells, variances: VarianceComponents) -> Effects:
    """Predict everybody's effect under given variances (Henderson's equations).

    Henderson (1975), "Best linear unbiased estimation and prediction under a selection
    model", Biometrics 31(2). With more than `DENSE` levels on both sides the errors of
    the smaller side neglect what its members share.
    """
    if variances.residual <= 0:
        raise ValueError("without residual variance nothing is predicted")
    system = _System(cells)
    person = (variances.person / variances.residual) ** 0.5
    rater = (variances.rater / variances.residual) ** 0.5
    found = system.solve(person, rater)
    big, small = found.blups()
    big_error, small_error = found.errors()
    scale = variances.residual
    sides = [
        (big, big_error, found.theta_big),
        (small, small_error, found.theta_small),
    ]
    scaled = [
        (theta * effect, scale * theta**2 * error) for effect, error, theta in sides
    ]
    people, raters = scaled if system.people_are_big else reversed(scaled)
    return Effects(found.intercept, people[0], people[1], raters[0], raters[1])


def _lowest(deviance: Callable[[Floats], float]) -> tuple[float, float]:
    """Minimise over both ratios of standard deviations, each at least 0."""
    best: Any = None
    for start in ((0.5, 0.5), (0.1, 1.0)):
        found = minimize(
            deviance,
            x0=np.array(start if best is None else best.x),
            method="Nelder-Mead",
            bounds=[(0.0, None), (0.0, None)],
            options={"xatol": 1e-6, "fatol": 1e-7, "maxiter": 400},
        )
        best = found if best is None or found.fun < best.fun else best
    return abs(float(best.x[0])), abs(float(best.x[1]))


class _System:
    """The sums of the data, arranged with the larger side first."""

    def __init__(self, cells: Cells) -> None:
        self.people = int(cells.person.max()) + 1
        self.raters = int(cells.rater.max()) + 1
        self.n = float(cells.count.sum())
        self.mean = float(cells.total.sum()) / self.n
        centred = cells.total - cells.count * self.mean
        self.people_are_big = self.people >= self.raters
        counts = sparse.csr_array(
            (cells.count, (cells.person, cells.rater)),
            shape=(self.people, self.raters),
        )
        of_person = np.bincount(cells.person, centred, self.people)
        of_rater = np.bincount(cells.rater, centred, self.raters)
        if self.people_are_big:
            self.counts, self.sums = counts, (of_person, of_rater)
        else:
            self.counts, self.sums = counts.T.tocsr(), (of_rater, of_person)
        self.sizes: tuple[Floats, Floats] = (
            np.asarray(self.counts.sum(axis=1)).ravel(),
            np.asarray(self.counts.sum(axis=0)).ravel(),
        )
        # What is left of the squares after centring; sums of the centred are 0.
        self.squares = max(float(cells.squares.sum()) - self.n * self.mean**2, 0.0)

    def solve(self, person: float, rater: float) -> "_Solved":
        thetas = (person, rater) if self.people_are_big else (rater, person)
        return _Solved(self, *thetas)


class _Solved:
    """Henderson's equations at given ratios of standard deviations to the residual."""

    def __init__(self, system: _System, theta_big: float, theta_small: float) -> None:
        self.system = system
        self.theta_big, self.theta_small = theta_big, theta_small
        big, small = system.sizes
        self.diagonal = theta_big**2 * big + 1
        self.cross = system.counts * (theta_big * theta_small)
        weighted = sparse.diags_array(1 / self.diagonal) @ self.cross
        schur = sparse.diags_array(theta_small**2 * small + 1) - self.cross.T @ weighted
        self.factor = _factor(schur)
        right = [
            (theta_big * big, theta_small * small),
            (theta_big * system.sums[0], theta_small * system.sums[1]),
        ]
        self.halves = [(b, s - self.cross.T @ (b / self.diagonal)) for b, s in right]
        solved = [self.factor.solve(s) for _b, s in self.halves]
        self.solved = solved

        def form(i: int, j: int) -> float:
            return float(
                self.halves[i][0] @ (self.halves[j][0] / self.diagonal)
                + self.halves[i][1] @ solved[j]
            )

        self.information = system.n - form(0, 0)
        if not self.information > _LEAST_INFORMATION * system.n:
            # So far out that floats say nothing of the intercept any more.
            raise ValueError("people and raters explain every judgement")
        self.slope = -form(0, 1) / self.information
        self.intercept = system.mean + self.slope
        self.rss = system.squares - form(1, 1) - self.slope**2 * self.information

    @cached_property
    def log_determinant(self) -> float:
        return float(np.log(self.diagonal).sum()) + self.factor.log_determinant

    def deviance(self, *, reml: bool) -> float:
        freedom = self.system.n - (1 if reml else 0)
        found = self.log_determinant + freedom * (
            1 + np.log(2 * np.pi * max(self.rss, 1e-300) / freedom)
        )
        return float(found + (np.log(self.information) if reml else 0.0))

    def residual_variance(self, *, reml: bool) -> float:
        return max(self.rss, 0.0) / (self.system.n - (1 if reml else 0))

    def blups(self) -> tuple[Floats, Floats]:
        """Return the spherical effects of the larger and of the smaller side."""
        small = self.solved[1] - self.slope * self.solved[0]
        big = self.halves[1][0] - self.slope * self.halves[0][0]
        return (big - self.cross @ small) / self.diagonal, small

    def errors(self) -> tuple[Floats, Floats]:
        """Return the error variances of the spherical effects, residual taken as 1.

        The error of the intercept is not in them: it is common to all and moves nobody
        past anybody.
        """
        inverse = self.factor.inverse()
        own = inverse if inverse.ndim == 1 else np.diagonal(inverse)
        through = np.empty(len(self.diagonal))
        ones = np.ones(len(own))
        for start in range(0, len(self.diagonal), _CHUNK):
            rows = self.cross[start : start + _CHUNK]
            if inverse.ndim == 1:
                part = rows.power(2) @ inverse
            else:
                part = rows.multiply(sparse.csr_array(rows @ inverse)) @ ones
            through[start : start + _CHUNK] = np.asarray(part).ravel()
        return 1 / self.diagonal + through / self.diagonal**2, own


class _Dense:
    def __init__(self, matrix: Floats) -> None:
        self._factor = cho_factor(matrix, lower=True)
        self._size = len(matrix)

    @property
    def log_determinant(self) -> float:
        return 2 * float(np.log(np.diagonal(self._factor[0])).sum())

    def solve(self, right: Floats) -> Floats:
        return cho_solve(self._factor, right)

    def inverse(self) -> Floats:
        return cho_solve(self._factor, np.eye(self._size))


class _Sparse:
    def __init__(self, matrix: sparse.csc_array) -> None:
        self._diagonal = matrix.diagonal()
        self._factor = splu(
            matrix,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )

    @property
    def log_determinant(self) -> float:
        return float(np.log(np.abs(self._factor.U.diagonal())).sum())

    def solve(self, right: Floats) -> Floats:
        return self._factor.solve(right)

    def inverse(self) -> Floats:
        """Return the inverse of the diagonal alone."""
        return 1 / self._diagonal


def _factor(matrix: Any) -> _Dense | _Sparse:
    if matrix.shape[0] <= DENSE:
        return _Dense(matrix.toarray())
    return _Sparse(sparse.csc_array(matrix))
