"""The next version of a standard while somebody writes it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from evaluations.standards.models.standards import (
    ItemFields,
    Standard,
    StandardVersion,
)
from outlets.places.sight import Viewer


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the drafts of those who may write the standard."""
        return self.filter(standard__in=Standard.objects.written_by(viewer))


class Draft(models.Model):
    """What a standard will ask for once it is published; one at a time.

    `based_on` is the version that it began as (None: a standard that has none yet).
    The words and rounds of the standard itself change with the publication too.
    """

    standard = models.OneToOneField(Standard, models.CASCADE, related_name="draft")
    based_on = models.ForeignKey(
        StandardVersion, models.PROTECT, null=True, related_name="+"
    )
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120, blank=True)
    slots = models.CharField(max_length=100)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    begun_at = models.DateTimeField(db_default=Now())

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"draft of {self.standard_id}"


class DraftItemQuerySet(models.QuerySet["DraftItem"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(draft__in=Draft.objects.visible_to(viewer))


class DraftItem(ItemFields):
    """One line of a draft. `revision` grows with every change, so that two people who
    have it open do not overwrite each other unseen."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="items")
    revision = models.PositiveIntegerField(default=1)

    objects = DraftItemQuerySet.as_manager()

    class Meta:
        ordering = ["draft", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "code"], name="draft_item_code_once"
            ),
        ]
