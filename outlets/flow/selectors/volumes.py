"""Figures of transactions: quantities and amounts by month, weekday and outlet."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import ExtractIsoWeekDay, TruncMonth

from outlets.flow.models import DailyVolume
from outlets.flow.rules import ratio
from outlets.places.models import Outlet

Outlets = QuerySet[Outlet]


@dataclass(frozen=True, slots=True)
class Volume:
    """The business of `days` days with a record; `amount` None: nothing is known."""

    days: int
    quantity: int
    amount: Decimal | None

    @property
    def quantity_per_day(self) -> float | None:
        return ratio(self.quantity, self.days)


@dataclass(frozen=True, slots=True)
class VolumeMonth:
    outlet_code: str
    month: date
    volume: Volume


@dataclass(frozen=True, slots=True)
class VolumeWeekday:
    """`weekday` is 1 = Monday … 7 = Sunday; `outlet_code` empty: several outlets."""

    outlet_code: str
    weekday: int
    days: int
    quantity: int

    @property
    def quantity_per_day(self) -> float | None:
        return ratio(self.quantity, self.days)


@dataclass(frozen=True, slots=True)
class VolumeOutlet:
    """One outlet by quantity; `rank` 1 is the most, equal quantities share it."""

    rank: int
    outlet_code: str
    volume: Volume


_SUMS: dict[str, Any] = {
    "days": Count("date", distinct=True),
    "sum_quantity": Sum("quantity"),
    "sum_amount": Sum("amount"),
}


def volume_months(outlets: Outlets) -> list[VolumeMonth]:
    rows = (
        DailyVolume.objects.at(outlets)
        .annotate(month=TruncMonth("date"))
        .values_list("outlet__code", "month")
        .annotate(**_SUMS)
        .order_by("outlet__code", "month")
    )
    return [VolumeMonth(code, month, Volume(*sums)) for code, month, *sums in rows]


def volume_outlet_weekdays(outlets: Outlets) -> list[VolumeWeekday]:
    rows = (
        DailyVolume.objects.at(outlets)
        .annotate(weekday=ExtractIsoWeekDay("date"))
        .values_list("outlet__code", "weekday")
        .annotate(days=_SUMS["days"], sum_quantity=_SUMS["sum_quantity"])
        .order_by("outlet__code", "weekday")
    )
    return [VolumeWeekday(*row) for row in rows]


def volume_weekdays(outlets: Outlets) -> list[VolumeWeekday]:
    """Return the weekdays of all outlets together; a day is one outlet's day."""
    days: dict[int, int] = defaultdict(int)
    quantities: dict[int, int] = defaultdict(int)
    for row in volume_outlet_weekdays(outlets):
        days[row.weekday] += row.days
        quantities[row.weekday] += row.quantity
    return [VolumeWeekday("", day, days[day], quantities[day]) for day in sorted(days)]


def volume_outlets(outlets: Outlets) -> list[VolumeOutlet]:
    """Return the outlets that have transactions, most quantity first, then by code."""
    rows = (
        DailyVolume.objects.at(outlets)
        .values_list("outlet__code")
        .annotate(**_SUMS)
        .order_by(F("sum_quantity").desc(), "outlet__code")
    )
    found: list[VolumeOutlet] = []
    for place, (code, *sums) in enumerate(rows, start=1):
        volume = Volume(*sums)
        ties = found and found[-1].volume.quantity == volume.quantity
        found.append(VolumeOutlet(found[-1].rank if ties else place, code, volume))
    return found


def volume_between(outlets: Outlets, first: date, last: date) -> Volume | None:
    """Return all business from `first` to `last`; None: there is no record."""
    rows = DailyVolume.objects.at(outlets).between(first, last)
    sums = rows.aggregate(**_SUMS)
    if not sums["days"]:
        return None
    return Volume(sums["days"], sums["sum_quantity"], sums["sum_amount"])
