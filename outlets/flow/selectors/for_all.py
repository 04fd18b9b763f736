"""What many open pages show alike: read once for all who look at it.

What was read last is kept in the shared cache. When it is no longer fresh one of those
who ask reads anew, and the others get what was read last meanwhile.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from django.core.cache import cache

FRESH_S = 10
KEPT_S = 120


class Reading(Protocol):
    @property
    def read_at(self) -> datetime: ...


R = TypeVar("R", bound=Reading)


def read_for_all(key: str, now: datetime, read: Callable[[], R]) -> R:
    """Return what stands under `key`, at most `FRESH_S` old but for who waits."""
    kept: R | None = cache.get(key)
    if kept is not None and (now - kept.read_at).total_seconds() < FRESH_S:
        return kept
    mine = cache.add(f"{key}-reading", 1, timeout=FRESH_S)
    if kept is not None and not mine:
        return kept
    try:
        found = read()
        keep_for_all(key, found)
    finally:
        cache.delete(f"{key}-reading")
    return found


def keep_for_all(key: str, reading: Reading) -> None:
    """Put what has just been read in the place of what stands there."""
    cache.set(key, reading, timeout=KEPT_S)


def forget_for_all(key: str) -> None:
    """Have whoever asks next read anew."""
    cache.delete(key)
