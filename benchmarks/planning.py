"""Mystery visits assigned as planned, beside the same visits assigned at random.

    python -m benchmarks.planning [--seeds 20]

For each seed a programme is drawn: outlets, shoppers mild and severe, who goes where.
Both assignments are made, every visit is drawn from the known truth, and outlets and
shoppers are estimated from the visits as the product does. Printed are the means over
the seeds: half width of the outlets' 90 % intervals, what share of them holds the
truth, how far estimates lie off (the severities: of those told at all), and the time of
planning as a ratio to that of one random assignment. No database.
"""

import argparse
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from evaluations.mystery.rules.designs import Spread
from evaluations.mystery.rules.planning import (
    Place,
    Planner,
    Pool,
    plan,
)
from evaluations.mystery.rules.severity import VisitValue, estimate

# The defaults of the settings MYSTERY_..._SD.
SPREAD = Spread(severity=8, outlet=10, visit=8)
LEVEL = 80


@dataclass(frozen=True)
class Programme:
    """Outlets in counties of a ring; a shopper goes to her county and the next."""

    name: str
    outlets: int
    shoppers: int
    visits: int
    most_each: int
    counties: int = 6

    def drawn(self, draw: np.random.Generator) -> tuple[list[Place], list[Pool]]:
        places = [
            Place(n, f"P/{n % self.counties}/", self.visits)
            for n in range(self.outlets)
        ]
        homes = draw.permutation(np.arange(self.shoppers) % self.counties).tolist()
        pool = [
            Pool(
                n,
                self.most_each,
                frozenset({f"P/{home}/", f"P/{(home + 1) % self.counties}/"}),
            )
            for n, home in enumerate(homes)
        ]
        return places, pool


PROGRAMMES = (
    Programme("a month, wide pool", 60, 60, 1, 15),
    Programme("a month, 40 shoppers", 60, 40, 1, 15),
    Programme("a month, 300 outlets", 300, 100, 1, 15),
    Programme("two each, wide pool", 60, 60, 2, 15),
    Programme("two each, 40 shoppers", 60, 40, 2, 15),
    Programme("two each, 300 outlets", 300, 100, 2, 15),
    Programme("two each, pool small", 60, 12, 2, 12),
    Programme("two each, all at capacity", 60, 30, 2, 4),
)


@dataclass(frozen=True)
class Found:
    """What one assignment told of one drawn truth; points of 100."""

    half_width: float
    held: float
    error: float
    raw_error: float
    severity_error: float


def lived(
    assignments: list[tuple[int, int]],
    truth: np.ndarray,
    severity: np.ndarray,
    draw: np.random.Generator,
) -> Found:
    """Draw every visit, estimate, and compare with the truth."""
    visits = [
        VisitValue(
            float(truth[outlet] - severity[shopper] + draw.normal(0, SPREAD.visit)),
            outlet,
            shopper,
        )
        for outlet, shopper in assignments
    ]
    found = estimate(visits, spread=SPREAD)
    keys = [int(str(key)) for key in found.outlets]
    told = [found.outlets[key].corrected for key in keys]
    values = np.array([one.value for one in told if one is not None])
    errors = np.array([one.error for one in told if one is not None])
    raw = np.array([found.outlets[key].raw for key in keys])
    # An outlet is told against the mean of all.
    apart = truth[keys] - truth[keys].mean()
    off = values - values.mean() - apart
    half = errors * 1.6448536
    severe = [
        one.severity.value - severity[int(str(key))]
        for key, one in found.shoppers.items()
        if one.severity is not None
    ]
    return Found(
        half_width=float(half.mean()),
        held=float((np.abs(off) <= half).mean()),
        error=float(np.sqrt((off**2).mean())),
        raw_error=float(np.sqrt(((raw - raw.mean() - apart) ** 2).mean())),
        severity_error=float(np.sqrt(np.mean(np.square(severe)))) if severe else 0.0,
    )


def mean(rows: list[Found], name: str) -> float:
    return float(np.mean([getattr(row, name) for row in rows]))


def run(programme: Programme, seeds: int) -> None:
    at_random, planned, times = [], [], []
    for seed in range(seeds):
        draw = np.random.default_rng(seed)
        places, pool = programme.drawn(draw)
        truth = draw.normal(LEVEL, SPREAD.outlet, len(places))
        severity = draw.normal(0, SPREAD.severity, len(pool))
        started = perf_counter()
        planner = Planner(
            places, pool, locked_out=(), former=(), spread=SPREAD, seed=seed
        )
        visitors = planner.fill(gather=False).visitors
        first = perf_counter() - started
        anyhow = [(at, who) for at, those in enumerate(visitors) for who in those]
        started = perf_counter()
        best = plan(places, pool, spread=SPREAD, seed=seed, comparisons=1)
        times.append((perf_counter() - started, first))
        at_random.append(lived(anyhow, truth, severity, draw))
        planned.append(lived(list(best.assignments), truth, severity, draw))
    ratio = mean(planned, "half_width") / mean(at_random, "half_width")
    seconds, floor = np.median(times, axis=0)
    print(f"\n{programme.name}: {programme.visits * programme.outlets} visits,", end="")
    print(f" {programme.shoppers} shoppers, {programme.most_each} each at most")
    print(f"  {'':20}{'at random':>10}{'planned':>10}")
    for label, name in (
        ("± points, 90 %", "half_width"),
        ("intervals that hold", "held"),
        ("error of outlets", "error"),
        ("error uncorrected", "raw_error"),
        ("error of severities", "severity_error"),
    ):
        print(f"  {label:20}{mean(at_random, name):10.3f}{mean(planned, name):10.3f}")
    print(f"  narrower by {1 - ratio:.1%}; planning took {seconds:.2f} s,", end="")
    print(f" {seconds / floor:.0f} times one random assignment", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    for programme in PROGRAMMES:
        run(programme, seeds)


if __name__ == "__main__":
    main()
