"""An export of many standings, beside plain psycopg to NDJSON, and the memory of both.

    DATABASE_URL=postgres://… python -m benchmarks.exporting [--standings 200000]

What is measured is the whole job: sight, rows, lasting ids, the file, its SHA-256 and
the move into the store. The floor is psycopg alone: a server-side cursor over the
columns that an export has, and the JSON of each row. Each figure comes from a process
of its own, so that its peak memory is its own. Each is made of few rows (a tenth, if
`--few` says nothing) and of all: what grows between the two is what an export holds in
memory.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.scratch import scratch

FORMS = ("ndjson", "csv", "parquet", "xlsx")
FLOOR = """
    SELECT s.id, s.run_id, r.period, r.revision, e.number, o.code,
        s.raw_score::float, s.adjusted_score::float, s.score::float,
        s.rank_outlet, s.rank_county, s.rank_city, s.rank_province, s.rank_class,
        s.rank_all, s.rank_low, s.rank_high, s.eligible, s.reasons, s.components
    FROM rankings_standing s JOIN rankings_run r ON r.id = s.run_id
    JOIN people_employee e ON e.id = s.employee_id
    LEFT JOIN places_outlet o ON o.id = s.outlet_id WHERE r.state = 'published'
"""
COMPONENTS = {
    code: {"raw": 93.25, "adjusted": 92.118204, "n": 20, "weight": 20.0, "points": 18.6}
    for code in ("daily", "knowledge", "mystery", "onsite", "callback")
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--standings", type=int, default=200_000)
    parser.add_argument("--few", type=int, help="rows of the smaller export")
    parser.add_argument("--form", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.form:
        _one(given.form)
        return
    with scratch() as where:
        less = given.few or given.standings // 10
        _account()
        _fill(less)
        small = {form: _measured(form) for form in ("psycopg", *FORMS)}
        _fill(given.standings - less)
        print(f"Export of {given.standings:,} standings, {where}")
        floor = _measured("psycopg")
        for form in ("psycopg", *FORMS):
            large = _measured(form)
            rate = given.standings / large["seconds"]
            print(
                f"  {form:8} {rate:9,.0f} rows/s  "
                f"{floor['seconds'] / large['seconds']:5.2f} of psycopg  "
                f"peak {small[form]['megabytes']:4.0f} MB at {less:,}, "
                f"{large['megabytes']:4.0f} MB at {given.standings:,} "
                f"({large['megabytes'] - small[form]['megabytes']:+.0f})",
                flush=True,
            )


def _account() -> None:
    """Make the service that asks."""
    from django.utils import timezone

    from staffing.accounts.services.service_tokens import create_service

    create_service(
        name="HR",
        purpose="benchmark",
        owner="benchmark",
        scopes=["rankings:read"],
        expires_on=timezone.localdate() + timedelta(days=1),
        by=None,
    )


def _fill(count: int) -> None:
    """Publish a run of so many people."""
    from django.db import connection

    from evaluations.rankings.models import Run, SchemeVersion, Standing
    from outlets.exchange import bulk
    from outlets.places.models import Outlet, Region
    from staffing.people.models import Employee

    region, _made = Region.objects.get_or_create(code="R", name="R", level="county")
    outlet, _made = Outlet.objects.get_or_create(code="O", name="O", region=region)
    month = Run.objects.count() + 1
    new = [
        Employee(number=f"N{month}-{n}", name=f"Li {n}", post="clerk")
        for n in range(count)
    ]
    bulk.insert(Employee, new)
    version = SchemeVersion.objects.order_by("pk").first()
    run = Run.objects.create(
        period=f"2026-{month:02}",
        scheme=version.scheme,
        scheme_version=version,
        revision=1,
        step="done",
        state="reviewed",
        reviewed_at="2026-11-01T00:00Z",
    )
    people = Employee.objects.order_by("-pk").values_list("pk", "uuid")[:count]
    rows = [
        Standing(
            run=run,
            employee_id=pk,
            employee_uuid=uuid,
            outlet=outlet,
            raw_score="93.25",
            adjusted_score="92.118204",
            score="93.25",
            rank_all=n,
            rank_low=n,
            rank_high=n,
            eligible=True,
            components=COMPONENTS,
            position=n,
            tied_position=n,
            input="",
        )
        for n, (pk, uuid) in enumerate(people, start=1)
    ]
    bulk.insert(Standing, rows)
    run.state, run.published_at = "published", f"{date(2026, 11, 1)}T00:00Z"
    began = time.perf_counter()
    run.save()
    print(f"  published {count:,}: {time.perf_counter() - began:.1f} s in the feed")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measured(form: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.exporting"]
    done = subprocess.run(
        [*command, "--form", form],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"},
    )
    return json.loads(done.stdout.splitlines()[-1])


def _one(form: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from evaluations.feed.exporting import write_export
    from evaluations.feed.models import Export
    from staffing.accounts.models import ServiceAccount

    export = Export.objects.create(
        service=ServiceAccount.objects.get(),
        scopes=["rankings:read"],
        kinds=["standings"],
        form="ndjson" if form == "psycopg" else form,
    )
    began = time.perf_counter()
    if form == "psycopg":
        with tempfile.TemporaryFile() as file:
            _floor(connection, file)
    else:
        write_export(export_id=export.pk)
    seconds = time.perf_counter() - began
    # Of this program alone: the kernel's `ru_maxrss` begins with that of its parent.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak}))


def _floor(connection, file) -> None:
    import psycopg

    given = connection.get_connection_params()
    given = {k: v for k, v in given.items() if k in ("dbname", "user", "host", "port")}
    with (
        psycopg.connect(**given) as plain,
        plain.cursor(name="floor") as cursor,
    ):
        cursor.itersize = 2000
        cursor.execute(FLOOR)
        names = [column.name for column in cursor.description]
        for row in cursor:
            line = json.dumps(dict(zip(names, row, strict=True)))
            file.write(line.encode() + b"\n")


if __name__ == "__main__":
    main()
