"""What a wave asks of each outlet, and how visits share scenarios and days out.

Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from random import Random

OFTEN, SELDOM = ("A", "B"), ("C", "D")
MONTHS, QUARTER = 12, 3


def usual_visits(outlet_class: str, opens_on: date, closes_on: date) -> int:
    """Return the visits that an outlet of a class is due in a wave (domain.md 8.5).

    A and B outlets one for every month that the wave touches; C and D one for every
    quarter whose last month it touches, so that monthly waves make one a quarter.
    """
    first = opens_on.year * MONTHS + opens_on.month - 1
    last = closes_on.year * MONTHS + closes_on.month - 1
    if outlet_class in OFTEN:
        return last - first + 1
    if outlet_class in SELDOM:
        return sum(month % QUARTER == QUARTER - 1 for month in range(first, last + 1))
    return 0


def windows(opens_on: date, closes_on: date, visits: int) -> list[tuple[date, date]]:
    """Return the days within which each of an outlet's visits is made, in order.

    Each visit has a share of the wave; the last third of every share but the last
    stays free, so that two visits never fall on neighbouring days while there are
    days enough. Of more visits than days several share one.
    """
    days = (closes_on - opens_on).days + 1
    found = []
    for turn in range(visits):
        first, after = turn * days // visits, (turn + 1) * days // visits
        share = max(after - first, 1)
        free = share // QUARTER if turn < visits - 1 else 0
        if turn < visits - 1 and share > 1:
            free = max(free, 1)
        begins = opens_on + timedelta(first)
        found.append((begins, begins + timedelta(share - free - 1)))
    return found


def spread_scenarios(
    visits: Sequence[tuple[Hashable, Hashable]], scenarios: int, *, seed: int
) -> list[int]:
    """Return a scenario, from 0, for each visit (outlet, shopper).

    Every scenario is played equally often, and equally often by each shopper, to
    within one; as far as that leaves a choice an outlet meets different ones.
    """
    draw = Random(seed)  # noqa: S311 not a secret, but the same for the same seed
    by_shopper: dict[Hashable, list[int]] = defaultdict(list)
    for position, (_outlet, shopper) in enumerate(visits):
        by_shopper[shopper].append(position)
    order = list(by_shopper.values())
    draw.shuffle(order)
    met: dict[Hashable, Counter[int]] = defaultdict(Counter)
    found = [0] * len(visits)
    given = 0
    for hers in order:
        draw.shuffle(hers)
        left = [(given + turn) % scenarios for turn in range(len(hers))]
        given += len(hers)
        for position in hers:
            outlet = visits[position][0]
            one = min(left, key=lambda scenario: met[outlet][scenario])
            left.remove(one)
            met[outlet][one] += 1
            found[position] = one
    return found
