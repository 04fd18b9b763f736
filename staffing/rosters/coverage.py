"""How many are on duty in each half hour of a month, beside how many are needed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from staffing.rosters.hours import HALF_HOUR, MINUTES_A_DAY, half_hours
from staffing.rosters.problems import Need, open_half_hours, opening
from staffing.rosters.selectors.month import Cell, Month

HALF = HALF_HOUR / 60


@dataclass(frozen=True, slots=True)
class HalfHour:
    """One half hour: its first minute after local midnight, and people.

    `needed` is None where nothing tells how many are needed.
    """

    minute: int
    on_duty: int
    needed: int | None

    @property
    def clock(self) -> str:
        return f"{self.minute // 60 % 24:02d}:{self.minute % 60:02d}"

    @property
    def apart(self) -> int:
        """People beyond what is needed; below 0 so many are missing."""
        return 0 if self.needed is None else self.on_duty - self.needed

    @property
    def short(self) -> int:
        return max(-self.apart, 0)

    @property
    def state(self) -> str:
        if self.needed is None:
            return "unknown"
        return "short" if self.apart < 0 else "spare" if self.apart > 0 else "met"


@dataclass(frozen=True, slots=True)
class CoveredDay:
    """A day's opening, half hour by half hour, and its person-hours."""

    on: date
    half_hours: tuple[HalfHour, ...]

    @property
    def missing_hours(self) -> float:
        return HALF * sum(max(-one.apart, 0) for one in self.half_hours)

    @property
    def spare_hours(self) -> float:
        return HALF * sum(max(one.apart, 0) for one in self.half_hours)

    @property
    def most(self) -> int:
        """The most people of any half hour, on duty or needed: the strip's height."""
        return max(
            (max(one.on_duty, one.needed or 0) for one in self.half_hours), default=0
        )

    @property
    def missing_spells(self) -> list[tuple[str, str, int]]:
        return self.spells("short")

    @property
    def spare_spells(self) -> list[tuple[str, str, int]]:
        return self.spells("spare")

    def spells(self, state: str) -> list[tuple[str, str, int]]:
        """Return (from, to, people apart at most) of the unbroken times of a state."""
        found: list[tuple[str, str, int]] = []
        last = None
        for one in self.half_hours:
            if one.state != state:
                last = None
                continue
            end = HalfHour(one.minute + HALF_HOUR, 0, None).clock
            if last is None:
                found.append((one.clock, end, abs(one.apart)))
            else:
                begin, _end, most = found[-1]
                found[-1] = (begin, end, max(most, abs(one.apart)))
            last = one
        return found


def covered(month: Month, need: Need) -> list[CoveredDay]:
    """Return every day of the month with who is on duty and who is needed.

    Of the night before the first day, who was on duty past midnight counts.
    """
    duty = on_duty(month)
    spans = opening(month)
    return [
        CoveredDay(
            day,
            tuple(
                HalfHour(
                    minute,
                    duty[day, minute],
                    need[day].get(minute, 0) if day in need else None,
                )
                for minute in open_half_hours(spans, day)
            ),
        )
        for day in month.days
    ]


def on_duty(month: Month) -> Mapping[tuple[date, int], int]:
    """Return how many are on duty, by date and first minute of the half hour."""
    counts: Counter[tuple[date, int]] = Counter()
    for (_person, on), cell in month.cells.items():
        _count(counts, on, cell)
    eve = month.first - timedelta(days=1)
    for days in month.before.values():
        if eve in days:
            _count(counts, eve, days[eve])
    return counts


def _count(counts: Counter[tuple[date, int]], on: date, cell: Cell) -> None:
    if cell.shift is None:
        return
    for minute in half_hours(cell.shift.starts_at, cell.shift.ends_at):
        counts[on, minute] += 1
        if minute >= MINUTES_A_DAY:  # the same people, on the clock of the day after
            counts[on + timedelta(days=1), minute - MINUTES_A_DAY] += 1
