"""What checks said before somebody changed them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models.checks import Check, MarkKind
from outlets.places.sight import Viewer


class Action(models.TextChoices):
    CORRECTED = "corrected", _("corrected")
    UNDONE = "undone", _("undone")
    CHOSEN = "chosen", _("chosen between two")
    LOADED = "loaded", _("completed by a spreadsheet")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(check_record__in=Check.objects.visible_to(viewer))


class Correction(models.Model):
    """What a check said before somebody changed it; never changed itself.

    `previous` holds `marks` (item code to mark), `score`, `note` and `state`.
    """

    check_record = models.ForeignKey(Check, models.PROTECT, related_name="corrections")
    action = models.CharField(max_length=9, choices=Action.choices)
    previous = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["check_record", "id"]

    def __str__(self) -> str:
        return f"{self.check_record_id} {self.action}"

    @property
    def check_shown(self) -> str:
        """The check in short: day, round, and who or which outlet it judged."""
        check = self.check_record
        about = check.employee.number if check.employee else check.outlet.code
        return f"{check.on:%F} {check.slot} {about}"

    @property
    def by_name(self) -> str:
        """Who changed it; "" where a spreadsheet did."""
        if self.by is None:
            return ""
        if self.by.employee is not None:
            return self.by.employee.name
        return self.by.get_full_name() or self.by.get_username()

    @property
    def marks_before(self) -> list[dict[str, str]]:
        """The earlier marks for people to read: item code and label."""
        return [
            {"code": code, "label": str(MarkKind(mark).label)}
            for code, mark in self.previous["marks"].items()
        ]

    @property
    def score_before(self) -> float | None:
        """The earlier score, 0 to 100; None where items were marked."""
        score = self.previous["score"]
        return None if score is None else score / 100
