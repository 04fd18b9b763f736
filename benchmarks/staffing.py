"""Staffing need against a queue lived through, on the real days of a call centre.

    python -m benchmarks.staffing [PACK]

PACK is a folder with `NN_tickets.csv.gz`; by default the bank pack of STARHALL_REAL.
Every day is staffed as the rules recommend for its own arrivals, service times and
patience. Then its real arrivals with their real service times are lived through event
by event; patience is drawn from the day's Kaplan-Meier curve.
"""

import argparse
import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from outlets.flow.half_hours import HALF_HOUR_S
from outlets.flow.queueing import (
    Load,
    ServiceTimes,
    mean_patience_s,
    outcome,
    people_needed,
)
from simulation.counters import Arrival, live_through
from tests.real import REAL

TURNS = 20
SLOTS = 48
PARTS = 3  # of a half hour, in which arrivals by chance are spread evenly
FOR_EVER = 1e9


@dataclass(frozen=True, slots=True)
class Call:
    """One ticket in seconds of its day; `service` None: not known."""

    at: float
    wait: float
    gave_up: bool
    service: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One day: shares of the arrivals, 0 to 1, served within the limit.

    `burst` is how unevenly arrivals came within their half hours: the variance of a
    third of a half hour around the mean ÷ the mean, 1 where they come by chance.
    """

    day: date
    arrivals: int
    most_people: int
    predicted: float
    lived: float
    burst: float

    @property
    def apart(self) -> float:
        return self.predicted - self.lived


def days_of(pack: Path) -> dict[date, list[Call]]:
    """Return the calls of each trading day in order of arrival."""
    (file,) = pack.glob("*_tickets.csv.gz")
    days: dict[date, list[Call]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["date"])
            midnight = datetime.combine(day, datetime.min.time())
            at, called, finished, left = (
                (datetime.fromisoformat(row[name]) - midnight).total_seconds()
                if row[name]
                else None
                for name in ("arrived_at", "called_at", "finished_at", "abandoned_at")
            )
            ended = called if called is not None else left
            days[day].append(
                Call(
                    at,
                    0 if ended is None else ended - at,
                    left is not None,
                    None if finished is None else finished - called,
                )
            )
    return {day: sorted(calls, key=lambda call: call.at) for day, calls in days.items()}


def compare(
    day: date, calls: Sequence[Call], *, target: float, limit_s: float, turns: int
) -> Comparison:
    counts = Counter(int(call.at // HALF_HOUR_S) for call in calls)
    hours: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for call in calls:
        if call.service is not None:
            n, seconds = hours[int(call.at // 3600)]
            hours[int(call.at // 3600)] = n + 1, seconds + int(call.service)
    service = ServiceTimes.of(hours)
    patience = mean_patience_s(
        sum(call.wait for call in calls), sum(call.gave_up for call in calls)
    )
    loads = {
        slot: Load(n / HALF_HOUR_S, service.at(slot // 2), patience)
        for slot, n in counts.items()
    }
    people = {
        slot: people_needed(load, target=target, limit_s=limit_s)
        for slot, load in loads.items()
    }
    served = sum(
        n * outcome(loads[slot], people[slot], limit_s).within
        for slot, n in counts.items()
    )
    plan = [people.get(slot, 1) for slot in range(SLOTS)]
    lived = [
        np.mean([not s.gave_up and s.wait <= limit_s for s in live_through(*turn)])
        for turn in _turns(calls, plan, turns)
    ]
    return Comparison(
        day,
        len(calls),
        max(people.values()),
        served / len(calls),
        float(np.mean(lived)),
        _burst(calls),
    )


def _turns(
    calls: Sequence[Call], plan: list[int], turns: int
) -> Iterator[tuple[list[Arrival], list[int], float]]:
    known = np.array([call.service for call in calls if call.service is not None])
    curve = _patience_curve(calls)
    for seed in range(turns):
        chance = np.random.default_rng(seed)
        other = chance.choice(known, len(calls))
        patience = curve(chance.random(len(calls)))
        yield (
            [
                Arrival(call.at, instead if call.service is None else call.service, p)
                for call, instead, p in zip(calls, other, patience, strict=True)
            ],
            plan,
            HALF_HOUR_S,
        )


def _patience_curve(calls: Sequence[Call]):
    """Return patience by how many, 0 to 1, have more: the Kaplan-Meier estimate."""
    waits = np.array([call.wait for call in calls])
    left = np.array([call.gave_up for call in calls])
    order = np.lexsort((~left, waits))
    waits, left = waits[order], left[order]
    patient = np.cumprod(1 - left / (len(waits) - np.arange(len(waits))))

    def curve(shares):
        index = np.searchsorted(-patient, -shares)
        return np.where(
            index < len(waits), waits[np.minimum(index, len(waits) - 1)], FOR_EVER
        )

    return curve


def _burst(calls: Sequence[Call]) -> float:
    parts = Counter(int(call.at // (HALF_HOUR_S / PARTS)) for call in calls)
    found = freedom = 0.0
    for slot in {part // PARTS for part in parts}:
        counts = [parts[slot * PARTS + n] for n in range(PARTS)]
        mean = sum(counts) / PARTS
        found += sum((n - mean) ** 2 for n in counts) / mean
        freedom += PARTS - 1
    return found / freedom


def compare_all(
    pack: Path, *, target: float, limit_s: float, turns: int = TURNS
) -> list[Comparison]:
    return [
        compare(day, calls, target=target, limit_s=limit_s, turns=turns)
        for day, calls in sorted(days_of(pack).items())
    ]


def together(found: Sequence[Comparison]) -> tuple[float, float]:
    """Return the predicted and the lived share of all days, every customer alike."""
    whole = sum(c.arrivals for c in found)
    return (
        sum(c.predicted * c.arrivals for c in found) / whole,
        sum(c.lived * c.arrivals for c in found) / whole,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pack", type=Path, nargs="?", default=REAL / "bank")
    parser.add_argument("--target", type=float, default=0.9)
    parser.add_argument("--limit", type=float, default=600, help="seconds")
    parser.add_argument("--turns", type=int, default=TURNS)
    given = parser.parse_args()
    found = compare_all(
        given.pack, target=given.target, limit_s=given.limit, turns=given.turns
    )
    print(f"served within {given.limit:.0f} s, target {given.target:.0%}")
    print("day         arrivals  people  predicted   lived   apart   burst")
    for c in found:
        print(
            f"{c.day} {c.arrivals:9} {c.most_people:7} {c.predicted:10.1%} "
            f"{c.lived:7.1%} {c.apart * 100:+7.1f} {c.burst:7.2f}"
        )
    predicted, lived = together(found)
    print(f"all {predicted:36.1%} {lived:7.1%} {(predicted - lived) * 100:+7.1f}")


if __name__ == "__main__":
    main()
