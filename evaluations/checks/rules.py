"""The pooled day: what all checks of one person on one trading day say together.

Everything is whole numbers. Weights are in hundredths; sums are kept in ten-thousandths
of those, because a check that carries only a score passes by a fraction of its weight.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from uuid import UUID

from evaluations.standards.rules import ItemRule

COMPLIANT_PERCENT = 90
# A score is in hundredths of a percentage point: 10000 is full marks.
FULL_SCORE = 10_000
# What a check without items weighs, in hundredths.
SCORE_WEIGHT = 100
_SCALE = FULL_SCORE


class Mark(StrEnum):
    """What a checker marks; an item without a mark has passed."""

    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    NOT_OBSERVED = "not_observed"


@dataclass(frozen=True, slots=True)
class Taken:
    """One check of the day.

    `rules` are the items that judge this subject, by code. `score` (0 to 10000) is
    given only where the items are not known. `rater` is the opaque key of the judge.
    """

    standard: str
    rules: Mapping[str, ItemRule]
    marks: Mapping[str, Mark] = field(default_factory=dict)
    score: int | None = None
    rater: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """Passed of observed weight, both in ten-thousandths of hundredths."""

    passed: int = 0
    observed: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.passed + other.passed, self.observed + other.observed)

    @property
    def passed_hundredths(self) -> int:
        """Passed weight in hundredths; only a score can make it round, half up."""
        return (self.passed + _SCALE // 2) // _SCALE

    @property
    def observed_hundredths(self) -> int:
        return self.observed // _SCALE

    @property
    def percent(self) -> float | None:
        """The rate for people to read, 0 to 100; None: nothing was observed."""
        return 100 * self.passed / self.observed if self.observed else None

    def reaches(self, percent: int) -> bool:
        """Tell whether the rate is at least `percent`, exactly."""
        return 100 * self.passed >= percent * self.observed


@dataclass(frozen=True, slots=True)
class Day:
    """A person's day, or one check of an outlet.

    `critical` are the codes of critical items that failed, `left_out` the codes that
    left the day because an overriding item failed; `by_rater` sums up to `share`.
    """

    share: Share
    critical: tuple[str, ...] = ()
    left_out: frozenset[tuple[str, str]] = frozenset()
    by_rater: Mapping[str, Share] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        """A day on which nothing was observed is not a checked day."""
        return self.share.observed > 0

    def compliant(self, percent: int = COMPLIANT_PERCENT) -> bool:
        """Tell whether the rate reaches `percent` and no critical item failed."""
        return self.checked and not self.critical and self.share.reaches(percent)


def pool(checks: Sequence[Taken]) -> Day:
    """Pool the checks of one person on one day.

    An item counts each time that it was observed. Not applicable and not observed
    items leave both sides, and so do items overridden by a failed one, in every check
    of the same standard that day.
    """
    left_out = frozenset(
        (taken.standard, code) for taken in checks for code in _overridden(taken)
    )
    critical: dict[str, None] = {}
    by_rater: dict[str, Share] = defaultdict(Share)
    for taken in checks:
        by_rater[taken.rater] += _share(taken, left_out)
        critical |= dict.fromkeys(
            code for code in _failed(taken, left_out) if taken.rules[code].critical
        )
    return Day(
        share=sum(by_rater.values(), Share()),
        critical=tuple(critical),
        left_out=left_out,
        by_rater={rater: share for rater, share in by_rater.items() if share.observed},
    )


def _overridden(taken: Taken) -> list[str]:
    return [
        code
        for failed, mark in taken.marks.items()
        if mark is Mark.FAILED and failed in taken.rules
        for code in taken.rules[failed].overrides
    ]


def _failed(taken: Taken, left_out: frozenset[tuple[str, str]]) -> list[str]:
    return [
        code
        for code, mark in taken.marks.items()
        if mark is Mark.FAILED
        and code in taken.rules
        and (taken.standard, code) not in left_out
    ]


def _share(taken: Taken, left_out: frozenset[tuple[str, str]]) -> Share:
    if taken.score is not None:
        return Share(SCORE_WEIGHT * taken.score, SCORE_WEIGHT * FULL_SCORE)
    gone = {code for standard, code in left_out if standard == taken.standard}
    gone |= {code for code, mark in taken.marks.items() if mark is not Mark.FAILED}
    rules = taken.rules
    observed = sum(rule.weight for rule in rules.values())
    observed -= sum(rules[code].weight for code in gone if code in rules)
    failed = sum(rules[code].weight for code in _failed(taken, left_out))
    return Share((observed - failed) * _SCALE, observed * _SCALE)


def rater_of_staff(employee_uuid: UUID) -> str:
    """Return the key of a judge who is on the staff, the same wherever she judges."""
    return employee_uuid.hex


def rater_of_name(name: str) -> str:
    """Return the key of a judge known by a name alone; "" stays unknown."""
    if not name:
        return ""
    return blake2b(name.encode(), digest_size=16).hexdigest()
