"""Clock, processor and memory of one long piece of work, told apart by phases."""

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from time import perf_counter, process_time
from typing import Any


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds: by the clock, of our processor, and of the server's; they add up."""

    wall: float = 0.0
    own: float = 0.0
    server: float = 0.0

    @property
    def busy(self) -> float:
        return self.own + self.server

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.wall + other.wall, self.own + other.own, self.server + other.server
        )

    def __sub__(self, other: "Taken") -> "Taken":
        return self + other.times(-1)

    def times(self, factor: float) -> "Taken":
        return Taken(self.wall * factor, self.own * factor, self.server * factor)


class Watch:
    """What was taken by name, in the order in which it was.

    `server` is the process behind our connection, None where there is none to see.
    """

    def __init__(self, server: int | None) -> None:
        self.server = server
        self.taken: dict[str, Taken] = {}

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        before = self._now()
        found = work()
        self.taken[name] = self._now() - before
        return found

    def replace_processor(self, name: str, work: Callable[[], Any]) -> None:
        """Keep the clock of `name`, and take the processor's time of `work` instead."""
        before = self._now()
        work()
        spent = self._now() - before
        self.taken[name] = Taken(self.taken[name].wall, spent.own, spent.server)

    def watched(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return `work` so that each call is watched."""

        @wraps(work)
        def watched(*args: Any, **named: Any) -> Any:
            return self(name, lambda: work(*args, **named))

        return watched

    def mean(self, one: str, other: str) -> None:
        """Put the mean of two turns in the place of the first."""
        self.taken[one] = (self.taken[one] + self.taken.pop(other)).times(0.5)

    @property
    def total(self) -> Taken:
        return sum(self.taken.values(), Taken())

    def _now(self) -> Taken:
        server = None if self.server is None else processor_of(self.server)
        return Taken(perf_counter(), process_time(), server or 0.0)


def processor_of(pid: int) -> float | None:
    """Return the processor seconds of a process; None where it cannot be seen."""
    try:
        figures = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = int(figures[11]) + int(figures[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Memory:
    """The most that this process held since it was made, and what it held then."""

    def __init__(self) -> None:
        self._resets = _reset_peak()
        self._before = _status("VmRSS") if self._resets else 0.0

    def grown(self) -> tuple[float, float]:
        """Return (how much was added, the peak) in MB."""
        if not self._resets:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            return peak, peak
        peak = _status("VmHWM")
        return peak - self._before, peak


def _reset_peak() -> bool:
    """Let the kernel forget the peak so far; False where it does not keep one."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _status(key: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    found = next(line for line in lines if line.startswith(f"{key}:"))
    return int(found.split()[1]) / 1024
