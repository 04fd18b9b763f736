"""Targets of outlets, regions and people; KPIs, their values and month weights."""

import uuid
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.curves import Piecewise
from outlets.places.models import CODE_LENGTH, Outlet, Region
from outlets.places.sight import Power, Viewer
from staffing.people.models import Assignment, Employee


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the targets of places and people within reach, and the viewer's own.

        People are within reach where they are assigned today.
        """
        sight = viewer.sight
        reach = sight.reach(Power.SEE_RECORDS)
        if reach.everywhere:
            return self
        people = Assignment.objects.on(timezone.localdate()).filter(
            reach.outlets("outlet__")
        )
        within = (
            reach.outlets("outlet__")
            | Q(employee__in=people.values("employee"))
            | Q(employee=sight.employee_id, employee__isnull=False)
        )
        for path in sorted(reach.region_paths):
            within |= Q(region__path__startswith=path)
        return self.filter(within)

    def of_people(self, kpi: str) -> Self:
        return self.filter(employee__isnull=False, kpi=kpi)

    def ended_by(self, day: date) -> Self:
        """Keep the targets whose period was over at the end of `day`."""
        return self.filter(ends_on__lte=day)


class Target(models.Model):
    """What one place or one person shall reach in a period.

    `base` and `challenge` are in hundredths of the KPI's unit; None: not set. The
    period is written `2026-10`, `2026-Q3` or `2026`; `ends_on` is its last day.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    period = models.CharField(max_length=7)
    ends_on = models.DateField()
    kpi = models.CharField(max_length=CODE_LENGTH)
    base = models.BigIntegerField(null=True, blank=True)
    challenge = models.BigIntegerField(null=True, blank=True)
    pending = models.BooleanField(default=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "kpi", "id"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("outlet", 0),
                Coalesce("region", 0),
                Coalesce("employee", 0),
                "period",
                "kpi",
                name="target_once",
            ),
            models.CheckConstraint(
                condition=Q(outlet__isnull=False, region=None, employee=None)
                | Q(outlet=None, region__isnull=False, employee=None)
                | Q(outlet=None, region=None, employee__isnull=False),
                name="target_has_one_scope",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kpi", "ends_on"],
                condition=Q(employee__isnull=False),
                name="target_of_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period}"

    @property
    def base_shown(self) -> Decimal | None:
        return None if self.base is None else Decimal(self.base) / 100

    @property
    def challenge_shown(self) -> Decimal | None:
        return None if self.challenge is None else Decimal(self.challenge) / 100


class KpiKind(models.TextChoices):
    RATIO_CLIFF = "ratio_cliff", _("ratio with a cliff")
    PER_CAPITA = "per_capita", _("volume per head")
    BASE_CHALLENGE = "base_challenge", _("base and challenge target")
    WEAK_POINT = "weak_point", _("weak point")
    INDEX = "index", _("third-party index")
    LEAD = "lead", _("lead over the best competitor")


# The kinds whose value is made of two figures.
TWO_FIGURES = frozenset({KpiKind.RATIO_CLIFF, KpiKind.PER_CAPITA, KpiKind.LEAD})


class KpiQuerySet(models.QuerySet["KpiDefinition"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """How KPIs are scored is open to everybody who works for the chain."""
        sight = viewer.sight
        known = (
            sight.employee_id is not None
            or sight.may(Power.SEE_RECORDS)
            or sight.may(Power.CONFIGURE)
        )
        return self if known else self.none()

    def called(self, text: str) -> Self:
        """Keep the KPIs of this code, and those whose name has the text in it."""
        return self.filter(
            Q(code__iexact=text)
            | Q(name_en__icontains=text)
            | Q(name_zh__icontains=text)
        )


class KpiDefinition(models.Model):
    """A KPI and how its value is scored. Bounds and scores are in hundredths.

    `lower` to `below_score` make the curve of a ratio with a cliff; `overall_share` is
    the percentage, in hundredths, of a weak point's overall result. `part_of` names
    the weak point that this one is a key sub-item of: it is then no KPI by itself.
    """

    code = models.CharField(_("code"), max_length=CODE_LENGTH, unique=True)
    name_en = models.CharField(_("English name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=14, choices=KpiKind.choices)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts"
    )
    lower = models.PositiveIntegerField(default=6000)
    lower_score = models.PositiveIntegerField(default=9000)
    upper = models.PositiveIntegerField(default=9000)
    upper_score = models.PositiveIntegerField(default=10_000)
    below_score = models.PositiveIntegerField(default=0)
    overall_share = models.PositiveIntegerField(default=5000)

    objects = KpiQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lower__lt=models.F("upper")), name="kpi_lower_below_upper"
            ),
            models.CheckConstraint(
                condition=Q(upper_score__lte=10_000, overall_share__lte=10_000)
                & Q(lower_score__lte=models.F("upper_score"))
                & Q(below_score__lte=models.F("lower_score")),
                name="kpi_scores_rise_to_100",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name in the reader's language, the English one where there is none."""
        chinese = (translation.get_language() or "").startswith("zh")
        return self.name_zh if chinese and self.name_zh else self.name_en

    @property
    def two_figures(self) -> bool:
        return self.kind in TWO_FIGURES

    @property
    def overall_share_shown(self) -> Decimal:
        return Decimal(self.overall_share) / 100

    @property
    def curve(self) -> Piecewise:
        """The curve of a ratio with a cliff."""
        return Piecewise(
            lower=Fraction(self.lower, 100),
            lower_score=Fraction(self.lower_score, 100),
            upper=Fraction(self.upper, 100),
            upper_score=Fraction(self.upper_score, 100),
            below_score=Fraction(self.below_score, 100),
        )


class PlaceRowsQuerySet(models.QuerySet["KpiValue"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the values of the outlets and regions whose records are within reach."""
        reach = viewer.sight.reach(Power.SEE_RECORDS)
        if reach.everywhere:
            return self
        within = reach.outlets("outlet__")
        for path in sorted(reach.region_paths):
            within |= Q(region__path__startswith=path)
        return self.filter(within)


class ValueSource(models.TextChoices):
    ENTERED = "entered", _("entered by hand")
    COMPUTED = "computed", _("computed from transactions")


class KpiValue(models.Model):
    """One month's figure of an outlet or a region.

    `numerator` and `denominator` are in hundredths; the second is None where the KPI
    is one figure. For a lead they are the own index and the best competitor's.
    `score` is in hundredths, 0 to 10000; None: not scored. `ends_on` is the month's
    last day. `entered_by` None: the system.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kpi = models.ForeignKey(KpiDefinition, models.PROTECT, related_name="values")
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="kpi_values"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="kpi_values"
    )
    month = models.CharField(max_length=7)
    ends_on = models.DateField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True, blank=True)
    score = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(
        max_length=8, choices=ValueSource.choices, default=ValueSource.ENTERED
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(db_default=Now())
    pending = models.BooleanField(default=True)

    objects = PlaceRowsQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "kpi", "id"]
        constraints = [
            models.UniqueConstraint(
                "kpi",
                "month",
                Coalesce("outlet", 0),
                Coalesce("region", 0),
                name="kpi_value_once",
            ),
            models.CheckConstraint(
                condition=Q(outlet__isnull=False, region=None)
                | Q(outlet=None, region__isnull=False),
                name="kpi_value_has_one_place",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=10_000),
                name="kpi_value_score_up_to_100",
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "kpi"], name="kpi_value_month")]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.month}"

    @property
    def figure(self) -> Fraction | None:
        """The figure that is scored, in the KPI's unit; None: nothing to divide by."""
        first = Fraction(self.numerator, 100)
        if not self.kpi.two_figures:
            return first
        if self.denominator is None:
            return None
        second = Fraction(self.denominator, 100)
        if self.kpi.kind == KpiKind.LEAD:
            return first - second
        if not second:
            return None
        return first / second * (100 if self.kpi.kind == KpiKind.RATIO_CLIFF else 1)

    @property
    def numerator_shown(self) -> Decimal:
        return Decimal(self.numerator) / 100

    @property
    def denominator_shown(self) -> Decimal | None:
        return None if self.denominator is None else Decimal(self.denominator) / 100

    @property
    def figure_shown(self) -> float | None:
        return None if self.figure is None else float(self.figure)

    @property
    def score_shown(self) -> Decimal | None:
        return None if self.score is None else Decimal(self.score) / 100

    @property
    def place(self) -> Outlet | Region | None:
        return self.outlet or self.region


class MonthWeightQuerySet(models.QuerySet["MonthWeight"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(kpi__in=KpiDefinition.objects.visible_to(viewer))


class MonthWeight(models.Model):
    """What a month weighs in a KPI's year, in hundredths of a percent."""

    kpi = models.ForeignKey(KpiDefinition, models.CASCADE, related_name="weights")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    weight = models.PositiveIntegerField()

    objects = MonthWeightQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "year", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "year", "month"], name="month_weight_once"
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, weight__lte=10_000),
                name="month_weight_is_of_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.year}-{self.month:02d}"
