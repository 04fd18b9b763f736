"""What to simulate: size, span, seed; and independent streams of chance."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np


@dataclass(frozen=True, slots=True)
class Plan:
    """`months` calendar months up to and including the one of `until`, the last day.

    Tickets cover the last `ticket_days` days of every outlet; a few pilot outlets,
    whose queue machines were connected first, have them for the whole span.
    """

    outlets: int
    months: int
    seed: int
    until: date
    ticket_days: int = 35

    def __post_init__(self) -> None:
        if self.outlets < 1 or self.months < 1:
            raise ValueError("a chain has at least one outlet and one month")
        if self.seed < 0:
            raise ValueError("a seed is not negative")

    @property
    def first(self) -> date:
        """The first day of the first month."""
        month = self.until.year * 12 + self.until.month - self.months
        return date(month // 12, month % 12 + 1, 1)

    @property
    def days(self) -> int:
        """The number of days with records, from `first` to `until`."""
        return (self.until - self.first).days + 1

    @property
    def horizon(self) -> int:
        """The number of days with a roster, which is published ahead of its month.

        It ends with the month of the day after `until`: there is a roster for today.
        """
        tomorrow = self.until + timedelta(days=1)
        month = tomorrow.year * 12 + tomorrow.month
        return (date(month // 12, month % 12 + 1, 1) - self.first).days

    def day(self, index: int) -> date:
        return self.first + timedelta(days=int(index))

    def stream(self, *labels: str | int) -> np.random.Generator:
        """Return the stream of chance of one matter, independent of all others.

        What a matter draws thus never moves what another one draws.
        """
        words = [
            label if isinstance(label, int) else zlib.crc32(label.encode())
            for label in labels
        ]
        return np.random.Generator(np.random.PCG64([self.seed, *words]))
