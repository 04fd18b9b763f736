"""Everybody whom a ranking is about, read off canonical lines and kept small."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.column import whole
from evaluations.rankings.rules.columns import MonthColumns
from evaluations.rankings.rules.eligibility import (
    OTHER_POST,
    TOO_FEW_COMPONENTS,
    TOO_FEW_MONTHS,
    reasons,
)
from evaluations.rankings.rules.people import Frame, PersonInput, Place
from evaluations.rankings.rules.ranks import Ints, groups_of
from evaluations.rankings.rules.scheme import Level, Preference
from evaluations.rankings.rules.values import records

Tick = Callable[[int], None]
STEP = 2000


class Everybody:
    """What a ranking keeps of people once their lines have been read.

    Lists go by the order of the lines; `months` number people by it.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.uuids: list[str] = []
        self.hired_on: list[str | None] = []
        self.months = {
            code: MonthColumns(code, *frame.months[code])
            for code in sorted(frame.months)
        }
        self._places: dict[Place, int] = {}
        self._place = array("q")
        self._reasons: list[tuple[str, ...]] = []
        self._alike: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._counts = {
            rule.of: array("q")
            for rule in frame.rules.tie_breaks
            if rule.preference is Preference.FEWER
        }

    @classmethod
    def read(cls, frame: Frame, lines: Iterable[str], tick: Tick) -> "Everybody":
        """Read canonical lines; `tick` is told now and then how many were read.

        Raises:
            ValueError, KeyError, TypeError: a line is not one of ours.
        """
        found = cls(frame)
        for line in lines:
            found.add(PersonInput.parse(line))
            if len(found) % STEP == 0:
                tick(len(found))
        tick(len(found))
        found.close()
        return found

    def __len__(self) -> int:
        return len(self.uuids)

    def add(self, person: PersonInput) -> None:
        row = len(self.uuids)
        self.uuids.append(person.uuid)
        self.hired_on.append(person.hired_on)
        place = person.place
        self._place.append(self._places.setdefault(place, len(self._places)))
        for code, counts in self._counts.items():
            counts.append(records(person.total(code)))
        # Whether there is a score is not known yet.
        keeps = tuple(reasons(person, self.frame.rules, self.frame.period, scored=True))
        self._reasons.append(self._alike.setdefault(keeps, keeps))
        for month in self.months.values():
            month.add(row, person)

    def close(self) -> None:
        """Compute the months' scores; nobody is added afterwards."""
        for month in self.months.values():
            month.close()

    def close_in_order(self) -> Sequence[int]:
        """Put people in order of their uuid, then `close`; return who stands where.

        The numbers are those by which people were added, so that whoever keeps
        something beside them can put it in the same order.
        """
        order = sorted(range(len(self)), key=self.uuids.__getitem__)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        self.uuids = [self.uuids[row] for row in order]
        self.hired_on = [self.hired_on[row] for row in order]
        self._reasons = [self._reasons[row] for row in order]
        self._place = array("q", whole(self._place)[order].tobytes())
        self._counts = {
            code: array("q", whole(counts)[order].tobytes())
            for code, counts in self._counts.items()
        }
        for month in self.months.values():
            month.close(place)
        return order

    def fewer(self, code: str) -> Ints:
        """Return how many records everybody has of what a tie-break counts."""
        return whole(self._counts[code])

    def reasons(self, row: int, *, scored: bool) -> list[str]:
        """Return what keeps a person from winning, in the order of `eligibility`."""
        found = self._reasons[row]
        if scored or found[:1] == (OTHER_POST,):
            return list(found)
        month = self.frame.period.kind is PeriodKind.MONTH
        return [TOO_FEW_COMPONENTS if month else TOO_FEW_MONTHS, *found]

    def groups(self) -> dict[Level, Ints]:
        """Number the list of each level that everybody stands in; -1 where in none."""
        at = whole(self._place)
        keys: dict[Level, Callable[[Place], Any]] = {
            Level.OUTLET: lambda place: place.outlet,
            Level.COUNTY: lambda place: place.county,
            Level.CITY: lambda place: place.city,
            Level.PROVINCE: lambda place: place.province,
            Level.CLASS: lambda place: (
                (place.province, place.outlet_class)
                if place.province and place.outlet_class
                else None
            ),
        }
        found = {
            level: groups_of([key(place) for place in self._places])[at]
            for level, key in keys.items()
        }
        return found | {Level.ALL: np.zeros(len(self), dtype=np.int64)}
