"""The steps to both scores of a standing, set out as rows of bars."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from evaluations.ledger.components import component_label
from evaluations.ledger.periods import Period
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.periods import MonthResult
from evaluations.rankings.rules.scheme import Basis
from evaluations.rankings.rules.waterfall import (
    Step,
    Waterfall,
    adjusted_waterfall,
    raw_waterfall,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from `start`, `width` points wide; `whole` could have been reached."""

    start: float
    width: float
    whole: float


@dataclass(frozen=True, slots=True)
class Row:
    """One step: points to either score (None: no such score), and its bar.

    `ranking` are the points to the score that makes the rank; the bar shows them.
    """

    code: str
    label: str
    weight: float
    raw: float
    adjusted: float | None
    ranking: float
    bar: Bar
    extra: bool = False


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
    def scores(self) -> tuple[float, float | None]:
        fair = self.adjusted
        return float(self.raw.score), None if fair is None else float(fair.score)


def both_waterfalls(
    standing: Standing, frame: Frame, months: Mapping[str, MonthResult]
) -> tuple[Waterfall | None, Waterfall | None]:
    """Return the exact steps to the raw and to the adjusted score of the period."""
    extras = _extras(frame, standing.components)
    raw = raw_waterfall(frame, months, standing.raw_score, extras)
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
    return Steps(_rows(raw, fair, basis), basis, raw, fair)


def _rows(raw: Waterfall, fair: Waterfall | None, basis: Basis) -> tuple[Row, ...]:
    drawn = fair if fair is not None and basis is Basis.ADJUSTED else raw
    rows: list[Row] = []
    start = Fraction()
    for step, shown in zip(
        (*raw.steps, *raw.extras), (*drawn.steps, *drawn.extras), strict=True
    ):
        extra = not step.weight
        rows.append(
            Row(
                code=step.code,
                label=component_label(step.code),
                weight=float(step.weight),
                raw=float(step.points),
                adjusted=_points(fair, step),
                ranking=float(shown.points),
                bar=Bar(
                    start=float(min(start, start + shown.points)),
                    width=float(abs(shown.points)),
                    whole=float(abs(shown.points) if extra else step.weight),
                ),
                extra=extra,
            )
        )
        start += shown.points
    return tuple(rows)


def _points(fair: Waterfall | None, step: Step) -> float | None:
    if fair is None:
        return None
    found = fair.step(step.code)
    return float(found.points if found is not None else step.points)


def _extras(frame: Frame, components: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what a standing was given or taken beyond the scheme's components."""
    own = {
        rule.code
        for _number, rules in frame.months.values()
        for rule in rules.components
    }
    return {
        code: Fraction(str(part["points"]))
        for code, part in components.items()
        if code not in own and part and part.get("points")
    }
