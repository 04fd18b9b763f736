"""What becomes of a ticket by its events: values in, values out.

The events of a ticket may come late, twice and in any order. The ticket is always told
from all of them, sorted by when they happened, so the order of coming says nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Happening(StrEnum):
    """What can happen to a ticket, as it would follow at one and the same moment."""

    ARRIVE = "arrive"
    CALL = "call"
    START = "start"
    TRANSFER = "transfer"
    NO_SHOW = "no_show"
    FINISH = "finish"
    ABANDON = "abandon"


_FOLLOWS = {happening: place for place, happening in enumerate(Happening)}
_TO_A_COUNTER = frozenset({Happening.CALL, Happening.START})
_WENT = frozenset({Happening.NO_SHOW, Happening.ABANDON})
_WAS_THERE = frozenset({Happening.START, Happening.TRANSFER, Happening.FINISH})


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `key` tells it from others of the same moment. Empty: unknown.

    `counter` is where a customer was called to, as it is called there.
    """

    at: datetime
    what: Happening
    key: str
    service: str = ""
    priority: str = ""
    employee_number: str = ""
    counter: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What all events of a ticket come to; None: has not happened.

    `called_at` is the first call to a counter; a transfer makes no second wait of it.
    `no_show`: called, and nobody came.
    """

    arrived_at: datetime
    called_at: datetime | None
    finished_at: datetime | None
    abandoned_at: datetime | None
    no_show: bool
    service: str
    priority: str
    employee_number: str


def course_of(events: Iterable[Event]) -> Course | None:
    """Return the course of a ticket; None: nothing says when it was taken.

    What is dated before the arrival, and what follows once the customer has left
    uncalled, is left out of account. Who leaves after a call did not show, unless she
    was served at some time after it. The service is the one that she came for, the
    number that of whoever dealt with her last.
    """
    ordered = sorted(events, key=lambda e: (e.at, _FOLLOWS[e.what], e.key))
    arrived = next((e.at for e in ordered if e.what is Happening.ARRIVE), None)
    if arrived is None:
        return None
    valid = [e for e in ordered if e.at >= arrived]
    called = _first(valid, _TO_A_COUNTER)
    left = _first(valid, frozenset({Happening.ABANDON}))
    abandoned = left if left and (called is None or left < called) else None
    if abandoned is not None:
        called = None
        valid = [e for e in valid if e.at <= abandoned]
    finished, no_show = None, False
    if called is not None:
        after = [e for e in valid if e.at >= called]
        ends = [e.at for e in after if e.what is Happening.FINISH]
        finished = max(ends, default=None)
        was_there = any(e.what in _WAS_THERE for e in after)
        no_show = not was_there and any(e.what in _WENT for e in after)
    return Course(
        arrived_at=arrived,
        called_at=called,
        finished_at=finished,
        abandoned_at=abandoned,
        no_show=no_show,
        service=next((e.service for e in valid if e.service), ""),
        priority=_last(e.priority for e in valid),
        employee_number=_last(e.employee_number for e in valid),
    )


def _first(events: list[Event], kinds: frozenset[Happening]) -> datetime | None:
    return next((e.at for e in events if e.what in kinds), None)


def _last(texts: Iterable[str]) -> str:
    found = ""
    for text in texts:
        found = text or found
    return found
