"""Who may sign in at a tablet today, in the order of the roster."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from outlets.places.rules import trading_day
from staffing.accounts import on_shift
from staffing.accounts.models import Device
from staffing.people.models import Assignment, Employee


def day_at(device: Device, now: datetime | None = None) -> date:
    """Return the trading day at the device's outlet."""
    outlet = device.outlet
    return trading_day(now or timezone.now(), outlet.zone, outlet.day_starts_at)


def people_here(device: Device) -> QuerySet[Employee]:
    """Return the employees assigned there today who have a PIN that opens."""
    here = Assignment.objects.on(day_at(device)).filter(outlet=device.outlet_id)
    return (
        Employee.objects.filter(pk__in=here.values("employee"), user__is_active=True)
        .exclude(user__pin=None)
        .exclude(user__pin__pin_hash="")
        .select_related("user__pin")
    )


def people_in_order(device: Device) -> list[Employee]:
    """Return them with those on shift today first, by its beginning, then by name."""
    places = on_shift.places_in_roster(device.outlet_id, day_at(device))
    last = len(places)
    return sorted(
        people_here(device),
        key=lambda one: (places.get(one.pk, last), one.name, one.number),
    )
