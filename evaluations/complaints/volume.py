"""Whether a day has more complaints than chance explains: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass

from outlets.flow.alerting import LEAST_WEEKS, count_band


@dataclass(frozen=True, slots=True)
class DayCount:
    """The complaints of one day; `exposure`: its transactions, 0 where unknown."""

    complaints: int
    exposure: int = 0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the same weekdays before lead to expect; `limit` is the most by chance."""

    usual: float
    limit: int
    weeks: int


def expectation(past: Sequence[DayCount], exposure: int) -> Expectation | None:
    """Return what to expect of a day like those of `past`; None: too few are known.

    By complaints per transaction where every day's transactions are known, this day's
    (`exposure`) included; else by complaints per day. The limit is that of
    `outlets.flow.alerting.count_band`.
    """
    if len(past) < LEAST_WEEKS:
        return None
    counts = [day.complaints for day in past]
    known = exposure > 0 and all(day.exposure > 0 for day in past)
    if known:
        band = count_band(
            counts, exposures=[day.exposure for day in past], exposure=exposure
        )
    else:
        band = count_band(counts)
    return Expectation(usual=band.mean, limit=int(band.high), weeks=len(past))


def is_unusual(day: DayCount, expected: Expectation | None) -> bool:
    """Tell whether a day has more complaints than its limit."""
    return expected is not None and day.complaints > expected.limit
