"""What raw rows add up to.

Screens read these only: their cost must not grow with the raw rows.
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models

from outlets.flow.models.raw import SERVICE_LENGTH, FlowQuerySet
from outlets.flow.rules import WAIT_COLUMNS
from outlets.places.models import CODE_LENGTH, Outlet


class RollUpQuerySet(FlowQuerySet):
    def between(self, first: date, last: date) -> Self:
        """Keep the trading days from `first` to `last`, both included."""
        return self.filter(date__gte=first, date__lte=last)


class RollUp(models.Model):
    """Counts and sums of one outlet and trading day; `identity` tells rows apart.

    A table with a year behind it is read by the index on the day alone: rows lie in the
    order of their days, which PostgreSQL knows of that index and not of one that goes
    on with the outlet. That one looks so dear to it that it compiles the query first.
    """

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
    no_shows = models.PositiveIntegerField(default=0)
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
        indexes = [models.Index(fields=["date"], name="hourly_flow_day")]


class HalfHourFlow(RollUp):  # noqa: DJ008 (RollUp has it)
    """The tickets taken, and the servers at work, in one half hour of the local clock.

    `start_minute` counts from local midnight: 0, 30, … 1410. `servers` are different
    people, so they do not add up over half hours.
    """

    identity = ("outlet_id", "date", "start_minute")

    start_minute = models.PositiveSmallIntegerField()
    arrivals = models.PositiveIntegerField()
    servers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "date", "start_minute"], name="half_hour_flow_once"
            ),
        ]
        indexes = [models.Index(fields=["date"], name="half_hour_flow_day")]


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
        indexes = [
            models.Index(fields=["employee_number"], name="server_day_of_number"),
            models.Index(fields=["date"], name="server_day_day"),
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
        indexes = [models.Index(fields=["date"], name="hourly_count_day")]


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
        indexes = [models.Index(fields=["date"], name="hourly_board_day")]


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
        indexes = [models.Index(fields=["date"], name="daily_volume_day")]
