"""Planning ahead who owns an area of the outlet in which shift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Area, Outlet
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.rosters.models import AreaOwner, ShiftKind
from staffing.rosters.selectors.month import Month, read_month


class NotOnShift(DomainError):
    code = "owner_not_on_shift"
    message = _(
        "%(name)s does not work that shift on that day. Choose somebody who does."
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """Who owns an area during a shift: an employee's id; None: the manager on duty."""

    shift: ShiftKind
    area: Area
    employee_id: int | None


@transaction.atomic
def plan_owners(
    choices: Sequence[Choice],
    *,
    outlet: Outlet,
    on: date,
    by: User,
    following: bool = False,
) -> int:
    """Plan owners of areas for shifts that have not begun; return how many were said.

    `following`: on the later days of the month too, wherever the person works the same
    shift. What is planned already is not written again; a shift that has begun is left
    as it is, for then it is said on the card.

    Raises:
        PermissionDenied: `by` does not plan the rosters of this outlet.
        NotOnShift: somebody does not work the shift on `on`.
    """
    reach = by.sight.reach(Power.PLAN_ROSTERS)
    if not reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path):
        raise PermissionDenied
    list(Outlet.objects.select_for_update(no_key=True).filter(pk=outlet.pk))
    month = read_month(outlet, on.replace(day=1))
    names = {person.pk: person.name for person in month.people}
    for choice in choices:
        if choice.employee_id is not None and not _works(month, choice, on):
            raise NotOnShift(name=names.get(choice.employee_id, choice.employee_id))
    days = [day for day in month.days if day == on or (following and day > on)]
    rows = _rows(choices, month, days, by)
    AreaOwner.objects.bulk_create(rows)
    return len(rows)


def _rows(
    choices: Sequence[Choice], month: Month, days: list[date], by: User
) -> list[AreaOwner]:
    now = timezone.now()
    said = {
        (row.on, row.shift_id, row.area): row.employee_id
        for row in AreaOwner.objects.filter(
            outlet=month.outlet, on__in=days, shift__isnull=False
        ).order_by("id")
    }
    return [
        AreaOwner(
            outlet=month.outlet,
            on=day,
            area=choice.area,
            employee_id=choice.employee_id,
            shift=choice.shift,
            by=by,
            at=begins,
        )
        for day in days
        for choice in choices
        if (begins := choice.shift.span(day, month.outlet.zone).start) > now
        and (choice.employee_id is None or _works(month, choice, day))
        and said.get((day, choice.shift.pk, choice.area)) != choice.employee_id
    ]


def _works(month: Month, choice: Choice, on: date) -> bool:
    cell = month.cell(choice.employee_id or 0, on)
    return cell.shift is not None and cell.shift.pk == choice.shift.pk
