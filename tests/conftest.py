"""What every test may rely on."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """Begin in English: a request leaves its language behind in the thread."""
    translation.activate("en")
