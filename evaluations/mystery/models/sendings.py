"""What was sent of reports: each content once, also what could not be taken."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models.reports import Report
from outlets.places.sight import Viewer


class HeldBecause(models.TextChoices):
    """Why something that was sent is not the report."""

    OTHER_CONTENT = "content", _("the same delivery came with another content")
    MOVED = "moved", _("the visit was already reported, or called off")
    HANDED_OVER = "handed", _("the visit was meanwhile given to another shopper")


class SendingQuerySet(models.QuerySet["Sending"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(report__in=Report.objects.visible_to(viewer))

    def held(self) -> Self:
        return self.exclude(held="")


class Sending(models.Model):
    """One delivery of a phone, or of a sheet, recognised when it comes again.

    `digest` is of all that it said. `held` "": it was taken, and its content stands in
    the report; else `content` keeps it as JSON, until a person has looked at it.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="sendings")
    delivery = models.UUIDField()
    digest = models.CharField(max_length=64)
    held = models.CharField(
        max_length=7, choices=HeldBecause.choices, blank=True, default=""
    )
    content = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SendingQuerySet.as_manager()

    class Meta:
        ordering = ["report", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "delivery", "digest"], name="sending_once"
            ),
        ]
        indexes = [models.Index(fields=["delivery"], name="sending_delivery")]

    def __str__(self) -> str:
        return str(self.delivery)
