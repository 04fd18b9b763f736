"""Campaign checks: one inspection of many outlets within a few days."""

import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.checks.campaigning import Window
from evaluations.checks.models.checks import Check, CheckState
from evaluations.standards.models import StandardVersion
from evaluations.standards.rounds import CAMPAIGN
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer

TITLE_LENGTH = 120
WHY_LENGTH = 300


class CarriedBy(models.TextChoices):
    OUTLET = "outlet", _("who leads the outlet")
    REGION = "region", _("who leads the region")

    @property
    def power(self) -> Power:
        """What somebody holds at an outlet who carries the check out there."""
        return Power.RECORD if self is CarriedBy.OUTLET else Power.CORRECT


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the campaigns that inspect an outlet where the viewer sees records."""
        return self.filter(
            Exists(
                CampaignTarget.objects.visible_to(viewer).filter(
                    campaign=OuterRef("pk")
                )
            )
        )

    def running(self, on: date) -> Self:
        """Keep those whose days take in `on` and that were not called off."""
        return self.filter(first_on__lte=on, last_on__gte=on, ended_at=None)


class Campaign(models.Model):
    """One inspection under one version of a checklist, once at each of its outlets.

    On every day from `first_on` to `last_on`, from `opens_at` to `closes_at` of the
    outlet's time (None: all day). `region` says how the outlets were chosen (None: one
    by one); the outlets themselves are its targets. `counts`: the environment component
    takes its checks in, as it does for a checklist of the daily card; settled when the
    campaign was opened.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=TITLE_LENGTH)
    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_on = models.DateField()
    last_on = models.DateField()
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    carried_by = models.CharField(max_length=6, choices=CarriedBy.choices)
    counts = models.BooleanField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    ended_because = models.CharField(max_length=WHY_LENGTH, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-last_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="campaign_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None)
                | Q(opens_at__isnull=False, closes_at__gt=F("opens_at")),
                name="campaign_hours_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def window(self) -> Window:
        return Window(self.first_on, self.last_on, self.opens_at, self.closes_at)

    @property
    def slot(self) -> str:
        """The round under which its checks stand, as no card asks for it."""
        return f"{CAMPAIGN}-{self.pk}"


class CampaignTargetQuerySet(models.QuerySet["CampaignTarget"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))

    def done(self) -> Self:
        return self.filter(check_record__state=CheckState.STANDING)

    def not_done(self) -> Self:
        return self.exclude(check_record__state=CheckState.STANDING)


class CampaignTarget(models.Model):
    """One outlet of a campaign, and its check once there is one."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="targets")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    check_record = models.OneToOneField(
        Check, models.PROTECT, null=True, blank=True, related_name="campaign_target"
    )

    objects = CampaignTargetQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "outlet"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "outlet"], name="campaign_outlet_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.outlet_id}"

    @property
    def is_done(self) -> bool:
        """Tell whether its check counts; reads it, if there is one."""
        check = self.check_record
        return check is not None and check.state == CheckState.STANDING

    def state(self, at: datetime) -> str:
        """Return done, open, overdue, planned or ended; reads the outlet."""
        if self.is_done:
            return "done"
        if self.campaign.ended_at is not None:
            return "ended"
        return self.campaign.window.state(at, self.outlet.zone)
