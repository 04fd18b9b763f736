"""Blind re-checks: a drawn sample of a day, judged again without seeing the first."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from evaluations.checks.models.checks import Check
from evaluations.checks.models.live_photos import SEED_LENGTH
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer

# What is seen a day later is another day's.
OPEN_FOR = timedelta(hours=24)


class RecheckQuerySet(models.QuerySet["Recheck"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_REVIEWS, "outlet__"))

    def blinding(self, user_id: int, at: datetime) -> Self:
        """Keep those that somebody is still judging, and so must not read up on."""
        return self.filter(by=user_id, finished_at=None, drawn_at__gt=at - OPEN_FOR)


class Recheck(models.Model):
    """A sample of one outlet's checks of a day, drawn by its seed.

    `drawn_from` are the uuids of the checks that could be drawn, in order.
    `finished_at` None: still being judged, or left undone.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="rechecks")
    on = models.DateField()
    seed = models.CharField(max_length=SEED_LENGTH)
    drawn_from = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="rechecks"
    )
    drawn_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RecheckQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            # Drawing again until the sample pleases is no sample.
            models.UniqueConstraint(
                fields=["outlet", "on", "by"], name="recheck_drawn_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["on", "outlet"], name="recheck_of_a_day")]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.on:%F}"

    @property
    def closes_at(self) -> datetime:
        return self.drawn_at + OPEN_FOR

    def is_open(self, at: datetime) -> bool:
        return self.finished_at is None and at < self.closes_at


class RetakenQuerySet(models.QuerySet["Retaken"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(recheck__in=Recheck.objects.visible_to(viewer))

    def judged(self) -> Self:
        return self.filter(judged_at__isnull=False, not_met=False)


class Retaken(models.Model):
    """One check of a sample and its second judgement, by item code.

    `marks` are those of the second judge, `first_marks` what the check said when that
    was given, so that a later correction changes no agreement; what is in neither has
    passed. `not_met`: the person could not be seen again. None of it is a check, and
    none of it reaches the ledger.
    """

    recheck = models.ForeignKey(Recheck, models.PROTECT, related_name="retaken")
    check_record = models.ForeignKey(Check, models.PROTECT, related_name="retaken")
    position = models.PositiveSmallIntegerField()
    marks = models.JSONField(default=dict)
    first_marks = models.JSONField(default=dict)
    judged_at = models.DateTimeField(null=True, blank=True)
    not_met = models.BooleanField(default=False)

    objects = RetakenQuerySet.as_manager()

    class Meta:
        ordering = ["recheck", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["recheck", "check_record"], name="retaken_once"
            ),
            models.UniqueConstraint(
                fields=["recheck", "position"], name="retaken_in_order"
            ),
            models.CheckConstraint(
                condition=Q(not_met=False) | Q(judged_at__isnull=False),
                name="retaken_not_met_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recheck_id} {self.position}"
