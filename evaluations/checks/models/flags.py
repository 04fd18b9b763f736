"""Review flags: what deserves a supervisor's look. None moves a score."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.standards.models import Standard
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer

FLAG_NOTE_LENGTH = 500


class FlagKind(models.TextChoices):
    TOO_QUICK = "too_quick", _("very little time per person")
    SAME_MARKS = "same_marks", _("the same marks day after day")
    REUSED_PHOTO = "reused_photo", _("a photo that was there before")
    OFF_SITE = "off_site", _("made away from the outlet")
    AFTER_HOURS = "after_hours", _("made outside opening hours")
    NO_PHOTO = "no_photo", _("the photo asked for did not come")


class FlagState(models.TextChoices):
    OPEN = "open", _("to be looked at")
    FINE = "fine", _("looked at: fine")
    TALKED = "talked", _("talked about it")
    RECHECK = "recheck", _("re-check ordered")
    GONE = "gone", _("settled by itself")


# What somebody looked at and spoke about: its author reads these of her own records.
SPOKEN_OF = (FlagState.TALKED, FlagState.RECHECK)
# What a supervisor may say; an open one needs no saying, and nobody settles by hand
# what settles itself.
VERDICTS = (FlagState.FINE, FlagState.TALKED, FlagState.RECHECK)


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those where the viewer reviews; of her own records, what was spoken of.

        Nobody else: not the outlet's other leads, not whom the checks were about.
        """
        sight = viewer.sight
        own = Q(author__employee=sight.employee_id, author__employee__isnull=False)
        return self.filter(
            sight.outlets(Power.SEE_REVIEWS, "outlet__")
            | (own & Q(state__in=SPOKEN_OF))
        )

    def open(self) -> Self:
        return self.filter(state=FlagState.OPEN)

    def newest_first(self) -> Self:
        return self.order_by("-on", "-id")


class Flag(models.Model):
    """Something about the checks of an outlet's day that deserves a look.

    `author` made the records it is about; None: nobody of ours did. `key` tells it from
    other flags of the kind and day, so that looking again raises none twice.
    `evidence` holds figures and uuids of records, never names.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="flags")
    on = models.DateField()
    kind = models.CharField(max_length=12, choices=FlagKind.choices)
    key = models.CharField(max_length=100)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.JSONField()
    raised_at = models.DateTimeField(db_default=Now())
    state = models.CharField(
        max_length=7, choices=FlagState.choices, default=FlagState.OPEN
    )
    note = models.CharField(max_length=FLAG_NOTE_LENGTH, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = [F("on").desc(), "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "on", "kind", "key"], name="flag_raised_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "gone"), settled_by=None)
                | (
                    ~Q(state__in=("open", "gone"))
                    & Q(settled_by__isnull=False, settled_at__isnull=False)
                ),
                name="flag_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["on", "outlet"], name="flag_of_a_day"),
            models.Index(
                fields=["outlet"], condition=Q(state="open"), name="flag_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.on:%F} {self.kind}"

    @property
    def shown(self) -> str:
        """The flag in short: day, outlet, kind."""
        return f"{self.on:%F} {self.outlet.code} {self.get_kind_display()}"
