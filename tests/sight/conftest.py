"""One world for all tests of a module, in a transaction that is rolled back after."""

import pytest
from django.db import transaction
from django.utils import translation

from tests.sight import crawl
from tests.sight.asking import sessions
from tests.sight.world import build


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def cookies(world):
    """The session cookie of every role."""
    return sessions(world)


@pytest.fixture(scope="module")
def seen(world, cookies):
    """What comes of every question, by route, object and role."""
    return crawl.everything(world, cookies)
