"""What a ranking says about each person, made one after the other from columns."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, NamedTuple

import numpy as np

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.adjusting import AdjustedComponent, AdjustedMonth
from evaluations.rankings.rules.column import EXACT, real, whole
from evaluations.rankings.rules.columns import MonthColumns
from evaluations.rankings.rules.crossed import Floats
from evaluations.rankings.rules.everybody import Everybody
from evaluations.rankings.rules.periods import (
    AdjustedPeriod,
    LevelSurety,
    MonthResult,
    period_result,
)
from evaluations.rankings.rules.ranks import NOBODY, Ints
from evaluations.rankings.rules.scheme import Level, canonical
from evaluations.rankings.rules.scores import Part, whole_weights

# So many people are turned from columns into objects at a time.
STEP = 2000

Shown = Mapping[str, dict[str, Any] | None]


class Result(NamedTuple):
    """What a run says about one person. Scores are in hundredths; None: no score.

    `raw` is the score as written, `score` the one that makes the rank; `adjusted` and
    its standard deviation `deviation` are in millionths of a point. `intervals` gives,
    for each level with a rank, the best and the worst rank at 90 % confidence, the band
    and the chance (0 to 1) of a place in the quota (None where there is none);
    `rank_low` and `rank_high` are the best and the worst rank among all.
    `position` is unique in the run; `tied_position` is shared with those whom even the
    tie-breaks leave equal. Intervals and components are kept as the canonical JSON that
    is stored: few readers want more of them.
    """

    uuid: str
    raw: int | None
    adjusted: int | None
    deviation: int | None
    score: int | None
    ranks: Mapping[str, int | None]
    rank_low: int | None
    rank_high: int | None
    intervals_text: str
    eligible: bool
    reasons: Sequence[str]
    components_text: str
    position: int
    tied_position: int

    @property
    def intervals(self) -> Mapping[str, Sequence[Any]]:
        found: Mapping[str, Sequence[Any]] = json.loads(self.intervals_text)
        return found

    @property
    def components(self) -> Shown:
        found: Shown = json.loads(self.components_text)
        return found

    def line(self) -> str:
        """Return the canonical output line."""
        figures = self._asdict()
        for name in ("rank_low", "rank_high", "intervals_text", "components_text"):
            del figures[name]
        return canonical(
            figures | {"intervals": self.intervals, "components": self.components}
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everybody ranked, as arrays; `raw` and `score` in hundredths, -1 without one."""

    raw: Ints
    score: Ints
    adjusted: AdjustedPeriod
    ranks: Mapping[Level, Ints]
    intervals: Mapping[Level, LevelSurety]
    position: Ints
    tied_position: Ints


def results(everybody: Everybody, outcome: Outcome) -> Iterator[Result]:
    """Yield everybody's result in the order of the lines, a few thousand at a time."""
    components = _components(everybody, outcome)
    for start in range(0, len(everybody), STEP):
        rows = slice(start, start + STEP)
        ranks = {level: of[rows].tolist() for level, of in outcome.ranks.items()}
        among_all = outcome.intervals[Level.ALL]
        figures = zip(
            everybody.uuids[rows],
            outcome.raw[rows].tolist(),
            outcome.score[rows].tolist(),
            outcome.adjusted.score[rows].tolist(),
            outcome.adjusted.deviation[rows].tolist(),
            outcome.adjusted.there[rows].tolist(),
            zip(*ranks.values(), strict=True),
            among_all.low[rows].tolist(),
            among_all.high[rows].tolist(),
            _interval_texts(outcome, ranks, rows),
            outcome.position[rows].tolist(),
            outcome.tied_position[rows].tolist(),
            strict=True,
        )
        for row, (
            uuid, raw, score, fair, spread, there, taken, low, high, intervals,
            place, shared,
        ) in enumerate(figures, start):  # fmt: skip
            scored = raw != NOBODY
            reasons = everybody.reasons(row, scored=scored)
            yield Result(
                uuid=uuid,
                raw=raw if scored else None,
                adjusted=fair if scored and there else None,
                deviation=spread if scored and there else None,
                score=None if score == NOBODY else score,
                ranks={
                    level: rank or None
                    for level, rank in zip(ranks, taken, strict=True)
                },
                rank_low=low or None,
                rank_high=high or None,
                intervals_text=intervals,
                eligible=not reasons,
                reasons=reasons,
                components_text=next(components),
                position=place,
                tied_position=shared,
            )


def _interval_texts(
    outcome: Outcome, ranks: Mapping[Level, Sequence[int]], rows: slice
) -> Iterator[str]:
    """Yield the canonical JSON of the intervals of each person in `rows`."""
    texts = [
        [
            f'"{level}":{text}' if rank else ""
            for rank, text in zip(
                ranks[level], outcome.intervals[level].texts(rows), strict=True
            )
        ]
        for level in sorted(outcome.intervals)
    ]
    for of_person in zip(*texts, strict=True):
        yield f"{{{','.join(filter(None, of_person))}}}"


def shown_components(
    codes: Sequence[str],
    parts: Mapping[str, Part],
    adjusted: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Any] | None]:
    """Return the parts as answers give them: every component, null where missing."""
    return {
        code: {**parts[code].shown(), **adjusted.get(code, {})}
        if code in parts
        else None
        for code in codes
    }


