"""Which questions somebody meets, in which order: drawn by a seed, to be drawn again.

Of each topic the questions with the lowest lots under the seed are taken; a lot is
SHA-256 of `seed:key` (`ledger.lots`). Their order, and that of the options of each, is
the order of the lots of other keys. The seed is made when the test begins: before,
nobody knows what it will ask.
"""

from collections.abc import Mapping, Sequence

from evaluations.knowledge.rules.marking import TRUE_FALSE
from evaluations.ledger.lots import chosen, lot


def drawn(
    seed: str, pool: Mapping[str, Sequence[str]], counts: Mapping[str, int]
) -> list[str]:
    """Return the keys drawn from the pool of each topic, in the order asked.

    A topic with fewer questions than wanted gives all that it has.
    """
    taken = [
        key
        for topic in sorted(counts)
        for key in chosen(seed, pool.get(topic, ()), counts[topic])
    ]
    return sorted(taken, key=lambda key: (lot(seed, f"order {key}"), key))


def shuffled(seed: str, key: str, kind: str, options: int) -> list[str]:
    """Return the numbers of the options, from 1, in the order in which they stand.

    True and false are never shuffled, and a question without options has none.
    """
    if kind == TRUE_FALSE:
        return ["1", "0"]
    numbers = [str(number) for number in range(1, options + 1)]
    return sorted(numbers, key=lambda one: (lot(seed, f"option {key} {one}"), one))
