"""Figures of waiting-time boards; never mixed with those of tickets.

Only readings within opening hours and with people waiting count: a closed branch shows
0, which is not "served at once".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db.models import QuerySet, Sum

from outlets.flow.models import HourlyBoard
from outlets.flow.rules import LONG_WAIT_S, Waits
from outlets.flow.selectors.waits import WAIT_SUMS, waits_of
from outlets.places.models import Outlet

Outlets = QuerySet[Outlet]
SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Board:
    """What boards showed; `people_sum` of all services over `moments` while open."""

    readings: int
    readings_open: int
    people_sum: int
    moments: int
    waits: Waits

    @property
    def readings_counted(self) -> int:
        return self.waits.count

    @property
    def share_within_10(self) -> float | None:
        """Share, 0 to 1, of counted readings that showed at most ten minutes."""
        over = self.waits.share_over(LONG_WAIT_S)
        return None if over is None else 1 - over

    @property
    def wait_mean_minutes(self) -> float | None:
        return _minutes(self.waits.mean_s)

    @property
    def wait_p50_minutes(self) -> float | None:
        return _minutes(self.waits.percentile_s(0.5))

    @property
    def wait_p90_minutes(self) -> float | None:
        return _minutes(self.waits.percentile_s(0.9))

    @property
    def people_mean(self) -> Fraction | None:
        """Exact mean of people waiting at one moment; None: never read while open."""
        return Fraction(self.people_sum, self.moments) if self.moments else None


@dataclass(frozen=True, slots=True)
class BoardHour:
    outlet_code: str
    hour: int
    board: Board


@dataclass(frozen=True, slots=True)
class BoardOutlet:
    """One outlet and its busiest hour; None: the board was never read while open."""

    outlet_code: str
    board: Board
    busiest_hour: int | None
    busiest: Board | None


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / SECONDS_PER_MINUTE


_COUNTS = ("readings", "readings_open", "people_sum", "moments")
_SUMS: dict[str, Any] = {
    **{f"sum_{name}": Sum(name) for name in _COUNTS},
    **WAIT_SUMS,
}


def _board(row: Mapping[str, Any]) -> Board:
    counts = {name: row[f"sum_{name}"] or 0 for name in _COUNTS}
    return Board(**counts, waits=waits_of(row))


def board_hours(outlets: Outlets) -> list[BoardHour]:
    """Return the hours of the day in which the boards were read while open."""
    rows = (
        HourlyBoard.objects.at(outlets)
        .filter(moments__gt=0)
        .values("outlet__code", "hour")
        .annotate(**_SUMS)
        .order_by("outlet__code", "hour")
    )
    return [BoardHour(row["outlet__code"], row["hour"], _board(row)) for row in rows]


def board_outlets(outlets: Outlets) -> list[BoardOutlet]:
    hours = {
        code: list(group)
        for code, group in groupby(board_hours(outlets), key=lambda h: h.outlet_code)
    }
    rows = (
        HourlyBoard.objects.at(outlets)
        .values("outlet__code")
        .annotate(**_SUMS)
        .order_by("outlet__code")
    )
    found = []
    for row in rows:
        code = row["outlet__code"]
        busiest = max(
            hours.get(code, ()),
            key=lambda h: (h.board.people_mean or 0, -h.hour),
            default=None,
        )
        found.append(
            BoardOutlet(
                code,
                _board(row),
                None if busiest is None else busiest.hour,
                None if busiest is None else busiest.board,
            )
        )
    return found


def board_between(outlets: Outlets, first: date, last: date) -> Board | None:
    """Return all boards together from `first` to `last`; None: nothing was read."""
    rows = HourlyBoard.objects.at(outlets).between(first, last)
    board = _board(rows.aggregate(**_SUMS))
    return board if board.readings else None
