"""Figures of door counts: people per month, per hour of the week, and records.

Means are over recorded hours: a missing hour is no hour without people.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet, Sum, Window
from django.db.models.functions import ExtractIsoWeekDay, RowNumber, TruncMonth

from outlets.flow.models import HourlyCount
from outlets.places.models import Outlet

Outlets = QuerySet[Outlet]
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class People:
    """People counted in `minutes` of recording."""

    people: int
    minutes: int

    @property
    def hours_recorded(self) -> float:
        return self.minutes / MINUTES_PER_HOUR

    @property
    def per_hour(self) -> Fraction:
        """Exact people per recorded hour; the minutes are never 0."""
        return Fraction(self.people * MINUTES_PER_HOUR, self.minutes)


@dataclass(frozen=True, slots=True)
class DoorMonth:
    outlet_code: str
    month: date
    count: People


@dataclass(frozen=True, slots=True)
class DoorWeekHour:
    """`weekday` is 1 = Monday … 7 = Sunday."""

    outlet_code: str
    weekday: int
    hour: int
    count: People


@dataclass(frozen=True, slots=True)
class DoorOutlet:
    """The busiest hour of the day by mean, and the hour of the most people ever.

    Equal hours: the earlier one.
    """

    outlet_code: str
    count: People
    busiest_hour: int
    busiest: People
    record_start: datetime
    record_people: int


def door_months(outlets: Outlets) -> list[DoorMonth]:
    rows = (
        HourlyCount.objects.at(outlets)
        .annotate(month=TruncMonth("date"))
        .values_list("outlet__code", "month")
        .annotate(sum_people=Sum("people"), sum_minutes=Sum("minutes"))
        .order_by("outlet__code", "month")
    )
    return [DoorMonth(code, month, People(*sums)) for code, month, *sums in rows]


def door_week_hours(outlets: Outlets) -> list[DoorWeekHour]:
    rows = (
        HourlyCount.objects.at(outlets)
        .annotate(weekday=ExtractIsoWeekDay("date"))
        .values_list("outlet__code", "weekday", "hour")
        .annotate(sum_people=Sum("people"), sum_minutes=Sum("minutes"))
        .order_by("outlet__code", "weekday", "hour")
    )
    return [
        DoorWeekHour(code, weekday, hour, People(*sums))
        for code, weekday, hour, *sums in rows
    ]


def door_outlets(outlets: Outlets) -> list[DoorOutlet]:
    """Return the outlets that have door counts, in the order of their codes."""
    by_hour = (
        HourlyCount.objects.at(outlets)
        .values_list("outlet", "hour")
        .annotate(sum_people=Sum("people"), sum_minutes=Sum("minutes"))
        .order_by("outlet", "hour")
    )
    hours = {
        outlet: {hour: People(*sums) for _outlet, hour, *sums in group}
        for outlet, group in groupby(by_hour, key=itemgetter(0))
    }
    best_first = Window(
        RowNumber(), partition_by="outlet_id", order_by=["-people", "date", "hour"]
    )
    records = (
        HourlyCount.objects.at(outlets)
        .annotate(place=best_first)
        .filter(place=1)
        .select_related("outlet")
    )
    return [
        _door_outlet(record, hours[record.outlet_id])
        for record in sorted(records, key=lambda record: record.outlet.code)
    ]


def _door_outlet(record: HourlyCount, hours: dict[int, People]) -> DoorOutlet:
    busiest = max(hours, key=lambda hour: (hours[hour].per_hour, -hour))
    return DoorOutlet(
        outlet_code=record.outlet.code,
        count=People(
            sum(count.people for count in hours.values()),
            sum(count.minutes for count in hours.values()),
        ),
        busiest_hour=busiest,
        busiest=hours[busiest],
        record_start=_start(record),
        record_people=record.people,
    )


def _start(count: HourlyCount) -> datetime:
    """Return when the hour began; after midnight it may be of the day before."""
    outlet, at = count.outlet, time(count.hour)
    day = count.date + timedelta(days=at < outlet.day_starts_at)
    return datetime.combine(day, at, tzinfo=outlet.zone)


def people_between(outlets: Outlets, first: date, last: date) -> People | None:
    """Return everybody counted from `first` to `last`; None: nothing was recorded."""
    rows = HourlyCount.objects.at(outlets).between(first, last)
    sums = rows.aggregate(sum_people=Sum("people"), sum_minutes=Sum("minutes"))
    if not sums["sum_minutes"]:
        return None
    return People(sums["sum_people"], sums["sum_minutes"])
