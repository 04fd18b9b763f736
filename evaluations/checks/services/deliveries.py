"""Taking what a tablet's queue sends: each record once, and none of them lost."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DataError, transaction
from django.utils import timezone

from evaluations.checks.models import (
    EVENTS,
    Check,
    CheckPhoto,
    CheckState,
    Deed,
    Delivery,
    HeldCheck,
    HeldState,
    Result,
    Why,
)
from evaluations.checks.services.cards import holds, marks_of
from evaluations.checks.services.correcting import (
    correct_check,
    may_change_without_reason,
    undo_check,
)
from evaluations.checks.services.floor import Event, TapSent, take_event
from evaluations.checks.services.recording import Sent, keep_check
from evaluations.checks.services.refusals import OwnCheck
from evaluations.checks.services.tickets import (
    Ticket,
    author_at,
    good_at,
    read_ticket,
)
from evaluations.checks.tapped import Tapped, read_tapped
from evaluations.checks.timing import clock_ahead, is_late
from evaluations.standards.models import StandardVersion
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.sight import EVERYWHERE, NOWHERE, Power, Reach
from staffing.accounts.models import Device
from staffing.people.models import Employee, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one record; `reason` says why it waits (None: it does not).

    `uuid` is as it was sent, None where there was none to read.
    """

    uuid: str | None
    result: Result
    reason: Why | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who brings the records: a tablet, a person or a service. It judges nothing.

    `reach` bounds a service that was granted a part of the chain. `knows` are the
    outlets whose lead or county may be bothered with what nobody proves to have made.
    """

    device: Device | None = None
    reach: Reach = EVERYWHERE
    knows: Reach = NOWHERE

    def may_bother(self, outlet: Outlet) -> bool:
        if self.device is not None and self.device.outlet_id == outlet.pk:
            return True
        path = outlet.region.path
        return self.knows.covers(outlet_id=outlet.pk, region_path=path)


class Waits(Exception):
    """This record cannot be accepted as it came; a person decides."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def take_delivery(
    *, checks: Sequence[Mapping[str, Any]], sent_at: datetime, carrier: Carrier
) -> list[Answer]:
    """Take queued records in their order, each in a transaction of its own.

    Every record is answered: accepted; known, where an equal one counts already;
    conflict, where another tablet said something else; or held. The same record again
    changes nothing and is answered the same, also when both arrive at once.
    """
    received_at = timezone.now()
    ahead = clock_ahead(sent_at, received_at, settings.CHECKS_CLOCK_TOLERANCE)
    answers = []
    for given in checks:
        tapped = read_tapped(given)
        answers.append(_Taking(tapped, received_at, ahead, carrier).answer())
    return answers


