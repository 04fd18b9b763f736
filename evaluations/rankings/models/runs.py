"""Runs: rankings of one period, from the first draft to publication."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.models.schemes import Scheme, SchemeVersion
from outlets.places.sight import Power, Viewer
from staffing.people.models import User


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
        own = self.model.objects.filter(standings__employee=sight.employee_id)
        return self.filter(state=RunState.PUBLISHED, pk__in=own.values("pk"))

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
        refuse_if_frozen(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_if_frozen(self.pk)
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

    def publishable_by(self, user: User) -> bool:
        """Tell whether it waits for publication, and not by who reviewed it herself.

        Whether `user` may publish at all is not asked here.
        """
        same = self.two_people and self.reviewed_by_id == user.pk
        return self.state == RunState.REVIEWED and not same

    @property
    def is_running(self) -> bool:
        return not self.is_computed and not self.failed


def refuse_if_frozen(run_id: int | None) -> None:
    """Raise RunFrozen where the run is published."""
    if run_id is not None and Run.objects.published().filter(pk=run_id).exists():
        raise RunFrozen
