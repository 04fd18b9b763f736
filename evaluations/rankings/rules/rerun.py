"""A computed run as arrays, told from its results: what a trial compares.

Where the matrix of a month does not reach (quarters, years, curves, bonus, weights by
post) the whole ranking is computed again by other rules, and read into the same arrays.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from evaluations.rankings.rules.crossed import Ints
from evaluations.rankings.rules.matrix import lists_of, traits_of
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.ranks import NOBODY
from evaluations.rankings.rules.scheme import Level, Quota
from evaluations.rankings.rules.whatif import Outcome, winners_of

Traits = Mapping[str, tuple[tuple[str, ...], Ints]]


class Ranked(NamedTuple):
    """What a run says of one person, as far as trials compare it; see `Result`."""

    raw: int | None
    adjusted: int | None
    score: int | None
    ranks: Mapping[str, int | None]
    eligible: bool
    reasons: Sequence[str]
    position: int
    tied_position: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody of a run in the order of its input.

    `keys` name the people to the caller; `groups` numbers the list of each level;
    `traits` are by what effects are told. See `Matrix`.
    """

    keys: Ints
    groups: Mapping[Level, Ints]
    traits: Traits

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(
        cls, frame: Frame, people: Sequence[PersonInput], keys: Sequence[int]
    ) -> "Crowd":
        return cls(
            keys=np.array(keys, dtype=np.int64),
            groups=lists_of([one.place for one in people]),
            traits=traits_of(people, frame.period.last),
        )


def outcome_of(crowd: Crowd, rows: Iterable[Any], quotas: Sequence[Quota]) -> Outcome:
    """Return the results of everybody, as `Ranked` or `Result`, as arrays."""
    ranked = list(rows)
    score = _scores(one.score for one in ranked)
    shared = _ints(one.tied_position for one in ranked)
    eligible = np.array([one.eligible for one in ranked], dtype=bool)
    codes = dict.fromkeys(code for one in ranked for code in one.reasons)
    return Outcome(
        raw=_scores(one.raw for one in ranked),
        adjusted=_scores(one.adjusted for one in ranked),
        score=score,
        ranks={
            level: _ints(one.ranks[level] or 0 for one in ranked) for level in Level
        },
        position=_ints(one.position for one in ranked),
        tied_position=shared,
        reasons={
            code: np.array([code in one.reasons for one in ranked], dtype=bool)
            for code in codes
        },
        eligible=eligible,
        winners={
            quota.level: winners_of(
                quota, crowd.groups[quota.level], score, shared, eligible
            )
            for quota in quotas
        },
    )


def same(one: Outcome, other: Outcome) -> bool:
    """Tell whether two outcomes have the same scores, order and eligibility."""
    return (
        np.array_equal(one.score, other.score)
        and np.array_equal(one.tied_position, other.tied_position)
        and np.array_equal(one.eligible, other.eligible)
    )


def _scores(numbers: Iterable[int | None]) -> Ints:
    return _ints(NOBODY if number is None else number for number in numbers)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)


_PLAIN = ("raw", "adjusted", "score", "position", "tied_position", "eligible")
_BY_CODE = ("ranks", "reasons", "winners")


def packed_outcome(outcome: Outcome) -> bytes:
    """Return an outcome as one compressed archive of arrays, without pickles."""
    arrays = {name: getattr(outcome, name) for name in _PLAIN}
    for kind in _BY_CODE:
        for code, column in getattr(outcome, kind).items():
            arrays[f"{kind}/{code}"] = column
    return _archive(arrays)


def unpacked_outcome(data: bytes) -> Outcome:
    arrays = _arrays(data)
    return Outcome(
        **{name: arrays[name] for name in _PLAIN},
        ranks={Level(level): of for level, of in _named(arrays, "ranks").items()},
        reasons=_named(arrays, "reasons"),
        winners={Level(level): of for level, of in _named(arrays, "winners").items()},
    )


def packed_crowd(crowd: Crowd) -> bytes:
    """Return a crowd as one compressed archive of arrays, without pickles."""
    names = {trait: names for trait, (names, _numbers) in crowd.traits.items()}
    arrays: dict[str, Any] = {"keys": crowd.keys, "names": np.array(json.dumps(names))}
    arrays |= {f"groups/{level}": of for level, of in crowd.groups.items()}
    arrays |= {f"traits/{trait}": of for trait, (_, of) in crowd.traits.items()}
    return _archive(arrays)


def unpacked_crowd(data: bytes) -> Crowd:
    arrays = _arrays(data)
    names = json.loads(str(arrays["names"]))
    return Crowd(
        keys=arrays["keys"],
        groups={Level(level): of for level, of in _named(arrays, "groups").items()},
        traits={
            trait: (tuple(names[trait]), of)
            for trait, of in _named(arrays, "traits").items()
        },
    )


def _archive(arrays: Mapping[str, Any]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def _arrays(data: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _named(arrays: Mapping[str, Any], kind: str) -> dict[str, Any]:
    start = f"{kind}/"
    return {
        name.removeprefix(start): of
        for name, of in arrays.items()
        if name.startswith(start)
    }
