"""What people say against a result: objections on display, appeals on a decision."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.awards.models.nominations import Nomination
from outlets.places.sight import Power, Viewer


class ObjectionKind(models.TextChoices):
    OBJECTION = "objection", _("objection")
    APPEAL = "appeal", _("appeal")


class ObjectionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("objection", "open")
    UPHELD = "upheld", pgettext_lazy("objection", "upheld")
    DISMISSED = "dismissed", pgettext_lazy("objection", "dismissed")


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the viewer's own, and all for who decides or audits everywhere.

        Whom an objection is about is not told who objected.
        """
        if viewer.sight.reach(Power.SEE_AWARDS).everywhere:
            return self
        user_id = getattr(viewer, "pk", None)
        return self.filter(by=user_id) if user_id is not None else self.none()

    def undecided(self) -> Self:
        return self.filter(state=ObjectionState.OPEN)


class Objection(models.Model):
    """Something said against a nomination's result, and what became of it.

    An objection is anybody's, while the winners are on display; an appeal is the
    nominee's own, against being rejected or disqualified.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="objections"
    )
    kind = models.CharField(max_length=9, choices=ObjectionKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    text = models.TextField()
    state = models.CharField(
        max_length=9, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["nomination", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "kind", "by"],
                condition=Q(state="open"),
                name="objection_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(answer="")),
                name="objection_decided_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("by")),
                name="objection_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nomination_id} {self.kind}"
