"""What queue machines, door counters, boards and tills send."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outlets.exchange.bulk_api import DeliveryBase
from outlets.flow.events import Event, Happening
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer

SERVICE_LENGTH = 60


class FlowQuerySet(models.QuerySet):
    """What all rows of this room share: they happened at an outlet."""

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_FLOW, "outlet__"))

    def at(self, outlets: "models.QuerySet[Outlet] | Iterable[Outlet]") -> Self:
        return self.filter(outlet__in=outlets)


class Priority(models.TextChoices):
    NONE = "none", _("none")
    ELDERLY = "elderly", _("elderly")
    WEAK = "weak", _("weak")
    SICK = "sick", _("sick")
    DISABLED = "disabled", _("disabled")
    PREGNANT = "pregnant", _("pregnant")
    VIP = "vip", _("VIP")


class Ticket(models.Model):
    """One customer's place in the queue; instants to the second, None: not happened.

    `date` is the trading day as the queue machine gave it. Empty text means unknown.
    `no_show`: called, and nobody came. `by_events`: told from its events, and changed
    by nothing else.
    """

    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="tickets", db_index=False
    )
    date = models.DateField()
    ticket_no = models.CharField(max_length=CODE_LENGTH)
    arrived_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    service = models.CharField(max_length=SERVICE_LENGTH, blank=True)
    priority = models.CharField(max_length=8, choices=Priority.choices, blank=True)
    employee_number = models.CharField(max_length=CODE_LENGTH, blank=True)
    no_show = models.BooleanField(default=False, db_default=False)
    by_events = models.BooleanField(default=False, db_default=False)

    objects = FlowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "date", "ticket_no"], name="ticket_once"
            ),
            models.CheckConstraint(
                condition=Q(called_at=None) | Q(abandoned_at=None),
                name="ticket_called_or_abandoned",
            ),
            models.CheckConstraint(
                condition=Q(called_at=None) | Q(called_at__gte=F("arrived_at")),
                name="ticket_called_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(abandoned_at=None) | Q(abandoned_at__gte=F("arrived_at")),
                name="ticket_abandoned_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | Q(called_at__isnull=False, finished_at__gte=F("called_at")),
                name="ticket_finished_after_call",
            ),
        ]
        # For what is about one person: her file, and her erasure.
        indexes = [models.Index(fields=["employee_number"], name="ticket_of_number")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.date:%F} {self.ticket_no}"


class TicketEvent(models.Model):
    """One thing that happened to a ticket, as the machine or the desk sent it.

    `date` and `ticket_no` say which ticket, `counter` where the customer was called to.
    Empty text means unknown.
    """

    HAPPENINGS = (
        (Happening.ARRIVE.value, _("arrived")),
        (Happening.CALL.value, _("called")),
        (Happening.START.value, _("service started")),
        (Happening.TRANSFER.value, _("handed on")),
        (Happening.NO_SHOW.value, _("did not show")),
        (Happening.FINISH.value, _("finished")),
        (Happening.ABANDON.value, _("went away")),
    )

    uuid = models.UUIDField(unique=True)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="ticket_events", db_index=False
    )
    date = models.DateField()
    ticket_no = models.CharField(max_length=CODE_LENGTH)
    event = models.CharField(max_length=8, choices=HAPPENINGS)
    at = models.DateTimeField()
    service = models.CharField(max_length=SERVICE_LENGTH, blank=True)
    priority = models.CharField(max_length=8, choices=Priority.choices, blank=True)
    employee_number = models.CharField(max_length=CODE_LENGTH, blank=True)
    counter = models.CharField(max_length=CODE_LENGTH, blank=True, default="")

    objects = FlowQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(
                fields=["outlet", "date", "ticket_no"], name="event_of_ticket"
            ),
            models.Index(fields=["employee_number"], name="event_of_number"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.date:%F} {self.ticket_no} {self.event}"

    def as_event(self) -> Event:
        return Event(
            at=self.at,
            what=Happening(self.event),
            key=str(self.uuid),
            service=self.service,
            priority=self.priority,
            employee_number=self.employee_number,
            counter=self.counter,
        )


class DoorCount(models.Model):
    """How many people a door counter saw in `minutes` from `start`."""

    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="door_counts", db_index=False
    )
    start = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()

    objects = FlowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "start", "minutes"], name="door_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.start:%FT%R}"


class BoardReading(models.Model):
    """What a waiting-time board showed for one service at one moment."""

    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="board_readings", db_index=False
    )
    at = models.DateTimeField()
    service = models.CharField(max_length=SERVICE_LENGTH)
    people_waiting = models.PositiveIntegerField()
    wait_minutes = models.PositiveIntegerField()

    objects = FlowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "at", "service"], name="board_reading_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.at:%FT%R} {self.service}"


class Transaction(models.Model):
    """The business of one day: of one person, or of the whole outlet (number empty).

    `amount` is in yuan; None: unknown.
    """

    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="transactions", db_index=False
    )
    date = models.DateField()
    employee_number = models.CharField(max_length=CODE_LENGTH, blank=True)
    service = models.CharField(max_length=SERVICE_LENGTH)
    quantity = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    objects = FlowQuerySet.as_manager()

    class Meta:
        constraints = [
            # The number is never NULL: "the whole outlet" is a value like any other.
            models.UniqueConstraint(
                fields=["outlet", "date", "service", "employee_number"],
                name="transaction_once",
            ),
        ]
        indexes = [
            models.Index(fields=["employee_number"], name="transaction_of_number")
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.date:%F} {self.service}"


class Delivery(DeliveryBase):
    """What machines have sent to the bulk calls of this room under a uuid."""
