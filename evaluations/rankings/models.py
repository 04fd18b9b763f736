"""Runs, and the standings that a run wrote; schemes stand beside in their module."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
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
    "Display",
    "RunFrozen",
    "SeenList",
    "Shown",
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
    "SeenList",
    "Shown",
    "Standing",
    "StandingQuerySet",
]


class Shown(models.TextChoices):
    """What people without records to look after see of a published ranking."""

    OWN_ONLY = "own_only", _("her own score, gap and band")
    OUTLET_LIST = "outlet_list", _("also the places of her own outlet's people")


class Display(models.Model):
    """What a scheme shows to those who are ranked by it; no row: `own_only`."""

    scheme = models.OneToOneField(Scheme, models.PROTECT, related_name="display")
    shown = models.CharField(
        max_length=11, choices=Shown.choices, default=Shown.OWN_ONLY
    )

    class Meta:
        ordering = ["scheme"]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.get_shown_display()}"


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


class RunFrozen(ValidationError):
    """The run is published: neither it nor its standings change any more."""

    def __init__(self) -> None:
        super().__init__(
            _("This ranking is published and frozen. A correction is a new revision.")
        )


class RunQuerySet(models.QuerySet["Run"]):
    def update(self, **fields: Any) -> int:
        """Raises RunFrozen where a published run would change."""
        if self.published().exists():
            raise RunFrozen
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.published().exists():
            raise RunFrozen
        return super().delete()

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
    and input lines, `hash` the one over head, input and output lines and the fits as
    stored, `seal` the one over these two and what the row says of the run; none covers
    a name. With `two_people`, who publishes is not who reviewed. Progress is written
    outside the transaction that writes the standings.
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
    seal = models.CharField(max_length=64, blank=True)
    two_people = models.BooleanField(default=False)

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
            models.CheckConstraint(
                condition=Q(two_people=False)
                | Q(published_by=None)
                | Q(reviewed_by=None)
                | ~Q(published_by=F("reviewed_by")),
                name="run_published_by_another",
            ),
        ]
        indexes = [models.Index(fields=["period", "id"])]

    def __str__(self) -> str:
        return f"{self.period} {self.scheme_id} #{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises RunFrozen once the run is published."""
        _refuse_if_frozen(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_frozen(self.pk)
        return super().delete(*args, **kwargs)

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


def _refuse_if_frozen(run_id: int | None) -> None:
    if run_id is not None and Run.objects.published().filter(pk=run_id).exists():
        raise RunFrozen


class StandingQuerySet(models.QuerySet["Standing"]):
    def update(self, **fields: Any) -> int:
        """Raises RunFrozen where a standing of a published run would change."""
        self._refuse_if_frozen()
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_if_frozen()
        return super().delete()

    def _refuse_if_frozen(self) -> None:
        if self.filter(run__state=RunState.PUBLISHED).exists():
            raise RunFrozen

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises RunFrozen once the run is published."""
        _refuse_if_frozen(self.run_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_frozen(self.run_id)
        return super().delete(*args, **kwargs)

    @property
    def ranks(self) -> dict[str, int | None]:
        return {level: getattr(self, f"rank_{level}") for level in Level}


class SeenListQuerySet(models.QuerySet["SeenList"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(run__in=Run.objects.visible_to(viewer))


class SeenList(models.Model):
    """Somebody has looked through one list of exceptions of a draft.

    `rows` is how many the list had then; `note` what she found, "" if nothing.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="seen_lists")
    code = models.CharField(max_length=20)
    rows = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(db_default=Now())

    objects = SeenListQuerySet.as_manager()

    class Meta:
        ordering = ["run_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["run", "code"], name="list_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.code}"


# Loaded with the room's models; it needs those above.
import evaluations.rankings.place_models  # noqa: E402, F401
