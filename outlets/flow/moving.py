"""Moving raw tickets out of the database once nobody looks at them one by one.

Every figure is read from roll-ups, so that none changes. A month of an outlet goes in
one transaction, and only after its roll-ups were proven equal to its raw rows.
"""

import csv
import gzip
import hashlib
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, OuterRef, Subquery

from outlets.flow.models import MovedMonth, Ticket, TicketEvent
from outlets.flow.moved import HEARD, rolled_totals
from outlets.flow.roll_ups import READ_AT_ONCE, TICKETS
from outlets.flow.rules import Month
from outlets.flow.services import Difference, compare_roll_ups, lock_outlets
from outlets.places.models import Outlet

logger = logging.getLogger(__name__)

# The columns of the kind `tickets` but for the number of the server: what stays in a
# file, no erasure reaches.
COLUMNS = (
    *("outlet_code", "ticket_no", "date", "arrived_at", "called_at", "finished_at"),
    *("abandoned_at", "service", "priority", "no_show"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A month that was left where it is, because roll-ups and raw rows differ."""

    outlet: Outlet
    month: Month
    differences: list[Difference]


@dataclass(slots=True)
class Moving:
    moved: list[MovedMonth] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)


def move_out_tickets(*, before: date, limit: int | None = None) -> Moving:
    """Move out the tickets and events of whole months that ended before a day.

    At most `limit` months of outlets, the oldest of each outlet first; an outlet whose
    oldest month cannot be proven keeps that one and all after it. Safe to run twice.
    System task: it sees everything.
    """
    done = Moving()
    for outlet, oldest in _outlets_with_raw(before):
        month: Month | None = Month.of(oldest)
        while month is not None and month.last < before:
            if limit is not None and len(done.moved) >= limit:
                return done
            result = move_month(outlet=outlet, month=month)
            if isinstance(result, Held):
                done.held.append(result)
                break
            done.moved.append(result)
            month = _next_raw_month(outlet, month)
    return done


@transaction.atomic
def move_month(*, outlet: Outlet, month: Month) -> MovedMonth | Held:
    """Move out one month of an outlet, or hold it and say where it differs."""
    lock_outlets([outlet.code])
    comparison = compare_roll_ups(source=TICKETS, outlet=outlet, days=month.days)
    if comparison.differences:
        logger.warning(
            "Tickets of %s %s stay: %s roll-ups differ from them",
            outlet.code,
            month,
            len(comparison.differences),
        )
        return Held(outlet, month, comparison.differences)
    tickets = Ticket.objects.filter(outlet=outlet, date__range=month.span)
    events = TicketEvent.objects.filter(outlet=outlet, date__range=month.span)
    row = MovedMonth(
        outlet=outlet,
        first=month.first,
        tickets=tickets.count(),
        events=events.count(),
        totals=rolled_totals(outlet, month),
        heard=_last_heard(outlet, month),
    )
    packed = _packed(outlet, month)
    row.digest = hashlib.sha256(packed).hexdigest()
    name = f"flow/tickets/{outlet.pk}/{month}.csv.gz"
    row.file.save(name, ContentFile(packed), save=False)
    row.save()
    events.delete()
    tickets.delete()
    return row


def _outlets_with_raw(before: date) -> Iterator[tuple[Outlet, date]]:
    """Yield the outlets with raw rows of before a day, and their oldest day.

    Two probes of an index for each outlet, however many rows there are.
    """

    def oldest(model: type[Ticket] | type[TicketEvent]) -> Subquery:
        rows = model.objects.filter(outlet=OuterRef("pk"), date__lt=before)
        return Subquery(rows.order_by("date").values("date")[:1])

    outlets = Outlet.objects.annotate(
        oldest_ticket=oldest(Ticket), oldest_event=oldest(TicketEvent)
    )
    for outlet in outlets.order_by("pk"):
        days = [day for day in (outlet.oldest_ticket, outlet.oldest_event) if day]
        if days:
            yield outlet, min(days)


def _next_raw_month(outlet: Outlet, month: Month) -> Month | None:
    days: list[date] = []
    for model in (Ticket, TicketEvent):
        later = model.objects.filter(outlet=outlet, date__gt=month.last)
        days += later.order_by("date").values_list("date", flat=True)[:1]
    return Month.of(min(days)) if days else None


def _last_heard(outlet: Outlet, month: Month) -> dict[str, str]:
    rows = Ticket.objects.filter(outlet=outlet, date__range=month.span)
    by_day = rows.order_by("date").values_list("date")
    return {
        day.isoformat(): max(filter(None, instants)).isoformat()
        for day, *instants in by_day.annotate(*map(Max, HEARD))
    }


def _packed(outlet: Outlet, month: Month) -> bytes:
    """Return the tickets as compressed CSV; the same rows give the same bytes."""
    rows = Ticket.objects.filter(outlet=outlet, date__range=month.span)
    names = COLUMNS[1:]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    ordered = rows.order_by("date", "ticket_no").values_list(*names)
    for row in ordered.iterator(chunk_size=READ_AT_ONCE):
        writer.writerow([outlet.code, *map(_cell, row)])
    return gzip.compress(text.getvalue().encode(), mtime=0)


def _cell(value: object) -> object:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date | datetime) else value
