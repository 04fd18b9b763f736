"""How severe shoppers are, and what outlets are worth once that is taken off.

Pure. A visit says mu + outlet + shopper + chance, all three normal with the deviations
of the settings; they are not estimated anew from a wave, whose few visits would tell
them badly. An outlet's own value is left out of what is taken for granted: it is not
drawn towards the others, and its interval holds for it and not only on average. See
docs/mystery.md.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from evaluations.mystery.rules.designs import (
    Z90,
    Floats,
    Ints,
    Spread,
    freed_errors,
    freed_values,
)

# A shopper's severity is told from so many visits on, at so many outlets to which
# others came as well: else it cannot be told from what her outlets are.
LEAST_VISITS = 3
LEAST_SHARED = 2
# An outlet is compared with others, so that there must be some.
LEAST_OUTLETS = 2
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class VisitValue:
    """One visit: percent 0 to 100, where, and by whom; None: not known by whom."""

    percent: float
    outlet: Hashable
    shopper: Hashable | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its standard error, in points of 100."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """The lower end of the 90 % interval; may lie below 0."""
        return self.value - Z90 * self.error

    @property
    def high(self) -> float:
        """The upper end of the 90 % interval; may lie above 100."""
        return self.value + Z90 * self.error


@dataclass(frozen=True, slots=True)
class ShopperSeverity:
    """`severity` in points, positive: severe, against shoppers as such.

    None: too little evidence, see `LEAST_VISITS` and `LEAST_SHARED`.
    """

    visits: int
    severity: Interval | None


@dataclass(frozen=True, slots=True)
class OutletValue:
    """`raw` is the mean of the visits, `corrected` what severe and mild shoppers left.

    The interval is that of the outlet against the mean of all outlets; whether all
    shoppers are too severe nobody can tell. None: no other outlet to compare with.
    """

    visits: int
    raw: float
    corrected: Interval | None


@dataclass(frozen=True, slots=True)
class Severities:
    """By shopper and by outlet; shoppers who are not known are in neither."""

    shoppers: Mapping[Hashable, ShopperSeverity]
    outlets: Mapping[Hashable, OutletValue]


def estimate(visits: Sequence[VisitValue], *, spread: Spread) -> Severities:
    """Tell shoppers' severities and outlets' values apart; order does not matter.

    A visit by nobody known counts as one by somebody who came once: her severity is
    part of its chance, and nothing is learned of it.
    """
    if not visits:
        return Severities({}, {})
    return _Estimate(visits, spread).told()


class _Estimate:
    """The equations of the mixed model with the outlets absorbed.

    Rows are outlets; column 0 is mu, the others are the shoppers known.
    """

    def __init__(self, visits: Sequence[VisitValue], spread: Spread) -> None:
        self.spread = spread
        self.outlets, outlet = _positions([one.outlet for one in visits])
        known = np.array([one.shopper is not None for one in visits])
        self.shoppers, shopper = _positions(
            [one.shopper for one in visits if one.shopper is not None]
        )
        self.percent = np.array([one.percent for one in visits], float)
        self.outlet, self.shopper, self.known = outlet, shopper, known
        alone = spread.visit**2 / (spread.visit**2 + spread.severity**2)
        weight = np.where(known, 1.0, alone)
        size = len(self.outlets)
        count = np.bincount(outlet, weight, minlength=size)
        total = np.bincount(outlet, weight * self.percent, minlength=size)
        self.shrink = 1 / (count + spread.of_outlets)
        met = sparse.csr_array(
            (np.ones(len(shopper)), (outlet[known], shopper)),
            shape=(size, len(self.shoppers)),
        )
        self.met = met
        rows = sparse.csr_array(sparse.hstack([sparse.csr_array(count[:, None]), met]))
        shared = sparse.csr_array(sparse.diags_array(self.shrink) @ rows)
        load = np.asarray(met.sum(axis=0))
        information = -(rows.T @ shared).toarray()
        information[0, 0] += count.sum()
        information[0, 1:] += load
        information[1:, 0] += load
        own = np.arange(1, len(load) + 1)
        information[own, own] += load + spread.of_shoppers
        gained = np.append(
            total.sum(),
            np.bincount(shopper, self.percent[known], minlength=len(load)),
        )
        self.inverse: Floats = np.linalg.inv(information)
        self.effects: Floats = self.inverse @ (gained - shared.T @ total)
        self.shared = shared
        self.deviations: Floats = self.shrink * total - shared @ self.effects

    def told(self) -> Severities:
        return Severities(
            dict(zip(self.shoppers, self._severities(), strict=True)),
            dict(zip(self.outlets, self._values(), strict=True)),
        )

    def _severities(self) -> list[ShopperSeverity]:
        met = self.met
        visits = np.asarray(met.sum(axis=0))
        # Once per outlet; an outlet is shared when more than one shopper came.
        once = met.copy()
        once.data[:] = 1
        unknown = np.bincount(self.outlet[~self.known], minlength=len(self.outlets))
        shared = np.asarray(once.sum(axis=1)) + unknown > 1
        links = np.asarray(once.T @ shared.astype(float))
        errors = self.spread.visit * np.sqrt(np.diag(self.inverse)[1:])
        return [
            ShopperSeverity(
                int(count),
                Interval(-float(effect), float(error))
                if count >= LEAST_VISITS and link >= LEAST_SHARED
                else None,
            )
            for count, link, effect, error in zip(
                visits, links, self.effects[1:], errors, strict=True
            )
        ]

    def _values(self) -> list[OutletValue]:
        size = len(self.outlets)
        visits = np.bincount(self.outlet, minlength=size)
        raw = np.bincount(self.outlet, self.percent, minlength=size) / visits
        if size < LEAST_OUTLETS:
            return [OutletValue(int(visits[0]), float(raw[0]), None)]
        shared = self.shared
        own = self.shrink.copy()
        for start in range(0, size, CHUNK):
            some = shared[start : start + CHUNK]
            rows = some.toarray()
            own[start : start + CHUNK] += np.sum(rows * (rows @ self.inverse), axis=1)
        pull: Floats = np.asarray(shared.sum(axis=0))
        with_mean = (self.shrink + shared @ (self.inverse @ pull)) / size
        of_mean = float(with_mean.sum()) / size
        errors = freed_errors(own, with_mean, of_mean, self.spread)
        apart = freed_values(self.deviations, own, with_mean, self.spread)
        level = float(self.effects[0] + self.deviations.mean())
        return [
            OutletValue(int(count), float(mean), Interval(level + value, error))
            for count, mean, value, error in zip(
                visits, raw, apart.tolist(), errors.tolist(), strict=True
            )
        ]


def _positions(keys: Sequence[Hashable]) -> tuple[list[Hashable], Ints]:
    """Return the keys in order of appearance, and where each stands among them."""
    at: dict[Hashable, int] = {}
    positions = [at.setdefault(key, len(at)) for key in keys]
    return list(at), np.array(positions, np.int64)
