"""What a roster must and should be, and the roster that comes of it.

Days count from 0, the first day of the horizon. A cell is a person's day: the code of a
shift, or None for a day off. Minutes are minutes of work; weights are costs in points
for each unit that a wish, a cover or a balance is missed by, and the cost of a plan is
their sum, to be made small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Cell: TypeAlias = tuple[int, int]
"""Index of the person, index of the day."""


@dataclass(frozen=True)
class Shift:
    """A kind of shift: its minutes, and the codes that may not follow the day after."""

    code: str
    minutes: int
    not_before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Person:
    """One person's hard rules; None lets the rule out.

    Minutes are over the horizon, runs in days. A run that touches the end of the
    horizon, or the beginning of what `before` tells, is never too short. `before` holds
    the cells of the days before the first, oldest first; empty means days off of which
    nothing is known. `most_of` limits single shifts by code, 0 for one she cannot work.
    """

    key: str
    least_minutes: int = 0
    most_minutes: int | None = None
    most_of: Mapping[str, int] = field(default_factory=dict)
    least_run: int = 1
    most_run: int | None = None
    least_rest: int = 1
    most_weekends: int | None = None
    off: frozenset[int] = frozenset()
    skills: frozenset[str] = frozenset()
    before: tuple[str | None, ...] = ()
    contract_minutes: int | None = None


@dataclass(frozen=True)
class Cover:
    """How many people some cells of days and shifts shall have together.

    `slots` holds (day, shift code); with a `skill` only those who have it count. Each
    person short of `needed` costs `under`, each beyond it `over`. Fewer than `least` is
    no roster at all.
    """

    slots: tuple[tuple[int, str], ...]
    needed: int
    under: int = 0
    over: int = 0
    least: int = 0
    skill: str | None = None
    name: str = ""


@dataclass(frozen=True)
class Wish:
    """To work a shift on a day, or not to; `shift` None stands for any shift."""

    person: int
    day: int
    shift: str | None
    wanted: bool
    weight: int


@dataclass(frozen=True)
class Balance:
    """Each person works as many of `these` as of `those`, give or take `slack`."""

    these: frozenset[str]
    those: frozenset[str]
    slack: int
    weight: int


@dataclass(frozen=True)
class Weights:
    """What the wishes of the house cost, each by its unit.

    `weekends`: each weekend between who works most and who works fewest; `hours`: each
    whole or begun hour that a person's work differs from her contract; `changes`: each
    cell that differs from `Problem.published`.
    """

    weekends: int = 0
    hours: int = 0
    changes: int = 0


@dataclass(frozen=True)
class Problem:
    """A horizon of days to fill.

    `weekends` holds the days of each weekend. `locked` cells stay what they are, even
    where that breaks a person's rules only the person who locked them can mend.
    `odd_minutes` replaces a shift's minutes on single days (the clock changes), and
    `odd_pairs` forbids (day, shift, shift of the day after) on single days.
    """

    days: int
    shifts: Sequence[Shift]
    people: Sequence[Person]
    covers: Sequence[Cover] = ()
    wishes: Sequence[Wish] = ()
    weekends: Sequence[Sequence[int]] = ()
    balances: Sequence[Balance] = ()
    weights: Weights = field(default_factory=Weights)
    locked: Mapping[Cell, str | None] = field(default_factory=dict)
    published: Mapping[Cell, str | None] = field(default_factory=dict)
    odd_minutes: Mapping[tuple[int, str], int] = field(default_factory=dict)
    odd_pairs: frozenset[tuple[int, str, str]] = frozenset()

    def minutes(self, day: int, code: str) -> int:
        """Return the minutes of work of a shift that begins on that day."""
        usual = next(shift.minutes for shift in self.shifts if shift.code == code)
        return self.odd_minutes.get((day, code), usual)

    def clashes(self, day: int, first: str | None, second: str | None) -> bool:
        """Return whether `second` the day after `first` leaves too little rest."""
        if first is None or second is None:
            return False
        if (day, first, second) in self.odd_pairs:
            return True
        shift = next((one for one in self.shifts if one.code == first), None)
        return shift is not None and second in shift.not_before


Cells: TypeAlias = Mapping[Cell, str]
"""The shift of each cell that has one; a cell that is not there is a day off."""


@dataclass(frozen=True)
class Plan:
    """A roster and what is known of it.

    `cost` is what its missed wishes add up to; no roster costs less than `bound`.
    `proven` says that none is better. `seconds` is wall-clock time.
    """

    cells: Cells
    cost: int
    bound: int
    proven: bool
    seconds: float

    @property
    def gap(self) -> float:
        """Return how much better it could be at most, as a share of its cost."""
        return (self.cost - self.bound) / self.cost if self.cost else 0.0


def without_minima(problem: Problem) -> Problem:
    """Return the problem with each minimum of a cover as a wish that costs most.

    Its best roster tells which minima cannot be met where `solve` finds no roster.
    """
    covers = [
        cover
        if not cover.least
        else type(cover)(
            slots=cover.slots,
            needed=cover.least,
            under=1,
            skill=cover.skill,
            name=cover.name,
        )
        for cover in problem.covers
        if cover.least
    ]
    return Problem(
        days=problem.days,
        shifts=problem.shifts,
        people=problem.people,
        covers=covers,
        weekends=problem.weekends,
        locked=problem.locked,
        odd_minutes=problem.odd_minutes,
        odd_pairs=problem.odd_pairs,
    )


class NoRosterError(ValueError):
    """No roster keeps every hard rule."""


class NoTimeError(ValueError):
    """The time was over before any roster was found; there may be one."""
