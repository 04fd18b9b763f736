"""Certificates: the signed text, and whether it still holds."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from evaluations.awards.models.lists import Award
from outlets.places.sight import Power, Viewer


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the viewer's own, and those where she sees awards or records."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_AWARDS, "award__outlet__")
            | sight.outlets(Power.SEE_RECORDS, "award__outlet__")
            | Q(award__employee=sight.employee_id, award__employee__isnull=False)
        )


class Certificate(models.Model):
    """What a winner may hang on a wall.

    `award` is the newest that says the same: it changes when its list is superseded.
    `text` is the signed document, byte for byte, with its signature: "" once the
    winner's data were erased. `key_id` names the key that signed it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.OneToOneField(Award, models.PROTECT, related_name="certificate")
    key_id = models.CharField(max_length=40)
    text = models.TextField()
    issued_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_because = models.CharField(max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="certificate_revoked_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
