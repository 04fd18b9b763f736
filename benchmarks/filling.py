"""A registry and a month of ledger for benchmarks, made by the database itself.

Figures follow from the keys by arithmetic, so that every fill is the same. Nothing goes
through the importer: what is measured starts where the rows are there.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection, models

FIRST = date(2026, 10, 1)
LAST = date(2026, 10, 31)
PEOPLE_PER_OUTLET = 10
OUTLETS_PER_COUNTY = 7
BATCH = 10_000
# A level, the one above it, and how many counties one of it holds.
_LEVELS = (("province", "", 90), ("city", "province", 9), ("county", "city", 1))

# What a month posts about one person: (source, component, rater, out_of, n, days).
PLAN = (
    ("checks", "daily", "", 100, 1, range(1, 28, 3)),
    ("checks", "daily_rate", "manager", 3500, 1, range(1, 28, 3)),
    ("knowledge", "knowledge", "", 10_000, 1, range(2, 30, 7)),
    ("feedback", "onsite", "", 400, 4, range(3, 30, 7)),
    ("feedback", "callback", "", 200, 2, range(4, 30, 10)),
    ("mystery", "mystery", "shopper", 10_000, 1, range(5, 6)),
)
# Points by component; `mood` is 0 to 99 anew for every entry, `gift` for every person.
_POINTS = """
    CASE plan.component
        WHEN 'daily' THEN CASE WHEN mood < 75 + gift / 5 THEN 100 ELSE 0 END
        WHEN 'daily_rate' THEN 3000 + gift + 4 * mood
        WHEN 'knowledge' THEN 6000 + 20 * gift + 2000 * (mood % 2)
        WHEN 'onsite' THEN 100 * (1 + (mood + gift) * 4 / 200)
        WHEN 'callback' THEN CASE WHEN mood < 20 THEN 100 ELSE 200 END
        ELSE 5000 + 20 * gift + 30 * mood
    END
"""
# A manager for every outlet, now and then the county's supervisor; shoppers travel.
_RATER = """
    CASE plan.rater
        WHEN 'manager' THEN CASE
            WHEN mood % 8 = 0 THEN 'supervisor-' || (outlet_id / 7)
            ELSE 'manager-' || outlet_id END
        WHEN 'shopper' THEN 'shopper-' || (stir % 2500)
        ELSE ''
    END
"""


def fill(people: int) -> int:
    """Load `people` with their places and a month of entries; return the entries."""
    outlets = _places(max(people // PEOPLE_PER_OUTLET, 1))
    _registry(people, outlets)
    with connection.cursor() as cursor:
        with _unguarded(cursor):
            _entries(cursor)
        cursor.execute("VACUUM ANALYZE" if _on_postgresql() else "ANALYZE")
        cursor.execute("SELECT COUNT(*) FROM ledger_entry")
        return int(cursor.fetchone()[0])


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def _unguarded(cursor: Any) -> Iterator[None]:
    """Build indexes once at the end; the rows refer to what was just written."""
    if not _on_postgresql():
        yield
        return
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'ledger_entry' "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute("SET session_replication_role = replica")
    yield
    cursor.execute("SET session_replication_role = origin")
    for _name, definition in indexes:
        cursor.execute(definition)


def _places(count: int) -> list[int]:
    from outlets.places.models import Outlet, Region

    found: list[Region] = []
    above: dict[str, Region] = {}
    for number in range(-(-count // OUTLETS_PER_COUNTY)):
        for level, parent, size in _LEVELS:
            if number % size == 0:
                above[level] = Region(
                    code=f"{level[:2].upper()}{number // size:05}",
                    name=f"{level} {number // size}",
                    level=level,
                    parent=above.get(parent),
                )
                above[level].save()
        found.append(above["county"])
    _insert(
        Outlet(
            code=f"O{number:06}",
            name=f"Outlet {number}",
            region=found[number // OUTLETS_PER_COUNTY],
            outlet_class="ABCD"[number % 4],
        )
        for number in range(count)
    )
    return list(Outlet.objects.order_by("pk").values_list("pk", flat=True))


def _registry(people: int, outlets: list[int]) -> None:
    from staffing.people.models import Assignment, Employee

    _insert(
        Employee(
            uuid=uuid.uuid5(uuid.NAMESPACE_OID, str(number)),
            number=f"N{number:07}",
            name=f"Person {number}",
            post="clerk",
            hired_on=date(2020, 1, 1) + timedelta(days=number % 1500),
        )
        for number in range(people)
    )
    keys = Employee.objects.order_by("pk").values_list("pk", flat=True)
    _insert(
        Assignment(
            employee_id=pk,
            outlet_id=outlets[number // PEOPLE_PER_OUTLET % len(outlets)],
            starts_on=date(2026, 1, 1),
        )
        for number, pk in enumerate(keys)
    )


def _insert(rows: Iterator[models.Model]) -> None:
    from outlets.exchange import bulk

    batch: list[models.Model] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            bulk.insert(type(row), batch)
            batch = []
    if batch:
        bulk.insert(type(batch[0]), batch)


def _entries(cursor: Any) -> None:
    cursor.execute(
        "CREATE TEMP TABLE plan (number integer, source varchar(30), component "
        'varchar(30), rater varchar(20), out_of integer, n integer, "on" date)'
    )
    lines = [
        (*line, FIRST + timedelta(days=day)) for *line, days in PLAN for day in days
    ]
    cursor.executemany(
        "INSERT INTO plan VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [(number, *line) for number, line in enumerate(lines)],
    )
    text = "number" if connection.vendor == "sqlite" else "plan.number::text"
    cursor.execute(
        f"""
        INSERT INTO ledger_entry (employee_id, outlet_id, "on", component, kind,
            points, out_of, n, rater, scope, source, source_id, version, reason)
        SELECT employee_id, outlet_id, "on", component, 'score', {_POINTS}, out_of, n,
            {_RATER}, '', source, employee_id || '-' || {text}, 1, ''
        FROM (
            SELECT plan.*, stir % 100 AS mood, employee_id * 7919 % 100 AS gift
            FROM (
                SELECT plan.*, employee_id, outlet_id,
                    (employee_id * 2654435 + plan.number * 40503) % 1000003 * 69069
                        % 999983 AS stir
                FROM people_assignment CROSS JOIN plan
            ) AS plan
        ) AS plan
        """  # noqa: S608 - texts of this module alone
    )
