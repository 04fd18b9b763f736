"""Trying other rules on 20,000 people, against a view that only lets somebody in."""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.measuring import Case, measure, show
from benchmarks.scratch import scratch

PEOPLE = 20_000
PEOPLE_PER_OUTLET = 5.8
UNTIL = date(2026, 10, 31)
BATCH = 5_000
DAYS = 16
TURNS = 15
HTMX = {"HX-Request": "true"}


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with scratch() as machine:
        from django.test import Client

        from evaluations.ledger.periods import Period
        from evaluations.rankings.selectors import matrices
        from evaluations.rankings.services.computing import compute_run
        from evaluations.rankings.services.preparing import prepare_what_if
        from evaluations.rankings.services.runs import DEFAULT_SCHEME, create_run
        from staffing.people.models import RoleGrant, User

        people = _fill(size)
        made = create_run(period=Period.month_of(UNTIL), scheme=DEFAULT_SCHEME, by=None)
        run = compute_run(run_id=made.pk)
        user = User.objects.create(username="bench")
        RoleGrant.objects.create(user=user, role="operations", starts_on=UNTIL)
        client = Client()
        client.force_login(user)
        address = f"/rankings/{run.pk}/what-if/"

        matrices.cache.clear()
        started = perf_counter()
        prepare_what_if(run_id=run.pk)
        cold = perf_counter() - started
        numbers = count()

        def get(headers: dict[str, str], **query: str) -> None:
            # Another weight each time: nothing is answered from memory.
            weight = 15 + next(numbers) % 60
            asked = {"w_daily": str(weight), **query}
            answer = client.get(address, asked, headers=headers)
            if answer.status_code != 200 or b"datagrid" not in answer.content:
                raise RuntimeError(f"{address} answers {answer.status_code}")

        floor = Case("bare page", lambda: client.get("/bench/page/"))
        cases = [
            Case("slider moved, raw", lambda: get(HTMX)),
            Case("slider moved, adjusted", lambda: get(HTMX, basis="adjusted")),
            Case("whole page", lambda: get({})),
            Case(
                "slider moved, process without the matrix",
                lambda: get(HTMX),
                before=matrices.forget,
            ),
        ]
        measure(floor, cases, turns=TURNS, warm_up=2)
        show(f"what if, a month of {people} people; {machine}", floor, cases)
        print(f"  laid out once for each run in {cold:.1f} s")


def _fill(size: int) -> int:
    """Make `size` people in outlets of a region tree, and a month that ranks them."""
    from evaluations.ledger.models import Entry
    from outlets.exchange import bulk
    from staffing.people.models import Assignment, Employee

    outlets = _outlets(max(1, round(size / PEOPLE_PER_OUTLET)))
    people = [
        Employee(
            number=f"{number:06d}",
            name=f"Person {number}",
            gender="FM"[number % 2],
            post="clerk",
            hired_on=date(2010 + number % 16, 1 + number % 12, 1),
        )
        for number in range(size)
    ]
    bulk.insert(Employee, people)
    places = [
        (employee, outlets[number % len(outlets)])
        for number, employee in enumerate(
            Employee.objects.order_by("pk").values_list("pk", flat=True)
        )
    ]
    stays = [
        Assignment(employee_id=employee, outlet_id=outlet, starts_on=date(2025, 1, 1))
        for employee, outlet in places
    ]
    bulk.insert(Assignment, stays)
    entries = _entries(places)
    while batch := [Entry(**values) for values in islice(entries, BATCH)]:
        bulk.insert(Entry, batch)
    return len(places)


def _outlets(size: int) -> list[int]:
    from outlets.places.models import Outlet, Region

    above: list[Region | None] = [None]
    for level, below in (("province", 4), ("city", 5), ("county", 6)):
        above = [
            Region.objects.create(
                code=f"{parent.code if parent else 'R'}{number}",
                name=f"{level} {number}",
                level=level,
                parent=parent,
            )
            for parent in above
            for number in range(below)
        ]
    made = Outlet.objects.bulk_create(
        Outlet(
            code=f"O{number:05d}",
            name=f"Outlet {number}",
            region=above[number % len(above)],
            outlet_class="ABC"[number % 3],
            timezone="Asia/Shanghai",
        )
        for number in range(size)
    )
    return [one.pk for one in made]


def _entries(places: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    first = UNTIL.replace(day=1)
    chance = np.random.default_rng(1)
    for employee, outlet in places:
        base: dict[str, Any] = {"employee_id": employee, "outlet_id": outlet}
        passed = chance.random(DAYS) < 0.9
        for number, good in enumerate(passed.tolist()):
            on = first + timedelta(days=number)
            yield _entry({**base, "on": on}, "daily", 100 * good, 100)
        good, calls = chance.binomial(40, 0.85), chance.binomial(10, 0.85)
        for component, points, out_of, n in (
            ("knowledge", int(chance.integers(60, 101)) * 100, 10_000, 1),
            ("mystery", int(chance.integers(600, 1001)) * 10, 10_000, 1),
            ("onsite", int(good) * 100, 4000, 40),
            ("callback", int(calls) * 100, 1000, 10),
        ):
            yield _entry({**base, "on": first}, component, points, out_of, n)


def _entry(
    where: dict[str, Any], component: str, points: int, out_of: int, n: int = 1
) -> dict[str, Any]:
    return {
        **where,
        "source": "bench",
        "source_id": f"{where['employee_id']}-{where['on']}",
        "component": component,
        "points": points,
        "out_of": out_of,
        "n": n,
    }


if __name__ == "__main__":
    main()
