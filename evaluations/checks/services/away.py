"""Saying that somebody is not here today, and taking it back."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evaluations.checks.models import Away
from evaluations.checks.models.away import AwayReason
from evaluations.checks.selectors import on_shift
from evaluations.checks.services.cards import holds, lock, today_at
from evaluations.checks.services.refusals import DayIsOver, NotOnShift, OwnCheck
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import Employee, User


@transaction.atomic
def mark_away(
    *, outlet: Outlet, employee: Employee, reason: AwayReason, by: User
) -> Away:
    """Take somebody off today's card; saying it again changes nothing.

    Raises:
        PermissionDenied: `by` records nothing at this outlet.
        DomainError: it is herself, or she is not expected here today.
    """
    if not holds(by, Power.RECORD, outlet):
        raise PermissionDenied
    if employee.pk == by.employee_id:
        raise OwnCheck
    lock(outlet, employee)
    on = today_at(outlet)
    said = Away.objects.standing().filter(outlet=outlet, employee=employee, on=on)
    if (known := said.first()) is not None:
        return known
    if not on_shift(outlet, on).filter(pk=employee.pk).exists():
        raise NotOnShift(name=employee.name)
    return Away.objects.create(
        outlet=outlet, employee=employee, on=on, reason=reason, by=by
    )


@transaction.atomic
def withdraw_away(*, uuid: UUID, by: User) -> Away:
    """Put her back on today's card; doing it again changes nothing.

    Raises:
        Away.DoesNotExist: there is none that `by` may see.
        PermissionDenied: `by` records nothing at this outlet.
        DayIsOver: only today's card is corrected this way.
    """
    visible = Away.objects.visible_to(by).select_related("outlet__region", "employee")
    away = visible.get(uuid=uuid)
    if not holds(by, Power.RECORD, away.outlet):
        raise PermissionDenied
    lock(away.outlet, away.employee)
    away.refresh_from_db(fields=["withdrawn_at"])
    if away.withdrawn_at is not None:
        return away
    if away.on != today_at(away.outlet):
        raise DayIsOver
    away.withdrawn_at, away.withdrawn_by = timezone.now(), by
    away.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return away
