"""A planned visit and the shopper's report of it, until it becomes a visit on record.

Nobody at an outlet, nor in a region above it, reaches these rows: what the region sees
before release is the visit that a reviewed report became.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluations.mystery.models.questionnaires import (
    EvidenceKind,
    QuestionnaireVersion,
    VisitQuestion,
    reads_plans,
)
from evaluations.mystery.models.shoppers import Shopper
from evaluations.mystery.models.visits import Visit
from evaluations.mystery.models.waves import Scenario, Wave, WaveState
from evaluations.mystery.rules.stages import Action, Stage
from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import User
from staffing.people.personal.models import private_storage

NOTE_LENGTH, ANSWER_LENGTH = 2000, 2000


class ReportState(models.TextChoices):
    """As kept; released and locked follow from the visit that it became."""

    NEW = Stage.NEW, pgettext_lazy("visit", "to be done")
    SUBMITTED = Stage.SUBMITTED, _("submitted")
    REVIEWED = Stage.REVIEWED, _("reviewed")
    CANCELLED = Stage.CANCELLED, _("cancelled")


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who reads plans, and an agency's own once its wave runs."""
        sight = viewer.sight
        if reads_plans(sight):
            return self
        return self.filter(shopper__agency__in=sight.agency_ids).exclude(
            wave__state__in=(WaveState.DRAFT, WaveState.PLANNED)
        )

    def carried_by(self, user: User) -> Self:
        """Keep what a shopper carries out herself, once its wave runs."""
        return self.filter(
            shopper__user=user,
            shopper__active=True,
            shopper__agency__active=True,
        ).exclude(wave__state__in=(WaveState.DRAFT, WaveState.PLANNED))


class Report(models.Model):
    """One planned visit of a wave.

    `version` None: not begun. It is fixed when the shopper begins, so a questionnaire
    that changes meanwhile changes nothing here. `points` of `out_of` are in hundredths
    and stand from the submission on. `described` is how the shopper describes who
    served her. `visit` is what the outlet will see, from the review on.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=CODE_LENGTH, unique=True)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="reports")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="+")
    shopper = models.ForeignKey(
        Shopper, models.PROTECT, null=True, blank=True, related_name="reports"
    )
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="reports")
    from_on = models.DateField()
    to_on = models.DateField()
    state = models.CharField(
        max_length=9, choices=ReportState.choices, default=ReportState.NEW
    )
    version = models.ForeignKey(
        QuestionnaireVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    visited_on = models.DateField(null=True, blank=True)
    arrived_at = models.TimeField(null=True, blank=True)
    left_at = models.TimeField(null=True, blank=True)
    badge = models.CharField(max_length=CODE_LENGTH, blank=True)
    described = models.CharField(max_length=300, blank=True)
    comment = models.CharField(max_length=NOTE_LENGTH, blank=True)
    points = models.PositiveIntegerField(null=True)
    out_of = models.PositiveIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # The delivery that the phone made; sending it again changes nothing.
    delivery = models.UUIDField(null=True, blank=True, unique=True)
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="report"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("new", "cancelled"))
                | Q(
                    version__isnull=False,
                    shopper__isnull=False,
                    visited_on__isnull=False,
                    out_of__gt=0,
                    points__lte=F("out_of"),
                ),
                name="report_submitted_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="reviewed") | Q(visit__isnull=False),
                name="report_reviewed_has_visit",
            ),
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")), name="report_window_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["wave", "state"], name="report_wave_state"),
            models.Index(fields=["shopper", "state"], name="report_shopper_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stage(self) -> Stage:
        """How far it is, told by the visit once there is one; reads it."""
        if self.state == ReportState.REVIEWED and self.visit is not None:
            if self.visit.is_locked:
                return Stage.LOCKED
            if self.visit.released_at is not None:
                return Stage.RELEASED
        return Stage(self.state)


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of reports within sight, and of visits seen: released, or checked.

        After release the outlet reads what was answered, not who answered.
        """
        return self.filter(
            Q(report__in=Report.objects.visible_to(viewer))
            | Q(report__visit__in=Visit.objects.visible_to(viewer))
        )


class Answer(models.Model):
    """What a shopper answered to one question, and what it was worth when submitted.

    `points` of `out_of` are in hundredths; both None: it did not count. Only an appeal
    that is upheld changes an answer, and keeps what it was.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="answers")
    question = models.ForeignKey(VisitQuestion, models.PROTECT, related_name="answers")
    value = models.CharField(max_length=ANSWER_LENGTH, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    points = models.PositiveIntegerField(null=True)
    out_of = models.PositiveIntegerField(null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["report", "question__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "question"], name="answer_once_a_report"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.question_id}"

    @property
    def in_words(self) -> str:
        return self.question.in_words(self.value)


def evidence_path(row: "VisitEvidence", name: str) -> str:
    """Return where evidence lies: its own name is not kept there."""
    return f"mystery/{row.uuid}"


class VisitEvidenceQuerySet(models.QuerySet["VisitEvidence"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of reports within sight, and of visits that one checks.

        Never for the outlet: a picture or a voice may show who came.
        """
        sight = viewer.sight
        return self.filter(
            Q(report__in=Report.objects.visible_to(viewer))
            | Q(report__visit__isnull=False)
            & sight.outlets(Power.RELEASE_VISITS, "report__outlet__")
        )


class VisitEvidence(models.Model):
    """A photo, a receipt or a recording that belongs to a report.

    `question` None: to the visit as a whole.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="evidence")
    question = models.ForeignKey(
        VisitQuestion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=7, choices=EvidenceKind.choices)
    media_type = models.CharField(max_length=40)
    content = models.FileField(storage=private_storage, upload_to=evidence_path)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    objects = VisitEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["report", "id"]

    def __str__(self) -> str:
        return str(self.uuid)


class ReportActionKind(models.TextChoices):
    """What happened to a report, as its history tells it."""

    PLANNED = "planned", pgettext_lazy("visit", "planned")
    HAND_OVER = Action.HAND_OVER, _("given to another shopper")
    BEGIN = Action.BEGIN, _("begun")
    SUBMIT = Action.SUBMIT, _("submitted")
    RETURN = Action.RETURN, _("returned to the shopper")
    APPROVE = Action.APPROVE, _("reviewed and passed on")
    ATTRIBUTE = Action.ATTRIBUTE, _("attributed")
    SEND_BACK = Action.SEND_BACK, _("sent back to the agency")
    RELEASE = Action.RELEASE, _("released")
    CANCEL = Action.CANCEL, _("cancelled")


class ReportEventQuerySet(models.QuerySet["ReportEvent"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those of reports within sight; who acted in the region stays unnamed
        to agencies, and the other way round (see the pages)."""
        return self.filter(report__in=Report.objects.visible_to(viewer))


class ReportEvent(models.Model):
    """One step of a report; written once. `by` None: the system."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="events")
    what = models.CharField(max_length=9, choices=ReportActionKind.choices)
    words = models.CharField(max_length=NOTE_LENGTH, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = ReportEventQuerySet.as_manager()

    class Meta:
        ordering = ["report", "id"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.what}"
