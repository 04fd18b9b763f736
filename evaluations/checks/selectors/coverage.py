"""Who has not been checked today, over a whole region in a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from evaluations.checks.models import Away, Check
from evaluations.checks.selectors.round_coverage import (
    OutletRound,
    RoundState,
    outlet_rounds,
)
from outlets.places.models import Outlet, Region
from outlets.places.rules import trading_day
from staffing.people.models import Assignment
from staffing.rosters.models import RosterDay


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many people are on shift, and how many of them were checked."""

    on_shift: int = 0
    checked: int = 0

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.on_shift + other.on_shift, self.checked + other.checked)

    @property
    def missing(self) -> int:
        return max(self.on_shift - self.checked, 0)


@dataclass(frozen=True, slots=True)
class OutletCoverage:
    """`rounds` are those of the outlet itself that are to be seen by now."""

    outlet: Outlet
    coverage: Coverage
    rounds: tuple[OutletRound, ...] = ()

    def rounds_that_are(self, state: RoundState) -> int:
        return sum(one.state is state for one in self.rounds)


def coverage_of(
    outlets: QuerySet[Outlet], on: date, at: datetime | None = None
) -> list[OutletCoverage]:
    """Return the coverage of each staffed outlet on a day, the emptiest first.

    On shift is who stands on the card (`selectors.shift.on_shift`, here for many
    outlets at once); checked are those of them with a check that counts. `at` (now)
    adds the rounds of the outlets themselves. Six queries, nine with the rounds.
    """
    places = {one.pk: one for one in outlets.select_related("region")}
    working = RosterDay.objects.filter(on=on, outlet__in=outlets).exclude(shift=None)
    rostered = set(working.order_by().values_list("outlet", flat=True).distinct())
    assigned = Assignment.objects.on(on).filter(outlet__in=outlets)
    elsewhere = RosterDay.objects.filter(on=on, employee=OuterRef("employee"))
    assigned = assigned.exclude(Exists(elsewhere))
    away = Away.objects.standing().filter(on=on, employee=OuterRef("employee"))
    away = away.filter(outlet=OuterRef("outlet"))
    seen = Check.objects.standing().filter(on=on, employee=OuterRef("employee"))
    seen = seen.filter(outlet=OuterRef("outlet"))
    counts: dict[int, Coverage] = {}
    for rows, keep in (
        (working, lambda pk: True),
        (assigned, lambda pk: pk not in rostered),
    ):
        present = rows.exclude(Exists(away))
        people = present.order_by().values("outlet", "employee").distinct()
        total = _by_outlet(people)
        checked = _by_outlet(people.filter(Exists(seen)))
        for pk, count in total.items():
            if keep(pk):
                counts[pk] = Coverage(count, checked[pk])
    staffed = [places[pk] for pk in counts]
    rounds = {} if at is None else outlet_rounds(staffed, on, at)
    found = [
        OutletCoverage(places[pk], held, tuple(rounds.get(pk, ())))
        for pk, held in counts.items()
    ]
    return sorted(found, key=_emptiest)


def _emptiest(one: OutletCoverage) -> tuple[int, str]:
    return -one.coverage.missing, one.outlet.code


def coverage_today(outlets: QuerySet[Outlet], at: datetime) -> list[OutletCoverage]:
    """Return the coverage of each staffed outlet on its own trading day of `at`.

    As `coverage_of`, once for each day that it is somewhere: one as a rule, more after
    midnight and over several time zones; and a query for the outlets' clocks.
    """
    clocks: dict[date, Q] = {}
    for name, day_starts_at in (
        outlets.order_by().values_list("timezone", "day_starts_at").distinct()
    ):
        on = trading_day(at, ZoneInfo(name), day_starts_at)
        clock = Q(timezone=name, day_starts_at=day_starts_at)
        clocks[on] = clocks.get(on, Q(pk=None)) | clock
    found = [
        one
        for on, clock in sorted(clocks.items())
        for one in coverage_of(outlets.filter(clock), on, at)
    ]
    return sorted(found, key=_emptiest)


def _by_outlet(people: QuerySet[Any, Any]) -> Counter[int]:
    rows = people.values_list("outlet").annotate(n=Count("employee", distinct=True))
    return Counter(dict(rows.order_by()))


@dataclass(frozen=True, slots=True)
class RegionCoverage:
    region: Region
    outlets: int
    coverage: Coverage
    without: int


def by_region(
    found: Iterable[OutletCoverage], regions: Iterable[Region]
) -> list[RegionCoverage]:
    """Add outlets up to the regions above them; `without` counts those not begun."""
    rows = []
    for region in regions:
        below = [one for one in found if one.outlet.region.path.startswith(region.path)]
        if not below:
            continue
        total = sum((one.coverage for one in below), Coverage())
        without = sum(not one.coverage.checked for one in below)
        rows.append(RegionCoverage(region, len(below), total, without))
    return sorted(rows, key=lambda one: (-one.coverage.missing, one.region.code))
