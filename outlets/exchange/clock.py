"""Local wall-clock times as instants."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class LocalTimeMissing(ValueError):
    """The clock skipped this local time when summer time began."""


def local_instant(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a naive local `moment` in `zone`.

    A local time that happens twice means the first pass.

    Raises:
        LocalTimeMissing: the local time does not exist on that day.
    """
    instant = moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != moment:
        raise LocalTimeMissing(f"{moment.isoformat()} does not exist in {zone.key}")
    return instant
