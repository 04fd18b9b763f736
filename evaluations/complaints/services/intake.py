"""Logging a case: who does so is its first contact and answers for it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluations.complaints import clocks
from evaluations.complaints.models import Case, CaseEvent, EventKind, Handling
from evaluations.complaints.models.handling import kind_of
from evaluations.complaints.parts import outlets_to_log_at
from evaluations.complaints.services.deciding import require_from_here
from evaluations.complaints.services.posting import concerns_ledger, post_case
from evaluations.complaints.services.reckoning import reckon
from evaluations.complaints.services.refusals import (
    NotThere,
    ReceivedLater,
    ReceivedLongAgo,
)
from evaluations.complaints.timing import timing_of
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.people.models import Employee, User

# How long after its receipt a case may still be logged.
EARLIEST = timedelta(days=31)


def log_case(*, by: User, key: UUID | None = None, **given: Any) -> Case:
    """Log a case; the same `key` of the same person again returns what it made.

    `given` is what `_log` takes.

    Raises:
        NotThere: `by` neither records nor works at the outlet.
        ReceivedLater: `received_at` lies in the future.
        ReceivedLongAgo: it lies further back than anybody logs.
        NotFromHere: the person named did not work at the outlet around that day.
    """
    key = key or uuid4()
    sent = Handling.objects.filter(key=key, owner=by).select_related("case")
    if (row := sent.first()) is not None:
        return row.case
    try:
        with transaction.atomic():
            return _log(by=by, key=key, **given)
    except IntegrityError:
        # Sent twice at once: the other one was first.
        if (row := sent.first()) is not None:
            return row.case
        raise


def _log(
    *,
    outlet: Outlet,
    channel: str,
    contact: str,
    reason: str,
    subject: str,
    summary: str,
    customer: str = "",
    phone_tail: str = "",
    person: Employee | None = None,
    received_at: datetime | None = None,
    now: datetime | None = None,
    key: UUID,
    by: User,
) -> Case:
    """Write a case; `person` None: nobody is named, or nobody knows who it was."""
    now = now or timezone.now()
    if not outlets_to_log_at(by, now).filter(pk=outlet.pk).exists():
        raise NotThere
    received_at = received_at or now
    if received_at > now:
        raise ReceivedLater
    if received_at < now - EARLIEST:
        raise ReceivedLongAgo(days=EARLIEST.days)
    on = trading_day(received_at, outlet.zone, outlet.day_starts_at)
    if person is not None:
        require_from_here(person, outlet, on)
    case = Case.objects.create(
        case_no=_number(received_at, outlet),
        outlet=outlet,
        employee=person,
        received_at=received_at,
        on=on,
        channel=channel,
        category=reason,
        kind=kind_of(contact, reason),
        summary=summary,
        pending=False,
    )
    reply = clocks.reply(
        [clocks.Event(received_at, clocks.Happened.RECEIVED)], timing_of(outlet), now
    )
    handling = Handling.objects.create(
        case=case,
        key=key,
        contact=contact,
        reason=reason,
        subject=subject,
        customer=customer,
        phone_tail=phone_tail,
        owner=by,
        reply_warn_at=reply.warn_at,
        reply_due_at=reply.due_at,
    )
    CaseEvent.objects.create(
        handling=handling, kind=EventKind.RECEIVED, at=received_at, by=by
    )
    reckon(handling, now)
    handling.save()
    if person is not None and concerns_ledger(case.kind, case.verdict):
        post_case(case, by=by, reason="")
    return case


def _number(received_at: datetime, outlet: Outlet) -> str:
    """Return a number that no spreadsheet uses: the local day, and chance."""
    local = received_at.astimezone(outlet.zone)
    return f"H{local:%y%m%d}-{uuid4().hex[:8].upper()}"
