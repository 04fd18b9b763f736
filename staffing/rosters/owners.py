"""Who answers for reception, hygiene and safety at an outlet, hour by hour of a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Area, Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, Post, User
from staffing.rosters.models import AreaOwner, RosterDay

# Who is the first responsible person of an outlet while on duty, the first first.
LEADS = (Post.STORE_MANAGER, Post.SUPERVISOR)


class NotHere(DomainError):
    code = "owner_not_here"
    message = _(
        "%(name)s does not work at this outlet today. Choose somebody who does."
    )


@dataclass(frozen=True, slots=True)
class Owned:
    """One area and its owner; None: nobody who leads the outlet is on duty.

    `chosen` is the row that says so, None where it is the manager on duty by default.
    """

    area: Area
    owner: Employee | None
    chosen: AreaOwner | None

    @property
    def label(self) -> str:
        return str(self.area.label)


def area_owners(
    outlet: Outlet, on: date, at: datetime, away: Collection[int] = ()
) -> list[Owned]:
    """Return the owner of every area at a moment of a day, in the order of `Area`.

    Who was chosen last holds until her rostered shift ends; then, and where nobody was
    chosen, she is `away` (employees' ids) or does not work the shift she was planned
    for, it is the manager on duty.
    """
    shifts = _shifts(outlet, on)
    rows = AreaOwner.objects.filter(outlet=outlet, on=on, at__lte=at)
    latest = {
        row.area: row
        for row in rows.select_related("employee", "by__employee").order_by("at", "id")
    }
    manager = _manager_on_duty(outlet, on, at, shifts, away)
    found = []
    for area in Area:
        row = latest.get(area.value)
        holds = (
            row is not None
            and row.employee is not None
            and row.employee_id not in away
            and _works_as_planned(row, shifts.get(row.employee.pk))
            and not _is_over(shifts.get(row.employee.pk), outlet, at)
        )
        owner = row.employee if row is not None and holds else manager
        found.append(Owned(area, owner, row if holds else None))
    return found


@transaction.atomic
def set_owner(
    *, outlet: Outlet, area: Area, employee: Employee | None, by: User
) -> AreaOwner | None:
    """Make somebody the owner of an area from now on today; None: the manager on duty.

    Saying again what holds already writes nothing; None: nothing was ever said.

    Raises:
        PermissionDenied: `by` does not lead this outlet.
        NotHere: `employee` is neither rostered nor assigned there today.
    """
    reach = by.sight.reach(Power.RECORD)
    if not reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path):
        raise PermissionDenied
    now = timezone.now()
    on = trading_day(now, outlet.zone, outlet.day_starts_at)
    if employee is not None and not _works_here(employee, outlet, on):
        raise NotHere(name=employee.name)
    list(Outlet.objects.select_for_update(no_key=True).filter(pk=outlet.pk))
    rows = AreaOwner.objects.filter(outlet=outlet, on=on, area=area, at__lte=now)
    last = rows.order_by("-at", "-id").first()
    if (last.employee if last else None) == employee:
        return last
    return AreaOwner.objects.create(
        outlet=outlet, on=on, area=area, employee=employee, by=by, at=now
    )


def _shifts(outlet: Outlet, on: date) -> dict[int, RosterDay]:
    rows = RosterDay.objects.working(outlet, on).select_related("shift", "employee")
    return {row.employee_id: row for row in rows}


def _hours(row: RosterDay, outlet: Outlet) -> tuple[datetime, datetime]:
    """Return when a rostered shift begins and ends; it may end on the next day."""
    assert row.shift is not None  # noqa: S101 these are the rows of who works
    begins = datetime.combine(row.on, row.shift.starts_at, tzinfo=outlet.zone)
    ends = datetime.combine(row.on, row.shift.ends_at, tzinfo=outlet.zone)
    return begins, ends if ends > begins else ends + timedelta(days=1)


def _works_as_planned(chosen: AreaOwner, day: RosterDay | None) -> bool:
    return chosen.shift_id is None or (
        day is not None and day.shift_id == chosen.shift_id
    )


def _is_over(row: RosterDay | None, outlet: Outlet, at: datetime) -> bool:
    return row is not None and _hours(row, outlet)[1] <= at


def _manager_on_duty(
    outlet: Outlet,
    on: date,
    at: datetime,
    shifts: dict[int, RosterDay],
    away: Collection[int],
) -> Employee | None:
    """Return who leads the outlet at that moment: the store manager, else a supervisor.

    By the roster where there is one, whose shift runs before whose does not; else by
    assignment, without whoever a roster has elsewhere or off.
    """
    if shifts:
        rows = [r for r in shifts.values() if r.employee.post in LEADS]
        rows = [row for row in rows if row.employee_id not in away]

        def turn(row: RosterDay) -> tuple[bool, int, datetime, str]:
            begins, ends = _hours(row, outlet)
            person = row.employee
            return (
                not begins <= at < ends,
                LEADS.index(Post(person.post)),
                begins,
                person.number,
            )

        first = min(rows, key=turn, default=None)
        return first.employee if first is not None else None
    assigned = Assignment.objects.on(on).filter(outlet=outlet)
    people = Employee.objects.filter(pk__in=assigned.values("employee"), post__in=LEADS)
    people = people.exclude(pk__in=RosterDay.objects.filter(on=on).values("employee"))
    there = [person for person in people if person.pk not in away]
    return min(
        there, key=lambda one: (LEADS.index(Post(one.post)), one.number), default=None
    )


def _works_here(employee: Employee, outlet: Outlet, on: date) -> bool:
    return (
        RosterDay.objects.working(outlet, on).filter(employee=employee).exists()
        or Assignment.objects.on(on).filter(outlet=outlet, employee=employee).exists()
    )
