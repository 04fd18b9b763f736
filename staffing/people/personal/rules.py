"""Calendar arithmetic of keeping."""

from calendar import monthrange
from datetime import date


def months_before(day: date, months: int) -> date:
    """Return the same day `months` earlier, or the last day of a shorter month.

    Raises:
        ValueError: `months` is negative.
    """
    if months < 0:
        raise ValueError("months are counted back, not ahead")
    years, month = divmod(day.month - 1 - months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
