"""The steps to both scores of a standing, set out as rows of bars."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from evaluations.ledger.components import component_label
from evaluations.ledger.curves import earned_float
from evaluations.ledger.periods import Period
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.periods import MonthResult
from evaluations.rankings.rules.scheme import Basis, ComponentRule, SchemeRules
from evaluations.rankings.rules.waterfall import (
    FLOOR,
    Step,
    Waterfall,
    adjusted_waterfall,
    raw_waterfall,
)

_NO_LESS_THAN_ZERO = _("no score falls below zero")
_PRINTED = 10_000


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from `start`, `width` points wide; `whole` could have been reached."""

    start: float
    width: float
    whole: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """What lies between the points as written and the adjusted ones, in points.

    `raters` for hard and mild ones, `load` for crowded days, `drawn` for few records:
    `raw + raters + load + drawn` are the adjusted points.
    """

    raters: float
    load: float
    drawn: float


@dataclass(frozen=True, slots=True)
class Row:
    """One step: points to either score (None: no such score), and its bar.

    `ranking` are the points to the score that makes the rank; the bar shows them.
    `earned` is what the value came to by its curve, 0 to 100; None: it has no curve. An
    `extra` comes on top of the weighted parts and has no weight.
    """

    code: str
    label: str
    weight: float
    raw: float
    adjusted: float | None
    ranking: float
    bar: Bar
    earned: float | None = None
    extra: bool = False
    bridge: Bridge | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """Rows whose points and `rounding` add up to the score, in every column.

    `basis` says which of the two scores makes the rank; the bars are its.
    """

    rows: tuple[Row, ...]
    basis: Basis
    raw: Waterfall
    adjusted: Waterfall | None

    @property
    def ranking(self) -> Waterfall:
        """The steps to the score that makes the rank."""
        fair = self.adjusted
        return fair if fair is not None and self.basis is Basis.ADJUSTED else self.raw

    @property
    def lost(self) -> float:
        """The rounding of the score that makes the rank."""
        return float(self.ranking.rounding)

    @property
    def rounding(self) -> tuple[float, float | None]:
        fair = self.adjusted
        return float(self.raw.rounding), None if fair is None else float(fair.rounding)

    @property
    def has_raters(self) -> bool:
        """Tell whether the raters moved anything."""
        return any(row.bridge and row.bridge.raters for row in self.rows)

    @property
    def has_load(self) -> bool:
        """Tell whether crowded days moved anything."""
        return any(row.bridge and row.bridge.load for row in self.rows)

    @property
    def scores(self) -> tuple[float, float | None]:
        fair = self.adjusted
        return float(self.raw.score), None if fair is None else float(fair.score)


def both_waterfalls(
    standing: Standing, frame: Frame, months: Mapping[str, MonthResult]
) -> tuple[Waterfall | None, Waterfall | None]:
    """Return the exact steps to the raw and to the adjusted score of the period."""
    raw = raw_waterfall(frame, months, standing.raw_score)
    fair = adjusted_waterfall(raw, standing.components, standing.adjusted_score)
    return raw, fair


def steps_of(
    standing: Standing,
    frame: Frame,
    months: Mapping[str, MonthResult],
    month: Period | None = None,
) -> Steps | None:
    """Return the steps to a standing's score, or to that of one month of its period.

    None without a score. Of a month within a longer period only the score as written
    can be taken apart.
    """
    raw: Waterfall | None
    fair: Waterfall | None = None
    if month is None:
        raw, fair = both_waterfalls(standing, frame, months)
    else:
        result = months.get(month.code)
        kept = None if result is None else result.kept
        raw = raw_waterfall(replace(frame, period=month), months, kept)
    if raw is None:
        return None
    raw, fair = raw.printed(), fair and fair.printed()
    basis = frame.rules.basis if fair is not None else Basis.RAW
    bridges: dict[str, Bridge] = {}
    if fair is not None:
        parts, rules = standing.components, _rules_of(frame, months)
        bridges = {
            step.code: _bridge(step, new, parts[step.code], rules.component(step.code))
            for step in raw.steps
            if (new := fair.step(step.code)) is not None
        }
    return Steps(_rows(raw, fair, basis, bridges), basis, raw, fair)


def _rules_of(frame: Frame, months: Mapping[str, MonthResult]) -> SchemeRules:
    """Return the rules as they are for her post."""
    month = months.get(frame.period.code)
    return frame.rules if month is None else month.rules


def _bridge(
    step: Step, fair: Step, part: Mapping[str, Any], rule: ComponentRule | None
) -> Bridge:
    """Return what moved the points of a component, each after the one before it.

    What several months with weights of their own leave over goes with `drawn`.
    """
    curve = rule.curve if rule else None
    value, found = part["raw"], []
    for name in ("severity", "load"):
        moved = value + part[name]
        gained = earned_float(curve, moved) - earned_float(curve, value)
        points = float(step.weight) / 100 * gained
        found.append(Fraction(round(points * _PRINTED), _PRINTED))
        value = moved
    drawn = fair.points - step.points - sum(found, Fraction())
    raters, load = map(float, found)
    return Bridge(raters=raters, load=load, drawn=float(drawn))


def _rows(
    raw: Waterfall,
    fair: Waterfall | None,
    basis: Basis,
    bridges: Mapping[str, Bridge],
) -> tuple[Row, ...]:
    drawn = fair if fair is not None and basis is Basis.ADJUSTED else raw
    rows: list[Row] = []
    start = Fraction()
    for step in raw.steps:
        shown = drawn.step(step.code) or step
        rows.append(
            Row(
                code=step.code,
                label=component_label(step.code),
                weight=float(step.weight),
                raw=float(step.points),
                adjusted=_points(fair, step),
                ranking=float(shown.points),
                bar=_bar(start, shown.points, step.weight),
                earned=float(step.value) if step.curved else None,
                bridge=bridges.get(step.code),
            )
        )
        start += shown.points
    added = (*raw.extras, *(fair.extras if fair else ()))
    for code in dict.fromkeys(one.code for one in added):
        points = _extra(drawn, code)
        rows.append(
            Row(
                code=code,
                label=extra_label(code),
                weight=0.0,
                raw=float(_extra(raw, code)),
                adjusted=None if fair is None else float(_extra(fair, code)),
                ranking=float(points),
                bar=_bar(start, points, abs(points)),
                extra=True,
            )
        )
        start += points
    return tuple(rows)


def extra_label(code: str) -> str:
    """Return the name of what comes on top of the weighted parts."""
    return str(_NO_LESS_THAN_ZERO) if code == FLOOR else component_label(code)


def _bar(start: Fraction, points: Fraction, whole: Fraction) -> Bar:
    return Bar(
        start=float(min(start, start + points)),
        width=float(abs(points)),
        whole=float(whole),
    )


def _points(fair: Waterfall | None, step: Step) -> float | None:
    found = fair.step(step.code) if fair is not None else None
    return None if found is None else float(found.points)


def _extra(of: Waterfall, code: str) -> Fraction:
    return next((one.points for one in of.extras if one.code == code), Fraction())
