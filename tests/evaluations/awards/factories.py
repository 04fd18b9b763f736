"""A county whose people have a published month, made through the real services."""

from datetime import date

from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from evaluations.rankings.models import Run
from evaluations.rankings.services.computing import compute_run
from evaluations.rankings.services.runs import create_run, publish_run, review_run
from tests.evaluations.rankings.factories import see_lists
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
)

OCTOBER = Period.parse("2026-10")


def county_with_scores(knowledge, *, county=None, code="NS"):
    """Make an outlet and one person per figure (points of 100, best first or not).

    Everybody has 15 compliant days and all satisfied ratings, so that knowledge alone
    decides the order.
    """
    county = county or RegionFactory(code=code)
    outlet = OutletFactory(code=f"{code}-1", region=county)
    people = []
    for number, points in enumerate(knowledge):
        person = EmployeeFactory(number=f"{code}-{number}", name=f"{code} {number}")
        AssignmentFactory(employee=person, outlet=outlet)
        people.append(person)
        put(source="test", lines=_lines(person, outlet, points))
    return outlet, people


def _lines(person, outlet, points):
    def line(key, component, day, got, out_of, n=1):
        return Line(
            source_id=f"{person.number}:{key}",
            component=component,
            on=date(2026, 10, day),
            employee_id=person.pk,
            outlet_id=outlet.pk,
            points=got,
            out_of=out_of,
            n=n,
        )

    for day in range(1, 16):
        yield line(f"d{day}", "daily", day, 10000, 10000)
    yield line("k", "knowledge", 5, points * 100, 10000)
    yield line("o", "onsite", 6, 1000, 1000, n=10)


def computed_run(scheme="service_star", period=OCTOBER) -> Run:
    run = create_run(period=period, scheme=scheme, by=None)
    compute_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def reviewed_run(by=None) -> Run:
    run, by = computed_run(), by or granted_user("operations")
    see_lists(run, by)
    return review_run(run_id=run.pk, by=by)


def published_run(by=None) -> Run:
    by = by or granted_user("operations")
    return publish_run(run_id=reviewed_run().pk, by=by)
