"""Which hours a fault touched: values in, values out."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outlets.places.rules import trading_day

Hour = tuple[date, int]


def affected(
    start: datetime, end: datetime, zone: ZoneInfo, day_starts_at: time
) -> list[Hour]:
    """Return the trading day and local hour, 0 to 23, of every hour from `start` on.

    The hour in which it was over is touched unless it was over as the hour struck;
    something that was over at once touches its hour.

    Raises:
        ValueError: it ends before it starts.
    """
    if end < start:
        raise ValueError("a fault ends after it starts")
    found: list[Hour] = []
    moment = start
    while moment < end or not found:
        local = moment.astimezone(zone)
        hour = (trading_day(moment, zone, day_starts_at), local.hour)
        if not found or found[-1] != hour:
            found.append(hour)
        past = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        moment += timedelta(hours=1) - past
    return found
