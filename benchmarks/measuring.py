"""Medians of wall-clock times, shown as ratios to a floor.

Beside them the median of our own processor's time, without the database's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time


def _nothing() -> None:
    pass


@dataclass(slots=True)
class Case:
    """Something to time; `before` runs untimed ahead of each turn."""

    name: str
    work: Callable[[], object]
    before: Callable[[], object] = _nothing
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def turn(self) -> None:
        self.before()
        started, busy = perf_counter(), process_time()
        self.work()
        self.seconds.append(perf_counter() - started)
        self.processor.append(process_time() - busy)

    @property
    def median(self) -> float:
        return median(self.seconds)


def measure(
    floor: Case, cases: Sequence[Case], *, turns: int, warm_up: int = 1
) -> None:
    """Time all cases in turns, floor first, so that a busy machine slows all alike."""
    for turn in range(warm_up + turns):
        for case in (floor, *cases):
            case.turn()
            if turn < warm_up:
                case.seconds.clear()
                case.processor.clear()


def show(title: str, floor: Case, cases: Sequence[Case]) -> None:
    """Print a block: every median as a multiple of the floor's, and in milliseconds."""
    print(f"\n{title}")
    width = max(len(case.name) for case in (floor, *cases))
    for case in (floor, *cases):
        print(
            f"  {case.name:<{width}}  {case.median / floor.median:8.2f} x  "
            f"{case.median * 1000:10.1f} ms  ({min(case.seconds) * 1000:.1f} to "
            f"{max(case.seconds) * 1000:.1f}, median of {len(case.seconds)}; "
            f"processor {median(case.processor) * 1000:.1f} ms)",
            flush=True,
        )
