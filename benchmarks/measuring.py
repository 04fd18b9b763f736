"""Medians of wall-clock times, shown as ratios to a floor."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """The median seconds of `repeats` runs of something; the range beside it."""

    name: str
    seconds: float
    fastest: float
    slowest: float
    repeats: int


def measure(
    name: str,
    work: Callable[[], object],
    *,
    repeats: int,
    before: Callable[[], object] | None = None,
    warm_up: int = 1,
) -> Figure:
    """Time `work`; `before` runs untimed ahead of each, `warm_up` runs do not count."""
    times = []
    for turn in range(warm_up + repeats):
        if before is not None:
            before()
        started = perf_counter()
        work()
        if turn >= warm_up:
            times.append(perf_counter() - started)
    return Figure(name, median(times), min(times), max(times), repeats)


def show(title: str, floor: Figure, figures: list[Figure]) -> None:
    """Print a block: the floor in seconds, everything as a multiple of it."""
    print(f"\n{title}")
    width = max(len(figure.name) for figure in (floor, *figures))
    for figure in (floor, *figures):
        ratio = figure.seconds / floor.seconds
        print(
            f"  {figure.name:<{width}}  {ratio:8.2f} x  "
            f"{figure.seconds * 1000:10.1f} ms"
            f"  ({figure.fastest * 1000:.1f} to {figure.slowest * 1000:.1f},"
            f" median of {figure.repeats})"
        )
