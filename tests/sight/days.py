"""The days of the world that is looked at."""

from datetime import UTC, date, datetime

DAY = date(2026, 10, 5)
AHEAD_DAYS = 60  # a day that is drafted, with a shift that has not begun
AT = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
