"""The whole ranking of a period, from canonical lines to results."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.eligibility import reasons
from evaluations.rankings.rules.people import Frame, PersonInput, Place
from evaluations.rankings.rules.ranks import (
    NOBODY,
    Ints,
    competition_ranks,
    date_order,
    groups_of,
    positions,
    value_order,
)
from evaluations.rankings.rules.scheme import (
    Basis,
    Level,
    Preference,
    SchemeRules,
    canonical,
)
from evaluations.rankings.rules.scores import (
    Part,
    month_parts,
    month_scores,
    period_parts,
    period_score,
)
from evaluations.rankings.rules.values import (
    Value,
    mean_value,
    month_values,
    records,
)

Tick = Callable[[int], None]


class AdjustedScoresMissing(Exception):
    """The scheme ranks by adjusted scores, and nobody computes them yet."""


@dataclass(frozen=True, slots=True)
class MonthResult:
    """One month of a person: the values that count, and the score in hundredths."""

    version: int
    rules: SchemeRules
    values: Mapping[str, Value]
    score: int | None

    @property
    def parts(self) -> dict[str, Part]:
        return month_parts(self.values, self.rules, scored=self.score is not None)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run says about one person. `score` is in hundredths; None: no score.

    `position` is unique in the run; `tied_position` is shared with those whom even the
    tie-breaks leave equal.
    """

    uuid: str
    score: int | None
    ranks: Mapping[str, int | None]
    eligible: bool
    reasons: Sequence[str]
    components: Mapping[str, Mapping[str, Any] | None]
    position: int
    tied_position: int

    def line(self) -> str:
        """Return the canonical output line."""
        return canonical(
            {
                "components": self.components,
                "eligible": self.eligible,
                "position": self.position,
                "ranks": self.ranks,
                "reasons": self.reasons,
                "score": self.score,
                "tied_position": self.tied_position,
                "uuid": self.uuid,
            }
        )


def months_of(
    frame: Frame, people: Sequence[PersonInput]
) -> list[dict[str, MonthResult]]:
    """Return everybody's months in the order given, without those with nothing in."""
    found: list[dict[str, MonthResult]] = [{} for _person in people]
    for code in sorted(frame.months):
        version, rules = frame.months[code]
        rows = [row for row, person in enumerate(people) if code in person.months]
        values = [month_values(people[row].months[code], rules) for row in rows]
        scores = month_scores(values, rules)
        for row, own, score in zip(rows, values, scores, strict=True):
            found[row][code] = MonthResult(version, rules, own, score)
    return found


def period_result(
    frame: Frame, months: Mapping[str, MonthResult]
) -> tuple[int | None, dict[str, Part], dict[str, Value]]:
    """Return (score in hundredths, parts, exact values) of a person's whole period."""
    if frame.period.kind is PeriodKind.MONTH:
        month = months.get(frame.period.code)
        if month is None:
            return None, {}, {}
        return month.score, month.parts, dict(month.values)
    ranked = [month for month in months.values() if month.score is not None]
    enough = len(ranked) >= frame.rules.least_months[frame.period.kind]
    score = (
        period_score([month.score for month in ranked if month.score is not None])
        if enough
        else None
    )
    parts = period_parts(
        [(month.values, month.parts) for month in ranked], scored=enough
    )
    values = {
        code: mean_value(month.values[code] for month in ranked if code in month.values)
        for code in parts
    }
    return score, parts, values


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the ranking keeps of a person once her line has been read."""

    uuid: str
    place: Place
    hired_on: str | None
    score: int | None
    components: dict[str, dict[str, Any] | None]
    values: dict[str, Value]
    fewer: dict[str, int]
    reasons: list[str]


def rank_people(
    frame: Frame, lines: Iterable[str], tick: Tick = lambda done: None
) -> Iterator[Result]:
    """Rank everybody whose canonical line is given; results come in the same order.

    All is computed before this returns; the results are then made one by one.

    `tick` is told now and then how many lines have been read.

    Raises:
        AdjustedScoresMissing: the scheme's basis is not the raw score.
        ValueError, KeyError, TypeError: a line is not one of ours.
    """
    if frame.rules.basis is not Basis.RAW:
        raise AdjustedScoresMissing
    judged: list[_Judged] = []
    for batch in _batches(lines, 2000):
        judged += _judge(frame, [PersonInput.parse(line) for line in batch])
        tick(len(judged))
    scores = np.array(
        [NOBODY if one.score is None else one.score for one in judged], dtype=np.int64
    )
    ranks = _ranks(frame.rules, judged, scores)
    place, shared = positions(
        scores, _tie_keys(frame.rules, judged), [one.uuid for one in judged]
    )
    return (
        Result(
            uuid=one.uuid,
            score=one.score,
            ranks={level: int(of[row]) or None for level, of in ranks.items()},
            eligible=not one.reasons,
            reasons=one.reasons,
            components=one.components,
            position=int(place[row]),
            tied_position=int(shared[row]),
        )
        for row, one in enumerate(judged)
    )


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _judge(frame: Frame, people: Sequence[PersonInput]) -> Iterator[_Judged]:
    counted = [
        rule.of
        for rule in frame.rules.tie_breaks
        if rule.preference is Preference.FEWER
    ]
    for person, months in zip(people, months_of(frame, people), strict=True):
        score, parts, values = period_result(frame, months)
        yield _Judged(
            uuid=person.uuid,
            place=person.place,
            hired_on=person.hired_on,
            score=score,
            components=shown_components(frame.rules, parts),
            values=values,
            fewer={code: records(person.total(code)) for code in counted},
            reasons=reasons(
                person, frame.rules, frame.period, scored=score is not None
            ),
        )


def shown_components(
    rules: SchemeRules, parts: Mapping[str, Part]
) -> dict[str, dict[str, Any] | None]:
    """Return the parts as answers give them: every component, null where missing."""
    return {
        code: parts[code].shown() if code in parts else None
        for code in rules.shown_components
    }


def _ranks(
    rules: SchemeRules, judged: Sequence[_Judged], scores: Ints
) -> dict[str, Ints]:
    places = [one.place for one in judged]
    keys: dict[Level, list[Any]] = {
        Level.OUTLET: [place.outlet for place in places],
        Level.COUNTY: [place.county for place in places],
        Level.CITY: [place.city for place in places],
        Level.PROVINCE: [place.province for place in places],
        Level.CLASS: [
            (place.province, place.outlet_class)
            if place.province and place.outlet_class
            else None
            for place in places
        ],
        Level.ALL: [True] * len(places),
    }
    return {
        level: competition_ranks(
            scores,
            groups_of(keys[level]),
            least_ranked=rules.least_ranked_in_outlet if level is Level.OUTLET else 1,
        )
        for level in Level
    }


def _tie_keys(rules: SchemeRules, judged: Sequence[_Judged]) -> list[Ints]:
    keys: list[Ints] = []
    for rule in rules.tie_breaks:
        if rule.preference is Preference.HIGHER:
            keys.append(-value_order([one.values.get(rule.of) for one in judged]))
        elif rule.preference is Preference.FEWER:
            counts = [one.fewer[rule.of] for one in judged]
            keys.append(np.array(counts, dtype=np.int64))
        else:
            keys.append(date_order([one.hired_on for one in judged]))
    return keys
