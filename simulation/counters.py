"""A queue lived through event by event: what the formulas of need are checked with."""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """One customer, in seconds: `needs` is the service, `patience` the longest wait."""

    at: float
    needs: float
    patience: float


@dataclass(frozen=True, slots=True)
class Served:
    """How long a customer waited, in seconds, and whether for nothing."""

    wait: float
    gave_up: bool


_END, _CHANGE, _ARRIVAL = range(3)  # what happens first of what happens at once


def live_through(
    arrivals: Sequence[Arrival], people: Sequence[int], slot: float
) -> list[Served]:
    """Serve customers, given in order of arrival, first come first served.

    `people[n]` serve in the n-th slot, each `slot` seconds long; the last figure holds
    for ever, and has to be above 0. Who is serving when fewer are due goes when done.
    """
    found = [Served(0.0, gave_up=True)] * len(arrivals)
    events = [(customer.at, _ARRIVAL, n) for n, customer in enumerate(arrivals)]
    events += [(n * slot, _CHANGE, n) for n in range(len(people))]
    heapq.heapify(events)
    waiting: deque[int] = deque()
    due, serving = 0, 0
    while events:
        now, what, n = heapq.heappop(events)
        if what == _ARRIVAL:
            waiting.append(n)
        elif what == _CHANGE:
            due = people[n]
        else:
            serving -= 1
        while waiting and serving < due:
            n = waiting.popleft()
            customer = arrivals[n]
            wait = now - customer.at
            if wait > customer.patience:
                found[n] = Served(customer.patience, gave_up=True)
                continue
            found[n] = Served(wait, gave_up=False)
            serving += 1
            heapq.heappush(events, (now + customer.needs, _END, n))
    return found
