"""Waves of mystery visits: when, how many where, by which agencies, with what money."""

from datetime import timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.mystery.models.questionnaires import (
    IN_THE_FIELD,
    Questionnaire,
    reads_plans,
)
from evaluations.standards.models import in_language
from outlets.places.models import CODE_LENGTH, Outlet, OutletClass, Region
from outlets.places.sight import Viewer
from staffing.people.models import Agency

BRIEF_LENGTH = 2000
MOST_VISITS = 12
PLANNING_LOST_AFTER = timedelta(minutes=15)


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who reads plans; for an agency those that its waves play."""
        sight = viewer.sight
        if reads_plans(sight):
            return self
        theirs = Scenario.objects.filter(
            waves__agencies__in=sight.agency_ids, waves__state__in=IN_THE_FIELD
        )
        return self.filter(pk__in=theirs.values("pk"))

    def concealed_from(self, viewer: Viewer | None) -> Self:
        """Keep those whose history is not told to a viewer; None: nobody in particular.

        What shoppers come for is known to who reads plans: it would give them away.
        """
        known = viewer is not None and reads_plans(viewer.sight)
        return self.none() if known else self


class Scenario(models.Model):
    """What a shopper comes for: the part she plays, and what she asks."""

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120, blank=True)
    brief_en = models.TextField(max_length=BRIEF_LENGTH)
    brief_zh = models.TextField(max_length=BRIEF_LENGTH, blank=True)
    active = models.BooleanField(default=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)

    @property
    def brief(self) -> str:
        return in_language(self.brief_en, self.brief_zh)


class WaveState(models.TextChoices):
    """planned: visits are assigned, and no agency sees them yet."""

    DRAFT = "draft", _("draft")
    PLANNED = "planned", pgettext_lazy("wave", "planned")
    RUNNING = "running", _("in the field")
    CLOSED = "closed", pgettext_lazy("wave", "closed")


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who reads plans; for an agency those it carries out."""
        sight = viewer.sight
        if reads_plans(sight):
            return self
        theirs = Wave.agencies.through.objects.filter(agency__in=sight.agency_ids)
        return self.filter(pk__in=theirs.values("wave"), state__in=IN_THE_FIELD)

    def concealed_from(self, viewer: Viewer | None) -> Self:
        """Keep those whose history is not told to a viewer; None: nobody in particular.

        That a wave is planned is known to who reads plans, and to nobody else.
        """
        known = viewer is not None and reads_plans(viewer.sight)
        return self.none() if known else self


class Wave(models.Model):
    """One wave; dates are days of each outlet, both inclusive.

    `budget` and `fee` (what one visit costs) are in yuan, None: no limit. `most_each`
    is what one shopper carries out at most; the same shopper does not come back to an
    outlet within `lockout_days`. `plan` keeps what the planner expected: see
    docs/mystery.md. `seed` is what its draws began from. `planning_since` is when a
    worker was asked for a plan that is not there yet.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title = models.CharField(max_length=120)
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="waves"
    )
    scenarios = models.ManyToManyField(Scenario, related_name="waves")
    agencies = models.ManyToManyField(Agency, related_name="waves")
    opens_on = models.DateField()
    closes_on = models.DateField()
    budget = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    fee = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    lockout_days = models.PositiveSmallIntegerField(
        default=90, validators=[MaxValueValidator(730)]
    )
    most_each = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    state = models.CharField(
        max_length=7, choices=WaveState.choices, default=WaveState.DRAFT
    )
    seed = models.CharField(max_length=64, blank=True, editable=False)
    plan = models.JSONField(null=True, blank=True, editable=False)
    planning_since = models.DateTimeField(null=True, blank=True, editable=False)
    planning_failed = models.BooleanField(default=False, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="wave_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def may_be_planned(self) -> bool:
        """Tell whether its visits may be planned, or planned anew: nobody has them."""
        return self.state in (WaveState.DRAFT, WaveState.PLANNED)

    @property
    def is_being_planned(self) -> bool:
        """Tell whether a worker is at it; one of whom nothing is heard is lost."""
        since = self.planning_since
        return since is not None and timezone.now() < since + PLANNING_LOST_AFTER

    @property
    def has_no_plan_after_all(self) -> bool:
        """Tell whether the last planning ended without a plan."""
        lost = self.planning_since is not None and not self.is_being_planned
        return self.planning_failed or lost


class QuotaQuerySet(models.QuerySet["Quota"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(wave__in=Wave.objects.visible_to(viewer))


class Quota(models.Model):
    """Visits to each outlet of a class ("" any) in a region and below (None: anywhere).

    Of several that fit an outlet the one of the deepest region holds, then the one
    that names its class.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="quotas")
    outlet_class = models.CharField(
        max_length=1, choices=OutletClass.choices, blank=True, default=""
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+"
    )
    visits = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(MOST_VISITS)]
    )

    objects = QuotaQuerySet.as_manager()

    class Meta:
        ordering = ["wave", "id"]
        constraints = [
            models.UniqueConstraint(
                "wave",
                "outlet_class",
                Coalesce("region", 0),
                name="quota_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.outlet_class} {self.region_id}"

    def fits(self, outlet: Outlet) -> bool:
        """Tell whether it speaks of this outlet; reads its region."""
        if self.outlet_class and self.outlet_class != outlet.outlet_class:
            return False
        return self.region is None or outlet.region.path.startswith(self.region.path)
