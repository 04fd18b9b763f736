"""First passwords that were made before they expired get their days from then on."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from evaluations.feed import triggers
from staffing.people.models import User
from tests.staffing.people.factories import UserFactory

BEFORE = [("people", "0006_personal")]


@pytest.fixture
def back():
    """Migrate back; forwards again, whatever happens."""
    triggers.remove(connection)  # as the command does before it migrates
    yield lambda: MigrationExecutor(connection).migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    triggers.install(connection)


@pytest.mark.django_db(transaction=True)
def test_first_passwords_that_wait_begin_to_count_now(back):
    own, waiting = UserFactory(), UserFactory()
    back()
    apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    old = apps.get_model("people", "User").objects
    old.filter(pk=waiting.pk).update(must_change_password=True)
    before = timezone.now()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    own, waiting = (User.objects.get(pk=one.pk) for one in (own, waiting))
    assert own.first_password_at is None
    assert before <= waiting.first_password_at <= timezone.now()
    assert waiting.first_password_ends_at == (
        waiting.first_password_at + timedelta(days=7)
    )
