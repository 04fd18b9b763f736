"""A desk to try deeds at, without a page."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from outlets.flow.desk.deeds import call_again, call_next, mark_ticket, take_ticket
from outlets.flow.events import Happening
from outlets.flow.models import TicketEvent
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Viewer


@dataclass
class Desk:
    """The desk of an outlet with a clock that `later` moves on."""

    outlet: Outlet
    by: Viewer
    now: datetime
    keys: list[UUID] = field(default_factory=list)

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def take(self, service="payment", *, priority=False, key=None) -> str:
        event = take_ticket(service=service, priority=priority, **self._given(key))
        return event.ticket_no

    def call(self, server="E1", *, counter="1", service="", key=None) -> str:
        event = call_next(
            employee_number=server,
            counter=counter,
            service=service,
            **self._given(key),
        )
        return event.ticket_no

    def again(self, number, server="E1", *, counter="1", key=None) -> TicketEvent:
        return call_again(
            day=trading_day(self.now, self.outlet.zone, self.outlet.day_starts_at),
            number=number,
            employee_number=server,
            counter=counter,
            **self._given(key),
        )

    def mark(self, number, what, *, service="", day=None, key=None) -> TicketEvent:
        today = trading_day(self.now, self.outlet.zone, self.outlet.day_starts_at)
        return mark_ticket(
            day=day or today,
            number=number,
            what=Happening(what),
            service=service,
            **self._given(key),
        )

    def _given(self, key):
        self.keys.append(key or uuid4())
        return {
            "outlet": self.outlet,
            "by": self.by,
            "now": self.now,
            "key": self.keys[-1],
        }
