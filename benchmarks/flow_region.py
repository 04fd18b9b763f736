"""A region's page with years behind it against the same page with one month behind it.

    DATABASE_URL=postgres://… python -m benchmarks.flow_region [--outlets 1600]
        [--months 36] [--hours 2] [--turns 5] [--tickets 20000]

PostgreSQL only. The page of a month is asked for by who sees the region. It reads
hourly roll-ups, so that these are filled: `--hours` hours a day of one service at each
outlet (with one half hour of each, one server and one kind of business a day), days in
the order in which they would have come, and no raw tickets at all.
Beside them stand the same tables once more with the shown month and one month behind
it, in a schema of their own, so that both are asked in turns of the same database.

Then tickets and ticket events are taken in through the bulk calls' own kinds, and set
against COPY of the same rows into tables without indexes.
"""

import argparse
import os
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from benchmarks.measuring import Case, measure, show
from benchmarks.scratch import scratch

SHOWN = date(2026, 10, 1)
LAST = date(2026, 10, 31)
FEW = "few"  # the schema with one month behind the shown one
TABLES = ("hourlyflow", "halfhourflow", "serverday", "hourlycount", "dailyvolume")
# Waits of one hour as a row keeps them: so many in these bins.
BINS = {"wait_to_60": 6, "wait_to_300": 3, "wait_to_600": 2, "wait_to_900": 1}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outlets", type=int, default=1600)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--hours", type=int, default=2)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--tickets", type=int, default=20_000)
    given = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("flow_region: needs a PostgreSQL server in DATABASE_URL; left out")
        return
    with scratch() as machine:
        _measure_page(machine, given)
        if given.tickets:
            _measure_ingest(machine, given.tickets)


def _measure_page(machine: str, given: Any) -> None:
    from django.test import Client

    client = Client()
    client.force_login(_region_of(given.outlets))
    first = _months_before(SHOWN, given.months)
    started = perf_counter()
    rows = _fill("public", first, given.hours)
    _fill(FEW, _months_before(SHOWN, 1), given.hours)
    print(
        f"{given.outlets} outlets, {(LAST - first).days + 1} days of {given.hours} "
        f"hours: {rows['hourlyflow']:,} hourly rows, {_size()} in all, filled in "
        f"{perf_counter() - started:.0f} s",
        flush=True,
    )
    addresses = {
        "region's page": f"/flow/?region=R&month={SHOWN:%Y-%m}",
        "calendar": f"/flow/calendar/?region=R&month={SHOWN:%Y-%m}",
        "day by day, CSV": f"/flow/days.csv?region=R&month={SHOWN:%Y-%m}",
        "outlet's page": f"/flow/outlets/O1/?day={LAST}",
    }
    for title, address in addresses.items():
        floor = Case("1 month behind it", _get(client, address), _looking_at(FEW))
        years = Case(
            f"{given.months} months behind it",
            _get(client, address),
            _looking_at("public"),
        )
        measure(floor, [years], turns=given.turns)
        show(f"{title}; {machine}", floor, [years])
        fastest = min(years.seconds) / min(floor.seconds)
        print(f"  the fastest of each: {fastest:.2f} x", flush=True)
    _looking_at("public")()


def _region_of(outlets: int) -> Any:
    """Make a region with so many outlets, and return who may see its flow."""
    from outlets.places.models import Outlet, Region
    from staffing.people.models import RoleGrant, User

    region = Region.objects.create(code="R", name="R", level="province")
    Outlet.objects.bulk_create(
        [
            Outlet(
                code=f"O{n}",
                name=f"Outlet {n}",
                region=region,
                outlet_class="ABCD"[n % 4],
            )
            for n in range(outlets)
        ]
    )
    viewer = User.objects.create(username="watcher")
    RoleGrant.objects.create(
        user=viewer, role="regional_supervisor", region=region, starts_on="2020-01-01"
    )
    return viewer


def _months_before(day: date, months: int) -> date:
    for _ in range(months):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def _looking_at(schema: str) -> Callable[[], None]:
    def look() -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            path = "public" if schema == "public" else f"{schema}, public"
            cursor.execute(f"SET search_path TO {path}")

    return look


def _get(client: Any, address: str) -> Callable[[], None]:
    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        if answer.streaming:
            b"".join(answer.streaming_content)

    return get


