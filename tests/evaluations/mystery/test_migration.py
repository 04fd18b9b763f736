"""Visits that named their agency in free text find it again as a row."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from evaluations.mystery.models import Visit
from staffing.people.models import Agency
from staffing.people.rules import agency_key
from tests.evaluations.mystery.factories import VisitFactory

BEFORE = [("mystery", "0002_visit_agency")]


@pytest.fixture
def back():
    """Migrate back; forwards again, whatever happens."""
    yield lambda: MigrationExecutor(connection).migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


# Back and forth through the schema takes half a minute on either database.
@pytest.mark.on_postgresql
@pytest.mark.django_db(transaction=True)
def test_every_spelling_of_an_agency_becomes_the_same_row_with_its_key(back):
    texts = ["Clear Eyes", " clear  EYES", "明察", ""]
    numbers = [VisitFactory(visit_no=f"V{n}").visit_no for n, _ in enumerate(texts)]
    back()
    apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    old = apps.get_model("mystery", "Visit").objects
    for number, text in zip(numbers, texts, strict=True):
        old.filter(visit_no=number).update(agency_text=text)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    found = Visit.objects.order_by("visit_no").values_list("agency__key", flat=True)
    clear, sharp = agency_key("Clear Eyes"), agency_key("明察")
    assert list(found) == [clear, clear, sharp, None]
    assert {one.key: one.code for one in Agency.objects.all()} == {
        clear: f"AG-{clear[-8:].upper()}",
        sharp: f"AG-{sharp[-8:].upper()}",
    }
