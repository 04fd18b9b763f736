"""Employees and where they are assigned, changed one person at a time."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Assignment, Employee, User
from staffing.people.services.administrators import keep_an_administrator

ONE_DAY = timedelta(days=1)


class NumberTaken(DomainError):
    code = "number_taken"
    message = _("Somebody already wears the number %(number)s.")


class LeftBeforeHired(DomainError):
    code = "left_before_hired"
    message = _("The last day lies before the first.")


class AlreadyAssigned(DomainError):
    code = "already_assigned"
    message = _("She is already assigned to %(outlet)s in this time.")


class LaterAssignment(DomainError):
    code = "later_assignment"
    message = _(
        "An assignment to %(outlet)s begins on %(day)s or later: move on a later day."
    )


class EndsBeforeItStarts(DomainError):
    code = "ends_before_it_starts"
    message = _("The last day lies before the first.")


@transaction.atomic
def add_employee(
    *,
    number: str,
    name: str,
    gender: str,
    post: str,
    contract: str,
    hired_on: date | None,
    outlet: Outlet | None,
    starts_on: date | None,
    by: User,
) -> Employee:
    """Put a person on record, assigned to `outlet` from `starts_on` where given.

    Raises:
        Employee.DoesNotExist: `by` does not manage people.
    """
    if not by.sight.reach(Power.MANAGE_PEOPLE).everywhere:
        raise Employee.DoesNotExist
    if Employee.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    employee = Employee.objects.create(
        number=number,
        name=name,
        gender=gender,
        post=post,
        contract=contract,
        hired_on=hired_on,
    )
    if outlet is not None and starts_on is not None:
        Assignment.objects.create(employee=employee, outlet=outlet, starts_on=starts_on)
    return employee


@transaction.atomic
def change_employee(
    *,
    number: str,
    name: str,
    gender: str,
    post: str,
    contract: str,
    hired_on: date | None,
    left_on: date | None,
    by: User,
) -> Employee:
    """Change what is on record of a person; the number on the badge stays.

    `left_on` is the last day worked: from the next day on she sees nothing any more.

    Raises:
        Employee.DoesNotExist: not for `by` to change.
    """
    employee = _managed(number, by)
    if hired_on and left_on and left_on < hired_on:
        raise LeftBeforeHired
    given: dict[str, Any] = {
        "name": name,
        "gender": gender,
        "post": post,
        "contract": contract,
        "hired_on": hired_on,
        "left_on": left_on,
    }
    for field, value in given.items():
        setattr(employee, field, value)
    employee.save(update_fields=list(given))
    if left_on is not None:
        keep_an_administrator(
            User.objects.filter(employee=employee), from_day=left_on + ONE_DAY
        )
    return employee


@transaction.atomic
def transfer(*, number: str, outlet: Outlet, on: date, by: User) -> Assignment:
    """Move a person to `outlet` from the day `on`; what held ends the day before.

    Repeating a call changes nothing.

    Raises:
        Employee.DoesNotExist: not for `by` to change.
    """
    employee = _managed(number, by)
    stints = employee.assignments.select_related("outlet")
    there = stints.filter(outlet=outlet, starts_on=on, ends_on=None).first()
    running = stints.filter(Q(ends_on=None) | Q(ends_on__gte=on))
    if there is not None and running.count() == 1:
        return there
    later = running.filter(starts_on__gte=on).order_by("starts_on").first()
    if later is not None:
        raise LaterAssignment(outlet=later.outlet, day=later.starts_on)
    if len(running) == 1 and running[0].outlet_id == outlet.pk:
        raise AlreadyAssigned(outlet=outlet)
    running.update(ends_on=on - ONE_DAY)
    return Assignment.objects.create(employee=employee, outlet=outlet, starts_on=on)


@transaction.atomic
def assign(
    *, number: str, outlet: Outlet, starts_on: date, ends_on: date | None, by: User
) -> Assignment:
    """Assign a person to a further outlet, beside those where she is.

    Raises:
        Employee.DoesNotExist: not for `by` to change.
    """
    employee = _managed(number, by)
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeItStarts
    same = employee.assignments.filter(outlet=outlet)
    _refuse_overlap(same, outlet, starts_on, ends_on)
    return Assignment.objects.create(
        employee=employee, outlet=outlet, starts_on=starts_on, ends_on=ends_on
    )


@transaction.atomic
def end_assignment(
    *, number: str, outlet_code: str, starts_on: date, ends_on: date, by: User
) -> Assignment:
    """Set the last day of an assignment.

    Raises:
        Employee.DoesNotExist, Assignment.DoesNotExist: not for `by` to change.
    """
    employee = _managed(number, by)
    assignment = employee.assignments.select_related("outlet").get(
        outlet__code=outlet_code, starts_on=starts_on
    )
    if ends_on < starts_on:
        raise EndsBeforeItStarts
    same = employee.assignments.filter(outlet=assignment.outlet)
    others = same.exclude(pk=assignment.pk)
    _refuse_overlap(others, assignment.outlet, starts_on, ends_on)
    assignment.ends_on = ends_on
    assignment.save(update_fields=["ends_on"])
    return assignment


def _managed(number: str, by: User) -> Employee:
    managed = Employee.objects.managed_by(by).select_for_update(of=("self",))
    return managed.get(number=number)


def _refuse_overlap(
    stints: Any, outlet: Outlet, starts_on: date, ends_on: date | None
) -> None:
    running = stints.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        running = running.filter(starts_on__lte=ends_on)
    if running.exists():
        raise AlreadyAssigned(outlet=outlet)
