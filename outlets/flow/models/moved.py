"""Which raw tickets have been moved out, and what they had been rolled up to."""

from datetime import date

from django.core.files.storage import Storage, storages
from django.db import models

from outlets.flow.models.raw import FlowQuerySet
from outlets.flow.rules import Month
from outlets.places.models import Outlet


def moved_storage() -> Storage:
    """Return the storage of files that no address leads to."""
    return storages["private"]


class MovedMonth(models.Model):
    """A month of an outlet whose raw tickets and events were moved out of the database.

    `tickets` and `events` are how many; `file` holds the tickets, `digest` is its
    SHA-256. `totals` is what the roll-ups of the month added up to: they were proven
    equal to the raw rows before these went, and can be compared with it ever after.
    `heard` is the last instant that was heard of any ticket, by trading day.
    """

    outlet = models.ForeignKey(
        Outlet, models.PROTECT, related_name="moved_months", db_index=False
    )
    first = models.DateField()
    tickets = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    file = models.FileField(storage=moved_storage, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    totals = models.JSONField(default=dict)
    heard = models.JSONField(default=dict)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = FlowQuerySet.as_manager()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "first"], name="moved_month_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.first:%Y-%m}"

    @property
    def month(self) -> Month:
        return Month(self.first)

    @property
    def span(self) -> tuple[date, date]:
        return self.month.span
