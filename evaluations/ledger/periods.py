"""Months, quarters and years: `2026-10`, `2026-Q3`, `2026`."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_PATTERN = re.compile(
    r"^(?P<year>\d{4})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?$"
)


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole months; `first` and `last` are its first and last day."""

    first: date
    last: date
    kind: PeriodKind

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Return the period written as `2026-10`, `2026-Q3` or `2026`.

        Raises:
            ValueError: the text is none of the three.
        """
        match = _PATTERN.match(code)
        if match is None:
            raise ValueError(f"“{code}” is no period such as 2026-10, 2026-Q3 or 2026")
        year = int(match["year"])
        if match["month"]:
            return cls._of(year, int(match["month"]), 1, PeriodKind.MONTH)
        if match["quarter"]:
            return cls._of(year, 3 * int(match["quarter"]) - 2, 3, PeriodKind.QUARTER)
        return cls._of(year, 1, 12, PeriodKind.YEAR)

    @classmethod
    def month(cls, code: str) -> "Period":
        """Return the month written as `2026-10`.

        Raises:
            ValueError: the text is no month.
        """
        period = cls.parse(code)
        if period.kind is not PeriodKind.MONTH:
            raise ValueError(f"“{code}” is no month such as 2026-10")
        return period

    @classmethod
    def month_of(cls, day: date) -> "Period":
        return cls._of(day.year, day.month, 1, PeriodKind.MONTH)

    @classmethod
    def quarter_of(cls, day: date) -> "Period":
        return cls._of(day.year, (day.month - 1) // 3 * 3 + 1, 3, PeriodKind.QUARTER)

    @classmethod
    def year_of(cls, day: date) -> "Period":
        return cls._of(day.year, 1, 12, PeriodKind.YEAR)

    @classmethod
    def _of(cls, year: int, month: int, length: int, kind: PeriodKind) -> "Period":
        final = month + length - 1
        last = date(year, final, calendar.monthrange(year, final)[1])
        return cls(date(year, month, 1), last, kind)

    @property
    def code(self) -> str:
        if self.kind is PeriodKind.MONTH:
            return f"{self.first:%Y-%m}"
        if self.kind is PeriodKind.QUARTER:
            return f"{self.first:%Y}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y}"

    def __str__(self) -> str:
        return self.code

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def months(self) -> tuple["Period", ...]:
        year = self.first.year
        return tuple(
            self._of(year, month, 1, PeriodKind.MONTH)
            for month in range(self.first.month, self.last.month + 1)
        )

    @property
    def previous(self) -> "Period":
        """The period of the same kind just before this one."""
        day = date.fromordinal(self.first.toordinal() - 1)
        makers = {
            PeriodKind.MONTH: self.month_of,
            PeriodKind.QUARTER: self.quarter_of,
            PeriodKind.YEAR: self.year_of,
        }
        return makers[self.kind](day)
