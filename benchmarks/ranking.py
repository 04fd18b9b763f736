"""Ranking people: reading, scoring and writing against the bare grouped query."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from benchmarks.measuring import Case, measure, show
from benchmarks.scratch import scratch

SIZES = (2_000, 20_000)
UNTIL = date(2026, 10, 31)
PEOPLE_PER_OUTLET = 5.8
BATCH = 5_000
GROUPED = """
    SELECT employee_id, component, SUM(points), SUM(out_of), SUM(n), COUNT(*)
    FROM ledger_entry
    WHERE "on" BETWEEN %s AND %s AND employee_id IS NOT NULL
    GROUP BY employee_id, component
"""


def main() -> int:
    if len(sys.argv) > 1:
        run(int(sys.argv[1]))
        return 0
    # One process a size: Django is set up on one database only.
    return max(
        subprocess.run(
            [sys.executable, "-m", "benchmarks.ranking", str(size)]
        ).returncode
        for size in SIZES
    )


def run(size: int) -> None:
    with scratch() as machine:
        from django.db import connection

        from evaluations.ledger.periods import Period
        from evaluations.rankings.models import SchemeVersion
        from evaluations.rankings.selectors.inputs import collect
        from evaluations.rankings.services.computing import compute_run, ranked
        from evaluations.rankings.services.runs import DEFAULT_SCHEME, create_run

        people, entries = _fill(size)
        period = Period.month_of(UNTIL)
        version = SchemeVersion.objects.for_period(DEFAULT_SCHEME, period)
        if version is None:
            raise LookupError(f"no scheme {DEFAULT_SCHEME}")

        def grouped() -> list[Any]:
            with connection.cursor() as cursor:
                cursor.execute(GROUPED, [period.first, period.last])
                return cursor.fetchall()

        def whole() -> None:
            made = create_run(period=period, scheme=DEFAULT_SCHEME, by=None)
            compute_run(run_id=made.pk)

        collected = collect(version, period)
        lines = [person.line for person in collected.people]
        floor = Case("bare grouped query", grouped)
        cases = [
            Case("reading", lambda: collect(version, period)),
            Case("scoring", lambda: list(ranked(collected.head, lines))),
            Case("whole run, written", whole),
        ]
        measure(floor, cases, turns=3)
        show(
            f"ranking of {people} people, {entries} entries a month; {machine}",
            floor,
            cases,
        )


def _fill(size: int) -> tuple[int, int]:
    """Load a registry of about `size` people and a month of entries for them."""
    from django.db import connection

    from evaluations.ledger.models import Entry
    from outlets.exchange import bulk
    from simulation.chain.plan import Plan
    from simulation.chain.world import World
    from simulation.loading import load_kind
    from simulation.pack import makers
    from staffing.people.models import Assignment

    plan = Plan(round(size / PEOPLE_PER_OUTLET), months=1, seed=1, until=UNTIL)
    rows = makers(World(plan))
    for kind in ("regions", "outlets", "employees", "assignments"):
        load_kind(kind, rows[kind]())
    places = list(
        Assignment.objects.on(UNTIL)
        .order_by("employee")
        .values_list("employee", "outlet")
    )
    batch: list[Entry] = []
    count = 0
    for values in _entries(places):
        batch.append(Entry(**values))
        count += 1
        if len(batch) == BATCH:
            bulk.insert(Entry, batch)
            batch = []
    bulk.insert(Entry, batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(places), count


def _entries(places: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    """Yield what a month posts about each person, as settled rooms do: 75 lines."""
    first = UNTIL.replace(day=1)
    chance = np.random.default_rng(1)
    for employee, outlet in places:
        days = [first + timedelta(days=int(day)) for day in range(1, 30, 7)]
        worked = [
            first + timedelta(days=int(day)) for day in range(0, 30) if day % 7 < 5
        ]
        base: dict[str, Any] = {"employee_id": employee, "outlet_id": outlet}
        marks = chance.integers(0, 100, 8 + 2 * len(worked)).tolist()
        for day in worked:
            passed = 100 if marks.pop() < 88 else 0
            where = {**base, "on": day, "source_id": f"{employee}-{day}"}
            yield _entry(where, "checks", "daily", passed, 100)
            yield _entry(where, "checks", "daily_rate", 3300 + passed, 3500)
            yield _entry(where, "feedback", "onsite", marks.pop() % 3 * 100, 300, n=3)
        for position, day in enumerate(days):
            where = {**base, "on": day, "source_id": f"{employee}-{position}"}
            yield _entry(where, "knowledge", "knowledge", 7000 + marks[0] * 30, 10000)
            yield _entry(where, "feedback", "callback", marks.pop() % 5 and 100, 100)
        where = {**base, "on": days[0], "source_id": f"{employee}"}
        yield _entry(where, "mystery", "mystery", 6000 + marks.pop() * 40, 10000)


def _entry(
    where: dict[str, Any],
    source: str,
    component: str,
    points: int,
    out_of: int,
    n: int = 1,
) -> dict[str, Any]:
    return {
        **where,
        "source": source,
        "component": component,
        "points": points,
        "out_of": out_of,
        "n": n,
    }


if __name__ == "__main__":
    sys.exit(main())
