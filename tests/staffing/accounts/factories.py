"""Services with tokens, enrolled devices and people with a PIN."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import factory
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from factory.django import DjangoModelFactory
from oauth2_provider.models import AccessToken

from staffing.accounts.models import Device, Pin, ServiceAccount
from staffing.accounts.services.credentials import issue
from staffing.accounts.services.service_tokens import create_service
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import UserFactory, staff_user

PIN = "840193"
SET_AT = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
ALL_SCOPES = (
    "registry:read",
    "rankings:read",
    "awards:read",
    "awards:nominate",
    "flow:read",
    "flow:write",
    "feedback:write",
    "checks:write",
)


def make_service(name="HR system", scopes=ALL_SCOPES, **given):
    """Return a service and the value of its secret."""
    values = {
        "purpose": "Reads results",
        "owner": "hr-it@example.com",
        "expires_on": timezone.localdate() + timedelta(days=365),
        "by": None,
    }
    return create_service(name=name, scopes=scopes, **{**values, **given})


def token_of(service: ServiceAccount, *scopes: str, lives=timedelta(hours=1)) -> str:
    """Return a token of these scopes, as the token endpoint stores it."""
    value = f"token-{uuid4()}"
    token = AccessToken(
        application=service.application,
        scope=" ".join(scopes or service.scopes),
        expires=timezone.now() + lives,
        token="",
    )
    token._raw_token = value
    token.save()
    return value


def bearer(service: ServiceAccount, *scopes: str) -> dict[str, str]:
    """Return the header of a call with a token of these scopes."""
    return {"Authorization": f"Bearer {token_of(service, *scopes)}"}


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
