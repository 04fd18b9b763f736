"""How a floor is at this moment: read once for all who look at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q

from outlets.flow.models import Ticket
from outlets.flow.selectors.for_all import forget_for_all, read_for_all
from outlets.places.models import Outlet
from outlets.places.rules import trading_day

# Nobody waits or is served as long: the machine has lost the end of such a ticket.
FORGOTTEN_AFTER = timedelta(hours=3)
# From this part of the limit on the page warns, while there is something to be done.
NEAR = 0.7
SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor as read at `read_at`.

    `waiting` are called neither yet nor gone; `oldest` is when the first of them came,
    None with nobody. `serving` are the different numbers with a customer. `arrivals`
    and `called` are of the whole day so far.
    """

    read_at: datetime
    waiting: int
    oldest: datetime | None
    serving: int
    arrivals: int
    called: int

    def longest_s(self, now: datetime) -> float | None:
        """Return how long the first has been waiting; None with nobody."""
        return (now - self.oldest).total_seconds() if self.oldest else None

    def state(self, now: datetime) -> str:
        """Tell how the longest wait stands to the limit: calm, near or over."""
        longest = self.longest_s(now) or 0
        limit_s = settings.FLOW_WAIT_LIMIT_MINUTES * SECONDS_PER_MINUTE
        if longest > limit_s:
            return "over"
        return "near" if longest >= NEAR * limit_s else "calm"


def floor_now(outlet: Outlet, now: datetime) -> Floor:
    """Return the floor of an outlet, at most `FRESH_S` old but for who waits for it."""
    return read_for_all(_key(outlet), now, lambda: _read(outlet, now))


def forget_floor(outlet: Outlet) -> None:
    """Have whoever looks next read it: something has just happened there."""
    forget_for_all(_key(outlet))


def _key(outlet: Outlet) -> str:
    return f"flow-floor-{outlet.pk}"


def _read(outlet: Outlet, now: datetime) -> Floor:
    """Read the tickets of the trading day; one query."""
    day = trading_day(now, outlet.zone, outlet.day_starts_at)
    since = now - FORGOTTEN_AFTER
    waits = Q(called_at=None, abandoned_at=None, arrived_at__range=(since, now))
    serves = Q(finished_at=None, no_show=False, called_at__range=(since, now))
    told: dict[str, Any] = Ticket.objects.filter(outlet=outlet, date=day).aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min("arrived_at", filter=waits),
        serving=Count(
            "employee_number",
            filter=serves & ~Q(employee_number=""),
            distinct=True,
        ),
        arrivals=Count("pk"),
        called=Count("called_at"),
    )
    return Floor(read_at=now, **told)
