"""Setting up counters: which tablet asks where, and who is there."""

from datetime import datetime

from django.db import IntegrityError, transaction

from evaluations.feedback.models import Counter, CounterStint
from evaluations.feedback.services.refusals import (
    CounterEnded,
    CounterTaken,
    NotForHerself,
    NotHereToday,
    TabletElsewhere,
)
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.accounts.models import Device
from staffing.people.models import Employee, User
from staffing.people.selectors import AssignmentBook


def add_counter(*, outlet: Outlet, name: str, by: User) -> Counter:
    """Add a counter of an outlet, by the name it has at the ticket desk.

    Raises:
        CounterTaken: one in use there is called so.
    """
    try:
        with transaction.atomic():
            return Counter.objects.create(outlet=outlet, name=name, added_by=by)
    except IntegrityError as error:
        raise CounterTaken from error


@transaction.atomic
def bind_tablet(
    *, counter: Counter, device: Device | None, by: User, now: datetime
) -> Counter:
    """Have a tablet of the outlet ask at a counter; None: no tablet does any more.

    Raises:
        CounterEnded: the counter is not in use.
        TabletElsewhere: the tablet asks at another one.
    """
    row = _locked(counter, by)
    if device is not None:
        other = Counter.objects.filter(device=device, ended_at=None).exclude(pk=row.pk)
        if (there := other.first()) is not None:
            raise TabletElsewhere(name=there.name)
    if row.device_id != (device and device.pk):
        row.device, row.bound_at = device, now if device else None
        row.save(update_fields=["device", "bound_at"])
    return row


@transaction.atomic
def seat(
    *, counter: Counter, employee: Employee | None, by: User, now: datetime
) -> CounterStint | None:
    """Say who is at a counter from now on; None: nobody is.

    Raises:
        CounterEnded: the counter is not in use.
        NotForHerself: it is whoever says so.
        NotHereToday: she is not assigned to the outlet today.
    """
    row = _locked(counter, by)
    if employee is not None:
        if employee.pk == by.sight.employee_id:
            raise NotForHerself
        outlet = row.outlet
        day = trading_day(now, outlet.zone, outlet.day_starts_at)
        if AssignmentBook([employee.pk]).outlet_id(employee.pk, day) != outlet.pk:
            raise NotHereToday(name=employee.name)
    sitting = row.stints.filter(ends_at=None).first()
    if sitting is not None and sitting.employee_id == (employee and employee.pk):
        return sitting
    row.stints.filter(ends_at=None).update(ends_at=now)
    if employee is None:
        return None
    return row.stints.create(employee=employee, begins_at=now, said_by=by)


@transaction.atomic
def end_counter(*, counter: Counter, by: User, now: datetime) -> Counter:
    """Take a counter out of use for good; the marks given there stay."""
    row = _locked(counter, by)
    row.stints.filter(ends_at=None).update(ends_at=now)
    row.device, row.bound_at, row.ended_at = None, None, now
    row.save(update_fields=["device", "bound_at", "ended_at"])
    return row


def _locked(counter: Counter, by: User) -> Counter:
    rows = Counter.objects.led_by(by).select_for_update(of=("self",))
    row = rows.select_related("outlet").get(pk=counter.pk)
    if row.ended_at is not None:
        raise CounterEnded
    return row
