"""A run for a whole chain against the least that any run must do.

    python -m benchmarks.ranking [--people 200000] [--scheme service_star_fair]

The floor is the bare grouped query, every row fetched, and the bulk load of the very
standings that the run wrote, with their keys and indexes.
"""

import argparse
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from benchmarks.scratch import scratch

QUICK = 20_000
GROUPED = """
    SELECT employee_id, component, SUM(points), SUM(out_of), SUM(n), COUNT(*)
    FROM ledger_entry
    WHERE "on" BETWEEN %s AND %s AND employee_id IS NOT NULL
    GROUP BY employee_id, component
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=QUICK)
    parser.add_argument("--scheme", default="service_star_fair")
    given = parser.parse_args()
    with scratch() as machine:
        from benchmarks.filling import fill

        entries = fill(given.people)
        load = os.getloadavg()[0]
        print(
            f"\na run of {given.scheme} for {given.people} people, {entries} entries "
            f"of a month; {machine}, load {load:.1f}",
            flush=True,
        )
        _measure(given.scheme)
    return 0


class Watch:
    """Seconds by name, in the order in which they were taken."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        started = perf_counter()
        found = work()
        self.seconds[name] = perf_counter() - started
        return found

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def _measure(scheme: str) -> None:
    from benchmarks.filling import LAST
    from evaluations.ledger.periods import Period
    from evaluations.ledger.services import settle
    from evaluations.rankings.models import Scheme, SchemeVersion
    from evaluations.rankings.selectors.inputs import collect
    from evaluations.rankings.services import computing
    from evaluations.rankings.services.runs import create_run
    from evaluations.rankings.shipped import ship

    ship(Scheme.objects, SchemeVersion.objects, scheme, 1)
    period = Period.month_of(LAST)
    run = create_run(period=period, scheme=scheme, by=None)
    watch, floor = Watch(), Watch()
    rows = floor("grouped query", lambda: len(_grouped(period.first, period.last)))
    with computing.collector_at_rest():
        watch("settle", lambda: settle(period.last))
        collected = watch("read", lambda: collect(run.scheme_version, period))
        lines = [person.line for person in collected.people]
        ranking = watch("score", lambda: computing.ranked(collected.head, lines))
        watch("write", lambda: computing._write(run, collected, ranking))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    twin = create_run(period=period, scheme=scheme, by=None)
    with _standings(run.pk, twin.pk) as load:
        floor("load of ready standings", load)
    for name, seconds in floor.seconds.items():
        print(f"  floor: {name:<24}{seconds:8.2f} s")
    for name, seconds in watch.seconds.items():
        print(f"  {name:<31}{seconds:8.2f} s  {seconds / floor.total:6.2f} x")
    print(
        f"  {'run':<31}{watch.total:8.2f} s  {watch.total / floor.total:6.2f} x the "
        f"floor of {floor.total:.2f} s ({rows} sums); peak {peak:.0f} MB"
    )


def _grouped(*days: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(GROUPED, days)
        return cursor.fetchall()


@contextmanager
def _standings(run: int, twin: int) -> Iterator[Callable[[], None]]:
    """Yield what loads a run's standings once more, as those of `twin`."""
    from django.db import connection, transaction

    from evaluations.rankings.models import Standing

    names = [
        field.column
        for field in Standing._meta.concrete_fields
        if not field.primary_key
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    sources = ", ".join(
        str(twin) if name == "run_id" else f'"{name}"' for name in names
    )
    chosen = f"SELECT {sources} FROM rankings_standing WHERE run_id = {run}"  # noqa: S608 - names of our own columns
    table = f"rankings_standing ({columns})"

    def copied() -> None:
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN") as copy,
        ):
            for block in blocks:
                copy.write(block)

    def executed() -> None:
        marks = ", ".join(["%s"] * len(names))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", blocks)  # noqa: S608 - as above

    blocks: list[Any]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({chosen}) TO STDOUT") as copy:
                blocks = [bytes(block) for block in copy]
        else:
            cursor.execute(chosen)
            blocks = cursor.fetchall()
    yield copied if connection.vendor == "postgresql" else executed


if __name__ == "__main__":
    sys.exit(main())
