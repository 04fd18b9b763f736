"""Reads of checks that the pages of this room and of others show."""

from evaluations.checks.selectors.progress import (
    Progress,
    card_progress,
    outlets_without_checks,
)
from evaluations.checks.selectors.shift import on_shift, people_on_shift

__all__ = [
    "Progress",
    "card_progress",
    "on_shift",
    "outlets_without_checks",
    "people_on_shift",
]
