"""Where the matrix of a run is kept: in this process, and in the cache that all share.

What a run read never changes, so the run's hash names its matrix for good. A few are
held in the memory of a process; in the shared cache each stays a week.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from django.core.cache import cache

from evaluations.rankings.models import Run
from evaluations.rankings.rules.matrix import (
    MATRIX_VERSION,
    Matrix,
    packed,
    unpacked,
)
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.whatif import Outcome, rerank

KEPT_IN_MEMORY = 3
WEEK = 7 * 24 * 3600
# How long a worker may take before somebody asks for the matrix again.
PATIENCE = 600
_NOT_COVERED = b"not covered"


@dataclass(frozen=True, slots=True)
class Kept:
    """A matrix with the outcome of the run itself.

    None of both: the run's rules hold something that a what-if does not know.
    """

    matrix: Matrix | None = None
    outcome: Outcome | None = None
    # What pages keep beside it for a while, such as genders with the time of reading.
    beside: dict[str, Any] = field(default_factory=dict, compare=False)


_memory: OrderedDict[str, Kept] = OrderedDict()
_lock = Lock()


def kept(run: Run, *, afresh: bool = False) -> Kept | None:
    """Return what is kept of a run's matrix, None where it has to be made first.

    `afresh` looks past the memory of this process: another may have added columns.
    """
    with _lock:
        found = None if afresh else _memory.get(run.hash)
        if found is not None:
            _memory.move_to_end(run.hash)
            return found
    data = cache.get(_key(run, "matrix"))
    if data is None:
        return None
    if data == _NOT_COVERED:
        return _hold(run, Kept())
    try:
        matrix = unpacked(data)
    except ValueError:
        return None
    return _hold(run, _with_outcome(run, matrix))


def keep(run: Run, matrix: Matrix | None) -> Kept:
    """Keep a run's matrix; None: its rules are not covered."""
    data = _NOT_COVERED if matrix is None else packed(matrix)
    cache.set(_key(run, "matrix"), data, WEEK)
    return _hold(run, Kept() if matrix is None else _with_outcome(run, matrix))


def keep_more(run: Run, old: Kept, matrix: Matrix) -> Kept:
    """Keep a matrix to which columns were added."""
    cache.set(_key(run, "matrix"), packed(matrix), WEEK)
    return _hold(run, replace(old, matrix=matrix))


def forget() -> None:
    """Let go of what this process holds in memory."""
    with _lock:
        _memory.clear()


def fair_count(run: Run) -> int | None:
    """Return the kept count of whom the adjusted order would choose, None: not known.

    It takes no database and no matrix.
    """
    count: int | None = cache.get(_key(run, "fair"))
    if count is None:
        with _lock:
            found = _memory.get(run.hash)
        count = found.beside.get("fair") if found is not None else None
    return count


def keep_fair_count(run: Run, of: Kept, count: int) -> None:
    of.beside["fair"] = count
    cache.set(_key(run, "fair"), count, WEEK)


def tell_progress(run: Run, done: int) -> None:
    cache.set(_key(run, "progress"), done, PATIENCE)


def progress(run: Run) -> int:
    """Return how many people have been read for the matrix so far."""
    return int(cache.get(_key(run, "progress"), 0))


def claim(run: Run) -> bool:
    """Tell whether nobody has asked for the matrix yet; then the asker has."""
    return bool(cache.add(_key(run, "asked"), 1, PATIENCE))


def release(run: Run) -> None:
    cache.delete(_key(run, "asked"))


def _with_outcome(run: Run, matrix: Matrix) -> Kept:
    return Kept(matrix, rerank(matrix, Frame.parse(run.head).rules))


def _hold(run: Run, found: Kept) -> Kept:
    with _lock:
        _memory[run.hash] = found
        _memory.move_to_end(run.hash)
        while len(_memory) > KEPT_IN_MEMORY:
            _memory.popitem(last=False)
    return found


def _key(run: Run, what: str) -> str:
    return f"rankings:what-if:{MATRIX_VERSION}:{what}:{run.hash}"
