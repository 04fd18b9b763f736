"""Making the matrix that what-ifs are answered from; the database stays as it is."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.models import Run
from evaluations.rankings.rules.effects import entering
from evaluations.rankings.rules.fits import fits_parsed
from evaluations.rankings.rules.matrix import (
    Matrix,
    adjusted_column,
    covers,
    matrix_of,
)
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.ranks import NOBODY
from evaluations.rankings.rules.scheme import Basis, ComponentRule, SchemeRules
from evaluations.rankings.rules.whatif import Outcome, RulesNotCovered, rerank
from evaluations.rankings.selectors.matrices import (
    Kept,
    keep,
    keep_fair_count,
    keep_more,
    kept,
    release,
    tell_progress,
)

BATCH = 2000


def prepare_what_if(*, run_id: int) -> Kept | None:
    """Make and keep the matrix of a run, once; safe to run twice.

    None where there is nothing to make: the run is not computed, or not of a month.
    """
    run = Run.objects.get(pk=run_id)
    if not run.is_computed or run.kind is not PeriodKind.MONTH:
        return None
    if (found := kept(run)) is None:
        found = keep(run, _matrix(run))
        release(run)
    if found.matrix is not None:
        _count_fair(run, found)
    return found


def _matrix(run: Run) -> Matrix | None:
    """Return the matrix; None where it does not give the run's own figures again."""
    frame = Frame.parse(run.head)
    if not covers(frame.rules):
        return None
    people, keys, stored = _read(run, lambda done: tell_progress(run, done))
    month = frame.period.code
    fits = fits_parsed(run.fits).get(month) if run.fits else None
    try:
        matrix = matrix_of(frame, people, keys, fits)
        same = _same(rerank(matrix, frame.rules), stored)
    except (RulesNotCovered, KeyError, ValueError):
        return None
    return matrix if same else None


def _read(
    run: Run, tick: Callable[[int], None]
) -> tuple[list[PersonInput], list[int], list[tuple[Any, ...]]]:
    people: list[PersonInput] = []
    keys: list[int] = []
    stored: list[tuple[Any, ...]] = []
    for line, key, *figures in _rows(run):
        people.append(PersonInput.parse(line))
        keys.append(key)
        stored.append(tuple(figures))
        if len(people) % BATCH == 0:
            tick(len(people))
    return people, keys, stored


def _rows(run: Run) -> Iterator[tuple[Any, ...]]:
    columns = ("input", "employee_id", "score", "tied_position", "eligible")
    # In the order in which a run reads people, so that sums are added alike.
    rows = run.standings.order_by("employee_uuid").values_list(*columns)
    return rows.iterator(chunk_size=BATCH)


def _same(outcome: Outcome, stored: list[tuple[Any, ...]]) -> bool:
    scores = [NOBODY if one is None else int(one * 100) for one, _, _ in stored]
    return (
        np.array_equal(outcome.score, scores)
        and np.array_equal(outcome.tied_position, [place for _, place, _ in stored])
        and np.array_equal(outcome.eligible, [may_win for _, _, may_win in stored])
    )


def _count_fair(run: Run, found: Kept) -> None:
    rules = Frame.parse(run.head).rules
    if found.matrix is None or found.outcome is None or rules.basis is Basis.ADJUSTED:
        return
    fair = rerank(found.matrix, replace(rules, basis=Basis.ADJUSTED))
    rows = [rows for rows in entering(found.outcome, fair).values() if len(rows)]
    count = len(np.unique(np.concatenate(rows))) if rows else 0
    keep_fair_count(run, found, count)


def fit_for(run: Run, found: Kept, rules: SchemeRules) -> Kept:
    """Return what is kept with every adjusted column that `rules` need.

    Other least records make other peers, so that the estimates are made again from the
    stored input. That takes as long as reading everybody; the next time it is there.
    """
    if found.matrix is None or not _missing(found.matrix, rules):
        return found
    found = kept(run, afresh=True) or found
    if found.matrix is None or not (missing := _missing(found.matrix, rules)):
        return found
    people, _keys, _stored = _read(run, lambda done: None)
    return keep_more(run, found, _fitted(run, found.matrix, people, missing))


def _missing(matrix: Matrix, rules: SchemeRules) -> list[ComponentRule]:
    return [
        rule
        for rule in rules.components
        if (rule.code, rule.least_n) not in matrix.adjusted
    ]


def _fitted(
    run: Run,
    matrix: Matrix,
    people: list[PersonInput],
    missing: list[ComponentRule],
) -> Matrix:
    frame = Frame.parse(run.head)
    own = {key for key in matrix.adjusted if key in _own(frame)}
    for rule in missing:
        # Besides the run's own columns one more for each component is kept.
        columns = {
            key: column
            for key, column in matrix.adjusted.items()
            if key in own or key[0] != rule.code
        }
        matrix = replace(matrix, adjusted=columns).with_adjusted(
            rule.code, rule.least_n, adjusted_column(frame, people, rule)
        )
    return matrix


def _own(frame: Frame) -> set[tuple[str, int]]:
    return {(rule.code, rule.least_n) for rule in frame.rules.components}


def base_rules(run: Run) -> dict[str, Any]:
    """Return the JSON of the rules that a run was computed by."""
    rules: dict[str, Any] = json.loads(run.head)["rules"]
    return rules
