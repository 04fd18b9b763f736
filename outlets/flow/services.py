"""Roll-ups: computed from the raw rows of whole trading days, never counted up.

Who writes raw rows refreshes the days they touch in the same transaction, with the
outlets locked, so that two writers cannot each miss the other's rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Min

from outlets.exchange import bulk
from outlets.flow.models import RollUp, Ticket
from outlets.flow.moved import moved_days
from outlets.flow.roll_ups import Outlets, Source
from outlets.places.models import Outlet
from outlets.places.rules import trading_day

Days = Mapping[Outlet, Collection[date]]


def lock_outlets(codes: Collection[str]) -> list[Outlet]:
    """Lock the outlets of these codes against other writers of flow, and return them.

    References to an outlet stay possible: only who locks it the same way waits.
    """
    outlets = Outlet.objects.filter(code__in=codes).order_by("pk")
    return list(outlets.select_for_update(no_key=True))


@transaction.atomic
def refresh_roll_ups(*, source: Source, days: Days) -> int:
    """Recompute the roll-ups of these trading days from the raw rows.

    The caller holds the lock of the outlets. Returns the number of rows written.
    """
    written = 0
    for outlets, dates in _windows(days, source.window):
        _in_window(source, outlets, dates, delete=True)
        rows: dict[type[RollUp], list[RollUp]] = defaultdict(list)
        for row in source.compute(outlets, dates):
            rows[type(row)].append(row)
        for model, its_rows in rows.items():
            bulk.insert(model, its_rows)
            written += len(its_rows)
    return written


def rebuild_roll_ups(*, source: Source, outlet: Outlet) -> int:
    """Recompute everything of one outlet; returns the number of rows written.

    Days whose raw rows were moved out stay as they are.
    """
    with transaction.atomic():
        lock_outlets([outlet.code])
        days = {outlet: _recorded_days(source, outlet)}
        return refresh_roll_ups(source=source, days=days)


@dataclass(frozen=True, slots=True)
class Difference:
    """A roll-up row that does not say what the raw rows say."""

    roll_up: str
    outlet_code: str
    key: tuple[Any, ...]
    column: str
    stored: Any
    computed: Any

    def __str__(self) -> str:
        key = " ".join(str(part) for part in self.key if part != "")
        return (
            f"{self.roll_up} {self.outlet_code} {key}: {self.column} is "
            f"{self.stored}, should be {self.computed}"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    compared: int
    differences: list[Difference]


def compare_roll_ups(
    *, source: Source, outlet: Outlet, days: Collection[date] | None = None
) -> Comparison:
    """Compare one outlet's roll-ups with the raw rows, and change nothing.

    `days` None: all that can still be compared, that is, but those moved out.
    """
    compared = 0
    differences: list[Difference] = []
    with transaction.atomic():
        lock_outlets([outlet.code])
        wanted = _recorded_days(source, outlet) if days is None else days
        for outlets, dates in _windows({outlet: wanted}, source.window):
            stored = _by_key(_in_window(source, outlets, dates))
            computed = _by_key(source.compute(outlets, dates))
            for identity in stored.keys() | computed.keys():
                compared += 1
                differences += _differences(
                    outlet, stored.get(identity), computed.get(identity)
                )
    differences.sort(key=lambda d: (d.roll_up, d.key))
    return Comparison(compared, differences)


def _by_key(rows: Iterator[RollUp]) -> dict[tuple[Any, ...], RollUp]:
    return {(type(row), *row.key()): row for row in rows}


def _differences(
    outlet: Outlet, stored: RollUp | None, computed: RollUp | None
) -> Iterator[Difference]:
    row = stored or computed
    if row is None:
        return
    name, key = type(row).__name__, row.key()[1:]
    if stored is None or computed is None:
        yield Difference(
            name,
            outlet.code,
            key,
            "the row",
            "missing" if stored is None else "there",
            "there" if stored is None else "missing",
        )
        return
    for field in row._meta.concrete_fields:
        is_, should_be = (
            getattr(stored, field.attname),
            getattr(computed, field.attname),
        )
        if not field.primary_key and is_ != should_be:
            yield Difference(name, outlet.code, key, field.name, is_, should_be)


def _in_window(
    source: Source, outlets: Outlets, dates: Sequence[date], *, delete: bool = False
) -> Iterator[RollUp]:
    """Return, or delete, the roll-ups that stand for these outlets and dates."""
    found: list[RollUp] = []
    for model in source.roll_ups:
        rows = model._default_manager.filter(outlet__in=outlets, date__in=dates)
        if delete:
            rows.delete()
        else:
            found += rows
    return iter(found)


def _windows(days: Days, size: int) -> Iterator[tuple[Outlets, list[date]]]:
    """Cut outlet-days into rectangles of outlets × dates of at most `size` each."""
    alike: dict[tuple[date, ...], list[Outlet]] = defaultdict(list)
    for outlet, its_days in days.items():
        alike[tuple(sorted(set(its_days)))].append(outlet)
    for dates, outlets in alike.items():
        for start in range(0, len(dates), size):
            piece = list(dates[start : start + size])
            step = max(1, size // len(piece))
            for first in range(0, len(outlets), step):
                yield {o.pk: o for o in outlets[first : first + step]}, piece


def _recorded_days(source: Source, outlet: Outlet) -> list[date]:
    """Return all days from the first to the last that have raw rows or roll-ups.

    Those whose raw rows were moved out are left out: nothing can be made of them.
    """
    ends: list[date] = []
    raw = source.raw._default_manager.filter(outlet=outlet)
    for end in raw.aggregate(Min(source.when), Max(source.when)).values():
        if isinstance(end, datetime):
            end = trading_day(end, outlet.zone, outlet.day_starts_at)
        ends += [end] if end else []
    for model in source.roll_ups:
        rows = model._default_manager.filter(outlet=outlet)
        ends += filter(None, rows.aggregate(Min("date"), Max("date")).values())
    if not ends:
        return []
    gone = moved_days(outlet) if source.raw is Ticket else set()
    length = (max(ends) - min(ends)).days + 1
    found = (min(ends) + timedelta(days=n) for n in range(length))
    return [day for day in found if day not in gone]
