"""Which hour was drawn for an outlet's round at a random hour, and from what."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Now

from evaluations.checks.drawing import drawn_minute, steps
from evaluations.standards.models import Immutable
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.rules import parse_hours
from outlets.places.sight import Power, Viewer


class RoundDrawQuerySet(models.QuerySet["RoundDraw"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the draws where the viewer corrects records or reads their history.

        Who makes the checks of an outlet sees when a round is due, and no draw.
        """
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.CORRECT, "outlet__")
            | sight.outlets(Power.SEE_HISTORY, "outlet__")
        )

    def come(self, at: datetime) -> Self:
        """Keep those whose hour has come by `at`: an hour to come is nobody's."""
        return self.filter(due_at__lte=at)


class RoundDraw(Immutable):
    """One outlet's drawn hour of one trading day, with all that it was drawn from.

    `hours` are the opening hours of the outlet and `day_starts_at` the start of its
    day as they were then; `minute` counts from local midnight of `on`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    outlet_code = models.CharField(max_length=CODE_LENGTH)
    on = models.DateField()
    hours = models.CharField(max_length=300)
    day_starts_at = models.TimeField()
    seed = models.CharField(max_length=64)
    minute = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    kept_at = models.DateTimeField(db_default=Now())

    objects = RoundDrawQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "outlet_code"]
        constraints = [
            models.UniqueConstraint(fields=["outlet", "on"], name="round_drawn_once"),
        ]
        indexes = [models.Index(fields=["on", "outlet_code"])]

    def __str__(self) -> str:
        return f"{self.outlet_code} {self.on:%F}"

    @property
    def among(self) -> tuple[int, ...]:
        """The minutes that it was drawn from."""
        return steps(parse_hours(self.hours), self.on, self.day_starts_at)

    @property
    def holds(self) -> bool:
        """Tell whether the seed draws this very minute from these hours."""
        among = self.among
        return bool(among) and self.minute == drawn_minute(
            self.seed, self.outlet_code, self.on, among
        )
