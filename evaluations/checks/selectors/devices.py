"""How well trial devices work and how much they are used: by outlet, region, week."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncWeek

from evaluations.checks.models import DeviceDay, TrialDevice
from outlets.flow.models import Fault, FaultKind
from outlets.places.models import OutletQuerySet
from outlets.places.rules import trading_day


class DevicesBy(StrEnum):
    """What the report has a row for."""

    OUTLET = "outlet"
    REGION = "region"
    WEEK = "week"


@dataclass(slots=True)
class Condition:
    """Device-days of one row; each is a device installed on a day.

    `working` and `broken` were said that day, or broken is known from an earlier day;
    of the others nobody knows. `trials` are those recorded.
    """

    key: Hashable
    installed: int = 0
    working: int = 0
    broken: int = 0
    trials: int = 0

    @property
    def unknown(self) -> int:
        return self.installed - self.working - self.broken

    @property
    def good(self) -> float | None:
        """Working ÷ known, 0 to 1; None where nobody looked."""
        known = self.working + self.broken
        return self.working / known if known else None

    @property
    def use(self) -> float | None:
        """Trials per device and day; None without devices."""
        return self.trials / self.installed if self.installed else None

    def misses(self, target_percent: int) -> bool:
        """Tell whether less works than the target, exactly; not where nobody looked."""
        known = self.working + self.broken
        return self.working * 100 < target_percent * known


def condition(
    outlets: OutletQuerySet, first: date, last: date, by: DevicesBy, *, at: datetime
) -> list[Condition]:
    """Return the rows of the report, the worst condition first; weeks by time.

    Keys: outlet id, region id, or the Monday of the week. A device that a day found
    broken stays so on the days after on which nobody looked, until its fault is over.
    Days after today are no part of it. Four queries.
    """
    rows: dict[Hashable, Condition] = {}

    def row(outlet: int, region: int, on: date) -> Condition:
        key: Hashable = {
            DevicesBy.OUTLET: outlet,
            DevicesBy.REGION: region,
            DevicesBy.WEEK: on - timedelta(days=on.weekday()),
        }[by]
        return rows.setdefault(key, Condition(key))

    devices = list(
        TrialDevice.objects.filter(outlet__in=outlets)
        .installed_between(first, last)
        .select_related("outlet")
    )
    places = {one.outlet_id: one.outlet for one in devices}
    today = {
        pk: trading_day(at, outlet.zone, outlet.day_starts_at)
        for pk, outlet in places.items()
    }
    for device in devices:
        start = max(first, device.since or first)
        end = min(last, device.until or last, today[device.outlet_id])
        for monday, days in _weeks(start, end):
            found = row(device.outlet_id, device.outlet.region_id, monday)
            found.installed += days
    for one in _days(outlets, first, last):
        found = row(one["device__outlet"], one["device__outlet__region"], one["week"])
        found.working += one["worked"]
        found.broken += one["failed"]
        found.trials += one["tried"]
    for device, on in _still_broken(devices, first, last, at):
        row(device.outlet_id, device.outlet.region_id, on).broken += 1
    found_rows = [one for one in rows.values() if one.installed]
    if by is DevicesBy.WEEK:
        return sorted(found_rows, key=lambda one: str(one.key))
    return sorted(found_rows, key=lambda one: (one.good is None, one.good or 0))


def _days(outlets: OutletQuerySet, first: date, last: date) -> Any:
    days = DeviceDay.objects.filter(device__outlet__in=outlets, on__range=(first, last))
    return (
        days.order_by()
        .annotate(week=TruncWeek("on"))
        .values("device__outlet", "device__outlet__region", "week")
        .annotate(
            worked=Count("pk", filter=Q(working=True)),
            failed=Count("pk", filter=Q(working=False)),
            tried=Sum("trials"),
        )
    )


def _weeks(start: date, end: date) -> list[tuple[date, int]]:
    """Return how many days from `start` to `end` each week has, by a day of it."""
    found = []
    while start <= end:
        stop = min(end, start + timedelta(days=6 - start.weekday()))
        found.append((start, (stop - start).days + 1))
        start = stop + timedelta(days=1)
    return found


def _still_broken(
    devices: list[TrialDevice], first: date, last: date, at: datetime
) -> list[tuple[TrialDevice, date]]:
    """Return the device-days on which nobody looked at what was known to be broken."""
    known: Mapping[tuple[int, str], TrialDevice] = {
        (one.outlet_id, one.code): one for one in devices
    }
    margin = timedelta(days=2)
    begins = datetime.combine(first, datetime.min.time(), tzinfo=at.tzinfo) - margin
    ends = datetime.combine(last, datetime.min.time(), tzinfo=at.tzinfo) + margin
    faults = Fault.objects.filter(
        kind=FaultKind.TRIAL_DEVICE, outlet__in={one.outlet_id for one in devices}
    ).between(begins, ends)
    spans: dict[int, set[date]] = defaultdict(set)
    for fault in faults:
        device = known.get((fault.outlet_id, fault.thing))
        if device is None:
            continue
        outlet = device.outlet
        start, end = (
            trading_day(moment, outlet.zone, outlet.day_starts_at)
            for moment in (fault.started_at, min(fault.restored_at or at, at))
        )
        day = max(start, first)
        while day <= min(end, last, device.until or last):
            spans[device.pk].add(day)
            day += timedelta(days=1)
    looked = set(
        DeviceDay.objects.filter(
            device__in=spans, on__range=(first, last), working__isnull=False
        ).values_list("device", "on")
    )
    return [
        (device, on)
        for device in devices
        for on in sorted(spans.get(device.pk, ()))
        if (device.pk, on) not in looked
    ]
