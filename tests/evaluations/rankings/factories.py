"""Runs, and months of somebody's work in the ledger."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from evaluations.rankings.models import Run, RunState
from evaluations.rankings.selectors.exceptions import unseen_lists
from evaluations.rankings.services.computing import compute_run
from evaluations.rankings.services.runs import create_run, see_list
from staffing.people.models import Employee
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import AssignmentFactory, EmployeeFactory

SOURCE = "tests"
_numbers = itertools.count(1)


def line(employee: Employee, component: str, on: date, **fields) -> Line:
    """Return a line about somebody at the outlet where she began."""
    given = {
        "source_id": f"{component}-{next(_numbers)}",
        "outlet_id": employee.assignments.values_list("outlet", flat=True).first(),
    }
    return Line(component=component, on=on, employee_id=employee.pk, **given | fields)


def post(*lines: Line, **fields) -> None:
    put(source=SOURCE, lines=lines, **fields)


def post_bar(employee, code="red_line", on=date(2026, 10, 5), scope="") -> Line:
    bar = line(employee, code, on, kind=EntryKind.BAR, scope=scope)
    post(bar)
    return bar


def post_month(
    employee: Employee,
    month: str = "2026-10",
    *,
    days: int = 20,
    compliant: int | None = None,
    knowledge: float | None = 90,
    mystery: float | None = None,
    onsite: tuple[int, int] | None = None,
    callback: tuple[int, int] | None = None,
) -> list[Line]:
    """Post a month: compliant of checked days, means, and satisfied of all ratings."""
    first = Period.parse(month).first
    lines = list(_days(employee, first, days, days if compliant is None else compliant))
    for component, value in (("knowledge", knowledge), ("mystery", mystery)):
        if value is not None:
            points = round(value * 100)
            lines.append(line(employee, component, first, points=points, out_of=10_000))
    for component, share in (("onsite", onsite), ("callback", callback)):
        if share is not None:
            good, n = share
            fields = {"points": 100 * good, "out_of": 100 * n, "n": n}
            lines.append(line(employee, component, first, **fields))
    post(*lines)
    return lines


def _days(employee: Employee, first: date, days: int, compliant: int) -> Iterator[Line]:
    for number in range(days):
        points = 10_000 if number < compliant else 0
        on = first + timedelta(days=number)
        yield line(employee, "daily", on, points=points, out_of=10_000)


def worker(outlet=None, **employee) -> Employee:
    """Return somebody who has worked at `outlet` (or a new one) for years."""
    person = EmployeeFactory(**employee)
    AssignmentFactory(employee=person, **({} if outlet is None else {"outlet": outlet}))
    return person


def outlet_in_county(**fields):
    """Return an outlet of class A with a province, a city and a county above it."""
    province = RegionFactory(level="province")
    city = RegionFactory(level="city", parent=province)
    county = RegionFactory(level="county", parent=city)
    return OutletFactory(region=county, outlet_class="A", **fields)


def ranked(period="2026-10", scheme="service_star") -> Run:
    """Return a computed draft of everybody."""
    run = create_run(period=Period.parse(period), scheme=scheme, by=None)
    return compute_run(run_id=run.pk)


def published(run: Run, at: datetime | None = None) -> Run:
    """Return the run as if it had been reviewed and published, now or then."""
    at = at or timezone.now()
    Run.objects.filter(pk=run.pk).update(
        state=RunState.PUBLISHED, reviewed_at=at, published_at=at
    )
    run.refresh_from_db()
    return run


def see_lists(run: Run, by) -> None:
    """Tick every list of exceptions that has rows."""
    for code in unseen_lists(run):
        see_list(run_id=run.pk, code=code, note="", by=by)
