"""First passwords that were made before they expired get their days from then on."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from staffing.people.models import User
from tests.staffing.people.factories import UserFactory

begin_now = import_module(
    "staffing.people.migrations.0007_first_passwords_expire"
).begin_now


@pytest.mark.django_db
def test_first_passwords_that_wait_begin_to_count_now():
    long_ago = timezone.now() - timedelta(days=400)
    own = UserFactory()
    waiting = UserFactory(must_change_password=True, first_password_at=long_ago)
    before = timezone.now()
    begin_now(apps, SimpleNamespace(connection=connection))
    own, waiting = (User.objects.get(pk=one.pk) for one in (own, waiting))
    assert own.first_password_at is None
    assert before <= waiting.first_password_at <= timezone.now()
    assert waiting.first_password_ends_at == (
        waiting.first_password_at + timedelta(days=7)
    )
