"""Trying other rules on what no matrix holds: the whole ranking is computed again.

Quarters, years, and months with curves, bonus and deduction or weights by post. The
stored input is read; nothing is written but what the cache keeps for a week.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.cache import cache

from evaluations.rankings.models import Run
from evaluations.rankings.rules.fits import Fit, fits_parsed
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.ranking import rank_people
from evaluations.rankings.rules.rerun import (
    Crowd,
    Ranked,
    outcome_of,
    packed_crowd,
    packed_outcome,
    same,
    unpacked_crowd,
    unpacked_outcome,
)
from evaluations.rankings.rules.scheme import Level, canonical
from evaluations.rankings.rules.whatif import Outcome
from evaluations.rankings.selectors.matrices import PATIENCE, WEEK, tell_progress

BATCH = 2000
# Of a change in these code, kept archives are of another kind.
RERUN_VERSION = 1
_NOT_COVERED = b"not covered"


@dataclass(frozen=True, slots=True)
class Rerun:
    """A run beside what other rules make of it.

    `after` None: an earlier version computed the run, and its figures cannot be made
    again. `matrix` and `beside` are as in `Kept`.
    """

    matrix: Crowd | None = None
    outcome: Outcome | None = None
    after: Outcome | None = None
    beside: dict[str, Any] = field(default_factory=dict, compare=False)


def kept_rerun(run: Run, head: str) -> Rerun | None:
    """Return what has been computed of a run under the rules of `head`, else None."""
    base = cache.get(_key(run, run.head))
    if base is None or base == _NOT_COVERED:
        return None if base is None else Rerun()
    crowd, outcome = unpacked_crowd(base[0]), unpacked_outcome(base[1])
    if head == run.head:
        return Rerun(crowd, outcome, outcome)
    after = cache.get(_key(run, head))
    return None if after is None else Rerun(crowd, outcome, unpacked_outcome(after))


def rerun(*, run_id: int, head: str) -> Rerun:
    """Compute a run again by the rules of `head`, once; safe to run twice.

    `head` is the first line of the run's input with other rules in it. The first time
    the run's own rules are tried as well: they have to give its figures.
    """
    run = Run.objects.get(pk=run_id)
    if (found := kept_rerun(run, head)) is not None:
        return found
    lines, keys, stored = _read(run)
    known = kept_rerun(run, run.head) or _base(run, lines, keys, stored)
    if known.matrix is None or known.outcome is None or head == run.head:
        return known
    after = _again(run, head, lines, known.matrix)
    cache.set(_key(run, head), packed_outcome(after), WEEK)
    return Rerun(known.matrix, known.outcome, after)


def claim_rerun(run: Run, head: str) -> bool:
    """Tell whether nobody has asked for it yet; then the asker has."""
    return bool(cache.add(_key(run, f"asked {head}"), 1, PATIENCE))


def _base(run: Run, lines: list[str], keys: list[int], stored: list[Ranked]) -> Rerun:
    frame = Frame.parse(run.head)
    try:
        crowd = Crowd.of(frame, [PersonInput.parse(line) for line in lines], keys)
        again = _again(run, run.head, lines, crowd)
    except (KeyError, TypeError, ValueError):
        cache.set(_key(run, run.head), _NOT_COVERED, WEEK)
        return Rerun()
    outcome = outcome_of(crowd, stored, frame.rules.quotas[frame.period.kind])
    if not same(again, outcome):
        cache.set(_key(run, run.head), _NOT_COVERED, WEEK)
        return Rerun()
    data = packed_crowd(crowd), packed_outcome(outcome)
    cache.set(_key(run, run.head), data, WEEK)
    return Rerun(crowd, outcome, outcome)


def _again(run: Run, head: str, lines: list[str], crowd: Crowd) -> Outcome:
    frame = Frame.parse(head)
    ranking = rank_people(
        frame, lines, lambda done: tell_progress(run, done), _fits(run, frame)
    )
    return outcome_of(crowd, ranking.results, frame.rules.quotas[frame.period.kind])


def _fits(run: Run, frame: Frame) -> Mapping[str, Mapping[str, Fit]] | None:
    """Return the run's own estimates, without those that other rules make anew.

    Other least records make other peers.
    """
    if not run.fits:
        return None
    own = Frame.parse(run.head)
    found: dict[str, dict[str, Fit]] = {}
    for month, fits in fits_parsed(run.fits).items():
        was, now = (of.months[month][1] for of in (own, frame))
        found[month] = {
            code: fit
            for code, fit in fits.items()
            if (old := was.component(code)) is not None
            and (new := now.component(code)) is not None
            and old.least_n == new.least_n
        }
    return found


def _read(run: Run) -> tuple[list[str], list[int], list[Ranked]]:
    ranks = [f"rank_{level}" for level in Level]
    columns = (
        *("input", "employee_id", "raw_score", "adjusted_score", "score"),
        *("eligible", "reasons", "position", "tied_position"),
        *ranks,
    )
    lines: list[str] = []
    keys: list[int] = []
    stored: list[Ranked] = []
    # In the order in which a run reads people, so that sums are added alike.
    rows = run.standings.order_by("employee_uuid").values_list(*columns)
    for line, key, raw, adjusted, score, *rest in rows.iterator(chunk_size=BATCH):
        eligible, reasons, position, tied, *places = rest
        lines.append(line)
        keys.append(key)
        stored.append(
            Ranked(
                raw=_whole(raw, 2),
                adjusted=_whole(adjusted, 6),
                score=_whole(score, 2),
                ranks=dict(zip(Level, places, strict=True)),
                eligible=eligible,
                reasons=reasons,
                position=position,
                tied_position=tied,
            )
        )
    return lines, keys, stored


def _whole(number: Decimal | None, places: int) -> int | None:
    return None if number is None else int(number.scaleb(places))


def head_of(run: Run) -> dict[str, Any]:
    """Return the head of a run as JSON."""
    head: dict[str, Any] = json.loads(run.head)
    return head


def head_text(head: Mapping[str, Any]) -> str:
    """Return the line of a head."""
    return canonical(head)


def _key(run: Run, head: str) -> str:
    rules = sha256(head.encode()).hexdigest()
    return f"rankings:rerun:{RERUN_VERSION}:{run.hash}:{rules}"
