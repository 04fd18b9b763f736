"""Innovation projects: what somebody proposed, how it was scored, what followed."""

import uuid
from typing import Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.growth.rules.projects import Action, State
from outlets.places.models import Outlet
from outlets.places.sight import Power, Sight, Viewer
from staffing.people.models import Employee

WORDS = 2000
# What operations score everywhere, and a regional supervisor for her outlets.
SCORES = (Power.PUBLISH, Power.REVIEW_AWARDS)


def works_here(sight: Sight) -> bool:
    """Tell whether somebody is of the house: on its staff, or by a power."""
    return sight.employee_id is not None or bool(sight.powers)


def _inside(sight: Sight, prefix: str = "") -> Q:
    """Return the filter for projects that somebody reads whole, scores included."""
    seen = sight.outlets(Power.SEE_RECORDS, f"{prefix}outlet__")
    if sight.employee_id is not None:
        seen |= Q(**{f"{prefix}author": sight.employee_id})
    return seen


class ProjectState(models.TextChoices):
    SUBMITTED = State.SUBMITTED, pgettext_lazy("project", "submitted")
    SCORED = State.SCORED, pgettext_lazy("project", "scored")
    REWARDED = State.REWARDED, pgettext_lazy("project", "rewarded")
    PROMOTED = State.PROMOTED, pgettext_lazy("project", "promoted")
    DECLINED = State.DECLINED, pgettext_lazy("project", "declined")
    WITHDRAWN = State.WITHDRAWN, pgettext_lazy("project", "withdrawn")


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep one's own, those of outlets whose records one reads, and promoted ones.

        What is promoted is for everybody who works here: good ideas spread to all.
        """
        sight = viewer.sight
        seen = _inside(sight)
        if works_here(sight):
            seen |= Q(state=ProjectState.PROMOTED)
        return self.filter(seen)

    def inside(self, viewer: Viewer) -> Self:
        """Keep those whose scores, comments and steps the viewer reads too."""
        return self.filter(_inside(viewer.sight))

    def scored_by(self, viewer: Viewer) -> Self:
        """Keep those that the viewer may score by her powers, but for her own."""
        sight = viewer.sight
        reach = sight.outlets(SCORES[0], "outlet__")
        for power in SCORES[1:]:
            reach |= sight.outlets(power, "outlet__")
        found = self.filter(reach)
        if sight.employee_id is not None:
            found = found.exclude(author=sight.employee_id)
        return found


class Project(models.Model):
    """An idea from where customers are met. `on` is the day it was handed in.

    `author` worked at `outlet` then.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="projects")
    author = models.ForeignKey(Employee, models.PROTECT, related_name="projects")
    on = models.DateField()
    title = models.CharField(max_length=100)
    problem = models.TextField(max_length=WORDS)
    idea = models.TextField(max_length=WORDS)
    evidence = models.TextField(max_length=WORDS, blank=True)
    state = models.CharField(
        max_length=9, choices=ProjectState.choices, default=ProjectState.SUBMITTED
    )
    at = models.DateTimeField(db_default=Now())

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["state", "outlet"])]

    def __str__(self) -> str:
        return self.title


class StepKind(models.TextChoices):
    SUBMITTED = "submitted", _("handed it in")
    EDIT = Action.EDIT, _("changed the words")
    ATTACH = Action.ATTACH, _("added a file")
    WITHDRAW = Action.WITHDRAW, _("withdrew it")
    SCORE = Action.SCORE, pgettext_lazy("project", "scored it")
    CORRECT = Action.CORRECT, pgettext_lazy("project", "corrected a score")
    REWARD = Action.REWARD, _("rewarded it")
    PROMOTE = Action.PROMOTE, _("promoted it")
    DECLINE = Action.DECLINE, _("declined it")


class StepQuerySet(models.QuerySet["ProjectStep"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(_inside(viewer.sight, "project__"))


class ProjectStep(models.Model):
    """One line of what happened to a project; never changed."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=9, choices=StepKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    note = models.CharField(max_length=500, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["project", "id"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"


class ScoreQuerySet(models.QuerySet["ProjectScore"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(_inside(viewer.sight, "project__"))

    def standing(self) -> Self:
        """Keep what holds: of each project and month the newest version."""
        later = ProjectScore.objects.filter(
            project=OuterRef("project"),
            month=OuterRef("month"),
            version__gt=OuterRef("version"),
        )
        return self.filter(~Exists(later))


class ProjectScore(models.Model):
    """The score of one project in one month (`2026-10`), 0.0 to 10.0; never changed.

    A correction is the next version, with its reason.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="scores")
    month = models.CharField(max_length=7)
    version = models.PositiveSmallIntegerField(default=1)
    score = models.DecimalField(max_digits=3, decimal_places=1)
    comment = models.CharField(max_length=500)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering = ["project", "-month", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month", "version"], name="project_scored_once"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=10), name="project_score_to_ten"
            ),
        ]
        indexes = [models.Index(fields=["month"])]

    def __str__(self) -> str:
        return f"{self.project_id} {self.month} v{self.version}"


class BonusQuerySet(models.QuerySet["OutletBonus"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.sight.outlets(Power.SEE_RECORDS, "outlet__"))


class OutletBonus(models.Model):
    """What its best project adds to an outlet's month; points in hundredths.

    `most` is what a 10 brought when the month was first reckoned. `n` counts the
    projects scored.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="project_bonuses")
    month = models.CharField(max_length=7)
    best = models.DecimalField(max_digits=3, decimal_places=1)
    n = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    points = models.PositiveIntegerField()

    objects = BonusQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "outlet"]
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "month"], name="project_bonus_once_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.month}"

    @property
    def points_shown(self) -> str:
        return f"{self.points / 100:.2f}"

    @property
    def most_shown(self) -> str:
        return f"{self.most / 100:.2f}"


def private_storage() -> Storage:
    """Return the storage of files that no address leads to but a view that asks."""
    return storages["private"]


def evidence_path(row: "ProjectEvidence", name: str) -> str:
    """Return where a file lies: its own name is not kept there."""
    return f"projects/{row.uuid}"


class EvidenceQuerySet(models.QuerySet["ProjectEvidence"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(project__in=Project.objects.visible_to(viewer))


class ProjectEvidence(models.Model):
    """A picture or a PDF beside a project; `what` says what it shows."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="files")
    what = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=4, choices=[("jpg", "JPEG"), ("png", "PNG"), ("pdf", "PDF")]
    )
    content = models.FileField(storage=private_storage, upload_to=evidence_path)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["project", "id"]

    def __str__(self) -> str:
        return str(self.uuid)
