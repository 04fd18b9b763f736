"""A region's month published in one action, beside the bare rows it writes.

    DATABASE_URL=postgres://… python -m benchmarks.publishing [--outlets 100]

Each outlet has a drafted month. The floor is one INSERT … SELECT of the same rows from
the drafts, rolled back. The work is the task behind the button: outlet after outlet,
each whole or not at all, with its locks, leave, people who are rostered elsewhere, and
progress.
"""

import argparse
from datetime import date, timedelta

from benchmarks.measuring import Case, measure, show
from benchmarks.scratch import scratch

FIRST = date(2026, 11, 1)
DAYS = 30
COPY = """
    INSERT INTO rosters_rosterday (employee_id, "on", shift_id, absence, outlet_id)
    SELECT planned.employee_id, planned."on", planned.shift_id, planned.absence,
           roster.outlet_id
    FROM rosters_plannedday planned JOIN rosters_roster roster
      ON roster.id = planned.roster_id
"""


class _Undo(Exception):
    """Ends a turn so that the next one finds the drafts again."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outlets", type=int, default=100)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    with scratch():
        from django.db import connection, transaction

        from outlets.places.models import Outlet, Region
        from staffing.people.models import Assignment, Employee, RoleGrant, User
        from staffing.rosters.models import PlannedDay, Publication, Roster, ShiftKind
        from staffing.rosters.services.publishing import run_publication

        region = Region.objects.create(code="R", name="R", level="county")
        outlets = Outlet.objects.bulk_create(
            Outlet(code=f"O{n}", name=f"O{n}", region=region)
            for n in range(given.outlets)
        )
        people = Employee.objects.bulk_create(
            Employee(number=f"P{n}", name=f"P{n}", post="clerk")
            for n in range(given.outlets * given.people)
        )
        Assignment.objects.bulk_create(
            Assignment(
                employee=person,
                outlet=outlets[n // given.people],
                starts_on=FIRST - timedelta(days=100),
            )
            for n, person in enumerate(people)
        )
        rosters = Roster.objects.bulk_create(
            Roster(outlet=outlet, month=FIRST, version=1) for outlet in outlets
        )
        early, night = (
            ShiftKind.objects.get(code="EARLY"),
            ShiftKind.objects.get(code="NIGHT"),
        )
        PlannedDay.objects.bulk_create(
            PlannedDay(
                roster=rosters[n // given.people],
                employee=person,
                on=FIRST + timedelta(days=day),
                shift=(early, night)[(day + n) // 3 % 2] if (day + n) % 7 < 5 else None,
                absence="" if (day + n) % 7 < 5 else "off",
            )
            for n, person in enumerate(people)
            for day in range(DAYS)
        )
        user = User.objects.create(username="regional")
        RoleGrant.objects.create(
            user=user, role="regional_supervisor", region=region, starts_on=FIRST
        )

        def undone(work):
            def turn() -> None:
                try:
                    with transaction.atomic():
                        work()
                        raise _Undo
                except _Undo:
                    pass

            return turn

        def copied() -> None:
            with connection.cursor() as cursor:
                cursor.execute(COPY)

        def published() -> None:
            job = Publication.objects.create(
                region=region, month=FIRST, started_by=user
            )
            run_publication(job.pk)
            job.refresh_from_db()
            if (job.published, job.left) != (given.outlets, []):
                raise RuntimeError(f"{job.published} published, left: {job.left}")

        floor = Case("the rows alone, in one statement", undone(copied))
        work = Case(f"{given.outlets} outlets published", undone(published))
        measure(floor, [work], turns=given.turns)
        rows = given.outlets * given.people * DAYS
        show(f"Publishing {given.outlets} outlets, {rows:,} days", floor, [work])


if __name__ == "__main__":
    main()
