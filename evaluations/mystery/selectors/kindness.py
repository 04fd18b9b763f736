"""Own daily checks beside visits, outlet by outlet and month by month.

Both are read from the ledger: this room knows no checks. A reversal carries its figures
with the sign turned, so that sums hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from evaluations.ledger.models import Entry, EntryKind
from evaluations.ledger.periods import Period
from evaluations.mystery.rules.kindness import Compared, Usual, usual
from evaluations.mystery.selectors.keeping import kept
from evaluations.mystery.selectors.results import Asked
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer

CHECKS, VISITS = "daily", "mystery"

_SUMS: dict[str, Any] = {
    f"{name}_{field}": Sum(field, filter=Q(component=component))
    for name, component in (("checks", CHECKS), ("visits", VISITS))
    for field in ("points", "out_of", "n")
}


@dataclass(frozen=True, slots=True)
class Row:
    """One outlet; `excess` is in spreads above the usual, None: nothing is usual."""

    outlet: Outlet
    compared: Compared
    excess: float | None
    far: bool


@dataclass(frozen=True, slots=True)
class MonthOfBoth:
    """One month in percent; None: nothing on record."""

    period: Period
    checks: float | None
    visits: float | None
    n: int

    @property
    def gap(self) -> float | None:
        if self.checks is None or self.visits is None:
            return None
        return self.checks - self.visits


@dataclass(frozen=True, slots=True)
class Kindness:
    """The outlets of a page, the largest difference first, and what is usual."""

    compared: list[Compared]
    usual: Usual | None

    @property
    def far(self) -> list[Compared]:
        return [one for one in self.compared if self.is_far(one)]

    def is_far(self, one: Compared) -> bool:
        excess = self.excess(one)
        return excess is not None and excess > settings.MYSTERY_KINDER_SPREADS

    def excess(self, one: Compared) -> float | None:
        return None if self.usual is None else self.usual.excess(one.gap)


def kindness(viewer: Viewer, asked: Asked) -> Kindness:
    """Compare the outlets in reach with enough visits; usual is the whole chain's."""
    chain = _chain(asked)
    everywhere = viewer.sight.reach(Power.SEE_RECORDS).everywhere
    here = chain
    if not everywhere or asked.region is not None:
        here = _compared(_entries(viewer, asked))
    here = sorted(here, key=lambda one: (-one.gap, one.outlet))
    return Kindness(here, usual([one.gap for one in chain]))


def rows_of(found: Kindness, compared: list[Compared]) -> list[Row]:
    """Fetch the outlets of some that were compared, in the same order."""
    outlets = Outlet.objects.select_related("region").in_bulk(
        [one.outlet for one in compared]
    )
    return [
        Row(outlets[one.outlet], one, found.excess(one), found.is_far(one))
        for one in compared
        if one.outlet in outlets
    ]


def months_of(
    viewer: Viewer, asked: Asked, outlet: Outlet | None = None
) -> list[MonthOfBoth]:
    """Return every month of the span, oldest first, of all outlets asked about."""
    entries = _entries(viewer, asked)
    if outlet is not None:
        entries = entries.filter(outlet=outlet)
    elif viewer.sight.reach(Power.SEE_RECORDS).everywhere and asked.region is None:
        return kept("months", asked, lambda: _months(entries, asked))
    return _months(entries, asked)


def _months(entries: QuerySet[Entry], asked: Asked) -> list[MonthOfBoth]:
    months = entries.annotate(month=TruncMonth("on")).values("month")
    rows: Iterable[Any] = months.annotate(**_SUMS)
    known = {Period.month_of(row["month"]).code: row for row in rows}
    found: list[MonthOfBoth] = []
    period = Period.month_of(asked.last)
    while period.last >= asked.first:
        row = known.get(period.code, {})
        checks, visits = _percent(row, "checks"), _percent(row, "visits")
        found.append(MonthOfBoth(period, checks, visits, row.get("visits_n") or 0))
        period = period.previous
    return found[::-1]


def _entries(viewer: Viewer | None, asked: Asked) -> QuerySet[Entry]:
    """Return scores of both kinds, in reach or (None) of the chain."""
    entries = Entry.objects.filter(
        kind=EntryKind.SCORE,
        component__in=(CHECKS, VISITS),
        on__range=(asked.first, asked.last),
        outlet__isnull=False,
    ).order_by()
    if viewer is not None:
        entries = entries.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))
        if asked.region is not None:
            entries = entries.filter(outlet__region__path__startswith=asked.region.path)
    return entries


def _chain(asked: Asked) -> list[Compared]:
    whole = Asked(asked.first, asked.last)
    return kept("kindness", whole, lambda: _compared(_entries(None, whole)))


def _compared(entries: QuerySet[Entry]) -> list[Compared]:
    rows: Iterable[Any] = entries.values("outlet_id").annotate(**_SUMS)
    found = []
    for row in rows:
        checks, visits = _percent(row, "checks"), _percent(row, "visits")
        n = row["visits_n"] or 0
        enough = n >= settings.MYSTERY_KINDER_VISITS
        if enough and checks is not None and visits is not None:
            found.append(Compared(row["outlet_id"], checks, visits, n))
    return found


def _percent(row: Mapping[str, Any], name: str) -> float | None:
    points, out_of = row.get(f"{name}_points"), row.get(f"{name}_out_of")
    return 100 * points / out_of if out_of and points is not None else None
