"""One day's queue: who is called when and by whom, and who gives up."""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from simulation.chain.duty import Window

# Between two customers: papers away, next number called.
TURNAROUND_SECONDS = 35
# From the printed ticket to an idle counter.
CALL_SECONDS = 12
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Customer:
    """Times in seconds; `urgent` goes first; gives up after `patience` of waiting."""

    arrived: int
    needs: int
    urgent: bool
    patience: int


@dataclass(slots=True)
class Outcome:
    """`called` None: gave up at `left`. `server` is a person's index or NOBODY."""

    called: int | None = None
    left: int = 0
    server: int = NOBODY


def serve(
    customers: Sequence[Customer], windows: Sequence[Window], pace: Sequence[float]
) -> list[Outcome]:
    """Serve customers, given in order of arrival, first come first served per urgency.

    The server who has been free longest calls the next; `pace[person]` multiplies how
    long a customer takes. Who waits when the last counter closes leaves when out of
    patience.
    """
    outcomes = [Outcome() for _customer in customers]
    urgent: deque[int] = deque()
    normal: deque[int] = deque()
    # (free at, free since, window): an idle server waits for the next arrival.
    free = [(w.begins, w.begins, number) for number, w in enumerate(windows)]
    heapq.heapify(free)
    arriving = 0
    while free:
        now, since, number = heapq.heappop(free)
        window = windows[number]
        if now >= window.ends:
            continue
        while arriving < len(customers) and customers[arriving].arrived <= now:
            (urgent if customers[arriving].urgent else normal).append(arriving)
            arriving += 1
        chosen = _next_waiting(urgent, normal, customers, outcomes, now)
        if chosen is None:
            if arriving == len(customers):
                continue
            heapq.heappush(free, (customers[arriving].arrived, since, number))
            continue
        called = max(now, customers[chosen].arrived + CALL_SECONDS)
        seconds = max(int(customers[chosen].needs * pace[window.person]), 20)
        outcomes[chosen] = Outcome(called, called + seconds, window.person)
        done = called + seconds + TURNAROUND_SECONDS
        heapq.heappush(free, (done, done, number))
    for index in (*urgent, *normal, *range(arriving, len(customers))):
        outcomes[index].left = customers[index].arrived + customers[index].patience
    return outcomes


def _next_waiting(
    urgent: deque[int],
    normal: deque[int],
    customers: Sequence[Customer],
    outcomes: list[Outcome],
    now: int,
) -> int | None:
    for queue in (urgent, normal):
        while queue:
            index = queue.popleft()
            gives_up = customers[index].arrived + customers[index].patience
            if gives_up > now:
                return index
            outcomes[index].left = gives_up
    return None
