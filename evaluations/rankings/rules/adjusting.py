"""Adjusted scores of one month: severity and load taken off, small samples drawn in.

For every component that counts: the raw value, plus what severe raters took
(`severity`), plus what crowded days took (`load`), drawn towards the peers by its own
reliability (`shrinkage`). The adjusted score is the weighted mean of the adjusted
values, with the weights of the raw score; components are taken as independent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluations.rankings.rules.column import real, whole
from evaluations.rankings.rules.columns import MonthColumns
from evaluations.rankings.rules.crossed import Cells, Floats, Ints, VarianceComponents
from evaluations.rankings.rules.earning import on_curve
from evaluations.rankings.rules.fits import Fit
from evaluations.rankings.rules.load import (
    LoadSums,
    Slope,
    class_shift,
    estimate_slope,
    load_shift,
)
from evaluations.rankings.rules.people import Place
from evaluations.rankings.rules.ranks import NOBODY, groups_of
from evaluations.rankings.rules.scheme import ComponentRule, SchemeRules
from evaluations.rankings.rules.scheme import Peers as PeerRule
from evaluations.rankings.rules.severity import NO_RATER, severity
from evaluations.rankings.rules.shrinkage import (
    shrink,
    within_variance,
)

# The spread of one judgement is not known: nobody is drawn in.
RELIABILITY_UNKNOWN = "reliability_unknown"
# Values lie between 0 and 100: nothing takes more of one than all of it.
MOST = 100.0
# Spread of what raters gave, in points squared, below which it translates nothing.
LEAST_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class AdjustedComponent:
    """Adjusted values of one component, parallel to the people; NaN where missing.

    `severity` and `load` are the points that were added for either; `note` says why a
    correction that the scheme asks for was not made.
    """

    value: Floats
    variance: Floats
    reliability: Floats
    severity: Floats
    load: Floats
    note: Sequence[str]


@dataclass(frozen=True, slots=True)
class AdjustedMonth:
    """Adjusted scores of a month and their variances; NaN for who has no score.

    `points` are what each component adds to the score, NaN where it adds nothing.
    """

    components: Mapping[str, AdjustedComponent]
    points: Mapping[str, Floats]
    score: Floats
    variance: Floats
    fits: Mapping[str, Fit]


def adjust_month(
    month: MonthColumns, fitted: Mapping[str, Fit] | None = None
) -> AdjustedMonth:
    """Adjust everybody's values of one month; arrays go by the month's own rows.

    `fitted` gives the estimates of an earlier computation.
    """
    size, rules = len(month), month.rules
    components: dict[str, AdjustedComponent] = {}
    fits: dict[str, Fit] = {}
    adds: dict[str, Floats] = {}
    points = np.zeros(size)
    variance, weights = np.zeros(size), np.zeros(size)
    for rule in rules.components:
        table = _Table(month, rule)
        given = fitted.get(rule.code) if fitted is not None else None
        adjusted, fits[rule.code] = table.adjust(given)
        components[rule.code] = adjusted
        there = ~np.isnan(adjusted.value)
        weight = weights_of(rules, rule, month.posts)
        value, spread_of = on_curve(
            rule.curve, adjusted.value[there], adjusted.variance[there]
        )
        adds[rule.code] = np.full(size, np.nan)
        adds[rule.code][there] = weight[there] * value
        points[there] += weight[there] * value
        variance[there] += weight[there] ** 2 * spread_of
        weights[there] += weight[there]
    counting = (month.score != NOBODY) & (weights > 0)
    score, spread = np.full(size, np.nan), np.full(size, np.nan)
    score[counting] = points[counting] / weights[counting]
    if rules.extras:
        score = np.maximum(score + month.extra_points(), 0.0)
    spread[counting] = variance[counting] / weights[counting] ** 2
    shares = np.where(counting, weights, np.nan)
    adds = {code: of / shares for code, of in adds.items()}
    return AdjustedMonth(components, adds, score, spread, fits)


def weights_of(rules: SchemeRules, rule: ComponentRule, posts: Sequence[str]) -> Floats:
    """Return the weight of a component for everybody: it may go by the post."""
    common = float(rule.weight)
    if not rules.variants:
        return np.full(len(posts), common)
    of_post = {
        post: float(weights.get(rule.code, 0))
        for post, weights in rules.variants.items()
    }
    return np.array([of_post.get(post, common) for post in posts])


class _Table:
    """One component of one month for everybody, as arrays."""

    def __init__(self, month: MonthColumns, rule: ComponentRule) -> None:
        self.month, self.rule = month, rule
        self.column = month.columns[rule.code]
        self.value, self.count, self.squares = self.column.full(len(month))
        self.known = ~np.isnan(self.value)

    def adjust(self, given: Fit | None) -> tuple[AdjustedComponent, Fit]:
        within = given.within if given else self._within()
        shift, error, note, variances, conversion = self._severity(given)
        crowd, crowd_error, slope = self._load(given)
        fit = Fit(within, {}, variances, conversion, slope)
        corrected = self.value + shift + crowd
        names = self._peers()
        if within is None:
            note = np.where(self.known & (note == ""), RELIABILITY_UNKNOWN, note)
            spread = float(np.nanvar(corrected)) if self.known.any() else 0.0
            variance = np.where(self.known, spread, np.nan)
            reliability = np.where(self.known, 1.0, np.nan)
            done = AdjustedComponent(
                corrected, variance, reliability, shift, crowd, note.tolist()
            )
            return done, fit
        # A judgement never varies by nothing at all, however alike a few of them were.
        error = max(within, 1e-6) / np.maximum(self.count, 1) + error + crowd_error
        group = groups_of(names)
        labels = dict(zip(group.tolist(), names, strict=True))
        known_peers = None
        if given is not None:
            numbers = {name: number for number, name in labels.items()}
            known_peers = {
                numbers.get(name, -1) if name else -1: of
                for name, of in given.peers.items()
            }
        shrunk = shrink(corrected, error, group, known_peers)
        peers = {
            labels[number] or "all" if number >= 0 else "": of
            for number, of in shrunk.peers.items()
        }
        fit = Fit(within, peers, variances, conversion, slope)
        done = AdjustedComponent(
            shrunk.value,
            shrunk.variance,
            shrunk.reliability,
            np.where(self.known, shift, 0.0),
            np.where(self.known, crowd, 0.0),
            note.tolist(),
        )
        return done, fit

    def _peers(self) -> list[str]:
        """Return the name of everybody's peers."""
        of: dict[PeerRule, Callable[[Place], str | None]] = {
            PeerRule.ALL: lambda _place: "all",
            PeerRule.PROVINCE: lambda place: place.province,
            PeerRule.CITY: lambda place: place.city,
            PeerRule.COUNTY: lambda place: place.county,
            PeerRule.CLASS: lambda place: place.outlet_class,
        }
        if self.rule.peers is PeerRule.POST:
            return [post or "unknown" for post in self.month.posts]
        name = of[self.rule.peers]
        return [name(place) or "unknown" for place in self.month.places]

    def _within(self) -> float | None:
        """Return the variance of one judgement; None where nobody has two of them."""
        rows = self.known & (self.count > 0)
        count = self.count[rows]
        if count.sum() - len(count) < 1:
            return None
        total = self.value[rows] * count
        return within_variance(count, total, self.squares[rows])

    def _severity(
        self, given: Fit | None
    ) -> tuple[Floats, Floats, Any, VarianceComponents | None, float]:
        size = len(self.month)
        shift, error = np.zeros(size), np.zeros(size)
        note = np.full(size, "", dtype="<U32")
        if not self.rule.severity:
            return shift, error, note, None, 1.0
        cells, rows = self._cells()
        note[self.known] = NO_RATER
        if cells is None:
            return shift, error, note, None, 1.0
        found = severity(cells, given.severity if given else None)
        shift[rows], error[rows] = found.shift, found.error
        note[rows] = found.reason
        note[~self.known] = ""
        conversion = 1.0
        if self.rule.severity != self.rule.code and found.variances is not None:
            conversion = given.conversion if given else self._conversion(cells, rows)
        return (
            *bounded(conversion * shift, conversion**2 * error),
            note,
            found.variances,
            conversion,
        )

    def _cells(self) -> tuple[Cells | None, Ints]:
        """Return what raters said of whom, and the people's rows in order."""
        of = self.column.ratings
        if not len(of.row):
            return None, np.array([], dtype=np.int64)
        rows, person = np.unique(of.row, return_inverse=True)
        # Raters are numbered by name, so that sums are added in the same order always.
        names = sorted(self.month.raters)
        by_name = np.empty(len(names), dtype=np.int64)
        by_name[[self.month.raters[name] for name in names]] = np.arange(len(names))
        _used, rater = np.unique(by_name[of.rater], return_inverse=True)
        sums = (of.count, of.total, of.squares)
        return Cells(person, rater, *sums), rows

    def _conversion(self, cells: Cells, rows: Ints) -> float:
        """Return how many points of the component a point of what raters gave is worth.

        Severity is read from another component (daily compliance: from the share of
        items passed). The slope between both, over people, translates it; never below
        0, for a hard rater costs.
        """
        counts = np.bincount(cells.person, cells.count)
        given = np.bincount(cells.person, cells.total) / counts
        own = self.value[rows]
        off = given - np.average(given, weights=counts)
        moved = float((counts * off**2).sum())
        if moved < LEAST_SPREAD * counts.sum():
            return 1.0
        mean = np.average(own, weights=counts)
        return max(float((counts * off * (own - mean)).sum()) / moved, 0.0)

    def _load(self, given: Fit | None) -> tuple[Floats, Floats, Slope | None]:
        size = len(self.month)
        none = np.zeros(size), np.zeros(size), None
        if not self.rule.load:
            return none
        columns = np.zeros((6, size))
        rows, figures = self.column.load
        columns[:, whole(rows)] = real(figures).reshape(-1, 6).T
        sums = LoadSums(*columns)
        slope = given.load if given else estimate_slope(sums)
        if slope is None:
            return none
        shift, error = load_shift(sums, slope)
        classes = groups_of([one.outlet_class or None for one in self.month.places])
        shift += class_shift(self.value, self.count, classes)
        return *bounded(shift, error), slope


def bounded(shift: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Keep a correction and its variance within what a value can lose."""
    return np.clip(shift, -MOST, MOST), np.minimum(error, MOST**2)
