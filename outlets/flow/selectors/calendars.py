"""A month of an outlet or a region day by day: who came, who waited, and why."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Sum

from outlets.flow.calendars import shade, touched_days, weeks_of
from outlets.flow.models import Fault, FaultKind, Holiday, HolidayQuerySet, HourlyCount
from outlets.flow.rules import Flow, Month
from outlets.flow.selectors.scopes import Scope
from outlets.flow.selectors.tickets import daily_flow

# Before it there are no faults, and a calendar begins somewhere.
FIRST_YEAR = 2000
# Wider than any time zone is away from UTC, with a trading day into the next one.
_AROUND = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class FaultDay:
    """The faults that touched a day: their kinds, and how many outlets had any."""

    kinds: tuple[FaultKind, ...]
    outlets: int

    @property
    def words(self) -> str:
        return ", ".join(str(kind.label) for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One trading day. `people` None: no door counter sent anything.

    `holiday` is the name of the day, "" on a usual one; `faults` None: none is known.
    """

    date: date
    people: int | None
    flow: Flow
    holiday: str
    faults: FaultDay | None

    @property
    def arrivals(self) -> int | None:
        """The tickets taken; None: none was sent."""
        return self.flow.arrivals or None

    @property
    def share_over_600_s(self) -> float | None:
        return self.flow.share_over_600_s

    @property
    def shade(self) -> int | None:
        return shade(self.share_over_600_s)

    @property
    def is_empty(self) -> bool:
        return not self.flow.arrivals and self.people is None


def calendar_days(scope: Scope, month: Month, *, at: datetime) -> list[CalendarDay]:
    """Return every day of a month, those without any record too. Four queries.

    Holidays are those of the outlet's region, of the region itself, or, where the scope
    names neither, of the whole country; a holiday of a smaller region hides one of a
    larger of the same day. A fault that is not restored lasts until `at`, which is now.
    """
    flows = {row.date: row.flow for row in daily_flow(scope.outlets, *month.span)}
    counted = HourlyCount.objects.at(scope.outlets).between(*month.span).order_by()
    people = dict(counted.values_list("date").annotate(Sum("people")))
    special = _holidays(scope).filter(date__range=month.span)
    holidays = dict(special.order_by("region__path").values_list("date", "name"))
    faults = _faults(scope, month, at)
    return [
        CalendarDay(
            day,
            people.get(day),
            flows.get(day, Flow()),
            holidays.get(day, ""),
            faults.get(day),
        )
        for day in month.days
    ]


def calendar_weeks(
    days: list[CalendarDay], month: Month
) -> list[list[CalendarDay | None]]:
    """Lay the days out in weeks, Monday first; None: a day of another month."""
    by_date = {day.date: day for day in days}
    return [[by_date[on] if on else None for on in week] for week in weeks_of(month)]


def _holidays(scope: Scope) -> HolidayQuerySet:
    region = scope.outlet.region if scope.outlet is not None else scope.region
    if region is None:
        return Holiday.objects.filter(region__parent=None)
    return Holiday.objects.of(region)


def _faults(scope: Scope, month: Month, at: datetime) -> Mapping[date, FaultDay]:
    if not FIRST_YEAR <= month.first.year < date.max.year:
        return {}
    begins = datetime.combine(month.first, time.min, tzinfo=UTC) - _AROUND
    ends = datetime.combine(month.last, time.min, tzinfo=UTC) + _AROUND
    faults = Fault.objects.at(scope.outlets).slowing().between(begins, ends)
    kinds: dict[date, list[FaultKind]] = defaultdict(list)
    places: dict[date, set[int]] = defaultdict(set)
    for fault in faults.select_related("outlet").order_by("started_at", "id"):
        start = max(fault.started_at, begins)
        end = min(fault.restored_at or max(at, start), ends)
        outlet, kind = fault.outlet, FaultKind(fault.kind)
        for day in touched_days(start, end, outlet.zone, outlet.day_starts_at):
            places[day].add(outlet.pk)
            if kind not in kinds[day]:
                kinds[day].append(kind)
    return {day: FaultDay(tuple(kinds[day]), len(places[day])) for day in kinds}
