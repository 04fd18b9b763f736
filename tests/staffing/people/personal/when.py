"""The days of a life, and the word that stands in every row about the colleague."""

from datetime import UTC, date, datetime

DAY = date(2026, 3, 14)
NOON = datetime(2026, 3, 14, 4, 0, tzinfo=UTC)
LEFT_ON = date(2026, 4, 30)
MONTH = "2026-03"
# Stands in every row about the colleague, and in every text about others.
CANARY = "CANARY"
