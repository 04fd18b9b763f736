"""Adjusted scores of one month: severity and load taken off, small samples drawn in.

For every component that counts: the raw value, plus what severe raters took
(`severity`), plus what crowded days took (`load`), drawn towards the peers by its own
reliability (`shrinkage`). The adjusted score is the weighted mean of the adjusted
values, with the weights of the raw score; components are taken as independent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evaluations.rankings.rules.crossed import Cells, Floats, Ints, VarianceComponents
from evaluations.rankings.rules.curves import Curve, earned_float, slope_at
from evaluations.rankings.rules.load import (
    LoadSums,
    Slope,
    class_shift,
    estimate_slope,
    load_shift,
)
from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.rules.ranks import groups_of
from evaluations.rankings.rules.scheme import ComponentRule, Measure, SchemeRules
from evaluations.rankings.rules.scheme import Peers as PeerRule
from evaluations.rankings.rules.severity import NO_RATER, severity
from evaluations.rankings.rules.shrinkage import (
    Peers,
    shrink,
    within_variance,
)
from evaluations.rankings.rules.values import Sums, Value, extra_hundredths

# The spread of one judgement is not known: nobody is drawn in.
RELIABILITY_UNKNOWN = "reliability_unknown"


@dataclass(frozen=True, slots=True)
class Fit:
    """What was estimated for a component of a month, kept so that it can be verified.

    `within` is the variance of one judgement, None where unknown; `peers` goes by the
    name of the group, "" being all people together.
    """

    within: float | None = None
    peers: Mapping[str, Peers] = field(default_factory=dict)
    severity: VarianceComponents | None = None
    conversion: float = 1.0
    load: Slope | None = None

    def stored(self) -> dict[str, Any]:
        """Return the fit as JSON."""
        return {
            "within": self.within,
            "peers": {
                name: [of.mean, of.between, of.mean_error, of.between_error]
                for name, of in self.peers.items()
            },
            "severity": self.severity
            and [
                self.severity.person,
                self.severity.rater,
                self.severity.residual,
                self.severity.intercept,
                self.severity.deviance,
            ],
            "conversion": self.conversion,
            "load": self.load
            and [self.load.slope, self.load.error, self.load.pressure],
        }

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Fit":
        """Read a stored fit.

        Raises:
            KeyError, TypeError: it is not one of ours.
        """
        return cls(
            within=data["within"],
            peers={name: Peers(*of) for name, of in data["peers"].items()},
            severity=data["severity"] and VarianceComponents(*data["severity"]),
            conversion=data["conversion"],
            load=data["load"] and Slope(*data["load"]),
        )


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
    month: str,
    rules: SchemeRules,
    people: Sequence[PersonInput],
    values: Sequence[Mapping[str, Value]],
    scored: Sequence[bool],
    fitted: Mapping[str, Fit] | None = None,
) -> AdjustedMonth:
    """Adjust everybody's values of one month.

    `values` are the components that count, by code, parallel to `people`; `scored`
    tells who has a raw score. `fitted` gives the estimates of an earlier computation.
    """
    components: dict[str, AdjustedComponent] = {}
    fits: dict[str, Fit] = {}
    adds: dict[str, Floats] = {}
    points = np.zeros(len(people))
    variance, weights = np.zeros(len(people)), np.zeros(len(people))
    for rule in rules.components:
        table = _Table(month, rule, people, values)
        given = fitted.get(rule.code) if fitted is not None else None
        adjusted, fits[rule.code] = table.adjust(given)
        components[rule.code] = adjusted
        there = ~np.isnan(adjusted.value)
        weight = weights_of(rules, rule, people)
        value, slope = on_curve(rule.curve, adjusted.value[there])
        adds[rule.code] = np.full(len(people), np.nan)
        adds[rule.code][there] = weight[there] * value
        points[there] += weight[there] * value
        variance[there] += weight[there] ** 2 * slope**2 * adjusted.variance[there]
        weights[there] += weight[there]
    counting = np.array(scored, dtype=bool) & (weights > 0)
    score, spread = np.full(len(people), np.nan), np.full(len(people), np.nan)
    score[counting] = points[counting] / weights[counting]
    if rules.extras:
        extras = np.array([extra_hundredths(own) / 100 for own in values])
        score = np.maximum(score + extras, 0.0)
    spread[counting] = variance[counting] / weights[counting] ** 2
    shares = np.where(counting, weights, np.nan)
    adds = {code: of / shares for code, of in adds.items()}
    return AdjustedMonth(components, adds, score, spread, fits)


def weights_of(
    rules: SchemeRules, rule: ComponentRule, people: Sequence[PersonInput]
) -> Floats:
    """Return the weight of a component for everybody: it may go by the post."""
    common = float(rule.weight)
    if not rules.variants:
        return np.full(len(people), common)
    of_post = {
        post: float(weights.get(rule.code, 0))
        for post, weights in rules.variants.items()
    }
    return np.array([of_post.get(person.post, common) for person in people])


def on_curve(curve: Curve | None, values: Floats) -> tuple[Floats, Floats]:
    """Return what adjusted values earn, and the local slope that spreads go by."""
    if curve is None:
        return values, np.ones(len(values))
    earned = [earned_float(curve, value) for value in values.tolist()]
    slopes = [slope_at(curve, value) for value in values.tolist()]
    return np.array(earned), np.array(slopes)


class _Table:
    """One component of one month for everybody, as arrays."""

    def __init__(
        self,
        month: str,
        rule: ComponentRule,
        people: Sequence[PersonInput],
        values: Sequence[Mapping[str, Value]],
    ) -> None:
        self.month, self.rule, self.people = month, rule, people
        self.value = np.full(len(people), np.nan)
        self.count, self.squares = np.zeros(len(people)), np.zeros(len(people))
        for row, own in enumerate(values):
            value = own.get(rule.code)
            if value is None:
                continue
            self.value[row], self.count[row] = float(value), value.n
            sums = people[row].months[month].get(rule.code, ())
            self.squares[row] = _squares(sums, rule.measure)
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
        of: dict[PeerRule, Callable[[PersonInput], str | None]] = {
            PeerRule.ALL: lambda _person: "all",
            PeerRule.PROVINCE: lambda person: person.place.province,
            PeerRule.CITY: lambda person: person.place.city,
            PeerRule.COUNTY: lambda person: person.place.county,
            PeerRule.CLASS: lambda person: person.place.outlet_class,
            PeerRule.POST: lambda person: person.post,
        }
        name = of[self.rule.peers]
        return [name(person) or "unknown" for person in self.people]

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
        size = len(self.people)
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
            conversion * shift,
            conversion**2 * error,
            note,
            found.variances,
            conversion,
        )

    def _cells(self) -> tuple[Cells | None, Ints]:
        """Return what raters said of whom, and the people's rows in order."""
        sums: dict[tuple[int, str], list[float]] = {}
        for row in np.flatnonzero(self.known).tolist():
            evidence = self.people[row].evidence.get(self.month)
            for one in evidence.raters.get(self.rule.severity, ()) if evidence else ():
                if one.out_of <= 0 or not one.rater or not one.entries:
                    continue
                cell = sums.setdefault((row, one.rater), [0.0, 0.0, 0.0])
                cell[0] += one.entries
                cell[1] += 100 * one.points / one.out_of
                cell[2] += 10_000 * one.squares / one.out_of**2
        cells = [(key, cell) for key, cell in sums.items() if cell[0] > 0]
        if not cells:
            return None, np.array([], dtype=np.int64)
        rows, person = np.unique([key[0] for key, _ in cells], return_inverse=True)
        _raters, rater = np.unique([key[1] for key, _ in cells], return_inverse=True)
        numbers = np.array([cell for _, cell in cells])
        return Cells(person, rater, *numbers.T), rows

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
        if moved <= 0:
            return 1.0
        mean = np.average(own, weights=counts)
        return max(float((counts * off * (own - mean)).sum()) / moved, 0.0)

    def _load(self, given: Fit | None) -> tuple[Floats, Floats, Slope | None]:
        size = len(self.people)
        none = np.zeros(size), np.zeros(size), None
        if not self.rule.load:
            return none
        columns = np.zeros((6, size))
        for row in np.flatnonzero(self.known).tolist():
            evidence = self.people[row].evidence.get(self.month)
            of = evidence.load.get(self.rule.code) if evidence else None
            if of is not None and of.n > 0:
                total = of.points / 100
                # Satisfied or not: the square of a record is a hundred times itself.
                columns[:, row] = (
                    of.n,
                    total,
                    100 * total,
                    of.pressure / 100,
                    of.pressures / 10_000,
                    of.cross / 10_000,
                )
        sums = LoadSums(*columns)
        slope = given.load if given else estimate_slope(sums)
        if slope is None:
            return none
        shift, error = load_shift(sums, slope)
        classes = groups_of([one.place.outlet_class or None for one in self.people])
        return shift + class_shift(self.value, self.count, classes), error, slope


def _squares(sums: Sequence[Sums], measure: Measure) -> float:
    """Return the sum of squared judgements, in squared points."""
    if measure is Measure.POOLED:
        # A pooled record was satisfied or was not.
        return float(
            sum(
                10_000 * one.n * one.points / (one.out_of * one.entries)
                for one in sums
                if one.out_of > 0 and one.entries
            )
        )
    return float(
        sum(10_000 * one.squares / one.out_of**2 for one in sums if one.out_of > 0)
    )


def fits_stored(fits: Mapping[str, Mapping[str, Fit]]) -> dict[str, Any]:
    """Return the fits of all months as JSON, by month and component."""
    return {
        month: {code: fit.stored() for code, fit in of.items()}
        for month, of in fits.items()
    }


def fits_parsed(data: Mapping[str, Any]) -> dict[str, dict[str, Fit]]:
    """Read stored fits.

    Raises:
        KeyError, TypeError: they are not ours.
    """
    return {
        month: {code: Fit.parse(fit) for code, fit in of.items()}
        for month, of in data.items()
    }
