"""Who is where in the line of an outlet: values in, values out.

A ticket's standing is told from its events, as the desk sees it: a customer who was
handed on waits again, while the figures count her first wait only (`flow.events`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import ceil

from outlets.flow.events import Event, Happening
from outlets.flow.rules import PRIORITIES

SECONDS_PER_MINUTE = 60


class State(StrEnum):
    """Where a customer is; the last three are over."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    LEFT = "left"


OVER = frozenset({State.FINISHED, State.NO_SHOW, State.LEFT})
AT_A_COUNTER = frozenset({State.CALLED, State.SERVING})

# Who may be called once more: nobody came yet, or she did not show and is there now.
CALLED_AGAIN = frozenset({State.CALLED, State.NO_SHOW})
# What else the desk may do to a ticket, and in which states. Calling goes by the line.
DEEDS: Mapping[Happening, frozenset[State]] = {
    Happening.START: frozenset({State.CALLED}),
    Happening.FINISH: AT_A_COUNTER,
    Happening.NO_SHOW: frozenset({State.CALLED}),
    Happening.ABANDON: frozenset({State.WAITING}),
    Happening.TRANSFER: AT_A_COUNTER | {State.WAITING},
}
LEADS_TO: Mapping[Happening, State] = {
    Happening.CALL: State.CALLED,
    Happening.START: State.SERVING,
    Happening.TRANSFER: State.WAITING,
    Happening.NO_SHOW: State.NO_SHOW,
    Happening.FINISH: State.FINISHED,
    Happening.ABANDON: State.LEFT,
}


_TO_A_COUNTER = frozenset({Happening.CALL, Happening.START})


@dataclass(frozen=True, slots=True)
class Standing:
    """One ticket at this moment.

    `key` is that of its arrival, `service` what she waits for or gets now. `since` is
    when the last thing happened. `called_at` None: she waits, and `counter` and
    `employee_number` are empty. Empty text: unknown.
    """

    number: str
    key: str
    state: State
    service: str
    priority: bool
    arrived_at: datetime
    since: datetime
    called_at: datetime | None = None
    counter: str = ""
    employee_number: str = ""


def standing_of(number: str, events: Sequence[Event]) -> Standing | None:
    """Return how a ticket stands; None: nothing says when it was taken.

    `events` are sorted by when they happened, those of one moment as they came. What
    is dated before the arrival, and what follows an end, is left out of account; who
    did not show may be called again or served after all.
    """
    arrival = next((e for e in events if e.what is Happening.ARRIVE), None)
    if arrival is None:
        return None
    standing = Standing(
        number=number,
        key=arrival.key,
        state=State.WAITING,
        service=arrival.service,
        priority=arrival.priority in PRIORITIES,
        arrived_at=arrival.at,
        since=arrival.at,
    )
    for event in events:
        if event.what is not Happening.ARRIVE and event.at >= arrival.at:
            standing = _after(standing, event)
    return standing


def _after(standing: Standing, event: Event) -> Standing:
    came_after_all = standing.state is State.NO_SHOW and event.what in _TO_A_COUNTER
    if standing.state in OVER and not came_after_all:
        return standing
    goes_back = event.what is Happening.TRANSFER
    called = event.what is Happening.CALL
    return replace(
        standing,
        state=LEADS_TO[event.what],
        since=event.at,
        service=event.service or standing.service,
        priority=event.priority in PRIORITIES if event.priority else standing.priority,
        called_at=None if goes_back else event.at if called else standing.called_at,
        counter="" if goes_back else event.counter or standing.counter,
        employee_number=(
            "" if goes_back else event.employee_number or standing.employee_number
        ),
    )


def in_fair_order(standings: Iterable[Standing]) -> list[Standing]:
    """Return those who wait in the order in which they are called.

    Priority customers come first, since they are to be finished within six minutes of
    their arrival; among them, and among the others, who came first. Who was handed on
    keeps the place of her arrival.
    """
    waiting = [s for s in standings if s.state is State.WAITING]
    return sorted(waiting, key=lambda s: (not s.priority, s.arrived_at, s.number))


def expected_wait_s(
    before: int, *, serving: int, busy: int, service_s: float | None
) -> float | None:
    """Return how long somebody will wait before whom `before` others are called.

    `serving` is how many serve, `busy` how many of them have a customer now, and
    `service_s` is the mean length of a service. With all of them busy the line moves
    on by one every `service_s` / `serving`. None: nobody serves, or nobody knows how
    long a service takes.
    """
    serving = max(serving, busy)
    if service_s is None or serving == 0:
        return None
    ahead = before - (serving - busy) + 1
    return max(ahead, 0) * service_s / serving


def in_minutes(seconds: float | None) -> int | None:
    """Round a wait up to whole minutes, as a customer is told it."""
    return None if seconds is None else ceil(seconds / SECONDS_PER_MINUTE)


def next_number(taken: Iterable[str], prefix: str) -> str:
    """Return the number that follows those given out with a prefix: D001, D002, …

    Numbers of other machines, which look otherwise, are passed over.
    """
    numbers = (text.removeprefix(prefix) for text in taken if text.startswith(prefix))
    given = [int(n) for n in numbers if n.isascii() and n.isdigit() and len(n) < 9]
    return f"{prefix}{max(given, default=0) + 1:03}"