def _fill(schema: str, first: date, hours: int) -> dict[str, int]:
    """Fill the roll-ups of a schema from a day on; return the rows of each table."""
    from django.db import connection

    from outlets.flow.rules import FLOW_COUNTS, WAIT_COLUMNS

    called = sum(BINS.values())
    flow: dict[str, Any] = dict.fromkeys((*FLOW_COUNTS, *WAIT_COLUMNS), 0)
    flow |= {"arrivals": called + 1, "served": called, "abandoned": 1}
    flow |= {"abandoned_wait_sum_s": 120, "finished": called}
    flow |= {"service_sum_s": 180 * called, **BINS}
    flow |= {"wait_sum_s": 240 * called, "wait_max_s": 800}
    days = (
        "generate_series(%s::date, %s::date, '1 day') AS day "
        "CROSS JOIN places_outlet AS outlet"
    )
    an_hour = f"{days} CROSS JOIN generate_series(9, {8 + hours}) AS hour"
    some = "day::date, outlet.id"
    fills = {
        "hourlyflow": (
            f"hour, service, {', '.join(flow)}",
            f"hour, 'pay', {', '.join(map(str, flow.values()))}",
            an_hour,
        ),
        "halfhourflow": (
            "start_minute, arrivals, servers",
            "hour * 60, 6, 2",
            an_hour,
        ),
        "serverday": (
            "employee_number, served, with_service_time, service_sum_s, vip_served",
            f"'E' || outlet.id, {called}, {called}, {180 * called}, 0",
            days,
        ),
        "hourlycount": ("hour, people, minutes, readings", "hour, 20, 60, 1", an_hour),
        "dailyvolume": ("service, quantity, amount", "'pay', 15, 100", days),
    }
    found = {}
    with connection.cursor() as cursor:
        if schema != "public":
            cursor.execute(f"CREATE SCHEMA {schema}")
        # The outlets are there: nobody has to look each of them up for each row.
        cursor.execute("SET session_replication_role = replica")
        for table, (columns, values, source) in fills.items():
            name = f"{schema}.flow_{table}"
            if schema != "public":
                cursor.execute(
                    f"CREATE TABLE {name} (LIKE public.flow_{table} INCLUDING ALL)"
                )
            indexes = _drop_indexes(cursor, name)
            cursor.execute(
                f"INSERT INTO {name} (date, outlet_id, {columns}) "
                f"SELECT {some}, {values} FROM {source} ORDER BY day, outlet.id",
                [first, LAST],
            )
            found[table] = cursor.rowcount
            for statement in indexes:
                cursor.execute(statement)
            cursor.execute(f"VACUUM ANALYZE {name}")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE places_outlet")
        cursor.execute("VACUUM ANALYZE places_region")
    return found


def _drop_indexes(cursor: Any, table: str) -> list[str]:
    """Drop what would be kept row by row, and return how to make it anew."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype = 'u'",
        [table],
    )
    made = []
    for name, definition in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        made.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = %s::regclass AND NOT indisprimary",
        [table],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        made.append(definition)
    return made


def _size() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return cursor.fetchone()[0]


def _measure_ingest(machine: str, tickets: int) -> None:
    """Take whole tickets, and events of as many, in calls of a thousand items."""
    for kind, rows in (
        ("tickets", _tickets(tickets)),
        ("ticket_events", _events(tickets)),
    ):
        taken = Case(f"{kind} in calls of 1,000", _take(kind, rows), _forget)
        taken.before()
        taken.work()
        floor = _copy_of("flow_ticket" if kind == "tickets" else "flow_ticketevent")
        measure(floor, [taken], turns=3, warm_up=0)
        show(
            f"{len(rows):,} {kind}, roll-ups included; {machine}; "
            f"{len(rows) / taken.median:,.0f} a second",
            floor,
            [taken],
        )


def _tickets(count: int) -> list[dict[str, Any]]:
    return [
        {
            "outlet_code": f"O{n % 20}",
            "ticket_no": f"A{n}",
            "date": f"{LAST}",
            "arrived_at": f"{LAST}T{9 + n % 8:02}:{n % 60:02}:00",
            "called_at": f"{LAST}T{9 + n % 8:02}:{n % 60:02}:30",
            "service": "pay",
        }
        for n in range(count)
    ]


def _events(tickets: int) -> list[dict[str, Any]]:
    from uuid import UUID

    return [
        {
            "uuid": str(UUID(int=3 * n + step + 1)),
            "outlet_code": f"O{n % 20}",
            "ticket_no": f"E{n}",
            "date": f"{LAST}",
            "event": ("arrive", "call", "finish")[step],
            "at": f"{LAST}T{9 + n % 8:02}:{n % 60:02}:{20 * step:02}",
            "service": "pay",
        }
        for n in range(tickets // 3)
        for step in range(3)
    ]


def _take(kind: str, rows: list[dict[str, Any]]) -> Callable[[], None]:
    def take() -> None:
        from outlets.exchange.importer import load_values
        from outlets.exchange.kinds import registered

        for start in range(0, len(rows), 1000):
            report = load_values(registered()[kind](), rows[start : start + 1000])
            if report.rejected:
                raise RuntimeError(str(report))

    return take


def _forget() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE flow_ticket, flow_ticketevent CASCADE")


def _copy_of(table: str) -> Case:
    """Return COPY of the rows that are there into a twin without indexes."""
    from django.db import connection

    blocks: list[bytes] = []
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table}_twin (LIKE {table})")
        with cursor.copy(f"COPY {table} TO STDOUT") as out:
            blocks += [bytes(block) for block in out]

    def copy() -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table}_twin FROM STDIN") as into,
        ):
            for block in blocks:
                into.write(block)

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}_twin")

    return Case("bare COPY", copy, empty)


if __name__ == "__main__":
    main()
