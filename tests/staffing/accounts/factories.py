from datetime import UTC, datetime

import factory
from django.contrib.auth.hashers import make_password
from django.test import Client
from factory.django import DjangoModelFactory

from staffing.accounts.models import Device, Pin
from staffing.accounts.services.credentials import issue
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import UserFactory, staff_user

PIN = "840193"
SET_AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


class DeviceFactory(DjangoModelFactory[Device]):
    class Meta:
        model = Device

    outlet = factory.SubFactory(OutletFactory)
    name = factory.Sequence(lambda n: f"Counter {n}")
    added_by = factory.SubFactory(UserFactory)


class PinFactory(DjangoModelFactory[Pin]):
    class Meta:
        model = Pin

    user = factory.SubFactory(UserFactory)
    pin_hash = factory.LazyFunction(lambda: make_password(PIN))
    set_at = SET_AT


def tablet_of(outlet, *, now=None) -> tuple[Device, Client]:
    """Return an enrolled device and the browser that holds its credential."""
    from django.utils import timezone

    device = DeviceFactory(outlet=outlet)
    device.enrolled_at = now or timezone.now()
    device.enrolled_by = device.added_by
    device.save()
    browser = Client()
    browser.cookies["device"] = issue(device, device.enrolled_at)
    return device, browser


def person_with_pin(outlet, post="clerk", **employee):
    """Return a user assigned at `outlet` who has the PIN."""
    user = staff_user(post, outlet, **employee)
    PinFactory(user=user)
    return user


def type_pin(browser, user, pin=PIN, **more):
    address = f"/accounts/devices/people/{user.employee.uuid}/"
    return browser.post(address, {"pin": pin}, **more)
