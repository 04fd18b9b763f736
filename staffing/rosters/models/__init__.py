"""Shift kinds and rules, months in the making, published days, and what people ask."""

from staffing.rosters.models.asking import (
    OPEN_SWAPS,
    CalendarFeed,
    Lapse,
    Leave,
    LeaveState,
    Swap,
    SwapState,
    Wish,
)
from staffing.rosters.models.days import Absence, RosterDay
from staffing.rosters.models.months import (
    ChangeKind,
    JobState,
    PlannedDay,
    Publication,
    Roster,
    RosterChange,
    RosterState,
    Search,
    first_of_month,
)
from staffing.rosters.models.owners import AreaOwner
from staffing.rosters.models.shifts import Balanced, Colour, RosterRules, ShiftKind

__all__ = [
    "OPEN_SWAPS",
    "Absence",
    "AreaOwner",
    "Balanced",
    "CalendarFeed",
    "ChangeKind",
    "Colour",
    "JobState",
    "Lapse",
    "Leave",
    "LeaveState",
    "PlannedDay",
    "Publication",
    "Roster",
    "RosterChange",
    "RosterDay",
    "RosterRules",
    "RosterState",
    "Search",
    "ShiftKind",
    "Swap",
    "SwapState",
    "Wish",
    "first_of_month",
]
