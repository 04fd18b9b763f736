"""Who is on shift first, as the tablets of an outlet list people."""

from datetime import time

import pytest
from django.utils import timezone

from staffing.accounts.selectors.devices import people_in_order
from staffing.rosters.models import RosterDay, ShiftKind
from staffing.rosters.selectors.on_shift import roster_order
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import DeviceFactory, person_with_pin

pytestmark = pytest.mark.django_db


def _rostered(employee, outlet, shift=None, on=None):
    return RosterDay.objects.create(
        employee=employee,
        outlet=outlet if shift else None,
        shift=shift,
        absence="" if shift else "off",
        on=on or timezone.localdate(),
    )


def test_the_early_shift_stands_first_and_who_is_off_last():
    outlet = OutletFactory()
    early, late = (
        ShiftKind.objects.create(
            code=code,
            name_en=code,
            name_zh=code,
            starts_at=time(hour),
            ends_at=time(20),
        )
        for code, hour in (("A", 6), ("Z", 13))
    )
    people = {
        name: person_with_pin(outlet, name=name).employee
        for name in ("Ann", "Bao", "Cai", "Dan")
    }
    _rostered(people["Ann"], outlet)  # off
    _rostered(people["Bao"], outlet, late)
    _rostered(people["Cai"], OutletFactory(), early)  # elsewhere
    _rostered(people["Dan"], outlet, early)
    today = timezone.localdate()
    assert roster_order(outlet.pk, today) == [people["Dan"].pk, people["Bao"].pk]
    listed = people_in_order(DeviceFactory(outlet=outlet))
    assert [one.name for one in listed] == ["Dan", "Bao", "Ann", "Cai"]