class _Taking:
    """One record on its way: what it names, as far as we know it."""

    def __init__(
        self,
        tapped: Tapped,
        received_at: datetime,
        ahead: timedelta | None,
        carrier: Carrier,
    ) -> None:
        self.tapped = tapped
        self.received_at = received_at
        self.carrier = carrier
        self.ahead_seconds = round(ahead.total_seconds()) if ahead else None
        observed_at = tapped.observed_at
        self.observed_at = observed_at - ahead if observed_at and ahead else observed_at
        self.ticket = read_ticket(tapped.ticket)
        self.outlet = self._outlet()
        self.employee = self._employee()
        self.device = self._device()

    def answer(self) -> Answer:
        try:
            with transaction.atomic():
                return self._answer()
        except DataError:
            logger.exception("A record of a queue fits no column: %s", self.tapped.uuid)
            with transaction.atomic():
                return self._hold(Why.UNREADABLE)

    def _answer(self) -> Answer:
        tapped = self.tapped
        # Whoever writes this row first takes the record; who comes beside it waits
        # for the answer.
        delivery, is_new = Delivery.objects.get_or_create(
            uuid=tapped.uuid, defaults={"digest": tapped.digest, "result": Result.HELD}
        )
        if not is_new:
            if delivery.digest != tapped.digest:
                return self._hold(Why.UUID_TAKEN)
            why = Why(delivery.reason) if delivery.reason else None
            return self._say(Result(delivery.result), why, delivery.late)
        try:
            with transaction.atomic():
                found = self._say(self._accept(), None, self._late)
        except Waits as refusal:
            found = self._hold(refusal.why)
        except DomainError as refusal:
            known = refusal.code in Why.values
            found = self._hold(Why(refusal.code) if known else Why.UNREADABLE)
        delivery.result, delivery.late = found.result, found.late
        delivery.reason = found.reason or ""
        delivery.save(update_fields=["result", "reason", "late"])
        return found

    def _say(self, result: Result, why: Why | None, late: bool) -> Answer:
        sent = self.tapped.raw.get("uuid")
        return Answer(sent if isinstance(sent, str) else None, result, why, late)

    # What it names ------------------------------------------------------------------

    def _outlet(self) -> Outlet | None:
        outlets = Outlet.objects.select_related("region")
        if self.tapped.outlet_code:
            return outlets.filter(code=self.tapped.outlet_code).first()
        # What cannot be read still belongs to the outlet whose card it came from.
        return outlets.filter(pk=self.ticket.outlet_id).first() if self.ticket else None

    def _employee(self) -> Employee | None:
        number = self.tapped.employee_number
        return Employee.objects.filter(number=number).first() if number else None

    def _device(self) -> Device | None:
        """Return the tablet on which it was tapped, else the one that brought it."""
        if self.ticket is not None and self.ticket.device is not None:
            return Device.objects.filter(uuid=self.ticket.device).first()
        return self.carrier.device

    @property
    def _late(self) -> bool:
        if self.outlet is None or self.observed_at is None:
            return False
        return is_late(
            self.observed_at,
            self.received_at,
            self.outlet.zone,
            self.outlet.day_starts_at,
            settings.CHECKS_LATE_AFTER,
        )

    # Whether it may be --------------------------------------------------------------

    def _accept(self) -> Result:
        """Do what it asks for, by the rights its author had then.

        Raises:
            Waits, DomainError: a person has to decide.
        """
        outlet, observed_at = self.outlet, self.observed_at
        if self.ticket is None:
            raise Waits(Why.TICKET_MISSING)
        if outlet is None:
            raise Waits(Why.UNKNOWN_OUTLET)
        if self.tapped.fault or observed_at is None:
            raise Waits(Why.UNREADABLE)
        author = self._author(self.ticket, outlet, observed_at)
        if self.tapped.deed == Deed.RECORD:
            return self._record(outlet, author)
        if self.tapped.deed in EVENTS:
            is_new = take_event(
                Event.of(self.tapped),
                outlet=outlet,
                observed_at=observed_at,
                by=author,
                sent=TapSent(self.device, self.ahead_seconds),
            )
            return Result.ACCEPTED if is_new else Result.KNOWN
        return self._change(author, observed_at)

    def _author(self, ticket: Ticket, outlet: Outlet, observed_at: datetime) -> User:
        if ticket.outlet_id != outlet.pk:
            raise Waits(Why.OTHER_OUTLET)
        place = outlet.region.path
        if not self.carrier.reach.covers(outlet_id=outlet.pk, region_path=place):
            raise Waits(Why.OUT_OF_REACH)
        if not good_at(ticket, outlet, observed_at):
            raise Waits(Why.OUT_OF_TIME)
        if ticket.device is not None:
            revoked_at = self.device.revoked_at if self.device else observed_at
            if revoked_at is not None and revoked_at <= observed_at:
                raise Waits(Why.DEVICE_REVOKED)
        author = author_at(ticket, outlet, observed_at)
        if author is None:
            raise Waits(Why.AUTHOR_GONE)
        if not holds(author, Power.RECORD, outlet):
            raise Waits(Why.RIGHT_MISSING)
        return author

    def _record(self, outlet: Outlet, author: User) -> Result:
        tapped = self.tapped
        on = tapped.on
        assert on is not None  # noqa: S101 a record without a day is unreadable
        if tapped.employee_number and self.employee is None:
            raise Waits(Why.UNKNOWN_PERSON)
        if self.employee is not None and self.employee.pk == author.employee_id:
            raise OwnCheck
        if not outlet.is_in_business(on):
            raise Waits(Why.OUTLET_CLOSED)
        version = version_named(tapped.standard, tapped.version)
        if version is None or (version.valid_from and version.valid_from > on):
            raise Waits(Why.UNKNOWN_VERSION)
        kept = keep_check(
            uuid=tapped.uuid,
            outlet=outlet,
            employee=self.employee,
            on=on,
            slot=tapped.slot,
            version=version,
            marks=tapped.marks,
            note=tapped.note,
            observed_at=self.observed_at,
            by=author,
            sent=Sent(
                device=self.device,
                seconds=tapped.seconds,
                clock_ahead_seconds=self.ahead_seconds,
                distance_m=tapped.distance_m,
            ),
        )
        announce_photos(tapped.uuid, tapped.photos)
        if not kept.is_new and not _says_the_same(kept.check, tapped):
            raise Waits(Why.UUID_TAKEN)
        if not kept.is_new or kept.agrees:
            return Result.KNOWN
        if kept.check.state == CheckState.CONFLICT:
            return Result.CONFLICT
        return Result.ACCEPTED

    def _change(self, author: User, observed_at: datetime) -> Result:
        tapped = self.tapped
        uuid = tapped.check
        assert uuid is not None  # noqa: S101 without one it is unreadable
        seen = Check.objects.visible_to(author).select_related("outlet", "employee")
        check = seen.filter(uuid=uuid).first()
        if check is None:
            return self._change_what_waits(author, uuid)
        if not may_change_without_reason(check, author, observed_at):
            if (
                check.employee_id is not None
                and check.employee_id == author.employee_id
            ):
                raise OwnCheck
            raise Waits(Why.DAY_IS_OVER if check.by_id == author.pk else Why.NOT_AUTHOR)
        try:
            if tapped.deed == Deed.UNDO:
                undo_check(uuid=uuid, by=author, at=observed_at)
            else:
                correct_check(
                    uuid=uuid,
                    marks=tapped.marks,
                    note=tapped.note,
                    by=author,
                    at=observed_at,
                )
        except PermissionDenied as refusal:
            raise Waits(Why.NOT_AUTHOR) from refusal
        announce_photos(uuid, tapped.photos)
        return Result.ACCEPTED

    def _change_what_waits(self, author: User, uuid: UUID) -> Result:
        """Take back a record that itself still waits; its author may."""
        rows = HeldCheck.objects.waiting().filter(uuid=uuid, author=author)
        waiting = list(rows.select_for_update(of=("self",)))
        if self.tapped.deed != Deed.UNDO or not waiting:
            raise Waits(Why.UNKNOWN_CHECK)
        for held in waiting:
            held.state, held.settled_by = HeldState.WITHDRAWN, author
            held.settled_at = self.received_at
            held.save(update_fields=["state", "settled_by", "settled_at"])
        return Result.ACCEPTED

    # What waits ---------------------------------------------------------------------

    def _hold(self, why: Why) -> Answer:
        """Keep the record for a person; the same one waits once, and stays settled."""
        tapped, outlet = self.tapped, self.outlet
        if self.ticket is None and outlet and not self.carrier.may_bother(outlet):
            # Whoever signs in somewhere could fill the lists of every outlet.
            outlet = None
        author = (
            User.objects.filter(uuid=self.ticket.user).first() if self.ticket else None
        )
        HeldCheck.objects.get_or_create(
            uuid=tapped.uuid,
            digest=tapped.digest,
            defaults={
                "deed": tapped.deed,
                "reason": why,
                "outlet": outlet,
                "employee": self.employee,
                "number": tapped.employee_number,
                "on": tapped.on,
                "payload": tapped.payload
                | ({"fault": tapped.fault} if tapped.fault else {}),
                "note": str(tapped.raw.get("note") or "")[:5000],
                "author": author,
                "device": self.device,
                "observed_at": self.observed_at,
                "clock_ahead_seconds": self.ahead_seconds,
            },
        )
        announce_photos(tapped.uuid, tapped.photos)
        return self._say(Result.HELD, why, self._late)


def version_named(standard: str, number: int | None) -> StandardVersion | None:
    """Return a version of a checklist by code and number; None: there is none."""
    if number is None:
        return None
    versions = StandardVersion.objects.select_related("standard")
    return versions.filter(standard__code=standard, number=number).first()


def announce_photos(check: UUID, photos: Sequence[UUID]) -> None:
    """Remember which photos belong to a check, so that one still missing is seen."""
    CheckPhoto.objects.bulk_create(
        [CheckPhoto(uuid=photo, check_uuid=check) for photo in photos],
        ignore_conflicts=True,
    )


def _says_the_same(check: Check, tapped: Tapped) -> bool:
    return (
        check.on == tapped.on
        and check.slot == tapped.slot
        and check.note == tapped.note
        and marks_of(check) == tapped.marks
    )
