"""How fast cases are closed: exact figures from counts of whole days."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

# A case closed on the second calendar day after receipt is within two days.
QUICK_DAYS = 2


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Counts of cases and the spread of days to close; None without closed cases."""

    complaints: int
    closed: int
    days_median: float | None
    days_p90: float | None
    closed_within_2_days: int

    @property
    def still_open(self) -> int:
        return self.complaints - self.closed

    @property
    def closed_share(self) -> float | None:
        return self.closed / self.complaints if self.complaints else None

    @property
    def share_within_2_days(self) -> float | None:
        """Closed within two days ÷ all complaints, open ones included."""
        if not self.complaints:
            return None
        return self.closed_within_2_days / self.complaints

    @property
    def percent_within_2_days(self) -> float | None:
        share = self.share_within_2_days
        return None if share is None else 100 * share


def case_figures(counts: Mapping[int | None, int]) -> CaseFigures:
    """Return the figures of cases counted by whole days to close (None: still open).

    Days are calendar days of the outlet, so two days across the end of summer time
    stay two. Percentiles are exact, by linear interpolation.
    """
    days = sorted(day for day in counts if day is not None)
    spread = np.repeat(days, [counts[day] for day in days]) if days else np.array([])
    median, p90 = (
        (float(np.percentile(spread, q)) for q in (50, 90))
        if spread.size
        else (None, None)
    )
    return CaseFigures(
        complaints=sum(counts.values()),
        closed=int(spread.size),
        days_median=median,
        days_p90=p90,
        closed_within_2_days=sum(counts[day] for day in days if day <= QUICK_DAYS),
    )
