"""What somebody has looked through before a run is published."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from evaluations.rankings.models.runs import Run
from outlets.places.sight import Power, Viewer


class SeenListQuerySet(models.QuerySet["SeenList"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Notes on lists of everybody are for who sees everybody's records."""
        reach = viewer.sight.reach(Power.SEE_RECORDS)
        return self if reach.everywhere else self.none()


class SeenList(models.Model):
    """Somebody has looked through one list of exceptions of a draft.

    `rows` is how many the list had then; `note` what she found, "" if nothing.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="seen_lists")
    code = models.CharField(max_length=20)
    rows = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(db_default=Now())

    objects = SeenListQuerySet.as_manager()

    class Meta:
        ordering = ["run_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["run", "code"], name="list_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.code}"
