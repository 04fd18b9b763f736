from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from outlets.exchange.importer import Report, load_values
from outlets.exchange.kinds import registered
from outlets.flow.models import Ticket
from tests.outlets.places.factories import OutletFactory

DAY = date(2026, 3, 14)


class TicketFactory(DjangoModelFactory[Ticket]):
    """A raw row alone; `take` makes the roll-ups too."""

    class Meta:
        model = Ticket

    outlet = factory.SubFactory(OutletFactory)
    date = DAY
    ticket_no = factory.Sequence(lambda n: f"A{n:04}")
    arrived_at = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)


def take(kind: str, rows: Iterable[Mapping[str, object]]) -> Report:
    """Load rows through the importer, all or nothing."""
    return load_values(registered()[kind](), rows)


def ticket(outlet, number: str, arrived: str, **given) -> dict[str, object]:
    """Return the row of a ticket; `wait`, `service_time` and `left` are seconds."""
    at = datetime.fromisoformat(arrived)  # local to the outlet
    row = {
        "outlet_code": outlet.code,
        "ticket_no": number,
        "date": at.date(),
        "arrived_at": at.isoformat(),
    }
    if (wait := given.pop("wait", None)) is not None:
        called = at + timedelta(seconds=wait)
        row["called_at"] = called.isoformat()
        if (length := given.pop("service_time", None)) is not None:
            row["finished_at"] = (called + timedelta(seconds=length)).isoformat()
    if (left := given.pop("left", None)) is not None:
        row["abandoned_at"] = (at + timedelta(seconds=left)).isoformat()
    return row | given
