"""Ingest of tickets from a file against the database's own bulk load of the rows."""

import csv
import gzip
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from time import perf_counter

from benchmarks.measuring import Case, measure, show
from benchmarks.scratch import scratch

TICKETS = 200_000
TURNS = 3
PLAN = {"outlets": 40, "months": 2, "seed": 1, "until": date(2026, 10, 31)}
TABLE = "flow_ticket"


def main() -> None:
    with scratch() as machine, tempfile.TemporaryDirectory() as folder:
        from django.db import connection

        file = Path(folder) / "tickets.csv.gz"
        count = _write_registry_and(file)
        roll_ups: list[float] = []
        _ingest(file, roll_ups)  # the rows that the floors copy
        on_postgresql = connection.vendor == "postgresql"
        floor, indexed = (_copies if on_postgresql else _inserts)(Path(folder))
        ingest = Case(
            "ingest, roll-ups included", lambda: _ingest(file, roll_ups), _forget
        )
        roll_ups.clear()
        measure(floor, [indexed, ingest], turns=TURNS, warm_up=0)
        of_which = Case("  of which roll-ups", _forget, seconds=roll_ups)
        show(
            f"ingest of {count} tickets; {machine}", floor, [indexed, ingest, of_which]
        )


def _write_registry_and(file: Path) -> int:
    """Load who and where, write the tickets to a file, and return how many."""
    from simulation.chain.plan import Plan
    from simulation.chain.rows import COLUMNS
    from simulation.chain.world import World
    from simulation.loading import load_kind
    from simulation.pack import makers

    rows = makers(World(Plan(**PLAN, ticket_days=62)))
    for kind in ("regions", "outlets", "employees", "assignments"):
        load_kind(kind, rows[kind]())
    count = 0
    with gzip.open(file, "wt", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, COLUMNS["tickets"])
        writer.writeheader()
        for row in islice(rows["tickets"](), TICKETS):
            writer.writerow(row)
            count += 1
    return count


def _ingest(file: Path, roll_ups: list[float]) -> None:
    from outlets.exchange.importer import load
    from outlets.exchange.kinds import registered
    from outlets.exchange.readers import open_rows

    class Timed(registered()["tickets"]):  # type: ignore[misc]
        def close(self) -> None:
            started = perf_counter()
            super().close()
            roll_ups.append(perf_counter() - started)

    with open_rows(file) as rows:
        report = load(Timed(), rows)
    if report.rejected or not report.taken:
        raise RuntimeError(str(report))


def _forget() -> None:
    """Empty the tickets and their roll-ups, as after a fresh start."""
    from django.db import connection

    from outlets.flow.roll_ups import TICKETS as SOURCE

    tables = [model._meta.db_table for model in (SOURCE.raw, *SOURCE.roll_ups)]
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(f"TRUNCATE {table} CASCADE")
            else:
                cursor.execute(f"DELETE FROM {table}")


def _copies(folder: Path) -> Iterator[Case]:
    """Yield COPY of the same rows into twins of the table, without and with indexes."""
    from django.db import connection

    dump = folder / "rows.copy"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {TABLE} TO STDOUT") as rows, dump.open("wb") as out:
            for block in rows:
                out.write(block)
        cursor.execute(f"CREATE TABLE twin (LIKE {TABLE} INCLUDING CONSTRAINTS)")
        cursor.execute(f"CREATE TABLE twin_indexed (LIKE {TABLE} INCLUDING ALL)")
    for name, table in (("bare COPY", "twin"), ("COPY, indexed", "twin_indexed")):

        def copy(table: str = table) -> None:
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} FROM STDIN") as rows,
                dump.open("rb") as source,
            ):
                while block := source.read(1 << 16):
                    rows.write(block)

        def empty(table: str = table) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {table}")

        yield Case(name, copy, empty)


def _inserts(folder: Path) -> Iterator[Case]:
    """Yield executemany of the same rows into twins, without and with indexes."""
    import sqlite3

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TABLE}")
        rows = cursor.fetchall()
        columns = ", ".join(column[0] for column in cursor.description)
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql <> %s",
            [TABLE, ""],
        )
        schema = [sql for (sql,) in cursor.fetchall()]
    marks = ", ".join("?" * len(rows[0]))
    for name, statements in (
        ("bare executemany", [f"CREATE TABLE {TABLE} ({columns})"]),
        ("executemany, indexed", schema),
    ):
        path = folder / f"{name[:4]}.sqlite3"

        def insert(path: Path = path) -> None:
            with closing(sqlite3.connect(path)) as twin, twin:
                twin.executemany(f"INSERT INTO {TABLE} VALUES ({marks})", rows)

        def fresh(path: Path = path, statements: list[str] = statements) -> None:
            path.unlink(missing_ok=True)
            with closing(sqlite3.connect(path)) as twin:
                twin.execute("PRAGMA journal_mode=WAL")
                for statement in statements:
                    twin.execute(statement)

        yield Case(name, insert, fresh)


if __name__ == "__main__":
    main()
