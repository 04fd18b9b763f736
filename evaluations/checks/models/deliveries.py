"""What tablets sent, what was answered, and what waits for a person."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models.checks import Check
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.accounts.models import Device
from staffing.people.models import Employee

REASON_LENGTH = 300


class Deed(models.TextChoices):
    """What a queued record asks for."""

    RECORD = "record", _("record a check")
    UNDO = "undo", _("take a check back")
    CORRECT = "correct", _("correct a check")
    SPILL = "spill", _("report a spill")
    CLEANED = "cleaned", _("confirm that a spill is cleaned")
    FAULT = "fault", _("report a fault")
    ENDED = "ended", _("confirm that a fault is over")
    DEVICE = "device", _("say whether a trial device works")
    TRIAL = "trial", _("count a trial of a device")
    RETRACT = "retract", _("take back what was reported")


# What is reported from the floor and is no check.
EVENTS = frozenset(Deed) - {Deed.RECORD, Deed.UNDO, Deed.CORRECT}
# What names an earlier record, by the uuid it was recorded by.
NAMING = frozenset({Deed.UNDO, Deed.CORRECT, Deed.CLEANED, Deed.ENDED, Deed.RETRACT})


class Result(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    KNOWN = "known", _("known already")
    CONFLICT = "conflict", _("two tablets differ")
    HELD = "held", _("waits for a decision")


class Why(models.TextChoices):
    """Why a record waits for a person, said so that she can act on it."""

    TICKET_MISSING = "ticket_missing", _("It does not prove who made it.")
    OTHER_OUTLET = "other_outlet", _("It was made on the card of another outlet.")
    OUT_OF_TIME = (
        "out_of_time",
        _("It was not made on the day on which its author opened the card."),
    )
    DEVICE_REVOKED = (
        "device_revoked",
        _("It was made on a tablet that had been revoked."),
    )
    AUTHOR_GONE = "author_gone", _("Its author may not sign in any more.")
    RIGHT_MISSING = (
        "right_missing",
        _("Its author did not record at this outlet at that time."),
    )
    OUT_OF_REACH = (
        "out_of_reach",
        _("The service that delivered it does not serve this outlet."),
    )
    UNREADABLE = "unreadable", _("It cannot be read.")
    UNKNOWN_OUTLET = "unknown_outlet", _("There is no outlet of this code.")
    OUTLET_CLOSED = "outlet_closed", _("The outlet was not open on that day.")
    UNKNOWN_PERSON = "unknown_person", _("Nobody has this employee number.")
    NOT_ON_SHIFT = (
        "not_on_shift",
        _("The person does not work at this outlet on that day."),
    )
    OWN_CHECK = "own_check", _("Nobody checks herself.")
    DAY_IS_OVER = (
        "day_is_over",
        _("It came too long after its day, or names another day than it was made on."),
    )
    UNKNOWN_VERSION = (
        "unknown_version",
        _("The checklist had no such version on that day."),
    )
    UNKNOWN_ROUND = "unknown_round", _("The checklist has no such round.")
    NOT_DUE = (
        "not_due",
        _("It was made before the hour that was drawn for this round."),
    )
    UNKNOWN_ITEM = "unknown_item", _("It marks an item that is not asked here.")
    NOTHING_TO_CHECK = (
        "nothing_to_check",
        _("The checklist asks nothing of whom it judges."),
    )
    UUID_TAKEN = (
        "uuid_taken",
        _("Something else was sent under the same identity before."),
    )
    UNKNOWN_CHECK = "unknown_check", _("The check that it changes is not here.")
    NOT_AUTHOR = "not_author", _("It changes a check that somebody else made.")
    NOT_STANDING = "not_standing", _("It corrects a check that does not count.")
    UNKNOWN_DEVICE = (
        "unknown_device",
        _("The outlet has no trial device of this code on that day."),
    )
    UNKNOWN_EVENT = "unknown_event", _("What it ends or takes back is not here.")


class Delivery(models.Model):
    """One queued record and what it was answered; the same again is answered the same.

    `digest` is of what it says: the same uuid with other content is another record.
    It names nobody.
    """

    uuid = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64)
    result = models.CharField(max_length=8, choices=Result.choices)
    reason = models.CharField(max_length=16, choices=Why.choices, blank=True)
    late = models.BooleanField(default=False)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.uuid} {self.result}"


class HeldState(models.TextChoices):
    WAITING = "waiting", _("waits for a decision")
    ENTERED = "entered", _("entered all the same")
    DISMISSED = "dismissed", _("dismissed")
    WITHDRAWN = "withdrawn", _("taken back by its author")


class HeldCheckQuerySet(models.QuerySet["HeldCheck"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of outlets where the viewer sees records, but about herself.

        What names no outlet we know is seen by who corrects everywhere.
        """
        sight = viewer.sight
        seen = sight.outlets(Power.SEE_RECORDS, "outlet__")
        if sight.reach(Power.CORRECT).everywhere:
            seen |= Q(outlet=None)
        return self.filter(seen).exclude(
            employee=sight.employee_id, employee__isnull=False
        )

    def waiting(self) -> Self:
        return self.filter(state=HeldState.WAITING)

    def with_words(self) -> Self:
        """Read along what the pages say: about whom, by whom, settled by whom."""
        return self.select_related(
            "outlet__region",
            "employee",
            "author__employee",
            "settled_by__employee",
            "entered",
            "device",
        )


class HeldCheck(models.Model):
    """A record that could not be accepted as it came, kept for a person to decide.

    `payload` is what it says but person and note, which have columns; `reason` is why
    it waits. `outlet`, `employee`
    and `author` are None where what was sent names none that we know; `number` is the
    badge number as sent ("" the outlet itself). `observed_at` is corrected for a wrong
    clock by `clock_ahead_seconds` already. `entered` is the check it became.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    uuid = models.UUIDField()
    digest = models.CharField(max_length=64)
    deed = models.CharField(max_length=7, choices=Deed.choices)
    reason = models.CharField(max_length=16, choices=Why.choices)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="+"
    )
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+"
    )
    number = models.CharField(max_length=CODE_LENGTH, blank=True)
    on = models.DateField(null=True, blank=True)
    payload = models.JSONField()
    note = models.TextField(blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+"
    )
    observed_at = models.DateTimeField(null=True, blank=True)
    clock_ahead_seconds = models.IntegerField(null=True, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    state = models.CharField(
        max_length=9, choices=HeldState.choices, default=HeldState.WAITING
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_because = models.CharField(max_length=REASON_LENGTH, blank=True)
    entered = models.ForeignKey(
        Check, models.PROTECT, null=True, blank=True, related_name="held"
    )

    objects = HeldCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["uuid", "digest"], name="held_once_as_it_says"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="held_settled_at_some_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["outlet"], condition=Q(state="waiting"), name="held_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id or ''} {self.deed} {self.reason} {self.state}"

    @property
    def shown(self) -> str:
        """The record in short: day, round, and who or which outlet it judges."""
        about = self.employee.number if self.employee else self.number
        place = self.outlet.code if self.outlet else self.payload.get("outlet_code", "")
        day = f"{self.on:%F}" if self.on else ""
        return " ".join(filter(None, (day, self.payload.get("slot"), about or place)))