def _components(everybody: Everybody, outcome: Outcome) -> Iterator[str]:
    """Yield everybody's components as JSON; a plain month goes by columns alone."""
    frame = everybody.frame
    if frame.period.kind is PeriodKind.MONTH:
        month = everybody.months[frame.period.code]
        if _is_plain(month):
            return _Month(everybody, month, outcome.adjusted).components()
    return _one_by_one(everybody, outcome)


def _is_plain(month: MonthColumns) -> bool:
    """Tell whether points are weight times value, and float64 holds the products."""
    rules = month.rules
    if rules.extras or rules.variants or any(one.curve for one in rules.components):
        return False
    total = sum(whole_weights(rules).values())
    return all(
        not column.large
        and total * int(np.abs(whole(column.numerator)).max(initial=0)) < EXACT
        and total * int(whole(column.denominator).max(initial=0)) < EXACT
        for column in month.columns.values()
    )


def _one_by_one(everybody: Everybody, outcome: Outcome) -> Iterator[str]:
    frame = everybody.frame
    own_row = {
        code: month.row_of(len(everybody)) for code, month in everybody.months.items()
    }
    codes = frame.rules.shown_components
    for row in range(len(everybody)):
        months = {
            code: MonthResult.of(month, int(own_row[code][row]))
            for code, month in everybody.months.items()
            if own_row[code][row] != NOBODY
        }
        _score, parts, _values = period_result(frame, months)
        yield canonical(shown_components(codes, parts, outcome.adjusted.shown(row)))


class _Month:
    """The components of a month without curves, variants and extras."""

    def __init__(
        self, everybody: Everybody, month: MonthColumns, adjusted: AdjustedPeriod
    ) -> None:
        self.month, self.size = month, len(everybody)
        self.adjusted: AdjustedMonth = adjusted.months[month.code]
        self.own = month.row_of(self.size)
        self.codes = everybody.frame.rules.shown_components
        self.weights = whole_weights(month.rules)
        self.total = np.zeros(len(month), dtype=np.int64)
        for code, weight in self.weights.items():
            self.total[whole(month.columns[code].row)] += weight

    def components(self) -> Iterator[str]:
        codes = sorted(self.codes)
        for start in range(0, self.size, STEP):
            own = self.own[start : start + STEP]
            columns = [
                self._texts(code, own)
                if code in self.weights
                else [f"{encode_basestring(code)}:null"] * len(own)
                for code in codes
            ]
            for parts in zip(*columns, strict=True):
                yield f"{{{','.join(parts)}}}"

    def _texts(self, code: str, own: Ints) -> list[str]:
        """Return one component of some people as JSON, null for who does not have it.

        `Part.shown` and what is adjusted, as `shown_components` puts them together.
        """
        name = encode_basestring(code)
        texts = [f"{name}:null"] * len(own)
        at = np.full(len(own), NOBODY, dtype=np.int64)
        at[own != NOBODY] = self.month.places_in(code)[own[own != NOBODY]]
        there = np.flatnonzero(at != NOBODY)
        at, own = at[there], own[there]
        column, weight = self.month.columns[code], self.weights[code]
        total = self.total[own]
        figures = zip(
            there.tolist(),
            (self.month.score[own] != NOBODY).tolist(),
            real(column.value)[at].tolist(),
            whole(column.n)[at].tolist(),
            (100 * weight / total).tolist(),
            (
                weight
                * whole(column.numerator)[at]
                / (total * whole(column.denominator)[at])
            ).tolist(),
            *_rounded(self.adjusted.components[code], own),
            sixths(self.adjusted.points[code][own]),
            [self.adjusted.components[code].note[row] for row in own.tolist()],
            strict=True,
        )
        for (
            place, scored, raw, n, share, points,
            value, reliability, severity, load, adds, note,
        ) in figures:  # fmt: skip
            if not scored:
                texts[place] = (
                    f'{name}:{{"adjusted":null,"n":{n},"points":null,"raw":{raw!r}'
                    ',"weight":null}'
                )
                continue
            notes = encode_basestring(note) if note else ""
            texts[place] = (
                f'{name}:{{"adjusted":{value!r},"adjusted_points":{adds!r}'
                f',"load":{load!r},"n":{n},"notes":[{notes}],"points":{points!r}'
                f',"raw":{raw!r},"reliability":{reliability!r}'
                f',"severity":{severity!r},"weight":{share!r}}}'
            )
        return texts


def _rounded(of: AdjustedComponent, own: Ints) -> Iterator[list[float]]:
    for column in (of.value, of.reliability, of.severity, of.load):
        yield sixths(column[own])


def sixths(numbers: Floats) -> list[float]:
    """Return numbers rounded to six decimals exactly as `round` does."""
    scaled = numbers * 1_000_000
    # The quotient of two whole numbers is the float nearest to the decimal.
    found: list[float] = (np.rint(scaled) / 1_000_000 + 0.0).tolist()
    near = np.abs(scaled - np.floor(scaled) - 0.5) < 1e-3
    for row in np.flatnonzero(near).tolist():
        found[row] = round(float(numbers[row]), 6)
    return found
