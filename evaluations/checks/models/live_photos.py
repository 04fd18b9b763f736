"""Photos that the server asks for: the draw of a day, and who was drawn."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee

SEED_LENGTH = 32


class DrawSeed(models.Model):
    """What the lots of one day are drawn with, for all outlets of the deployment.

    Made by chance before anybody opens a card of that day, and kept: with it anybody
    can draw again which outlets were asked, and those that were not.
    """

    on = models.DateField(unique=True)
    seed = models.CharField(max_length=SEED_LENGTH)
    one_in = models.PositiveSmallIntegerField()
    most_people = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on:%F}"


class PhotoDrawQuerySet(models.QuerySet["PhotoDraw"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_REVIEWS, "outlet__"))


class PhotoDraw(models.Model):
    """An outlet that was drawn for a day, among whom, and who was.

    `candidates` are the uuids of who could be drawn, as they stood at `made_at`.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="photo_draws")
    seed = models.ForeignKey(DrawSeed, models.PROTECT, related_name="draws")
    candidates = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())

    objects = PhotoDrawQuerySet.as_manager()

    class Meta:
        ordering = ["-seed__on", "outlet"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "seed"], name="photos_drawn_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.seed_id}"


class PhotoRequestQuerySet(models.QuerySet["PhotoRequest"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of outlets that the viewer leads or supervises, and of herself.

        Fewer than see the checks: a photo of a face is nothing that a figure needs.
        """
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.RECORD, "outlet__")
            | sight.outlets(Power.CORRECT, "outlet__")
            | Q(employee=sight.employee_id, employee__isnull=False)
        )


class PhotoRequest(models.Model):
    """A photo of one person that is asked for on one day.

    Its photo is the `CheckPhoto` that belongs to this `uuid`, as those of a check
    belong to the check's.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draw = models.ForeignKey(PhotoDraw, models.PROTECT, related_name="requests")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="photo_requests"
    )
    on = models.DateField()

    objects = PhotoRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "employee"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "employee"], name="photo_asked_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["outlet", "on"])]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.on:%F}"
