"""Rating SMS: whose number, which of them are drawn, and what became of each."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models.counters import HASH_LENGTH
from evaluations.feedback.models.ratings import Invitation
from outlets.places.models import CODE_LENGTH, Outlet
from staffing.people.models import Employee

NUMBER_LENGTH = 20


class CustomerNumber(models.Model):
    """The number of a ticket's customer, kept for the days in which she may be asked.

    Nobody sees it but who is to call her. `looked_at`: a message was drawn, or not.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    on = models.DateField()
    ticket_no = models.CharField(max_length=CODE_LENGTH)
    number = models.CharField(max_length=NUMBER_LENGTH)
    looked_at = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "on", "ticket_no"], name="customer_number_once"
            ),
        ]
        indexes = [models.Index(fields=["on"], name="customer_number_day")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.on:%F} {self.ticket_no}"


class MessageState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    REPLIED = "replied", _("replied")
    FAILED = "failed", _("not delivered")


class Message(models.Model):
    """One rating SMS: drawn by the system, one per ticket, never chosen by anybody.

    `seed` is that of the outlet's day, so that the draw can be made again. `number` is
    emptied once it is sent. `next_at` None: nothing is left to do.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField()
    ticket_no = models.CharField(max_length=CODE_LENGTH)
    number = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    phone_hash = models.CharField(max_length=HASH_LENGTH)
    seed = models.CharField(max_length=HASH_LENGTH)
    percent = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    state = models.CharField(
        max_length=7, choices=MessageState.choices, default=MessageState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    asks = models.BooleanField(default=False)
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, null=True, blank=True, related_name="message"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "on", "ticket_no"], name="message_one_per_ticket"
            ),
        ]
        indexes = [
            models.Index(fields=["phone_hash", "-drawn_at"], name="message_of_phone"),
            models.Index(
                fields=["next_at"],
                condition=Q(next_at__isnull=False),
                name="message_to_send",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
