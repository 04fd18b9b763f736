"""What every test may rely on."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """Begin in English: a request leaves its language behind in the thread."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def content_types(request):
    """Forget the ids of content types around a test that flushes the database.

    A history line names its kind by that id, and Django remembers it for the process.
    """
    marker = request.node.get_closest_marker("django_db")
    flushes = "transactional_db" in request.fixturenames or (
        marker is not None and marker.kwargs.get("transaction")
    )
    if flushes:
        ContentType.objects.clear_cache()
    yield
    if flushes:
        ContentType.objects.clear_cache()
