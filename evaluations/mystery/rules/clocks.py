"""Days that count for appeals: Monday to Friday, without holidays."""

from collections.abc import Collection
from datetime import date, timedelta

WORK_DAYS = 5


def working_day_after(day: date, count: int, holidays: Collection[date]) -> date:
    """Return the `count`-th working day after `day`; 0 is `day` itself."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < WORK_DAYS and day not in holidays:
            count -= 1
    return day
