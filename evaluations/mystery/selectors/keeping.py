"""What is made of the whole chain, kept for a while: it reads millions of rows."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache

from evaluations.mystery.selectors.results import Asked

KEPT_S = 900
Kept = TypeVar("Kept")


def kept(name: str, asked: Asked, make: Callable[[], Kept]) -> Kept:
    """Return what was made for these days within `KEPT_S` seconds, or make it."""
    least = settings.MYSTERY_KINDER_VISITS
    key = f"mystery:{name}:{asked.first}:{asked.last}:{least}"
    found: Kept | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT_S)
    return found
