"""What a tablet's queue sends in tests."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from evaluations.checks.services.deliveries import Carrier, take_delivery
from evaluations.checks.services.tickets import issue_ticket
from tests.evaluations.checks.factories import version_of


def ticket_of(floor, by=None, device=None, by_pin=False, outlet=None):
    return issue_ticket(
        user=by or floor.manager,
        outlet=outlet or floor.outlet,
        device=device,
        by_pin=by_pin,
    )


def queued(floor, employee=None, standard="GROOMING", **given):
    """Return one record as the card's page would queue it now."""
    version = version_of(standard)
    by = given.pop("by", None)
    record = {
        "uuid": str(uuid4()),
        "action": "record",
        "outlet_code": floor.outlet.code,
        "employee_number": employee.number if employee else None,
        "date": f"{floor.today:%F}",
        "slot": version.standard.slots.split()[0],
        "standard": standard,
        "version": version.number,
        "failed": [],
        "not_applicable": [],
        "not_observed": [],
        "note": "",
        "observed_at": timezone.now().isoformat(),
        "seconds": 4,
        "photos": [],
    }
    record |= given
    if "ticket" not in record:
        record["ticket"] = ticket_of(floor, by)
    return record


def undo_of(floor, record, **given):
    return {
        "uuid": str(uuid4()),
        "action": "undo",
        "check": record["uuid"],
        "ticket": record["ticket"],
        "outlet_code": record["outlet_code"],
        "date": record["date"],
        "observed_at": timezone.now().isoformat(),
    } | given


def send(*records, ahead=timedelta(), carrier=None):
    """Deliver and return the answers as (result, reason), in order."""
    answers = take_delivery(
        checks=records,
        sent_at=timezone.now() + ahead,
        carrier=carrier or Carrier(),
    )
    return [(one.result.value, one.reason and one.reason.value) for one in answers]
