"""Reads that other rooms share: employees by number, who worked where on a day."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import NEARBY, Assignment, Employee, RoleGrant, User


def employee_directory(numbers: Collection[str]) -> dict[str, Employee]:
    """Return the employees of these numbers by number; unknown numbers are absent."""
    found = Employee.objects.filter(number__in=numbers)
    return {employee.number: employee for employee in found}


def known_employee_numbers(numbers: Collection[str]) -> set[str]:
    """Return those of the numbers that belong to somebody."""
    found = Employee.objects.filter(number__in=numbers)
    return set(found.values_list("number", flat=True))


def number_of_viewer(viewer: Viewer) -> str:
    """Return the number on the viewer's badge; "" for who is not on the staff."""
    employee = viewer.employee if isinstance(viewer, User) else None
    return "" if employee is None else employee.number


def headcounts(day: date, outlets: QuerySet[Outlet] | None = None) -> dict[int, int]:
    """Return how many people are assigned to each outlet on a day, by its id.

    Every post counts, the store manager's too; who has left does not. `outlets` None:
    everywhere. Outlets without anybody are absent.
    """
    assigned = Assignment.objects.on(day).filter(
        Q(employee__left_on=None) | Q(employee__left_on__gte=day)
    )
    if outlets is not None:
        assigned = assigned.filter(outlet__in=outlets)
    counted = assigned.order_by().values_list("outlet")
    return dict(counted.annotate(Count("employee", distinct=True)))


def numbers_to_record(numbers: Collection[str], sender: Viewer | None) -> set[str]:
    """Return those of the numbers about whom `sender` may record.

    A sender kept to some places may name who is or was assigned there, so that one
    outlet's machine cannot judge another outlet's people. None is a file that an
    operator loads: it may name everybody.
    """
    if sender is None or sender.sight.reach(Power.RECORD).everywhere:
        return set(numbers)
    theirs = Assignment.objects.filter(sender.sight.outlets(Power.RECORD, "outlet__"))
    found = Employee.objects.filter(
        number__in=numbers, pk__in=theirs.values("employee")
    )
    return set(found.values_list("number", flat=True))


def colleagues(viewer: User, today: date) -> QuerySet[Employee]:
    """Return the people assigned today where `viewer` records, but not herself."""
    theirs = Assignment.objects.on(today).filter(
        viewer.sight.outlets(Power.RECORD, "outlet__")
    )
    people = Employee.objects.filter(pk__in=theirs.values("employee"))
    if viewer.sight.employee_id is not None:
        people = people.exclude(pk=viewer.sight.employee_id)
    return people.order_by("name", "number")


def with_current_places(
    people: QuerySet[Employee], viewer: Viewer, day: date
) -> QuerySet[Employee]:
    """Fetch along where each works on `day`, as far as `viewer` sees: `.current`."""
    stints = Assignment.objects.visible_to(viewer).on(day).select_related("outlet")
    return people.prefetch_related(
        Prefetch("assignments", stints.order_by("starts_on"), to_attr="current")
    )


def with_running_grants(users: QuerySet[User], now: datetime) -> QuerySet[User]:
    """Order users by what they sign in with and fetch along `.running`: their grants.

    Those of around today: a page asks each whether it `holds_at` this moment.
    """
    today = timezone.localdate(now)
    grants = RoleGrant.objects.overlapping(today - NEARBY, today + NEARBY)
    return (
        users.select_related("employee")
        .prefetch_related(
            Prefetch("grants", grants.with_scopes(), to_attr="running"),
        )
        .order_by("username")
    )


class AssignmentBook:
    """Who worked where on a day, for a set of employees, read with one query."""

    def __init__(self, employee_ids: Collection[int]) -> None:
        self._stints: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
        rows = Assignment.objects.filter(employee__in=employee_ids).order_by(
            "starts_on", "id"
        )
        for employee_id, starts_on, ends_on, outlet_id in rows.values_list(
            "employee", "starts_on", "ends_on", "outlet"
        ):
            self._stints[employee_id].append((starts_on, ends_on, outlet_id))

    def outlet_id(self, employee_id: int, on: date) -> int | None:
        """Return the outlet of that day; the later stint wins; None: nowhere."""
        for starts_on, ends_on, outlet_id in reversed(self._stints[employee_id]):
            if starts_on <= on and (ends_on is None or on <= ends_on):
                return outlet_id
        return None
