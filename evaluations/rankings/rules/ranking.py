"""The whole ranking of a period, from canonical lines to results."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.adjusting import Fit
from evaluations.rankings.rules.eligibility import reasons
from evaluations.rankings.rules.people import Frame, PersonInput, Place
from evaluations.rankings.rules.periods import (
    Adjusted,
    MonthResult,
    adjust_period,
    level_intervals,
)
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
    month_scores,
    period_parts,
    period_score,
    whole_weights,
)
from evaluations.rankings.rules.values import (
    Value,
    mean_value,
    month_values,
    records,
)

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run says about one person. Scores are in hundredths; None: no score.

    `raw` is the score as written, `score` the one that makes the rank; `adjusted` and
    its standard deviation `deviation` are in millionths of a point. `intervals` gives,
    for each level with a rank, the best and the worst rank at 90 % confidence, the band
    and the chance (0 to 1) of a place in the quota (None where there is none).
    `position` is unique in the run; `tied_position` is shared with those whom even the
    tie-breaks leave equal.
    """

    uuid: str
    raw: int | None
    adjusted: int | None
    deviation: int | None
    score: int | None
    ranks: Mapping[str, int | None]
    intervals: Mapping[str, Sequence[Any]]
    eligible: bool
    reasons: Sequence[str]
    components: Mapping[str, Mapping[str, Any] | None]
    position: int
    tied_position: int

    def line(self) -> str:
        """Return the canonical output line."""
        return canonical(
            {
                "adjusted": self.adjusted,
                "components": self.components,
                "deviation": self.deviation,
                "eligible": self.eligible,
                "intervals": self.intervals,
                "position": self.position,
                "ranks": self.ranks,
                "raw": self.raw,
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
        for own_rules, own_rows in _by_rules(rules, people, rows):
            sums = (people[row].months[code] for row in own_rows)
            values = [month_values(one, own_rules) for one in sums]
            scores = month_scores(values, own_rules)
            weights = whole_weights(own_rules)
            for row, own, score in zip(own_rows, values, scores, strict=True):
                found[row][code] = MonthResult(version, own_rules, own, score, weights)
    return found


def _by_rules(
    rules: SchemeRules, people: Sequence[PersonInput], rows: Sequence[int]
) -> Iterator[tuple[SchemeRules, list[int]]]:
    """Yield the rules of each post with weights of its own, and whose they are.

    People of a post that the scheme does not score are in none.
    """
    of_post: dict[str, list[int]] = {}
    for row in rows:
        if rules.scores(post := people[row].post):
            of_post.setdefault(post if post in rules.variants else "", []).append(row)
    for post, own in of_post.items():
        yield rules.of_post(post), own


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
    raw: int | None
    adjusted: Adjusted
    components: dict[str, dict[str, Any] | None]
    values: dict[str, Value]
    fewer: dict[str, int]
    reasons: list[str]

    def score(self, basis: Basis) -> int:
        """Return the score that makes the rank, in hundredths; NOBODY without one."""
        if basis is Basis.RAW:
            return NOBODY if self.raw is None else self.raw
        millionths = self.adjusted.score
        # Half up, as the raw score is.
        return NOBODY if millionths is None else (millionths + 5000) // 10_000


@dataclass(frozen=True, slots=True)
class Ranking:
    """Results in the order of the lines, and the estimates behind adjusted scores."""

    results: Iterator[Result]
    fits: Mapping[str, Mapping[str, Fit]]


def rank_people(
    frame: Frame,
    lines: Iterable[str],
    tick: Tick = lambda done: None,
    fitted: Mapping[str, Mapping[str, Fit]] | None = None,
) -> Ranking:
    """Rank everybody whose canonical line is given.

    All is computed before this returns; the results are then made one by one. `tick` is
    told now and then how many lines have been read. `fitted` gives the estimates of an
    earlier computation instead of making them again.

    Raises:
        ValueError, KeyError, TypeError: a line is not one of ours.
    """
    people: list[PersonInput] = []
    for line in lines:
        people.append(PersonInput.parse(line))
        if len(people) % 2000 == 0:
            tick(len(people))
    tick(len(people))
    months = months_of(frame, people)
    adjusted, fits = adjust_period(frame, people, months, fitted)
    judged = list(_judge(frame, people, months, adjusted))
    basis = frame.rules.basis
    scores = np.array([one.score(basis) for one in judged], dtype=np.int64)
    ranks = _ranks(frame.rules, judged, scores)
    intervals = level_intervals(
        frame.rules.quotas[frame.period.kind], _groups(judged), ranks, adjusted
    )
    place, shared = positions(
        scores, _tie_keys(frame.rules, judged), [one.uuid for one in judged]
    )
    results = (
        Result(
            uuid=one.uuid,
            raw=one.raw,
            adjusted=one.adjusted.score,
            deviation=one.adjusted.deviation,
            score=None if scores[row] == NOBODY else int(scores[row]),
            ranks={level: int(of[row]) or None for level, of in ranks.items()},
            intervals={
                level: of.of(row)
                for level, of in intervals.items()
                if ranks[level][row]
            },
            eligible=not one.reasons,
            reasons=one.reasons,
            components=one.components,
            position=int(place[row]),
            tied_position=int(shared[row]),
        )
        for row, one in enumerate(judged)
    )
    return Ranking(results, fits)


def _judge(
    frame: Frame,
    people: Sequence[PersonInput],
    months: Sequence[Mapping[str, MonthResult]],
    adjusted: Sequence[Adjusted],
) -> Iterator[_Judged]:
    counted = [
        rule.of
        for rule in frame.rules.tie_breaks
        if rule.preference is Preference.FEWER
    ]
    for person, own, fair in zip(people, months, adjusted, strict=True):
        score, parts, values = period_result(frame, own)
        yield _Judged(
            uuid=person.uuid,
            place=person.place,
            hired_on=person.hired_on,
            raw=score,
            adjusted=fair if score is not None else fair.unscored(),
            components=shown_components(frame.rules, parts, fair),
            values=values,
            fewer={code: records(person.total(code)) for code in counted},
            reasons=reasons(
                person, frame.rules, frame.period, scored=score is not None
            ),
        )


def shown_components(
    rules: SchemeRules, parts: Mapping[str, Part], adjusted: Adjusted
) -> dict[str, dict[str, Any] | None]:
    """Return the parts as answers give them: every component, null where missing."""
    return {
        code: {**parts[code].shown(), **adjusted.shown(code)} if code in parts else None
        for code in rules.shown_components
    }


def _groups(judged: Sequence[_Judged]) -> dict[Level, Ints]:
    """Number the list of each level that everybody stands in; -1 where in none."""
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
    return {level: groups_of(keys[level]) for level in Level}


def _ranks(
    rules: SchemeRules, judged: Sequence[_Judged], scores: Ints
) -> dict[Level, Ints]:
    return {
        level: competition_ranks(
            scores,
            groups,
            least_ranked=rules.least_ranked_in_outlet if level is Level.OUTLET else 1,
        )
        for level, groups in _groups(judged).items()
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
