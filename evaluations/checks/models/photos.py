"""Photos of what was seen: sent in pieces, kept privately."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from evaluations.checks.models.checks import Check
from evaluations.checks.models.deliveries import HeldCheck
from evaluations.checks.models.live_photos import PhotoRequest
from outlets.places.models import CODE_LENGTH
from outlets.places.sight import Viewer
from staffing.accounts.models import Device


class CheckPhotoQuerySet(models.QuerySet["CheckPhoto"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the photos of checks that the viewer may see, also of what waits.

        Of the photos that the server asked for fewer people see any.
        """
        checks = Check.objects.visible_to(viewer).values("uuid")
        waiting = HeldCheck.objects.visible_to(viewer).values("uuid")
        asked = PhotoRequest.objects.visible_to(viewer).values("uuid")
        return self.filter(
            Q(check_uuid__in=checks)
            | Q(check_uuid__in=waiting)
            | Q(check_uuid__in=asked)
        )

    def asked_for(self) -> Self:
        """Keep those that the server asked for."""
        return self.filter(check_uuid__in=PhotoRequest.objects.values("uuid"))

    def of_checks(self) -> Self:
        """Keep those that somebody took of what was checked."""
        return self.exclude(check_uuid__in=PhotoRequest.objects.values("uuid"))

    def complete(self) -> Self:
        return self.filter(complete_at__isnull=False)


class CheckPhoto(models.Model):
    """A photo that belongs to a check by uuid, whichever of them arrives first.

    `item` is the code of the item it shows ("" the whole). `length` is what the tablet
    announced (None: nothing yet) and `received` what came, both in bytes. Once all is
    there (`complete_at`) the picture is made anew without what a camera writes into it;
    `sha256` and `phash` (16 hexadecimal digits) are of that picture, `width` and
    `height` in pixels. `refused` says why what came is no photo.
    """

    uuid = models.UUIDField(unique=True)
    check_uuid = models.UUIDField(db_index=True)
    item = models.CharField(max_length=CODE_LENGTH, blank=True)
    length = models.PositiveIntegerField(null=True, blank=True)
    received = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    phash = models.CharField(max_length=16, blank=True, db_index=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(db_default=Now())
    complete_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=24, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CheckPhotoQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(received__lte=models.F("length")),
                name="photo_received_at_most_its_length",
            ),
            models.CheckConstraint(
                condition=Q(complete_at=None, file="")
                | (Q(complete_at__isnull=False) & ~Q(file="")),
                name="photo_complete_with_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_uuid} {self.item} {self.uuid}"
