"""Drawing by lot so that anybody can do it again: a seed and names in, names out.

A draw is sorted by SHA-256 of `seed:key`, which no library's next version changes.
"""

from collections.abc import Iterable
from hashlib import sha256


def lot(seed: str, key: str) -> int:
    """Return the 256-bit number that `key` draws under `seed`."""
    return int.from_bytes(sha256(f"{seed}:{key}".encode()).digest())


def is_drawn(seed: str, key: str, one_in: int) -> bool:
    """Tell whether `key` is drawn where one in `one_in` is; 0 draws nothing.

    Raises:
        ValueError: `one_in` is negative.
    """
    if one_in < 0:
        raise ValueError("one in how many is 0 or more")
    return one_in > 0 and lot(seed, key) % one_in == 0


def chosen(seed: str, keys: Iterable[str], most: int) -> list[str]:
    """Return at most `most` of the keys, the lowest lots first; order does not matter.

    Raises:
        ValueError: `most` is negative.
    """
    if most < 0:
        raise ValueError("at most how many is 0 or more")
    return sorted(set(keys), key=lambda key: (lot(seed, key), key))[:most]


def how_many(seed: str, most: int) -> int:
    """Return how many are asked for under `seed`: 1 to `most`, each as often."""
    return 1 + lot(seed, "how many") % most if most > 0 else 0
