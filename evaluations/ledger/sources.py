"""Sources: the rooms that post entries, and the way back to their records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """One origin of entries.

    `settle(until)` posts what is pending up to and including that trading day and
    returns the number of entries written. `link(source_id)` is the address of the
    page that shows the record behind an entry.
    """

    name: str
    label: Any
    settle: Callable[[date], int]
    link: Callable[[str], str]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known; rooms call this when their app is ready."""
    _sources[source.name] = source


def registered() -> Mapping[str, Source]:
    return _sources
