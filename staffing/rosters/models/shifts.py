"""Shift kinds, and the rules that rosters of a region keep."""

from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from outlets.places.models import Outlet, Region
from staffing.rosters.hours import Span, real_span, work_minutes

CODE_LENGTH = 20


class Balanced(models.TextChoices):
    """What a shift counts as when early and night days are weighed."""

    EARLY = "early", _("early")
    NIGHT = "night", _("night")
    NEITHER = "", _("neither")


class Colour(models.TextChoices):
    """Names of the palette, which both themes can read."""

    YELLOW = "yellow", _("yellow")
    GREEN = "green", _("green")
    BLUE = "blue", _("blue")
    PURPLE = "purple", _("purple")
    PINK = "pink", _("pink")
    TEAL = "teal", _("teal")
    GREY = "grey", _("grey")


class ShiftKindQuerySet(models.QuerySet["ShiftKind"]):
    def offered_at(self, outlet: Outlet) -> Self:
        """Keep what a planner of the outlet may choose: not retired, of its regions."""
        above = outlet.region.path.rstrip("/").split("/")
        return self.filter(
            Q(region=None) | Q(region__code__in=above), retired_on__isnull=True
        )


class ShiftKind(models.Model):
    """A shift by its local times. One that ends before it starts passes midnight.

    `region` None: offered everywhere; otherwise at the outlets beneath. `most_a_month`
    warns beyond so many of it for one person (None: never). A kind keeps its times once
    it stands in a roster; it can be retired, and is then offered no more.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name_en = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    break_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(180)]
    )
    counts_as = models.CharField(max_length=5, choices=Balanced.choices, blank=True)
    colour = models.CharField(max_length=6, choices=Colour.choices, default=Colour.GREY)
    most_a_month = models.PositiveSmallIntegerField(null=True, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="shift_kinds"
    )
    retired_on = models.DateField(null=True, blank=True)

    objects = ShiftKindQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "code"]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        chinese = (get_language() or "").startswith("zh")
        return self.name_zh if chinese else self.name_en

    @property
    def initial(self) -> str:
        """A mark of one or two characters for a cell of the grid."""
        return self.name_zh[:2] if self.name == self.name_zh else self.code[:2]

    @property
    def passes_midnight(self) -> bool:
        return self.ends_at <= self.starts_at

    def span(self, on: date, zone: ZoneInfo) -> Span:
        """Return when a shift of that date begins and ends, in UTC."""
        return real_span(self.starts_at, self.ends_at, on, zone)

    def minutes(self, on: date, zone: ZoneInfo) -> int:
        """Return the minutes of work, break left out, of a shift of that date."""
        return work_minutes(self.span(on, zone), self.break_minutes)

    @property
    def usual_minutes(self) -> int:
        """Return the minutes of work on a day on which no clock is changed."""
        return self.minutes(date(2026, 1, 5), ZoneInfo("UTC"))


class RosterRulesQuerySet(models.QuerySet["RosterRules"]):
    def of(self, region: Region) -> "RosterRules":
        """Return the rules of the nearest region above that has its own."""
        above = region.path.rstrip("/").split("/")
        own = self.filter(Q(region=None) | Q(region__code__in=above))
        # The nearest last: paths grow downwards, and no region comes first of all.
        nearest = own.order_by(F("region__path").asc(nulls_first=True)).last()
        return nearest or RosterRules()


class RosterRules(models.Model):
    """What rosters keep to, for a region and all below it that has no rules of its own.

    The row without a region holds for everybody else; without any row the defaults do.
    Rest, runs, weekly minutes and the fewest on duty are hard: the generator never
    breaks them, and the grid shows who does. The weights are points of cost: for each
    person and half hour short or beyond what is needed, each night more than earlies,
    each weekend more than others, each hour beside the contract, each wish, each cell
    changed after publication.
    """

    region = models.OneToOneField(
        Region, models.CASCADE, null=True, blank=True, related_name="roster_rules"
    )
    least_rest_hours = models.PositiveSmallIntegerField(
        _("hours of rest between two shifts, at least"),
        default=11,
        validators=[MaxValueValidator(24)],
    )
    most_run_days = models.PositiveSmallIntegerField(
        _("days of work in a row, at most"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    least_off_days = models.PositiveSmallIntegerField(
        _("days off in a row, at least"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
    )
    week_hours = models.PositiveSmallIntegerField(
        _("hours of a week by contract"), default=40, validators=[MaxValueValidator(80)]
    )
    most_week_hours = models.PositiveSmallIntegerField(
        _("hours of a week on average, at most"),
        default=44,
        validators=[MaxValueValidator(80)],
    )
    least_on_duty = models.PositiveSmallIntegerField(
        _("people on duty while the outlet is open, at least"), default=1
    )
    lead_on_duty = models.BooleanField(
        _("somebody who leads the outlet is on duty while it is open"), default=True
    )
    consultant_at_peak = models.BooleanField(
        _("a flow consultant is on duty in the busiest hours"), default=True
    )
    balance_slack = models.PositiveSmallIntegerField(
        _("night and early days may differ by"), default=1
    )
    remind_from_day = models.PositiveSmallIntegerField(
        _("day of the month from which the next month is asked for"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
    )
    weight_under = models.PositiveSmallIntegerField(_("each person short"), default=20)
    weight_over = models.PositiveSmallIntegerField(_("each person too many"), default=1)
    weight_balance = models.PositiveSmallIntegerField(
        _("each night day more than early days"), default=10
    )
    weight_weekends = models.PositiveSmallIntegerField(
        _("each weekend more than others work"), default=10
    )
    weight_hours = models.PositiveSmallIntegerField(
        _("each hour beside the contract"), default=2
    )
    weight_wish = models.PositiveSmallIntegerField(
        _("each wish not granted"), default=15
    )
    weight_change = models.PositiveSmallIntegerField(
        _("each published day changed"), default=30
    )
    search_seconds = models.PositiveSmallIntegerField(
        _("seconds to search for a roster, at most"),
        default=120,
        validators=[MinValueValidator(5), MaxValueValidator(1800)],
    )

    objects = RosterRulesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(region=None),
                name="roster_rules_usual_once",
            ),
        ]

    def __str__(self) -> str:
        return self.region.code if self.region else "*"

    @property
    def least_rest(self) -> timedelta:
        return timedelta(hours=self.least_rest_hours)
