"""Who is on duty where on which day, and when at the counter."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.chain.outlets import Outlet, Row
from simulation.chain.people import Person
from simulation.chain.plan import Plan

AWAY, OFF, LEAVE, EARLY, MID, LATE = range(6)
SHIFT_CODES = {OFF: "off", LEAVE: "leave", EARLY: "EARLY", MID: "MID", LATE: "NIGHT"}
SHIFT_MINUTES = 510
BREAK_MINUTES = 30
_SERVING = {"clerk", "account_manager"}


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch at the counter, in seconds after midnight; a closing one has no end."""

    person: int
    begins: int
    ends: float


class Duty:
    """`shift[person, day]` and `where[person, day]` (-1: nowhere) over the horizon."""

    def __init__(self, plan: Plan, outlets: list[Outlet], people: list[Person]) -> None:
        self.plan, self.outlets, self.people = plan, outlets, people
        shape = (len(people), plan.horizon)
        self.shift = np.full(shape, AWAY, dtype=np.int8)
        self.where = np.full(shape, -1, dtype=np.int32)
        first = plan.first.weekday()
        self.weekday = (first + np.arange(plan.horizon)) % 7
        self.week = (first + np.arange(plan.horizon)) // 7
        for person in people:
            self._place(person)

    def _place(self, person: Person) -> None:
        draw = self.plan.stream("duty", person.index)
        for spell in person.spells:
            last = self.plan.horizon if spell.last is None else spell.last + 1
            days = slice(spell.first, min(last, self.plan.horizon))
            self.where[person.index, days] = spell.outlet
            self.shift[person.index, days] = self._pattern(
                person, self.outlets[spell.outlet], self.weekday[days], self.week[days]
            )
        self._go_on_leave(person, draw)

    def _pattern(
        self, person: Person, outlet: Outlet, weekday: np.ndarray, week: np.ndarray
    ) -> np.ndarray:
        """Two rest days a week that rotate; a manager takes one, mid-week."""
        closed = np.array([day is None for day in outlet.week])[weekday]
        if person.post == "store_manager":
            resting = closed if closed.any() else weekday == 1 + person.index % 4
        elif closed.any():
            resting = closed | (weekday == (person.seat * 2 + week) % 6)
        else:
            turn = (person.seat * 2 + week) % 7
            resting = (weekday == turn) | (weekday == (turn + 1) % 7)
        if outlet.outlet_class in "CD" or person.post == "store_manager":
            working = np.full(len(weekday), MID, dtype=np.int8)
        else:
            working = np.where((week + person.seat) % 2, EARLY, LATE).astype(np.int8)
        return np.where(resting, OFF, working).astype(np.int8)

    def _go_on_leave(self, person: Person, draw: np.random.Generator) -> None:
        """Some days off now and then; one in sixty is away for two months or more."""
        away = []
        for _spell in range(draw.poisson(0.28 * self.plan.months)):
            away.append((int(draw.integers(self.plan.days)), int(draw.integers(1, 6))))
        if draw.random() < 1 / 60:
            away.append(
                (int(draw.integers(self.plan.days)), int(draw.integers(50, 90)))
            )
        for first, length in away:
            days = self.shift[person.index, first : first + length]
            days[days > LEAVE] = LEAVE

    @cached_property
    def working(self) -> np.ndarray:
        """Whether somebody works on a day, over the days with records."""
        return self.shift[:, : self.plan.days] > LEAVE

    @cached_property
    def _staff(self) -> dict[int, list[int]]:
        staff: dict[int, list[int]] = {outlet.index: [] for outlet in self.outlets}
        for person in self.people:
            for outlet in dict.fromkeys(spell.outlet for spell in person.spells):
                staff[outlet].append(person.index)
        return staff

    def staff_of(self, outlet: int) -> np.ndarray:
        """Return the indexes of everybody who ever works at an outlet."""
        return np.array(self._staff[outlet], dtype=np.int64)

    def present(self, outlet: int, day: int) -> list[Person]:
        """Return who works at an outlet on a day, leads first."""
        staff = self.staff_of(outlet)
        here = (self.where[staff, day] == outlet) & (self.shift[staff, day] > LEAVE)
        people = [self.people[index] for index in staff[here]]
        return sorted(people, key=lambda person: (person.seat, person.index))

    def assigned(self, outlet: int, day: int) -> np.ndarray:
        """Return the indexes of everybody assigned to an outlet on a day."""
        staff = self.staff_of(outlet)
        return staff[self.where[staff, day] == outlet]

    def windows(self, outlet: Outlet, day: int) -> list[Window]:
        """Return when who serves at the counter on a day; empty where closed."""
        open_hours = outlet.week[int(self.weekday[day])]
        if open_hours is None:
            return []
        served = _SERVING | (
            {"store_manager"} if outlet.outlet_class in "CD" else set()
        )
        windows: list[Window] = []
        for person in self.present(outlet.index, day):
            if person.post in served:
                shift = int(self.shift[person.index, day])
                windows += _windows(person, shift, open_hours)
        return windows


def _windows(person: Person, shift: int, open_hours: tuple[int, int]) -> list[Window]:
    opens, closes = open_hours
    begins = max(closes - SHIFT_MINUTES, opens) if shift == LATE else opens
    ends = min(opens + SHIFT_MINUTES, closes) if shift == EARLY else closes
    pause = (1050 if shift == LATE else 690) + BREAK_MINUTES * (person.seat % 4)
    return [
        Window(person.index, begins * 60, pause * 60),
        Window(
            person.index,
            (pause + BREAK_MINUTES) * 60,
            float("inf") if ends == closes else ends * 60,
        ),
    ]


def roster_rows(duty: Duty) -> Iterator[Row]:
    """Yield the rows of kind `roster`, the published future included."""
    for person in duty.people:
        for day in range(duty.plan.horizon):
            shift = int(duty.shift[person.index, day])
            if shift != AWAY:
                yield {
                    "employee_number": person.number,
                    "date": duty.plan.day(day),
                    "shift": SHIFT_CODES[shift],
                    "outlet_code": duty.outlets[duty.where[person.index, day]].code,
                }
