"""How long somebody waits who has guessed wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How many wrong tries are met with how long a wait.

    The `free`-th failure in a row brings the first wait of `first` seconds, each
    further one twice the wait before, at most `most` seconds. Failures are forgotten
    after `memory` seconds without a new one.
    """

    free: int
    first: int
    most: int
    memory: int


def wait_seconds(failures: int, patience: Patience) -> int:
    """Return the seconds to wait after so many failures in a row; 0: none."""
    if failures < patience.free:
        return 0
    doublings = min(failures - patience.free, 32)
    return min(patience.first * 2**doublings, patience.most)
