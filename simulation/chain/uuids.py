"""UUIDs by chance, but the same for the same seed."""

from collections.abc import Iterator

import numpy as np


def uuids(draw: np.random.Generator, count: int) -> Iterator[str]:
    """Return `count` random UUIDs (version 4) as text."""
    digits = draw.bytes(16 * count).hex()
    return (_written(digits[at : at + 32]) for at in range(0, 32 * count, 32))


def _written(d: str) -> str:
    return f"{d[:8]}-{d[8:12]}-4{d[13:16]}-a{d[17:20]}-{d[20:]}"
