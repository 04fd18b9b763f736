"""Quiet hours: values in, values out."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_quiet(at: time, begins: time, ends: time) -> bool:
    """Tell whether a time of the clock lies in quiet hours (beginning ≤ time < end).

    They may pass midnight. With beginning and end the same there are none.
    """
    if begins < ends:
        return begins <= at < ends
    return begins != ends and (at >= begins or at < ends)


def shown_from(sent_at: datetime, zone: ZoneInfo, begins: time, ends: time) -> datetime:
    """Return when something sent at an aware moment is to be shown.

    At once, or when the quiet hours end in which it was sent, by the clock of `zone`.
    """
    local = sent_at.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    if not is_quiet(at, begins, ends):
        return sent_at
    day = local.date() + timedelta(days=at >= ends)
    return datetime.combine(day, ends, tzinfo=zone)
