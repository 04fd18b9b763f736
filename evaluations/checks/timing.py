"""When a record was seen and when it came: values in, values out."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from outlets.places.rules import trading_day


def clock_ahead(
    sent_at: datetime, received_at: datetime, tolerance: timedelta
) -> timedelta | None:
    """Return how far the sender's clock runs ahead of ours, negative when behind.

    None: it is right to within `tolerance`; what a network takes lies far below it.
    """
    ahead = sent_at - received_at
    return ahead if abs(ahead) > tolerance else None


def is_late(
    observed_at: datetime,
    received_at: datetime,
    zone: ZoneInfo,
    day_starts_at: time,
    after: timedelta,
) -> bool:
    """Tell whether it came on another trading day, or longer than `after` later."""
    return received_at - observed_at > after or trading_day(
        received_at, zone, day_starts_at
    ) > trading_day(observed_at, zone, day_starts_at)


def day_ends(instant: datetime, zone: ZoneInfo, day_starts_at: time) -> datetime:
    """Return the moment at which the trading day of `instant` is over."""
    day = trading_day(instant, zone, day_starts_at)
    return datetime.combine(day + timedelta(days=1), day_starts_at, tzinfo=zone)
