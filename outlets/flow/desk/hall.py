"""The hall of an outlet now: who waits, who is called where, how long it takes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, Sum

from outlets.flow.desk.line import (
    AT_A_COUNTER,
    Standing,
    State,
    expected_wait_s,
    in_fair_order,
    standing_of,
)
from outlets.flow.events import Event, Happening
from outlets.flow.models import HourlyFlow, Ticket, TicketEvent
from outlets.flow.selectors.floor import forget_floor
from outlets.flow.selectors.for_all import keep_for_all, read_for_all
from outlets.places.models import Outlet
from outlets.places.rules import trading_day

# Who has called nobody for so long, and has nobody, does not serve any more.
SERVED_LATELY = timedelta(minutes=30)
# So long who did not show may come up and be called again.
MISSED_LATELY = timedelta(minutes=30)
# The days whose tickets say what the outlet does and how long it takes.
DAYS_BACK = 28


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody who has called customers today, by number, and where."""

    employee_number: str
    counter: str


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall as read at `read_at`; the tickets are those told event by event.

    `waiting` is in the order in which they are called, `called` the newest call first,
    as are `missed`: who did not show within the last half hour.
    `services` are what the outlet offers. `serving` is how many serve, `service_s` the
    mean length of a service in seconds, None: nobody knows.
    """

    read_at: datetime
    day: date
    waiting: tuple[Standing, ...]
    called: tuple[Standing, ...]
    missed: tuple[Standing, ...]
    services: tuple[str, ...]
    servers: tuple[Server, ...]
    serving: int
    service_s: float | None

    @property
    def expected_s(self) -> float | None:
        """How long somebody will wait who takes a ticket now; None: nobody knows."""
        return self._expected_behind(len(self.waiting))

    @property
    def waiting_by_service(self) -> list[tuple[str, int]]:
        """How many wait for each service for which anybody does, by its name."""
        counts: dict[str, int] = defaultdict(int)
        for standing in self.waiting:
            counts[standing.service] += 1
        return sorted(counts.items())

    def before(self, key: str) -> int | None:
        """How many are called before the ticket of this key; None: it does not wait."""
        keys = [standing.key for standing in self.waiting]
        return keys.index(key) if key in keys else None

    def called_to(self, key: str) -> Standing | None:
        """Return the ticket of this key if it is at a counter."""
        return next((one for one in self.called if one.key == key), None)

    def expected_of(self, key: str) -> float | None:
        before = self.before(key)
        return None if before is None else self._expected_behind(before)

    def _expected_behind(self, before: int) -> float | None:
        return expected_wait_s(
            before,
            serving=self.serving,
            busy=len({one.employee_number for one in self.called}),
            service_s=self.service_s,
        )


def hall_now(outlet: Outlet, now: datetime) -> Hall:
    """Return the hall of an outlet as all who look at it share it."""
    return read_for_all(_key(outlet), now, lambda: read_hall(outlet, now))


def hall_after_a_deed(outlet: Outlet, now: datetime) -> Hall:
    """Read the hall anew for all, since something has just happened in it.

    What happened has to be committed by then.
    """
    hall = read_hall(outlet, now)
    keep_for_all(_key(outlet), hall)
    forget_floor(outlet)
    return hall


def _key(outlet: Outlet) -> str:
    return f"flow-hall-{outlet.pk}"


def read_hall(outlet: Outlet, now: datetime) -> Hall:
    """Read the hall from the tickets of the trading day; four queries."""
    day = trading_day(now, outlet.zone, outlet.day_starts_at)
    standings = open_standings(outlet, day)
    called = [one for one in standings if one.state in AT_A_COUNTER]
    called.sort(key=lambda one: (one.called_at or one.since, one.number), reverse=True)
    missed = [
        one
        for one in standings
        if one.state is State.NO_SHOW and one.since >= now - MISSED_LATELY
    ]
    missed.sort(key=lambda one: (one.since, one.number), reverse=True)
    servers, lately = _servers(outlet, day, now - SERVED_LATELY)
    services, service_s = services_of(outlet, day)
    return Hall(
        read_at=now,
        day=day,
        waiting=tuple(in_fair_order(standings)),
        called=tuple(called),
        missed=tuple(missed),
        services=services,
        servers=servers,
        serving=len(lately | {one.employee_number for one in called}),
        service_s=service_s,
    )


def open_standings(outlet: Outlet, day: date) -> list[Standing]:
    """Return how the tickets of a day stand that may be called yet; two queries.

    Who did not show is among them; what a machine sends whole is not, since the desk
    cannot change it.
    """
    tickets = Ticket.objects.filter(
        outlet=outlet,
        date=day,
        by_events=True,
        finished_at=None,
        abandoned_at=None,
    )
    numbers = list(tickets.values_list("ticket_no", flat=True))
    events = TicketEvent.objects.filter(
        outlet=outlet, date=day, ticket_no__in=numbers
    ).order_by("at", "id")
    return _told(events)


def standing_at(outlet: Outlet, day: date, number: str) -> Standing | None:
    """Return how one ticket stands, over or not; None: no event speaks of it."""
    events = TicketEvent.objects.filter(
        outlet=outlet, date=day, ticket_no=number
    ).order_by("at", "id")
    return next(iter(_told(events)), None)


def _told(rows: Iterable[TicketEvent]) -> list[Standing]:
    events: dict[str, list[Event]] = defaultdict(list)
    for row in rows:
        events[row.ticket_no].append(row.as_event())
    told = (standing_of(number, some) for number, some in events.items())
    return [standing for standing in told if standing is not None]


def _servers(
    outlet: Outlet, day: date, since: datetime
) -> tuple[tuple[Server, ...], set[str]]:
    """Return who called customers that day, and the numbers of who did since then."""
    calls = (
        TicketEvent.objects.filter(outlet=outlet, date=day, event=Happening.CALL)
        .exclude(employee_number="")
        .order_by("employee_number", "counter")
        .values_list("employee_number", "counter")
        .annotate(last=Max("at"))
    )
    found = list(calls)
    servers = tuple(Server(number, counter) for number, counter, _last in found)
    return servers, {number for number, _counter, last in found if last >= since}


def services_of(outlet: Outlet, day: date) -> tuple[tuple[str, ...], float | None]:
    """Return what the outlet does, and the mean seconds that a service takes.

    What it does is what the chain offers (`FLOW_SERVICES`), and what else customers
    came for within four weeks. One query of roll-ups.
    """
    rows = (
        HourlyFlow.objects.filter(outlet=outlet)
        .between(day - timedelta(days=DAYS_BACK), day)
        .order_by("service")
        .values_list("service")
        .annotate(Sum("finished"), Sum("service_sum_s"))
    )
    found = list(rows)
    finished = sum(count for _service, count, _seconds in found)
    seconds = sum(some for _service, _count, some in found)
    offered = list(settings.FLOW_SERVICES)
    others = [service for service, *_sums in found if service not in {"", *offered}]
    return (*offered, *others), seconds / finished if finished else None
