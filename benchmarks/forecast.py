"""Forecasts of real series against the same-weekday mean of the last four weeks.

    python -m benchmarks.forecast [--real FOLDER] [--step DAYS] [--without-holidays]

FOLDER holds the packs streets (people per hour) and shops (customers per day); by
default STARHALL_REAL. From every `step`-th day on, after the first eight weeks, four
weeks are forecast from what was known before it, and each hour or day in which anybody
came is compared. Public holidays are those of `benchmarks/holidays.csv`.
"""

import argparse
import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from outlets.flow.forecasting import (
    HORIZON,
    LEAST_DAYS,
    Past,
    day_totals,
    expected,
    same_weekday_mean,
)
from tests.real import REAL

STEP = 28
HOLIDAYS = Path(__file__).parent / "holidays.csv"
PACKS = ("streets", "shops")


@dataclass(frozen=True, slots=True)
class Errors:
    """Sums of |error| ÷ what came, of ours and of the plain mean, over `compared`."""

    ours: float = 0.0
    plain: float = 0.0
    compared: int = 0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(
            self.ours + other.ours,
            self.plain + other.plain,
            self.compared + other.compared,
        )

    @property
    def lower(self) -> float:
        """How much lower ours is, as a share of the plain one."""
        return 1 - self.ours / self.plain

    def __str__(self) -> str:
        return (
            f"{self.plain / self.compared:8.1%} {self.ours / self.compared:8.1%} "
            f"{-self.lower:+8.1%} {self.compared:9}"
        )


def rows_of(pack: Path, kind: str) -> Iterator[dict[str, str]]:
    for file in sorted(pack.glob(f"*_{kind}.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def holidays_by_region() -> dict[str, dict[date, str]]:
    found: dict[str, dict[date, str]] = defaultdict(dict)
    with HOLIDAYS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["region_code"]][date.fromisoformat(row["date"])] = row["name"]
    return found


def pasts_of(pack: Path, *, holidays: bool = True) -> dict[str, tuple[str, Past]]:
    """Return the root region and the series of each outlet of a pack."""
    parents = {row["code"]: row["parent_code"] for row in rows_of(pack, "regions")}
    special = holidays_by_region() if holidays else {}
    series: dict[str, dict[tuple[date, int], float]] = defaultdict(dict)
    for row in rows_of(pack, "counts"):
        at = datetime.fromisoformat(row["start"])
        series[row["outlet_code"]][at.date(), at.hour] = float(row["people"])
    for row in rows_of(pack, "transactions"):
        day = date.fromisoformat(row["date"])
        series[row["outlet_code"]][day, 0] = float(row["quantity"])
    found = {}
    for row in rows_of(pack, "outlets"):
        if row["code"] not in series:
            continue
        root = row["region_code"]
        while parents.get(root):
            root = parents[root]
        past = _past(series[row["code"]], special.get(root, {}))
        found[row["code"]] = root, past
    return found


def _past(counts: dict[tuple[date, int], float], holidays: dict[date, str]) -> Past:
    first = min(day for day, _slot in counts)
    days = (max(day for day, _slot in counts) - first).days + 1
    slots = max(slot for _day, slot in counts) + 1
    table = np.full((days, slots), np.nan)
    for (day, slot), count in counts.items():
        table[(day - first).days, slot] = count
    return Past(first, table, holidays)


def errors_of(past: Past, *, step: int, daily: bool = False) -> Errors:
    found = Errors()
    for start in range(2 * LEAST_DAYS, past.days - HORIZON + 1, step):
        known = past.until(start)
        parts = (
            past.counts[start : start + HORIZON],
            expected(known),
            same_weekday_mean(known),
        )
        came, ours, plain = map(day_totals, parts) if daily else parts
        with np.errstate(invalid="ignore"):
            compared = (came > 0) & ~np.isnan(ours) & ~np.isnan(plain)
        truth = came[compared]
        found += Errors(
            float(np.sum(np.abs(ours[compared] - truth) / truth)),
            float(np.sum(np.abs(plain[compared] - truth) / truth)),
            int(compared.sum()),
        )
    return found


def together(pasts: Iterable[Past], *, step: int, daily: bool = False) -> Errors:
    return sum((errors_of(past, step=step, daily=daily) for past in pasts), Errors())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--real", type=Path, default=REAL)
    parser.add_argument("--step", type=int, default=STEP)
    parser.add_argument("--without-holidays", action="store_true")
    given = parser.parse_args()
    print(f"mean absolute percentage error{'plain':>15} {'ours':>8}          compared")
    for name in PACKS:
        pasts = pasts_of(given.real / name, holidays=not given.without_holidays)
        groups = {"": [past for _root, past in pasts.values()]}
        for root in sorted({root for root, _past in pasts.values()}):
            groups[f", {root}"] = [p for r, p in pasts.values() if r == root]
        if len(groups) == 2:
            groups.popitem()
        for label, some in groups.items():
            by = "hour" if some[0].counts.shape[1] > 1 else "day"
            title = f"{name}{label}, by {by}"
            print(f"{title:36} {together(some, step=given.step)}", flush=True)
            if by == "hour":
                days = together(some, step=given.step, daily=True)
                print(f"{name + label + ', by day':36} {days}", flush=True)


if __name__ == "__main__":
    main()
