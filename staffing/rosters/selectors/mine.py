"""One's own month: what the phone shows, day by day, and its sums."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from outlets.places.models import Outlet
from staffing.people.models import User
from staffing.rosters.hours import month_days
from staffing.rosters.models import (
    Absence,
    Balanced,
    Leave,
    RosterChange,
    RosterDay,
    ShiftKind,
)


def zone_of(outlet: Outlet | None) -> ZoneInfo:
    """Return the zone of an outlet; without one, that of the deployment."""
    return outlet.zone if outlet else ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of one's own month. `row` None: nothing is published for it.

    `starts` and `ends` are on the clock of the outlet; None without a shift.
    """

    on: date
    row: RosterDay | None
    on_leave: bool
    starts: datetime | None = None
    ends: datetime | None = None
    minutes: int = 0

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def shift(self) -> ShiftKind | None:
        return self.row.shift if self.row else None

    @property
    def ends_next_day(self) -> bool:
        return self.ends is not None and self.ends.date() > self.on

    @property
    def is_off(self) -> bool:
        return self.row is not None and self.row.absence == Absence.OFF

    @property
    def is_weekend(self) -> bool:
        return self.on.isoweekday() >= 6


@dataclass(frozen=True, slots=True)
class OwnMonth:
    """A month of one's own with its sums; empty `days` never: every date is there."""

    first: date
    days: list[OwnDay]

    @property
    def is_published(self) -> bool:
        return any(day.row for day in self.days)

    @property
    def worked(self) -> int:
        return sum(day.shift is not None for day in self.days)

    @property
    def minutes(self) -> int:
        return sum(day.minutes for day in self.days)

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def early(self) -> int:
        return self._counting(Balanced.EARLY)

    @property
    def night(self) -> int:
        return self._counting(Balanced.NIGHT)

    @property
    def off(self) -> int:
        return sum(day.is_off for day in self.days)

    @property
    def leave(self) -> int:
        return sum(day.on_leave for day in self.days)

    def _counting(self, kind: Balanced) -> int:
        return sum(
            day.shift is not None and day.shift.counts_as == kind for day in self.days
        )


def own_month(user: User, first: date) -> OwnMonth:
    """Return the user's own month. Two queries."""
    employee, dates = user.sight.employee_id, month_days(first)
    rows = (
        RosterDay.objects.visible_to(user)
        .filter(employee=employee, on__gte=first, on__lte=dates[-1])
        .select_related("shift", "outlet")
    )
    standing = {row.on: row for row in rows}
    approved = (
        Leave.objects.visible_to(user)
        .filter(employee=employee)
        .approved_between(first, dates[-1])
    )
    leaves = list(approved)
    return OwnMonth(
        first,
        [
            _own_day(
                on,
                standing.get(on),
                any(leave.first_on <= on <= leave.last_on for leave in leaves),
            )
            for on in dates
        ],
    )


def _own_day(on: date, row: RosterDay | None, approved: bool) -> OwnDay:
    on_leave = row.absence == Absence.LEAVE if row else approved
    if row is None or row.shift is None:
        return OwnDay(on, row, on_leave)
    zone = zone_of(row.outlet)
    span = row.shift.span(on, zone)
    return OwnDay(
        on,
        row,
        on_leave=False,
        starts=span.start.astimezone(zone),
        ends=span.end.astimezone(zone),
        minutes=row.shift.minutes(on, zone),
    )


def unseen_changes(user: User) -> QuerySet[RosterChange]:
    """Return what was changed of one's published days and not looked at, day by day."""
    changes = RosterChange.objects.visible_to(user).filter(
        employee=user.sight.employee_id, employee__isnull=False, seen_at=None
    )
    return changes.order_by("on", "pk")
