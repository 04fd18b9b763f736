"""When a campaign may be carried out: values in, values out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Window:
    """Days, both counted in, and hours of each of them in the outlet's time.

    `opens_at` ≤ now < `closes_at`; None: all day. Days are those of the calendar.
    """

    first_on: date
    last_on: date
    opens_at: time | None = None
    closes_at: time | None = None

    def holds(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether `at` lies in the window, as clocks at the outlet show it."""
        local = at.astimezone(zone)
        if not self.first_on <= local.date() <= self.last_on:
            return False
        if self.opens_at is None or self.closes_at is None:
            return True
        return self.opens_at <= local.time() < self.closes_at

    def over_at(self, zone: ZoneInfo) -> datetime:
        """Return the moment from which it is never open again."""
        if self.closes_at is None:
            after = self.last_on + timedelta(days=1)
            return datetime.combine(after, time.min, tzinfo=zone)
        return datetime.combine(self.last_on, self.closes_at, tzinfo=zone)

    def state(self, at: datetime, zone: ZoneInfo) -> str:
        """Return planned, open or overdue, of what is not done.

        Open from its first moment to its last, the hours between its days too.
        """
        first = datetime.combine(self.first_on, self.opens_at or time.min, tzinfo=zone)
        if at < first:
            return "planned"
        return "overdue" if at >= self.over_at(zone) else "open"
