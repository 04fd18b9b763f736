"""The tickets behind a figure, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractHour

from outlets.flow.events import Happening
from outlets.flow.models import HourlyFlow, Ticket, TicketEvent
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer

READ_AT_ONCE = 2000
TICKET_FIELDS = (
    *("outlet_code", "date", "ticket_no", "service", "priority"),
    *("arrived_at", "called_at", "started_at", "finished_at", "abandoned_at"),
    *("wait_s", "service_s", "outcome"),
)
SERVER_FIELD = "employee_number"


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket; instants in the outlet's time, None: not happened, or not known.

    `wait_s` lasts until the call, or until the customer left; `service_s` from call to
    finish. `outcome` is one of finished, no_show, abandoned, called and waiting.
    """

    date: date
    number: str
    service: str
    priority: str
    arrived_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    abandoned_at: datetime | None
    no_show: bool
    employee_number: str

    @property
    def wait_s(self) -> int | None:
        return _seconds(self.arrived_at, self.called_at or self.abandoned_at)

    @property
    def service_s(self) -> int | None:
        if self.called_at is None:
            return None
        return _seconds(self.called_at, self.finished_at)

    @property
    def outcome(self) -> str:
        if self.abandoned_at is not None:
            return "abandoned"
        if self.no_show:
            return "no_show"
        if self.finished_at is not None:
            return "finished"
        return "waiting" if self.called_at is None else "called"


def _seconds(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else int((end - start).total_seconds())


def tickets_of(
    viewer: Viewer, outlet: Outlet, day: date, hour: int | None = None
) -> QuerySet[Ticket]:
    """Return the tickets of a trading day, or of one local hour of arrival, 0 to 23.

    The newest come first; `started_at` is annotated from the events of a ticket.
    """
    starts = (
        TicketEvent.objects.filter(
            outlet=OuterRef("outlet"),
            date=OuterRef("date"),
            ticket_no=OuterRef("ticket_no"),
            event=Happening.START,
        )
        .order_by()
        .values("ticket_no")
        .annotate(first=Min("at"))
    )
    rows = Ticket.objects.visible_to(viewer).filter(outlet=outlet, date=day)
    if hour is not None:
        arrived = ExtractHour("arrived_at", tzinfo=outlet.zone)
        rows = rows.annotate(arrival_hour=arrived).filter(arrival_hour=hour)
    rows = rows.annotate(started_at=Subquery(starts.values("first")))
    return rows.order_by("-arrived_at", "-ticket_no")


def line_of(ticket: Any, zone: ZoneInfo) -> TicketLine:
    """Return a row of `tickets_of` in the outlet's time."""

    def local(instant: datetime | None) -> datetime | None:
        return instant and instant.astimezone(zone)

    return TicketLine(
        date=ticket.date,
        number=ticket.ticket_no,
        service=ticket.service,
        priority=ticket.priority,
        arrived_at=ticket.arrived_at.astimezone(zone),
        called_at=local(ticket.called_at),
        started_at=local(ticket.started_at),
        finished_at=local(ticket.finished_at),
        abandoned_at=local(ticket.abandoned_at),
        no_show=ticket.no_show,
        employee_number=ticket.employee_number,
    )


def arrivals_rolled_up(outlet: Outlet, day: date, hour: int | None = None) -> int:
    """Return how many tickets the figures of a day, or an hour of it, stand for."""
    rows = HourlyFlow.objects.filter(outlet=outlet, date=day)
    if hour is not None:
        rows = rows.filter(hour=hour)
    return rows.aggregate(found=Sum("arrivals"))["found"] or 0


def sees_servers(viewer: Viewer, outlet: Outlet) -> bool:
    """Tell whether the viewer may know who served: what is recorded of people there."""
    reach = viewer.sight.reach(Power.SEE_RECORDS)
    return reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)


def ticket_records(
    rows: QuerySet[Ticket], outlet: Outlet, *, servers: bool
) -> Iterator[dict[str, Any]]:
    """Yield the tickets as a file has them, with the number of who served if asked."""
    for ticket in rows.iterator(chunk_size=READ_AT_ONCE):
        line = line_of(ticket, outlet.zone)
        record: dict[str, Any] = {
            "outlet_code": outlet.code,
            "date": line.date.isoformat(),
            "ticket_no": line.number,
            "service": line.service,
            "priority": line.priority,
            "wait_s": line.wait_s,
            "service_s": line.service_s,
            "outcome": line.outcome,
        }
        for name in TICKET_FIELDS:
            if name.endswith("_at"):
                instant = getattr(line, name)
                record[name] = instant and instant.isoformat()
        if servers:
            record[SERVER_FIELD] = line.employee_number
        yield record
