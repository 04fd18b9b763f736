"""People with passwords, their codes, a clean slate for every limit, and the world
of the table of sight.
"""

import time

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import cache
from django.urls import reverse

from tests.sight.conftest import world
from tests.staffing.accounts.directory_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    Directory,
)
from tests.staffing.people.factories import UserFactory

__all__ = ["world"]
PASSWORD = "eight-stars-up"
SIGN_IN = reverse("accounts:sign_in")


@pytest.fixture(autouse=True)
def no_limits_left_over(settings):
    """Count in this process, where all other tests count nowhere."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    cache.clear()
    yield
    cache.clear()


def with_password(user, password=PASSWORD):
    user.set_password(password)
    user.save()
    return user


@pytest.fixture
def li(db):
    return with_password(UserFactory(username="li", email="li@starhall.example"))


@pytest.fixture
def directory(db, settings):
    directory = Directory()
    directory.claims = {"sub": "s-1", "preferred_username": "li"}
    settings.OIDC_ISSUER = directory.issuer
    settings.SOCIALACCOUNT_PROVIDERS = {
        "directory": {
            "OAUTH_PKCE_ENABLED": True,
            "APP": {
                "provider_id": "directory",
                "name": "Acme Connect",
                "client_id": CLIENT_ID,
                "secret": CLIENT_SECRET,
                "settings": {
                    "server_url": directory.issuer,
                    "username_claim": "preferred_username",
                },
            },
        }
    }
    yield directory
    directory.close()


def sign_in(client, username="li", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password}, **more)


def code_of(secret, *, steps=0):
    """Return the code that an app shows now, or `steps` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def give_app(user):
    """Set up an authenticator app; return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def give_codes(user):
    return RecoveryCodes.activate(user).get_unused_codes()
