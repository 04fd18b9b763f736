"""The whole ranking of a period, from canonical lines to results."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.column import whole
from evaluations.rankings.rules.everybody import Everybody, Tick
from evaluations.rankings.rules.fits import Fit
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.periods import (
    MonthResult,
    adjust_period,
    level_intervals,
)
from evaluations.rankings.rules.ranks import (
    NOBODY,
    Ints,
    competition_ranks,
    date_order,
    positions,
    value_order,
)
from evaluations.rankings.rules.results import Outcome, Result, results
from evaluations.rankings.rules.scheme import (
    Basis,
    Level,
    Preference,
    SchemeRules,
)
from evaluations.rankings.rules.scores import month_scores, whole_weights
from evaluations.rankings.rules.values import Value, mean_value, month_values


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
    return rank_everybody(Everybody.read(frame, lines, tick), fitted)


def rank_everybody(
    everybody: Everybody,
    fitted: Mapping[str, Mapping[str, Fit]] | None = None,
) -> Ranking:
    """Rank who has been read already; see `rank_people`."""
    frame, rules, groups = everybody.frame, everybody.frame.rules, everybody.groups()
    adjusted = adjust_period(everybody, fitted)
    raw = _raw_scores(everybody)
    score = raw
    if rules.basis is Basis.ADJUSTED:
        # Half up, as the raw score is.
        ranked = (raw != NOBODY) & adjusted.there
        score = np.where(ranked, (adjusted.score + 5000) // 10_000, NOBODY)
    ranks = {
        level: competition_ranks(
            score,
            groups[level],
            least_ranked=rules.least_ranked_in_outlet if level is Level.OUTLET else 1,
        )
        for level in Level
    }
    place, shared = positions(score, _tie_keys(everybody), everybody.uuids)
    outcome = Outcome(
        raw=raw,
        score=score,
        adjusted=adjusted,
        ranks=ranks,
        intervals=level_intervals(
            rules.quotas[frame.period.kind], groups, ranks, adjusted
        ),
        position=place,
        tied_position=shared,
    )
    return Ranking(results(everybody, outcome), adjusted.fits)


def _raw_scores(everybody: Everybody) -> Ints:
    """Return everybody's score as written in hundredths, -1 without one."""
    frame, size = everybody.frame, len(everybody)
    total, count = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for month in everybody.months.values():
        ranked = month.score != NOBODY
        rows = whole(month.rows)[ranked]
        total[rows] += month.score[ranked]
        count[rows] += 1
    least = 1
    if frame.period.kind is not PeriodKind.MONTH:
        least = frame.rules.least_months[frame.period.kind]
    # The mean of kept scores, half up, as `scores.period_score` gives it.
    often = np.maximum(count, 1)
    return np.where(count >= least, (2 * total + often) // (2 * often), NOBODY)


def _value_order(everybody: Everybody, code: str) -> Ints:
    """Return a number that sorts like everybody's exact value; a missing one gets -1.

    Of a longer period the value is the mean over the ranked months that have it.
    """
    size = len(everybody)
    if everybody.frame.period.kind is PeriodKind.MONTH:
        month = everybody.months[everybody.frame.period.code]
        found = np.full(size, NOBODY, dtype=np.int64)
        column = month.columns.get(code)
        if column is not None:
            found[whole(month.rows)[whole(column.row)]] = column.order()
        return found
    having: dict[int, list[Value]] = {}
    for month in everybody.months.values():
        column = month.columns.get(code)
        if column is None:
            continue
        for at, own in enumerate(column.row):
            if month.score[own] != NOBODY:
                having.setdefault(month.rows[own], []).append(column.exact(at))
    return value_order(
        [mean_value(having[row]) if row in having else None for row in range(size)]
    )


def _tie_keys(everybody: Everybody) -> list[Ints]:
    keys: list[Ints] = []
    for rule in everybody.frame.rules.tie_breaks:
        if rule.preference is Preference.HIGHER:
            keys.append(-_value_order(everybody, rule.of))
        elif rule.preference is Preference.FEWER:
            keys.append(everybody.fewer(rule.of))
        else:
            keys.append(date_order(everybody.hired_on))
    return keys
