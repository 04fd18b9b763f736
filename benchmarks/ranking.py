"""A run for a whole chain against the least that any run must do.

    python -m benchmarks.ranking [--people 200000] [--scheme service_star_fair]

The floor is the bare grouped query, every row fetched, and the bulk load of the very
standings that the run wrote, with their keys and indexes. Both are told by the clock
and by the processor, our own and that of the server behind our connection: a busy
machine disturbs it less. Helpers that PostgreSQL gives the bare query are in nobody's
processor time, so that this is taken of the query without them; the clock is that of
the query as the server likes it.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.scratch import scratch
from benchmarks.watching import Memory, Taken, Watch, processor_of

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


def _measure(scheme: str) -> None:
    from django.db import transaction

    from benchmarks.filling import LAST
    from evaluations.ledger.periods import Period
    from evaluations.ledger.services import settle
    from evaluations.rankings.models import Scheme, SchemeVersion
    from evaluations.rankings.rules import ranking as rules
    from evaluations.rankings.selectors.inputs import collect
    from evaluations.rankings.services import computing
    from evaluations.rankings.services.runs import create_run
    from evaluations.rankings.shipped import ship

    ship(Scheme.objects, SchemeVersion.objects, scheme, 1)
    period = Period.month_of(LAST)
    run = create_run(period=period, scheme=scheme, by=None)
    floor, watch, inside = (Watch(_server()) for _ in range(3))
    days = (period.first, period.last)
    rows = len(floor("grouped query", lambda: _grouped(days)))
    floor.replace_processor("grouped query", lambda: _grouped(days, helpers=False))
    memory = Memory()
    for name in ("adjust_period", "level_intervals"):
        setattr(rules, name, inside.watched(name, getattr(rules, name)))
    with computing.collector_at_rest():
        watch("settle", lambda: settle(period.last))
        with transaction.atomic():
            collected = watch("read", lambda: collect(run.scheme_version, period))
        ranking = watch("score", lambda: rules.rank_everybody(collected.everybody))
        watch("write", lambda: computing._write(run, collected, ranking))
    grown, peak = memory.grown()
    # Once before and once after: what lay in memory then helps both alike.
    floor("grouped query again", lambda: len(_grouped(days)))
    floor.replace_processor(
        "grouped query again", lambda: _grouped(days, helpers=False)
    )
    floor.mean("grouped query", "grouped query again")
    twin = create_run(period=period, scheme=scheme, by=None)
    with _standings(run.pk, twin.pk) as load:
        floor("load of ready standings", load)
    _show(floor, floor, "floor: ")
    _show(watch, floor)
    adjusting = inside.total
    _line("of the score: adjusting", inside.taken["adjust_period"], floor.total)
    _line("of the score: intervals", inside.taken["level_intervals"], floor.total)
    _line("run without these two", watch.total - adjusting, floor.total)
    _line("run", watch.total, floor.total)
    print(
        f"  {rows} sums; peak memory {peak:.0f} MB, {grown:.0f} of them the run's; "
        f"load {os.getloadavg()[0]:.1f}"
    )


def _show(watch: Watch, floor: Watch, prefix: str = "") -> None:
    for name, taken in watch.taken.items():
        _line(prefix + name, taken, floor.total)


def _line(name: str, taken: Taken, floor: Taken) -> None:
    print(
        f"  {name:<32}{taken.wall:8.2f} s {taken.wall / floor.wall:6.2f} x"
        f"{taken.own:10.2f} s own{taken.server:8.2f} s server"
        f"{taken.busy / floor.busy:8.2f} x",
        flush=True,
    )


def _server() -> int | None:
    """Return the process of our connection's server, None where we do not see it."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    return pid if processor_of(pid) is not None else None


def _grouped(days: Sequence[Any], *, helpers: bool = True) -> list[Any]:
    from django.db import connection

    told = connection.vendor == "postgresql" and not helpers
    with connection.cursor() as cursor:
        if told:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute(GROUPED, days)
        found = cursor.fetchall()
        if told:
            cursor.execute("RESET max_parallel_workers_per_gather")
        return found


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
