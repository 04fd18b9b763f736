import pytest

from tests.evaluations.standards.factories import ship_standards


@pytest.fixture(autouse=True)
def _shipped(request):
    """The shipped standards are there, even after a test that flushed the database."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        ship_standards()
