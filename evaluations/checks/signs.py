"""Signs that a day's checks deserve a look: values in, a finding or None out.

None of them proves anything, and none moves a score. Thresholds are the caller's.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from outlets.places.rules import Span, is_open

# Hashes with so few bits set or unset are of a bare wall or a dark lens: they match
# each other whatever was photographed.
FEWEST_BITS = 6
HASH_BITS = 64


@dataclass(frozen=True, slots=True)
class Tap:
    """One person's check as it was confirmed.

    `seconds` is how long the line was looked at (None: not recorded).
    """

    at: datetime
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one person took on a card; `seconds` is the median, in seconds."""

    people: int
    seconds: float


def pace(taps: Sequence[Tap]) -> Pace | None:
    """Return the pace of one author's taps on one card; None: nothing to go by.

    What the tablet recorded counts; where it recorded nothing, the time since the tap
    before. The first tap without a record says nothing, and the median lets one long
    look, or one quick one, be.
    """
    ordered = sorted(taps, key=lambda tap: tap.at)
    before: list[datetime | None] = [None, *(tap.at for tap in ordered)]
    found = []
    for tap, earlier in zip(ordered, before, strict=False):
        if tap.seconds is not None:
            found.append(float(tap.seconds))
        elif earlier is not None:
            found.append((tap.at - earlier).total_seconds())
    return Pace(len(found), median(found)) if found else None


def too_quick(found: Pace | None, *, least_seconds: float, least_people: int) -> bool:
    """Tell whether a card went faster than anybody looks; small cards never do."""
    return (
        found is not None
        and found.people >= least_people
        and found.seconds < least_seconds
    )


# What was marked on one card of a day: by subject, the marks by item code.
CardMarks = Mapping[Hashable, Mapping[str, str]]


def same_for_all(
    card: CardMarks, least_people: int
) -> frozenset[tuple[str, str]] | None:
    """Return the marks that everybody on a card got; None: they differ, or are few."""
    if len(card) < least_people:
        return None
    different = {frozenset(marks.items()) for marks in card.values()}
    return different.pop() if len(different) == 1 else None


@dataclass(frozen=True, slots=True)
class Run:
    """The same marks for everybody on `days` checked days in a row.

    `checks` are the people checked on them, all days together. `marks` is empty where
    everybody passed everything.
    """

    days: int
    checks: int
    marks: frozenset[tuple[str, str]]

    @property
    def all_passed(self) -> bool:
        return not self.marks


def run_of_same(cards: Sequence[CardMarks], least_people: int) -> Run | None:
    """Return the run that ends with the last of these cards, in order of their days.

    None: on the last one not everybody got the same.
    """
    if not cards or (marks := same_for_all(cards[-1], least_people)) is None:
        return None
    days = checks = 0
    for card in reversed(cards):
        if same_for_all(card, least_people) != marks:
            break
        days, checks = days + 1, checks + len(card)
    return Run(days, checks, marks)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What others found at the same outlet: checks of people, and those with a failure.

    Others are whoever judged there besides the author whose cards are looked at: a
    second lead, or a supervisor's blind re-check.
    """

    checks: int = 0
    with_failure: int = 0

    def __add__(self, other: "Elsewhere") -> "Elsewhere":
        return Elsewhere(
            self.checks + other.checks, self.with_failure + other.with_failure
        )


def chance_of_clean(checks: int, others: Elsewhere) -> float | None:
    """Return how likely `checks` are all clean if the author saw what others see.

    (1 − q) to the power of `checks`, q the others' share of checks with a failure: 0 to
    1. None: others have not looked.
    """
    if not others.checks:
        return None
    return (1 - others.with_failure / others.checks) ** checks


def deserves_a_look(
    run: Run | None,
    others: Elsewhere,
    *,
    least_days: int,
    least_others: int,
    least_chance: float,
) -> bool:
    """Tell whether a run of the same marks is worth a question, on this day.

    Asked every `least_days` of its days, not daily. The same failures for everybody
    are always worth it. That everybody passes is the best there is, so it is only
    worth it where others, in at least `least_others` checks, found failures so often
    that such a run has a chance below `least_chance`: an outlet where others find
    nothing is never asked, nor is one where nobody else has looked.
    """
    if run is None or run.days < least_days or run.days % least_days:
        return False
    if not run.all_passed:
        return True
    chance = chance_of_clean(run.checks, others)
    return (
        others.checks >= least_others and chance is not None and chance < least_chance
    )


def tells_scenes_apart(phash: str) -> bool:
    """Tell whether a hash of 64 bits (16 hexadecimal digits) says anything."""
    bits = int(phash, 16).bit_count()
    return FEWEST_BITS <= bits <= HASH_BITS - FEWEST_BITS


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo: its own key, what it belongs to, and its two hashes."""

    key: str
    belongs_to: str
    sha256: str
    phash: str


@dataclass(frozen=True, slots=True)
class Reused:
    """A photo, the earlier one that it repeats, and in how many of 64 bits they differ.

    `bits` 0 with `same_file` means the very same file.
    """

    shot: Shot
    earlier: Shot
    bits: int
    same_file: bool


def reused(
    shots: Sequence[Shot], earlier: Sequence[Shot], most_bits: int
) -> list[Reused]:
    """Return, of each new photo, the closest earlier one within `most_bits`.

    Two photos of the same check may show the same; so may hashes that say nothing,
    unless the files are the same.
    """
    hashes = [int(one.phash, 16) for one in earlier]
    found = []
    for shot in shots:
        mine, says = int(shot.phash, 16), tells_scenes_apart(shot.phash)
        best: Reused | None = None
        for one, phash in zip(earlier, hashes, strict=True):
            if one.key == shot.key or one.belongs_to == shot.belongs_to:
                continue
            same = one.sha256 == shot.sha256
            bits = 0 if same else (mine ^ phash).bit_count()
            if not same and (bits > most_bits or not says):
                continue
            if best is None or (not same, bits) < (not best.same_file, best.bits):
                best = Reused(shot, one, bits, same)
        if best is not None:
            found.append(best)
    return found


def outside_hours(spans: Sequence[Span], local: datetime, margin: timedelta) -> bool:
    """Tell whether a local moment lies outside opening hours by more than `margin`.

    A shift is checked before the doors open, hence the margin. Unknown hours (no
    spans): False. A day that is closed all day is outside, if the neighbours are.
    """
    if not spans:
        return False
    step = timedelta(minutes=15)
    steps = range(-(margin // step), margin // step + 1)
    return not any(is_open(spans, local + step * n) for n in steps)
