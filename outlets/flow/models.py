"""What queue machines, door counters, boards and tills send, and its roll-ups.

Screens read the roll-ups only: their cost must not grow with the raw rows.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outlets.exchange.bulk_api import DeliveryBase
from outlets.flow.rules import WAIT_COLUMNS
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer

SERVICE_LENGTH = 60


class FlowQuerySet(models.QuerySet):
    """What all rows of this room share: they happened at an outlet."""

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_FLOW, "outlet__"))

    def at(self, outlets: "models.QuerySet[Outlet] | Iterable[Outlet]") -> Self:
        return self.filter(outlet__in=outlets)


class RollUpQuerySet(FlowQuerySet):
    def between(self, first: date, last: date) -> Self:
        """Keep the trading days from `first` to `last`, both included."""
        return self.filter(date__gte=first, date__lte=last)


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

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.date:%F} {self.ticket_no}"


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

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.date:%F} {self.service}"


class RollUp(models.Model):
    """Counts and sums of one outlet and trading day; `identity` tells rows apart."""

    identity: ClassVar[tuple[str, ...]]

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()

    objects = RollUpQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return " ".join(str(part) for part in self.key())

    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.identity)


class WaitHistogram(models.Model):
    """The columns of `rules.Waits`: one counter per bin, the sum and the longest."""

    wait_sum_s = models.BigIntegerField(default=0)
    wait_max_s = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


for _column in WAIT_COLUMNS:
    WaitHistogram.add_to_class(_column, models.PositiveIntegerField(default=0))


class HourlyFlow(WaitHistogram, RollUp):  # noqa: DJ008 (RollUp has it)
    """The tickets of one local hour of arrival and service, as `rules.Flow` counts."""

    identity = ("outlet_id", "date", "hour", "service")

    hour = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=SERVICE_LENGTH, blank=True)
    arrivals = models.PositiveIntegerField()
    served = models.PositiveIntegerField()
    abandoned = models.PositiveIntegerField()
    abandoned_wait_sum_s = models.BigIntegerField()
    finished = models.PositiveIntegerField()
    service_sum_s = models.BigIntegerField()
    priority_arrivals = models.PositiveIntegerField()
    priority_finished = models.PositiveIntegerField()
    priority_late = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "date", "hour", "service"], name="hourly_flow_once"
            ),
        ]
        indexes = [models.Index(fields=["date", "outlet"], name="hourly_flow_date")]


class ServerDay(RollUp):  # noqa: DJ008 (RollUp has it)
    """What one server, by number as sent, did on one day."""

    identity = ("outlet_id", "date", "employee_number")

    employee_number = models.CharField(max_length=CODE_LENGTH)
    served = models.PositiveIntegerField()
    with_service_time = models.PositiveIntegerField()
    service_sum_s = models.BigIntegerField()
    vip_served = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "date", "employee_number"], name="server_day_once"
            ),
        ]


class HourlyCount(RollUp):  # noqa: DJ008 (RollUp has it)
    """The people counted in readings that began in one local hour.

    `minutes` is what the readings covered together: 60 is one recorded hour.
    """

    identity = ("outlet_id", "date", "hour")

    hour = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    readings = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "date", "hour"], name="hourly_count_once"
            ),
        ]
        indexes = [models.Index(fields=["date", "outlet"], name="hourly_count_date")]


class HourlyBoard(WaitHistogram, RollUp):  # noqa: DJ008 (RollUp has it)
    """The board readings of one local hour.

    The waits are of `counted` readings: within opening hours and with people waiting.
    `people_sum` adds up everybody shown at the `moments` the board was read while open.
    """

    identity = ("outlet_id", "date", "hour")

    hour = models.PositiveSmallIntegerField()
    readings = models.PositiveIntegerField()
    readings_open = models.PositiveIntegerField()
    readings_counted = models.PositiveIntegerField()
    moments = models.PositiveIntegerField()
    people_sum = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "date", "hour"], name="hourly_board_once"
            ),
        ]
        indexes = [models.Index(fields=["date", "outlet"], name="hourly_board_date")]


class DailyVolume(RollUp):  # noqa: DJ008 (RollUp has it)
    """The transactions of one service on one day.

    Where the whole outlet was sent, that is the figure; else the persons add up.
    `amount` None: not known for any of them.
    """

    identity = ("outlet_id", "date", "service")

    service = models.CharField(max_length=SERVICE_LENGTH)
    quantity = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "date", "service"], name="daily_volume_once"
            ),
        ]
        indexes = [models.Index(fields=["date", "outlet"], name="daily_volume_date")]


class Delivery(DeliveryBase):
    """What machines have sent to the bulk calls of this room under a uuid."""
