"""Runs, and the standings that a run wrote; schemes stand beside in their module."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.models_schemes import (
    SCHEME_NAMES,
    Scheme,
    SchemeQuerySet,
    SchemeVersion,
    SchemeVersionInUse,
    SchemeVersionQuerySet,
    SchemeVersionState,
)
from evaluations.rankings.rules.scheme import Level
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Viewer
from staffing.people.models import Employee

__all__ = [
    "SCHEME_NAMES",
    "Run",
    "RunQuerySet",
    "RunState",
    "RunStep",
    "Scheme",
    "SchemeQuerySet",
    "SchemeVersion",
    "SchemeVersionInUse",
    "SchemeVersionQuerySet",
    "SchemeVersionState",
    "Standing",
    "StandingQuerySet",
]


class RunState(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed")
    PUBLISHED = "published", _("published")


class RunStep(models.TextChoices):
    WAITING = "waiting", _("waiting for a worker")
    SETTLING = "settling", _("posting what is pending to the ledger")
    READING = "reading", _("reading the ledger and the registry")
    SCORING = "scoring", _("computing scores")
    WRITING = "writing", _("ranking and writing the standings")
    DONE = "done", _("done")


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep every run for those who see records anywhere.

        For the others, what is published and has a standing of their own.
        """
        sight = viewer.sight
        if sight.may(Power.SEE_RECORDS):
            return self
        if sight.employee_id is None:
            return self.none()
        own = Standing.objects.filter(employee=sight.employee_id).values("run")
        return self.filter(state=RunState.PUBLISHED, pk__in=own)

    def computed(self) -> Self:
        return self.filter(step=RunStep.DONE)

    def of_period(self, period: Period) -> Self:
        return self.filter(period=period.code)

    def published(self) -> Self:
        return self.filter(state=RunState.PUBLISHED)

    def newest_revisions(self) -> Self:
        """Keep what no later publication of the same period and scheme replaces."""
        later = Run.objects.published().filter(
            period=OuterRef("period"),
            scheme=OuterRef("scheme"),
            revision__gt=OuterRef("revision"),
        )
        return self.exclude(Exists(later))

    def newest_computed(self) -> Self:
        """Keep what no later run of the same period and scheme replaces."""
        later = Run.objects.computed().filter(
            period=OuterRef("period"),
            scheme=OuterRef("scheme"),
            pk__gt=OuterRef("pk"),
        )
        return self.exclude(Exists(later))


class Run(models.Model):
    """A ranking of one period by one version of a scheme.

    `revision` counts publications of the same period and scheme: a correction after
    publication is the next revision, earlier ones stay readable. `head` is the first
    line of the canonical input (period and rules), `entries_until` the newest ledger
    entry that was read; `month_runs` names, by month code, the published runs whose
    stored input a quarter or year was made from. `fits` are the estimates behind the
    adjusted scores, by month and component. `input_hash` is the SHA-256 over head
    and input lines, `hash` the one over head, input and output lines; neither covers a
    name. Progress is written outside the transaction that writes the standings.
    """

    period = models.CharField(max_length=7)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="runs")
    scheme_version = models.ForeignKey(
        SchemeVersion, models.PROTECT, related_name="runs"
    )
    revision = models.PositiveIntegerField()
    state = models.CharField(
        max_length=9, choices=RunState.choices, default=RunState.DRAFT
    )

    step = models.CharField(
        max_length=8, choices=RunStep.choices, default=RunStep.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failed = models.BooleanField(default=False)
    message = models.CharField(max_length=500, blank=True)
    progress_at = models.DateTimeField(db_default=Now())

    people = models.PositiveIntegerField(default=0)
    ranked = models.PositiveIntegerField(default=0)
    eligible = models.PositiveIntegerField(default=0)
    head = models.TextField(blank=True)
    entries_until = models.BigIntegerField(null=True)
    month_runs = models.JSONField(default=dict)
    fits = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "scheme", "revision"],
                condition=Q(state="published"),
                name="run_published_once_per_revision",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(step="done", failed=False),
                name="run_is_computed_before_review",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", reviewed_at=None)
                | (~Q(state="draft") & Q(reviewed_at__isnull=False)),
                name="run_reviewed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at=None)),
                name="run_published_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["period", "id"])]

    def __str__(self) -> str:
        return f"{self.period} {self.scheme_id} #{self.pk}"

    @property
    def parsed_period(self) -> Period:
        return Period.parse(self.period)

    @property
    def kind(self) -> PeriodKind:
        return self.parsed_period.kind

    @property
    def is_computed(self) -> bool:
        return self.step == RunStep.DONE

    @property
    def is_running(self) -> bool:
        return not self.is_computed and not self.failed


class StandingQuerySet(models.QuerySet["Standing"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what is within the viewer's records, and her own published standings."""
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_RECORDS, "outlet__")
            | Q(employee=sight.employee_id, run__state=RunState.PUBLISHED)
        )


class Standing(models.Model):
    """What a run says about one person, and the input line that it follows from.

    Places are those of the last day of the period; None where there is no such
    ancestor, or where she was assigned nowhere. `score` is the one that makes the
    rank. `position` orders the run uniquely; `tied_position` is shared with those
    whom even the tie-breaks leave equal. `adjusted_deviation` is the standard
    deviation of the adjusted score, in points. `intervals` gives, by level,
    [best rank, worst rank, band, chance of the quota]; `rank_low` and `rank_high` are
    those among all.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="standings")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="standings")
    employee_uuid = models.UUIDField()
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, related_name="standings"
    )
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    county = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    city = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    province = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    outlet_class = models.CharField(max_length=1, blank=True)

    raw_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    adjusted_score = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    adjusted_deviation = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rank_outlet = models.PositiveIntegerField(null=True)
    rank_county = models.PositiveIntegerField(null=True)
    rank_city = models.PositiveIntegerField(null=True)
    rank_province = models.PositiveIntegerField(null=True)
    rank_class = models.PositiveIntegerField(null=True)
    rank_all = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    intervals = models.JSONField(default=dict)
    eligible = models.BooleanField()
    reasons = models.JSONField(default=list)
    components = models.JSONField(default=dict)
    position = models.PositiveIntegerField()
    tied_position = models.PositiveIntegerField()
    input = models.TextField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["run_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "employee"], name="standing_once_per_run"
            ),
            models.UniqueConstraint(
                fields=["run", "position"], name="standing_position_once_per_run"
            ),
            models.CheckConstraint(
                condition=Q(eligible=False) | Q(score__isnull=False),
                name="standing_eligible_has_a_score",
            ),
            models.CheckConstraint(
                condition=Q(tied_position__lte=F("position")),
                name="standing_tied_position_is_the_first",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "outlet", "position"]),
            models.Index(fields=["run", "employee_uuid"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.position}"

    @property
    def ranks(self) -> dict[str, int | None]:
        return {level: getattr(self, f"rank_{level}") for level in Level}
